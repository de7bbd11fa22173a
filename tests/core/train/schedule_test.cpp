#include "core/train/schedule.h"

#include <gtest/gtest.h>

namespace sy {
namespace {

OptimizerConfig schedule(Schedule kind, int64_t warmup, double last = 0)
{
    OptimizerConfig config;
    config.learning_rate = 0.5;
    config.schedule = kind;
    config.warmup_steps = warmup;
    config.final_fraction = last;
    return config;
}

TEST(Schedule, RisesLinearlyToThePeakAtTheLastWarmUpStep)
{
    for (const auto kind : {Schedule::InverseSqrt, Schedule::Constant, Schedule::Linear, Schedule::Cosine}) {
        const auto config = schedule(kind, 4);
        EXPECT_DOUBLE_EQ(learningRate(config, 1, 100), 0.125);
        EXPECT_DOUBLE_EQ(learningRate(config, 3, 100), 0.375);
        EXPECT_DOUBLE_EQ(learningRate(config, 4, 100), 0.5);
    }
}

TEST(Schedule, FallsAsDocumented)
{
    EXPECT_DOUBLE_EQ(learningRate(schedule(Schedule::InverseSqrt, 4), 16, 100), 0.25);
    EXPECT_DOUBLE_EQ(learningRate(schedule(Schedule::InverseSqrt, 0), 25, 100), 0.1);
    EXPECT_DOUBLE_EQ(learningRate(schedule(Schedule::Constant, 4), 99, 100), 0.5);
    EXPECT_DOUBLE_EQ(learningRate(schedule(Schedule::Linear, 20, 0.2), 60, 100), 0.3); // halfway from 0.5 to 0.1
    EXPECT_DOUBLE_EQ(learningRate(schedule(Schedule::Linear, 20, 0.2), 100, 100), 0.1);
    EXPECT_NEAR(learningRate(schedule(Schedule::Cosine, 20, 0.2), 60, 100), 0.3, 1e-15);
    EXPECT_NEAR(learningRate(schedule(Schedule::Cosine, 20, 0.2), 40, 100), 0.1 + 0.4 * (1 + std::sqrt(0.5)) / 2,
                1e-15);
    EXPECT_NEAR(learningRate(schedule(Schedule::Cosine, 20, 0.2), 100, 100), 0.1, 1e-15);
}

TEST(Schedule, KeepsTheLastValuePastTheEndAndBearsWarmUpLongerThanTheRun)
{
    EXPECT_DOUBLE_EQ(learningRate(schedule(Schedule::Linear, 0, 0.5), 300, 100), 0.25);
    EXPECT_DOUBLE_EQ(learningRate(schedule(Schedule::Linear, 200), 100, 100), 0.25);
}

} // namespace
} // namespace sy
