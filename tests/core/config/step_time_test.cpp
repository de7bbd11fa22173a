#include "core/config/config_io.h"
#include "core/config/step_time.h"

#include <gtest/gtest.h>

using namespace sy;

TEST(StepTime, isFlopsOverTheReachedRate)
{
    auto config = loadConfig("demo");
    const auto plan = costPlan(config);
    const std::map<std::string, double> peak{{"float32", 1e12}, {"bfloat16", 4e12}};
    EXPECT_DOUBLE_EQ(*stepSeconds(config, plan, peak), plan.flops_per_step / (1e12 * planned_gemm_share));
    for (const auto mode : {PrecisionMode::Bfloat16, PrecisionMode::Selective}) {
        config.precision.mode = mode;
        EXPECT_DOUBLE_EQ(*stepSeconds(config, plan, peak), plan.flops_per_step / (4e12 * planned_gemm_share));
    }
}

TEST(StepTime, isUnknownWhereNothingWasMeasured)
{
    const auto config = loadConfig("demo");
    EXPECT_FALSE(stepSeconds(config, costPlan(config), {}));
    EXPECT_FALSE(stepSeconds(config, costPlan(config), {{"bfloat16", 1e12}}));
    EXPECT_FALSE(stepSeconds(config, costPlan(config), {{"float32", 0}}));
}

TEST(StepTime, cudaIsTheFirstGpu)
{
    EXPECT_EQ(deviceName("cuda"), "cuda:0");
    EXPECT_EQ(deviceName("cuda:3"), "cuda:3");
    EXPECT_EQ(deviceName("cpu"), "cpu");
}
