// Routing figures against hand-sized cases, slow loops and their bounds.
#include "core/analysis/routing_figures.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace sy::test {

namespace {

constexpr double tight = 1e-12;

RoutingFigures figuresOf(int64_t languages, int64_t experts, const std::vector<int64_t>& load)
{
    return routingFigures(
        {languages, experts, load, load, std::vector<int64_t>(static_cast<size_t>(languages), 1), 0, 0, 0});
}

/// H(E) + H(L) - H(E, L), each by a loop over a map.
double informationByEntropies(int64_t languages, int64_t experts, const std::vector<int64_t>& load)
{
    std::map<int64_t, double> by_expert, by_language, joint;
    double total = 0;
    for (int64_t l = 0; l < languages; ++l)
        for (int64_t e = 0; e < experts; ++e) {
            const auto n = static_cast<double>(load[static_cast<size_t>(l * experts + e)]);
            by_expert[e] += n, by_language[l] += n, joint[l * experts + e] += n, total += n;
        }
    const auto entropy = [&](const std::map<int64_t, double>& counts) {
        double sum = 0;
        for (const auto& [key, n] : counts)
            if (n > 0) sum -= n / total * std::log(n / total);
        return sum;
    };
    return entropy(by_expert) + entropy(by_language) - entropy(joint);
}

std::vector<int64_t> randomCounts(uint64_t seed, size_t size, uint64_t bound)
{
    const RandomStream stream{mix64(seed)};
    std::vector<int64_t> counts;
    for (size_t i = 0; i < size; ++i) counts.push_back(static_cast<int64_t>(stream.below(i, bound)));
    counts[0] += 1; // never all zero
    return counts;
}

} // namespace

TEST(RoutingFigures, HandSizedCase)
{
    const std::vector<int64_t> load = {30, 10, 5, 15}, kept = {20, 10, 5, 15}, tokens = {40, 20};
    const RoutingFigures f = routingFigures({2, 2, load, kept, tokens, 30, 45, 120});
    EXPECT_EQ(f.load, (std::vector<int64_t>{35, 25}));
    EXPECT_EQ(f.kept, (std::vector<int64_t>{25, 25}));
    EXPECT_EQ(f.language_load, (std::vector<int64_t>{40, 20}));
    EXPECT_EQ(f.language_kept, (std::vector<int64_t>{30, 20}));
    EXPECT_NEAR(f.drop_rate, 10.0 / 60, tight);
    EXPECT_NEAR(f.utilization[0], 35.0 * 2 / 60, tight);
    EXPECT_NEAR(f.utilization[1], 25.0 * 2 / 60, tight);
    EXPECT_NEAR(f.max_violation, 35.0 * 2 / 60 - 1, tight);
    EXPECT_NEAR(f.load_cv, 5.0 / 30, tight); // deviations of 5 around a mean of 30
    EXPECT_EQ(f.dead_experts, 0);
    EXPECT_NEAR(f.load_entropy, -(35.0 / 60 * std::log(35.0 / 60) + 25.0 / 60 * std::log(25.0 / 60)), tight);
    EXPECT_EQ(f.mean_entropy, 0.5);
    EXPECT_EQ(f.mean_confidence, 0.75);
    EXPECT_EQ(f.z_mean, 2.0);
}

TEST(RoutingFigures, BalancedAndCollapsed)
{
    const RoutingFigures balanced = figuresOf(2, 4, {5, 5, 5, 5, 3, 3, 3, 3});
    EXPECT_NEAR(balanced.max_violation, 0, tight);
    EXPECT_NEAR(balanced.load_cv, 0, tight);
    EXPECT_NEAR(balanced.load_entropy, std::log(4.0), tight);
    EXPECT_NEAR(balanced.mutual_information, 0, tight);

    const RoutingFigures collapsed = figuresOf(2, 4, {9, 0, 0, 0, 4, 0, 0, 0});
    EXPECT_NEAR(collapsed.max_violation, 3, tight);
    EXPECT_NEAR(collapsed.load_cv, std::sqrt(3.0), tight);
    EXPECT_EQ(collapsed.dead_experts, 3);
    EXPECT_EQ(collapsed.load_entropy, 0);
    EXPECT_EQ(collapsed.normalized_mutual_information, 0); // min(H(E), H(L)) is 0
}

TEST(RoutingFigures, AnExpertForEachLanguageIsFullInformation)
{
    const RoutingFigures f = figuresOf(2, 4, {7, 0, 0, 0, 0, 0, 7, 0});
    EXPECT_NEAR(f.mutual_information, std::log(2.0), tight);
    EXPECT_NEAR(f.normalized_mutual_information, 1, tight);
}

TEST(RoutingFigures, InformationEqualsTheSumOfEntropies)
{
    for (uint64_t seed = 0; seed < 200; ++seed) {
        const auto languages = static_cast<int64_t>(1 + seed % 7), experts = static_cast<int64_t>(1 + seed % 11);
        const auto load = randomCounts(seed, static_cast<size_t>(languages * experts), seed % 3 == 0 ? 2 : 1000);
        const RoutingFigures f = figuresOf(languages, experts, load);
        EXPECT_NEAR(f.mutual_information, informationByEntropies(languages, experts, load), 1e-10) << seed;
        EXPECT_GE(f.mutual_information, 0) << seed;
        EXPECT_GE(f.normalized_mutual_information, 0) << seed;
        EXPECT_LE(f.normalized_mutual_information, 1) << seed;
        EXPECT_LE(f.max_violation, static_cast<double>(experts) - 1 + 1e-9) << seed;
        EXPECT_LE(f.load_entropy, std::log(static_cast<double>(experts)) + 1e-9) << seed;
    }
}

