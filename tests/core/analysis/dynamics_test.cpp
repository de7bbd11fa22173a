// Saturation, plasticity, transitions and locality: hand-sized cases, slow loops, chance lines.
#include "core/analysis/dynamics.h"

#include "core/base/error.h"
#include "route_samples.h"

#include <gtest/gtest.h>

namespace sy::test {

namespace {

using Experts = std::vector<int16_t>;

Experts randomExperts(uint64_t seed, size_t tokens, int64_t experts)
{
    Draws draws(seed);
    Experts out;
    for (size_t x = 0; x < tokens; ++x)
        out.push_back(static_cast<int16_t>(std::min(draws.below(experts), draws.below(experts))));
    return out;
}

} // namespace

TEST(Dynamics, AgreementByHand)
{
    const Experts before = {0, 1, 2, -1, 0, 1}, after = {0, 1, 1, 0, -1, 2};
    const Agreement a = agreement(before, after, 4);
    EXPECT_EQ(a.tokens, 4);
    EXPECT_EQ(a.share, 0.5);
    EXPECT_EQ(a.uniform_chance, 0.25);
    // Before: 0 once, 1 twice, 2 once; after: 0 once, 1 twice, 2 once.
    EXPECT_NEAR(a.load_chance, 1.0 / 16 + 4.0 / 16 + 1.0 / 16, 1e-12);
}

TEST(Dynamics, AgreementAtChanceMeetsItsLine)
{
    const Experts a = randomExperts(1, 40000, 8), b = randomExperts(2, 40000, 8);
    const Agreement chance = agreement(a, b, 8);
    EXPECT_NEAR(chance.share, chance.load_chance, 0.01);
    EXPECT_GT(chance.load_chance, chance.uniform_chance) << "uneven loads agree more often";
    EXPECT_EQ(agreement(a, a, 8).share, 1);
    const Experts collapsed(100, 3);
    EXPECT_EQ(agreement(collapsed, collapsed, 8).load_chance, 1) << "no news where one expert takes all";
}

TEST(Dynamics, AgreementOfNothing)
{
    const Experts none = {-1, -1};
    const Agreement a = agreement(none, none, 4);
    EXPECT_EQ(a.tokens, 0);
    EXPECT_TRUE(std::isnan(a.share) && std::isnan(a.load_chance));
    EXPECT_EQ(a.uniform_chance, 0.25);
}

TEST(Dynamics, PlasticityByLanguage)
{
    RouteText text;
    text.rows = 3;
    text.width = 2;
    text.pass_rows = 3;
    text.counted = {1, 1, 1, 0, 1, 1};
    text.row_language = {0, 2, -1};
    const Experts before = {0, 1, 2, 3, 0, 0}, after = {0, 2, 1, 0, 1, 0};
    const Plasticity p = plasticity(before, after, text, 3);
    EXPECT_EQ(p.changed, 3.0 / 5) << "padding is left out, other languages count in all";
    EXPECT_EQ(p.by_language[0], 0.5);
    EXPECT_TRUE(std::isnan(p.by_language[1]));
    EXPECT_EQ(p.by_language[2], 1);
    EXPECT_EQ(p.tokens_of_language, (std::vector<int64_t>{2, 0, 1}));
}

TEST(Dynamics, PlasticityIsOneLessAgreement)
{
    for (uint64_t seed = 0; seed < 20; ++seed) {
        const RouteText text = randomText(seed, 7, 9, 3, 3);
        const auto a = firstChoices(randomRoutes(seed + 1, text, 5, 1), text);
        const auto b = firstChoices(randomRoutes(seed + 2, text, 5, 1), text);
        EXPECT_NEAR(plasticity(a, b, text, 3).changed, 1 - agreement(a, b, 5).share, 1e-12);
    }
}

TEST(Dynamics, TransitionsByHand)
{
    const Experts from = {0, 0, 0, 1, 1, -1, 0}, to = {0, 0, 1, 2, 2, 1, -1};
    const Transitions t = transitions(from, to, 3, 4);
    EXPECT_EQ(t.tokens, 5);
    EXPECT_EQ(t.count, (std::vector<int64_t>{2, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0}));
    EXPECT_NEAR(t.conditional[0], 2.0 / 3, 1e-12);
    EXPECT_NEAR(t.conditional[6], 1, 1e-12);
    EXPECT_TRUE(std::isnan(t.conditional[8])) << "no token came from expert 2";
    EXPECT_NEAR(t.lift[0], (2.0 / 3) / (2.0 / 5), 1e-12);
    EXPECT_EQ(t.lift[4], 0);
    EXPECT_TRUE(std::isnan(t.lift[3])) << "no token went to expert 3";
    const double expected =
        0.4 * std::log(0.4 / (0.6 * 0.4)) + 0.2 * std::log(0.2 / (0.6 * 0.2)) + 0.4 * std::log(0.4 / (0.4 * 0.4));
    EXPECT_NEAR(t.information, expected, 1e-12);
    const double smaller = -(0.6 * std::log(0.6) + 0.4 * std::log(0.4));
    EXPECT_NEAR(t.normalized, expected / smaller, 1e-12);
}

TEST(Dynamics, TransitionsOfIndependentAndOfEqualLayers)
{
    const Experts a = randomExperts(3, 60000, 6), b = randomExperts(4, 60000, 6);
    const Transitions apart = transitions(a, b, 6, 6);
    for (const double lift : apart.lift) EXPECT_NEAR(lift, 1, 0.25);
    EXPECT_LT(apart.information, 0.001);
    const Transitions same = transitions(a, a, 6, 6);
    EXPECT_NEAR(same.normalized, 1, 1e-12);
    for (size_t i = 0; i < 6; ++i) EXPECT_EQ(same.conditional[i * 6 + i], 1);
}

TEST(Dynamics, TransitionInformationEqualsTheSumOfEntropies)
{
    for (uint64_t seed = 0; seed < 60; ++seed) {
        const Experts a = randomExperts(seed, 1 + seed * 3, 4), b = randomExperts(seed + 500, 1 + seed * 3, 7);
        const Transitions t = transitions(a, b, 4, 7);
        std::map<int, double> from, to;
        std::map<std::pair<int, int>, double> joint;
        for (size_t x = 0; x < a.size(); ++x) from[a[x]] += 1, to[b[x]] += 1, joint[{a[x], b[x]}] += 1;
        EXPECT_NEAR(t.information, entropyOf(from) + entropyOf(to) - entropyOf(joint), 1e-10) << seed;
        EXPECT_GE(t.normalized, 0) << seed;
        EXPECT_LE(t.normalized, 1) << seed;
    }
}

TEST(Dynamics, TransitionsOfNothing)
{
    const Experts none = {-1};
    const Transitions t = transitions(none, none, 2, 2);
    EXPECT_EQ(t.tokens, 0);
    EXPECT_TRUE(std::isnan(t.information) && std::isnan(t.normalized) && std::isnan(t.conditional[0]));
}

TEST(Dynamics, LocalityByHand)
{
    RouteText text;
    text.rows = 3;
    text.width = 4;
    text.pass_rows = 3;
    text.counted = {1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0};
    text.row_language = {0, 0, 0};
    // 0-0 same, 0-1 not, padding; 1-1 same, a token without a choice on both sides; a row does not go on in the next.
    const Experts expert = {0, 0, 1, 1, 1, 1, -1, 1, 1, 1, 1, 1};
    const Locality l = locality(expert, text, 2);
    EXPECT_EQ(l.pairs, 3);
    EXPECT_NEAR(l.share, 2.0 / 3, 1e-12);
    EXPECT_EQ(l.uniform_chance, 0.5);
    EXPECT_NEAR(l.load_chance, 4.0 / 49 + 25.0 / 49, 1e-12);
}

TEST(Dynamics, LocalityAtChanceMeetsItsLine)
{
    const RouteText text = randomText(9, 900, 60, 10, 3);
    const auto expert = firstChoices(randomRoutes(10, text, 8, 2), text);
    const Locality l = locality(expert, text, 8);
    EXPECT_NEAR(l.share, l.load_chance, 0.01);
    EXPECT_EQ(locality(Experts(expert.size(), 3), text, 8).share, 1);
}

TEST(Dynamics, FirstChoicesOfRealTokens)
{
    const RouteText text = randomText(11, 5, 6, 5, 2);
    auto routes = randomRoutes(12, text, 4, 2);
    const auto first = firstChoices(routes, text);
    for (size_t x = 0; x < first.size(); ++x) EXPECT_EQ(first[x], text.counted[x] ? routes.expert[2 * x] : -1);
    for (auto& expert : routes.expert) expert = 1; // padding that chose
    for (size_t x = 0; x < first.size(); ++x) EXPECT_EQ(firstChoices(routes, text)[x], text.counted[x] ? 1 : -1);
}

TEST(Dynamics, RefuseWhatDoesNotFit)
{
    const Experts two = {0, 1}, one = {0}, high = {0, 4};
    EXPECT_THROW(agreement(two, one, 4), Error);
    EXPECT_THROW(agreement(two, high, 4), Error);
    EXPECT_THROW(agreement(two, two, 0), Error);
    EXPECT_THROW(transitions(two, high, 4, 4), Error);
    EXPECT_THROW(transitions(high, two, 4, 4), Error);
    RouteText text;
    text.rows = 1;
    text.width = 2;
    text.counted = {1, 1};
    text.row_language = {1};
    EXPECT_NO_THROW(locality(two, text, 2));
    EXPECT_THROW(locality(one, text, 2), Error);
    EXPECT_THROW(plasticity(two, two, text, 1), Error) << "the row's language is 1";
    EXPECT_NO_THROW(plasticity(two, two, text, 2));
    text.counted = {1};
    EXPECT_THROW(locality(two, text, 2), Error);
    EXPECT_THROW(firstChoices({}, text), Error);
}

} // namespace sy::test
