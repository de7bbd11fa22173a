#include "core/base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

using namespace sy;

TEST(Random, isSplitMix64AtACounter)
{
    // Reference outputs of the sequential generator from seed 0 and 1234567 (its first word is the state after one
    // gamma).
    const RandomStream zero{0};
    EXPECT_EQ(zero.word(0), 0xe220a8397b1dcdafULL);
    EXPECT_EQ(zero.word(1), 0x6e789e6aa1b965f4ULL);
    const RandomStream other{1234567};
    EXPECT_EQ(other.word(0), 6457827717110365317ULL);
    EXPECT_EQ(other.word(1), 3203168211198807973ULL);
}

TEST(Random, streamsOfStepsAndSitesDiffer)
{
    std::set<uint64_t> keys;
    for (uint64_t seed = 0; seed < 10; ++seed)
        for (uint64_t step = 0; step < 10; ++step)
            for (const auto* site : {"dropout/a", "dropout/b", "jitter"})
                keys.insert(randomStream(seed, step, siteId(site)).key);
    EXPECT_EQ(keys.size(), 300u);
}

TEST(Random, uniformsAreUniformAndNeighboursIndependent)
{
    const auto stream = randomStream(1, 2, siteId("test"));
    constexpr int n = 200000;
    constexpr int bins = 16;
    std::vector<int> count(bins), pair(bins * bins);
    double sum = 0;
    for (int i = 0; i < n; ++i) {
        const double u = stream.uniform(static_cast<uint64_t>(i));
        ASSERT_GE(u, 0);
        ASSERT_LT(u, 1);
        sum += u;
        const int a = static_cast<int>(u * bins);
        const int b = static_cast<int>(stream.uniform(static_cast<uint64_t>(i) + 1) * bins);
        ++count[static_cast<size_t>(a)];
        ++pair[static_cast<size_t>(a * bins + b)];
    }
    EXPECT_NEAR(sum / n, 0.5, 4 * std::sqrt(1.0 / 12 / n));
    const auto chiSquare = [](const std::vector<int>& observed, double expected) {
        double total = 0;
        for (const int value : observed) total += (value - expected) * (value - expected) / expected;
        return total;
    };
    EXPECT_LT(chiSquare(count, static_cast<double>(n) / bins), 45);              // 15 degrees: p ~ 1e-4
    EXPECT_LT(chiSquare(pair, static_cast<double>(n) / bins / bins), 255 + 100); // 255 degrees
}

TEST(Random, belowStaysBelow)
{
    const RandomStream stream{7};
    std::vector<int> count(3);
    for (uint64_t i = 0; i < 30000; ++i) ++count.at(stream.below(i, 3));
    for (const int value : count) EXPECT_NEAR(value, 10000, 400);
}
