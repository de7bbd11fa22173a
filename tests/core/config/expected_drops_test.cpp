#include "core/base/random.h"
#include "core/config/config_io.h"
#include "core/config/expected_drops.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace sy;

namespace {

/// Every outcome of `trials` coins, counted by Pascal's triangle.
double slowOverflow(int64_t trials, double probability, int64_t capacity)
{
    std::vector<double> distribution{1};
    for (int64_t i = 0; i < trials; ++i) {
        std::vector<double> next(distribution.size() + 1, 0);
        for (size_t k = 0; k < distribution.size(); ++k) {
            next[k] += distribution[k] * (1 - probability);
            next[k + 1] += distribution[k] * probability;
        }
        distribution = std::move(next);
    }
    double sum = 0;
    for (int64_t k = capacity + 1; k <= trials; ++k)
        sum += static_cast<double>(k - capacity) * distribution[static_cast<size_t>(k)];
    return sum;
}

} // namespace

TEST(ExpectedDrops, equalTheSlowSum)
{
    for (const int64_t trials : {1, 2, 7, 64, 900})
        for (const double probability : {0.001, 0.125, 0.5, 0.9})
            for (const int64_t capacity : {0, 1, 3, 8, 50, 60, 112, 120, 450, 899, 900, 1000}) {
                const double slow = slowOverflow(trials, probability, capacity);
                EXPECT_NEAR(expectedOverflow(trials, probability, capacity), slow, 1e-10 * (1 + slow))
                    << trials << " " << probability << " " << capacity;
            }
}

TEST(ExpectedDrops, endsOfTheRange)
{
    EXPECT_EQ(expectedOverflow(0, 0.5, 1), 0);
    EXPECT_EQ(expectedOverflow(10, 0, 1), 0);
    EXPECT_EQ(expectedOverflow(10, 1, 4), 6);
    EXPECT_EQ(expectedOverflow(10, 0.3, 0), 3);
    EXPECT_EQ(expectedOverflow(10, 0.3, 10), 0);
    // Large: by the normal approximation, sigma * phi(0) where the capacity is the mean.
    const double sigma = std::sqrt(1e7 * 0.01 * 0.99);
    EXPECT_NEAR(expectedOverflow(10'000'000, 0.01, 100'000), sigma / std::sqrt(2 * M_PI), 1e-3 * sigma);
}

TEST(ExpectedDrops, agreesWithSimulatedRouting)
{
    auto config = loadConfig("demo");
    config.router.capacity_scope = Scope::Row; // 128 tokens, 8 experts, 20 slots
    const auto plan = costPlan(config);
    ASSERT_EQ(plan.capacity_tokens, 128);
    ASSERT_EQ(plan.expert_capacity, 20);
    const auto random = randomStream(3, 0, siteId("simulated routing"));
    constexpr int64_t rows = 4000;
    int64_t dropped = 0;
    for (int64_t row = 0; row < rows; ++row) {
        std::vector<int64_t> load(8, 0);
        for (int64_t t = 0; t < 128; ++t) dropped += ++load[random.below(static_cast<uint64_t>(row * 128 + t), 8)] > 20;
    }
    const double simulated = static_cast<double>(dropped) / (rows * 128);
    EXPECT_NEAR(*expectedDropRate(config, plan), simulated, 0.02 * simulated);
}

TEST(ExpectedDrops, followsTheRouter)
{
    auto config = loadConfig("demo");
    EXPECT_GT(*expectedDropRate(config, costPlan(config)), 0);
    auto top2 = config;
    top2.router.kind = RouterKind::Top2; // twice the choices in the same slots
    EXPECT_NEAR(*expectedDropRate(top2, costPlan(top2)), 1 - 1.25 / 2, 0.01);
    auto dropless = config;
    dropless.router.dropless = true;
    EXPECT_EQ(*expectedDropRate(dropless, costPlan(dropless)), 0);
    EXPECT_EQ(*expectedDropRate(denseTwin(config), costPlan(denseTwin(config))), 0);
    auto choosing = config;
    choosing.router.kind = RouterKind::ExpertChoice;
    EXPECT_FALSE(expectedDropRate(choosing, costPlan(choosing)));
}
