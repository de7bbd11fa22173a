// Specialization against slow loops, hand-sized cases, closed forms and properties.
#include "core/analysis/specialization.h"

#include "core/analysis/label_information.h"
#include "core/base/error.h"
#include "sequence_samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

namespace sy::test {

namespace {

constexpr double tight = 1e-12;

Specialization ofSequences(const Tokens& tokens, const NullOptions& null = {})
{
    const auto weights = tokens.weights();
    return specialization({tokens.experts, tokens.language, weights}, null);
}

/// H(E) + H(L) - H(E, L) by loops over maps.
double informationBySlowLoop(const Tokens& tokens)
{
    std::map<int, double> experts, languages;
    std::map<std::pair<int, int>, double> joint;
    for (size_t x = 0; x < tokens.expert.size(); ++x) {
        const int language = tokens.language[static_cast<size_t>(tokens.sequence[x])], expert = tokens.expert[x];
        if (language < 0 || expert < 0) continue;
        const double weight = tokens.weight.empty() ? 1 : tokens.weight[x];
        experts[expert] += weight, languages[language] += weight, joint[{language, expert}] += weight;
    }
    return entropyOf(experts) + entropyOf(languages) - entropyOf(joint);
}

/// sum_x p(x) I(E; L | x) over ids of at least two languages.
double givenTokenBySlowLoop(const Tokens& tokens)
{
    std::map<int, std::set<int>> languages_of;
    for (size_t x = 0; x < tokens.id.size(); ++x)
        if (tokens.expert[x] >= 0 && tokens.language[static_cast<size_t>(tokens.sequence[x])] >= 0)
            languages_of[tokens.id[x]].insert(tokens.language[static_cast<size_t>(tokens.sequence[x])]);
    double sum = 0, all = 0;
    for (const auto& [id, languages] : languages_of) {
        if (languages.size() < 2) continue;
        Tokens part = tokens;
        double weight = 0;
        for (size_t x = 0; x < part.id.size(); ++x) {
            if (part.id[x] != id) part.expert[x] = -1;
            if (part.expert[x] >= 0 && part.language[static_cast<size_t>(part.sequence[x])] >= 0)
                weight += part.weight.empty() ? 1 : part.weight[x];
        }
        sum += weight * informationBySlowLoop(part);
        all += weight;
    }
    return sum / all;
}

Tokens randomTokens(uint64_t seed, bool weighted)
{
    Draws draws(seed);
    Tokens out = independentOfLanguage(seed, 3 + draws.below(20), 1 + draws.below(30), 1 + draws.below(9),
                                       1 + draws.below(6), 3 * draws.uniform(), 1 + draws.below(40));
    for (auto& language : out.language)
        if (draws.below(8) == 0) language = -1;
    for (auto& expert : out.expert)
        if (draws.below(8) == 0) expert = -1;
    if (weighted)
        for (size_t x = 0; x < out.expert.size(); ++x) out.weight.push_back(draws.uniform());
    out.language[0] = 0; // never nothing at all
    out.expert[0] = 0;
    return out;
}

std::string faultOf(const std::function<void()>& call)
{
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

} // namespace

TEST(Specialization, HandSizedCase)
{
    // Two languages, two experts: 30 10 / 5 15 as in the routing figures' case, over four sequences.
    const std::vector<int32_t> language = {0, 1, 0, 1};
    const std::vector<double> weight = {20, 5, 5, 5, 10, 5, 0, 10};
    const Specialization s = specialization({2, language, weight});
    const double expected = (30 * std::log(30 * 60 / (40.0 * 35)) + 10 * std::log(10 * 60 / (40.0 * 25)) +
                             5 * std::log(5 * 60 / (20.0 * 35)) + 15 * std::log(15 * 60 / (20.0 * 25))) /
                            60;
    EXPECT_NEAR(s.information, expected, tight);
    EXPECT_NEAR(s.expert_entropy, -(35.0 / 60 * std::log(35.0 / 60) + 25.0 / 60 * std::log(25.0 / 60)), tight);
    EXPECT_NEAR(s.language_entropy, -(2.0 / 3 * std::log(2.0 / 3) + 1.0 / 3 * std::log(1.0 / 3)), tight);
    EXPECT_EQ(s.bound, s.language_entropy);
    EXPECT_NEAR(s.normalized(), expected / s.bound, tight);
    EXPECT_NEAR(s.normalizedHigh(), s.null_high / s.bound, tight);
    EXPECT_EQ(s.weight, 60);
    EXPECT_EQ(s.sequences, 4);
    EXPECT_EQ(s.languages, 2);
    EXPECT_EQ(s.permutations, 400);
}

TEST(Specialization, TheNullIsTheMeanOverAllLabellings)
{
    // Of four sequences with two labels each there are six labellings: 400 draws come near their mean.
    const std::vector<double> weight = {20, 5, 5, 5, 10, 5, 0, 10};
    const std::vector<std::vector<int32_t>> labellings = {{0, 0, 1, 1}, {0, 1, 0, 1}, {0, 1, 1, 0},
                                                          {1, 0, 0, 1}, {1, 0, 1, 0}, {1, 1, 0, 0}};
    std::vector<double> values;
    for (const auto& language : labellings) values.push_back(specialization({2, language, weight}).information);
    const Specialization s = specialization({2, labellings[1], weight}, {20000, 3});
    double mean = 0;
    for (const double value : values) mean += value / 6;
    EXPECT_NEAR(s.null_mean, mean, 0.002);
    EXPECT_NEAR(s.null_low, *std::ranges::min_element(values), 1e-9);
    EXPECT_NEAR(s.null_high, *std::ranges::max_element(values), 1e-9);
    const auto as_large = std::ranges::count_if(values, [&](double v) { return v >= values[1] - 1e-9; });
    EXPECT_NEAR(s.p_value, static_cast<double>(as_large) / 6, 0.02);
}

TEST(Specialization, EqualsTheSlowLoop)
{
    for (uint64_t seed = 0; seed < 120; ++seed) {
        const Tokens tokens = randomTokens(seed, seed % 2 == 1);
        const Specialization s = ofSequences(tokens, {39, seed});
        EXPECT_NEAR(s.information, informationBySlowLoop(tokens), 1e-10) << seed;
        EXPECT_GE(s.information, 0) << seed;
        EXPECT_LE(s.information, s.bound + 1e-10) << seed;
        EXPECT_GE(s.p_value, 1.0 / 40) << seed;
        EXPECT_LE(s.p_value, 1) << seed;
        EXPECT_LE(s.null_low, s.null_high) << seed;
        EXPECT_LE(s.normalized(), 1) << seed;
        EXPECT_LE(s.adjusted(), 1) << seed;
        const Specialization given = specializationGivenToken(tokens.choices(), {39, seed});
        if (given.weight > 0) {
            EXPECT_NEAR(given.information, givenTokenBySlowLoop(tokens), 1e-10) << seed;
            EXPECT_LE(given.information, given.bound + 1e-10) << seed;
        } else {
            EXPECT_TRUE(std::isnan(givenTokenBySlowLoop(tokens))) << seed;
        }
    }
}

TEST(Specialization, NamesOfLanguagesDoNotMatter)
{
    for (uint64_t seed = 0; seed < 30; ++seed) {
        Tokens tokens = randomTokens(seed, seed % 2 == 1);
        const Specialization before = ofSequences(tokens);
        for (auto& language : tokens.language)
            if (language >= 0) language = 100 - 7 * language;
        EXPECT_EQ(ofSequences(tokens), before) << seed;
    }
}

TEST(Specialization, InformationIsSymmetric)
{
    // Languages and experts change places: every token a sequence of its own with its expert as the label.
    for (uint64_t seed = 0; seed < 30; ++seed) {
        const Tokens tokens = independentOfLanguage(seed, 12, 9, 5, 4, 3);
        Tokens turned;
        turned.experts = 4;
        for (size_t x = 0; x < tokens.expert.size(); ++x) {
            turned.language.push_back(tokens.expert[x]);
            turned.sequence.push_back(static_cast<int32_t>(x));
            turned.id.push_back(0);
            turned.expert.push_back(static_cast<int16_t>(tokens.language[static_cast<size_t>(tokens.sequence[x])]));
        }
        const Specialization a = ofSequences(tokens, {39, 1}), b = ofSequences(turned, {39, 1});
        EXPECT_NEAR(a.information, b.information, 1e-11) << seed;
        EXPECT_NEAR(a.expert_entropy, b.language_entropy, 1e-11) << seed;
    }
}

TEST(Specialization, PerfectAlignmentIsOne)
{
    for (const auto& [languages, experts] : {std::pair{2, 2}, {4, 8}, {8, 8}, {24, 128}}) {
        const Tokens tokens = alignedWithLanguage(10 * languages, 16, languages, experts);
        for (const Specialization& s : {ofSequences(tokens), specializationGivenToken(tokens.choices())}) {
            EXPECT_NEAR(s.information, std::log(languages), 1e-10);
            EXPECT_NEAR(s.normalized(), 1, 1e-10);
            EXPECT_NEAR(s.adjusted(), 1, 1e-10);
            EXPECT_TRUE(s.outsideNull());
            EXPECT_NEAR(s.p_value, 1.0 / 401, tight);
            EXPECT_LT(s.null_mean, s.information);
        }
    }
}

TEST(Specialization, FewerExpertsThanLanguagesAlsoReachOne)
{
    // Six languages share two experts: the expert is told by the language.
    Tokens tokens = alignedWithLanguage(60, 8, 6, 6);
    for (auto& expert : tokens.expert) expert = static_cast<int16_t>(expert % 2);
    tokens.experts = 2;
    const Specialization s = ofSequences(tokens);
    EXPECT_NEAR(s.bound, std::log(2), tight);
    EXPECT_NEAR(s.normalized(), 1, 1e-10);
    EXPECT_NEAR(s.adjusted(), 1, 1e-10);
}

TEST(Specialization, OneLanguageOrOneExpertTellsNothing)
{
    for (const auto& [languages, experts] : {std::pair{1, 4}, {4, 1}}) {
        const Specialization s = ofSequences(independentOfLanguage(1, 20, 10, experts, languages, 2));
        EXPECT_NEAR(s.information, 0, tight);
        EXPECT_EQ(s.normalized(), 0);
        EXPECT_EQ(s.adjusted(), 0);
        EXPECT_EQ(s.p_value, 1);
        EXPECT_FALSE(s.outsideNull()) << "rounding is no finding";
    }
}

TEST(Specialization, ALabellingThatOnlyRenamesIsNoFinding)
{
    // A language for every sequence: all labellings say the same, whatever order the sums are taken in.
    for (uint64_t seed = 0; seed < 30; ++seed) {
        Draws draws(seed);
        const auto sequences = static_cast<int32_t>(2 + draws.below(6));
        std::vector<int32_t> language;
        std::vector<double> weight;
        for (int32_t row = 0; row < sequences; ++row) {
            language.push_back(row);
            for (int e = 0; e < 3; ++e) weight.push_back(draws.uniform());
        }
        const Specialization s = specialization({3, language, weight});
        EXPECT_EQ(s.p_value, 1) << seed;
        EXPECT_EQ(s.null_low, s.information) << seed;
        EXPECT_EQ(s.null_high, s.information) << seed;
        EXPECT_FALSE(s.outsideNull()) << seed;
    }
}

TEST(Specialization, TheBandIsThePermutationsOwn)
{
    const Tokens tokens = independentOfLanguage(8, 40, 20, 6, 4, 3);
    std::vector<LabelInformation::Cell> cells;
    for (size_t x = 0; x < tokens.expert.size(); ++x) cells.push_back({0, tokens.sequence[x], tokens.expert[x], 1});
    LabelInformation labels(6, tokens.language, cells, LabelInformation::Groups::All);
    auto null = labels.permuted(39, 5);
    std::ranges::sort(null);
    const Specialization few = ofSequences(tokens, {39, 5});
    EXPECT_EQ(few.null_low, null.front()) << "of 39, 2.5 % lie below the smallest";
    EXPECT_EQ(few.null_high, null.back());
    null = labels.permuted(119, 5);
    std::ranges::sort(null);
    const Specialization more = ofSequences(tokens, {119, 5});
    EXPECT_NEAR(more.null_low, null[2], tight) << "of 119, the third: 3 of 120";
    EXPECT_NEAR(more.null_high, null[116], tight);
}

TEST(Specialization, WeightsScaleAway)
{
    for (uint64_t seed = 0; seed < 20; ++seed) {
        const Tokens tokens = randomTokens(seed, true);
        auto weights = tokens.weights();
        const Specialization once = specialization({tokens.experts, tokens.language, weights});
        for (double& weight : weights) weight *= 1e-4;
        const Specialization scaled = specialization({tokens.experts, tokens.language, weights});
        EXPECT_NEAR(once.information, scaled.information, 1e-10) << seed;
        EXPECT_NEAR(once.null_mean, scaled.null_mean, 1e-10) << seed;
        EXPECT_EQ(once.p_value, scaled.p_value) << seed;
    }
}

TEST(Specialization, LargeCountsDoNotNeedTheTable)
{
    Tokens tokens = independentOfLanguage(5, 40, 20, 6, 4, 3);
    auto weights = tokens.weights();
    const Specialization once = specialization({6, tokens.language, weights});
    for (double& weight : weights) weight *= 4096;
    const Specialization large = specialization({6, tokens.language, weights});
    EXPECT_NEAR(once.information, large.information, 1e-10);
    EXPECT_NEAR(once.null_high, large.null_high, 1e-10);
}

TEST(Specialization, NothingChosenIsNotANumber)
{
    const std::vector<int32_t> language = {0, 1}, left_out = {-1, -1};
    const std::vector<double> none = {0, 0, 0, 0}, some = {1, 2, 3, 4};
    for (const Specialization& s :
         {specialization({2, language, none}), specialization({2, left_out, some}), specialization({2, {}, {}})}) {
        for (const double value : {s.information, s.null_mean, s.null_low, s.null_high, s.p_value, s.bound,
                                   s.normalized(), s.adjusted(), s.corrected(), s.normalizedHigh()})
            EXPECT_TRUE(std::isnan(value));
        EXPECT_FALSE(s.outsideNull());
        EXPECT_EQ(s.sequences, 0);
        EXPECT_EQ(s.weight, 0);
    }
}

TEST(Specialization, SequencesWithoutChoicesAreNoEvidence)
{
    std::vector<int32_t> language = {0, 1, 0, 1, 0};
    std::vector<double> weight = {20, 5, 5, 5, 10, 5, 0, 10, 3, 3};
    const Specialization before = specialization({2, language, weight});
    language.push_back(7);
    weight.insert(weight.end(), {0, 0});
    EXPECT_EQ(specialization({2, language, weight}), before);
}

TEST(Specialization, GivenTokenLooksOnlyAtSharedIds)
{
    // Id 0 occurs in both languages and is taken alike; ids 1 and 2 tell languages and experts apart.
    Tokens tokens;
    tokens.experts = 2;
    for (int32_t row = 0; row < 20; ++row) {
        tokens.language.push_back(row % 2);
        for (int32_t t = 0; t < 6; ++t) {
            const bool shared = t < 3;
            tokens.sequence.push_back(row);
            tokens.id.push_back(shared ? 0 : 1 + row % 2);
            tokens.expert.push_back(static_cast<int16_t>(shared ? (row / 2 + t) % 2 : row % 2));
        }
    }
    EXPECT_GT(ofSequences(tokens).information, 0.1);
    const Specialization given = specializationGivenToken(tokens.choices());
    EXPECT_NEAR(given.information, 0, 0.02);
    EXPECT_EQ(given.weight, 60);
    for (auto& id : tokens.id) id = id == 0 ? 3 + (&id - tokens.id.data()) / 6 % 2 : id; // nothing is shared any more
    EXPECT_TRUE(std::isnan(specializationGivenToken(tokens.choices()).information));
}

TEST(Specialization, RefusesWhatDoesNotFit)
{
    const std::vector<int32_t> language = {0, 1};
    const std::vector<double> four = {1, 1, 1, 1}, three = {1, 1, 1}, negative = {1, -1, 1, 1},
                              infinite = {1, INFINITY, 1, 1};
    EXPECT_NO_THROW(specialization({2, language, four}, {39, 1}));
    EXPECT_NE(faultOf([&] { specialization({2, language, three}); }).find("has 3 values where 4"), std::string::npos);
    EXPECT_THROW(specialization({2, language, negative}), Error);
    EXPECT_THROW(specialization({2, language, infinite}), Error);
    EXPECT_THROW(specialization({0, language, {}}), Error);
    EXPECT_NE(faultOf([&] { specialization({2, language, four}, {38, 1}); }).find("38"), std::string::npos);

    const std::vector<int32_t> sequence = {0, 1}, falling = {1, 0}, outside = {0, 2}, id = {5, 5};
    const std::vector<int16_t> expert = {0, 1}, too_high = {0, 2};
    const std::vector<double> one = {1};
    EXPECT_NO_THROW(specializationGivenToken({2, sequence, id, expert, {}, language}));
    EXPECT_THROW(specializationGivenToken({2, falling, id, expert, {}, language}), Error);
    EXPECT_THROW(specializationGivenToken({2, outside, id, expert, {}, language}), Error);
    EXPECT_THROW(specializationGivenToken({2, sequence, id, too_high, {}, language}), Error);
    EXPECT_THROW(specializationGivenToken({2, sequence, id, expert, one, language}), Error);
    EXPECT_THROW(specializationGivenToken({2, sequence, {}, expert, {}, language}), Error);
}

TEST(Specialization, BlocksOfOneSequenceLeaveNothingToPermute)
{
    const Tokens tokens = independentOfLanguage(9, 12, 10, 4, 3, 2);
    std::vector<int32_t> block(12);
    for (size_t row = 0; row < 12; ++row) block[row] = static_cast<int32_t>(row);
    const auto weights = tokens.weights();
    const Specialization s = specialization({4, tokens.language, weights}, {50, 1, block});
    EXPECT_EQ(s.null_low, s.information);
    EXPECT_EQ(s.null_high, s.information);
    EXPECT_EQ(s.p_value, 1);
    const std::vector<int32_t> one(12, 7);
    EXPECT_EQ(specialization({4, tokens.language, weights}, {50, 1, one}),
              specialization({4, tokens.language, weights}, {50, 1}));
    block.pop_back();
    EXPECT_THROW(specialization({4, tokens.language, weights}, {50, 1, block}), Error);
    EXPECT_THROW(specializationGivenToken(tokens.choices(), {50, 1, block}), Error);
}

TEST(Holm, EnoughPermutationsForManyLayers)
{
    for (int64_t layers = 1; layers <= 100; ++layers) {
        std::vector<double> p(static_cast<size_t>(layers), 0.6);
        p[0] = 1.0 / static_cast<double>(1 + permutationsFor(layers));
        EXPECT_LT(holmAdjusted(p)[0], 0.0251) << layers;
        EXPECT_GE(permutationsFor(layers), 400);
    }
}

TEST(Holm, ByHand)
{
    // Sorted: 0.01 * 4, 0.02 * 3, 0.03 * 2, 0.04 * 1, each at least the one before.
    const std::vector<double> p = {0.03, 0.01, 0.04, 0.02};
    const auto adjusted = holmAdjusted(p);
    const std::vector<double> expected = {0.06, 0.04, 0.06, 0.06};
    for (size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], tight) << i;
}

TEST(Holm, NotANumberStaysAndCountsAsNoTest)
{
    const std::vector<double> p = {NAN, 0.02, 0.5, NAN};
    const auto adjusted = holmAdjusted(p);
    EXPECT_TRUE(std::isnan(adjusted[0]) && std::isnan(adjusted[3]));
    EXPECT_NEAR(adjusted[1], 0.04, tight);
    EXPECT_NEAR(adjusted[2], 0.5, tight);
    EXPECT_TRUE(holmAdjusted({}).empty());
    const std::vector<double> high = {0.6, 0.7}, wrong = {1.5}, below = {-0.1};
    EXPECT_EQ(holmAdjusted(high), (std::vector<double>{1, 1}));
    EXPECT_THROW(holmAdjusted(wrong), Error);
    EXPECT_THROW(holmAdjusted(below), Error);
}

} // namespace sy::test