TEST(RoutingFigures, ScalingTheCountsChangesNoShare)
{
    for (uint64_t seed = 0; seed < 20; ++seed) {
        auto load = randomCounts(seed, 15, 50);
        const RoutingFigures once = figuresOf(3, 5, load);
        for (auto& n : load) n *= 1000000;
        const RoutingFigures scaled = figuresOf(3, 5, load);
        EXPECT_NEAR(once.mutual_information, scaled.mutual_information, 1e-10);
        EXPECT_NEAR(once.load_cv, scaled.load_cv, 1e-10);
        EXPECT_NEAR(once.load_entropy, scaled.load_entropy, 1e-10);
    }
}

TEST(RoutingFigures, NothingRoutedIsNotANumber)
{
    const std::vector<int64_t> none = {0, 0, 0, 0}, tokens = {0, 0};
    const RoutingFigures f = routingFigures({2, 2, none, none, tokens, 0, 0, 0});
    for (const double value :
         {f.drop_rate, f.max_violation, f.load_cv, f.load_entropy, f.mean_entropy, f.mean_confidence,
          f.mutual_information, f.normalized_mutual_information, f.z_mean, f.utilization[0]})
        EXPECT_TRUE(std::isnan(value));
    EXPECT_EQ(f.dead_experts, 2);
}

TEST(RoutingFigures, EntropyOfTheMeanProbabilities)
{
    const std::vector<int64_t> load = {3, 0, 0, 1}, tokens = {3, 1};
    const auto entropyOf = [&](const std::vector<double>& importance) {
        return routingFigures({2, 2, load, load, tokens, 0, 0, 0, importance}).mean_probability_entropy;
    };
    EXPECT_NEAR(entropyOf({2.5, 0.5, 0.3, 0.7}), -(0.7 * std::log(0.7) + 0.3 * std::log(0.3)), tight);
    EXPECT_NEAR(entropyOf({1.5, 1.5, 0.5, 0.5}), std::log(2.0), tight);
    EXPECT_EQ(entropyOf({3, 0, 1, 0}), 0);
    EXPECT_TRUE(std::isnan(entropyOf({})));
    EXPECT_TRUE(std::isnan(entropyOf({0, 0, 0, 0})));
    EXPECT_THROW(entropyOf({1, 1, 1}), Error);
    EXPECT_THROW(entropyOf({1, -1, 1, 1}), Error);
    EXPECT_THROW(entropyOf({1, NAN, 1, 1}), Error);
}

TEST(RoutingFigures, TheGapOfEntropiesIsInformationOfTokenAboutExpert)
{
    // Tokens with probabilities p: H(mean of p) - mean of H(p) = mean over tokens of KL(p, mean of p), never below 0.
    for (uint64_t seed = 0; seed < 40; ++seed) {
        const RandomStream stream{mix64(seed + 7)};
        constexpr size_t tokens = 20, experts = 5;
        std::vector<std::vector<double>> p(tokens, std::vector<double>(experts));
        std::vector<double> importance(experts);
        double entropy_sum = 0;
        for (size_t t = 0; t < tokens; ++t) {
            double total = 0;
            for (size_t e = 0; e < experts; ++e) total += p[t][e] = std::exp(3 * stream.uniformDouble(t * experts + e));
            for (size_t e = 0; e < experts; ++e) {
                p[t][e] /= total;
                entropy_sum -= p[t][e] * std::log(p[t][e]);
                importance[e] += p[t][e];
            }
        }
        double divergence = 0;
        for (const auto& token : p)
            for (size_t e = 0; e < experts; ++e)
                divergence += token[e] * std::log(token[e] * static_cast<double>(tokens) / importance[e]);
        const std::vector<int64_t> load(experts, 4), all = {static_cast<int64_t>(tokens)};
        const RoutingFigures f = routingFigures({1, experts, load, load, all, entropy_sum, 0, 0, importance});
        EXPECT_NEAR(f.mean_probability_entropy - f.mean_entropy, divergence / static_cast<double>(tokens), 1e-10);
    }
}

TEST(RoutingFigures, RefusesWhatDoesNotFit)
{
    const std::vector<int64_t> four = {1, 1, 1, 1}, three = {1, 1, 1}, two = {1, 1}, negative = {1, -1, 1, 1};
    EXPECT_THROW(routingFigures({2, 2, three, four, two, 0, 0, 0}), Error);
    EXPECT_THROW(routingFigures({2, 2, four, three, two, 0, 0, 0}), Error);
    EXPECT_THROW(routingFigures({2, 2, four, four, three, 0, 0, 0}), Error);
    EXPECT_THROW(routingFigures({2, 2, negative, four, two, 0, 0, 0}), Error);
    EXPECT_THROW(routingFigures({0, 2, {}, {}, {}, 0, 0, 0}), Error);
    EXPECT_NO_THROW(routingFigures({2, 2, four, four, two, 0, 0, 0}));
}

} // namespace sy::test
