#include "core/routing/draws.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

using namespace sy;

TEST(Draws, fourElementsShareOneWord)
{
    const RandomStream stream{42};
    for (uint64_t i = 0; i < 64; ++i) EXPECT_EQ(draw16(stream, i), (stream.word(i / 4) >> (16 * (i % 4))) & 0xffff);
}

TEST(Draws, dropoutKeepsTheMeanAndTheRate)
{
    const auto stream = randomStream(1, 2, siteId("draws"));
    for (const double rate : {0.0, 0.1, 0.5, 0.9}) {
        const DropoutRule rule(rate);
        constexpr int n = 400000;
        double sum = 0;
        int dropped = 0;
        for (uint64_t i = 0; i < n; ++i) {
            const float factor = rule.factor(draw16(stream, i));
            sum += factor;
            if (factor == 0) ++dropped;
        }
        const double error = std::sqrt(rate * (1 - rate) / n);
        EXPECT_NEAR(dropped / double(n), rate, 5 * error + 1e-5);
        EXPECT_NEAR(sum / n, 1.0, 5 * error / (1 - rate) + 1e-6);
    }
}

TEST(Draws, aRateNearOneStillKeepsSomething)
{
    const DropoutRule rule(0.9999999);
    EXPECT_EQ(rule.threshold, 65535u);
    EXPECT_EQ(rule.factor(65535), 65536.0F);
}

TEST(Draws, jitterStaysInsideAndCentred)
{
    const JitterRule rule{0.01F};
    EXPECT_GT(rule.factor(0), 0.99F - 1e-7F);
    EXPECT_LT(rule.factor(65535), 1.01F + 1e-7F);
    double sum = 0;
    for (uint32_t draw = 0; draw < 65536; ++draw) sum += rule.factor(draw);
    EXPECT_NEAR(sum / 65536, 1.0, 1e-7);
}

TEST(Draws, openUniformIsNeitherZeroNorOne)
{
    const auto largest = (static_cast<float>(~uint64_t{0} >> 41) + 0.5F) * 0x1p-23F;
    EXPECT_LT(largest, 1.0F);
    const RandomStream stream{7};
    for (uint64_t i = 0; i < 10000; ++i) {
        EXPECT_GT(openUniform(stream, i), 0.0F);
        EXPECT_LT(openUniform(stream, i), 1.0F);
    }
}
