#include "core/config/config_io.h"
#include "core/config/cost_plan.h"

#include <gtest/gtest.h>

using namespace sy;

namespace {

/// Small enough to count by hand: width 8, 1 head of 4, F 16, 2 + 2 layers of which layer 1 is sparse.
ExperimentConfig tiny(int64_t experts)
{
    ExperimentConfig config;
    config.model = {.num_experts = experts,
                    .d_model = 8,
                    .d_ff = 16,
                    .d_kv = 4,
                    .num_heads = 1,
                    .num_layers = 2,
                    .num_decoder_layers = 2,
                    .vocab_size = 100};
    config.data.input_length = 10;
    config.data.target_length = 5;
    config.data.batch_size = 2;
    return config;
}

} // namespace

TEST(CostPlan, countsATinyModelByHand)
{
    const auto plan = costPlan(tiny(4));
    const int64_t attention = 4 * 8 * 4, feed_forward = 2 * 8 * 16, router = 4 * 8;
    const int64_t encoder = 2 * attention + 2 * 2 * 8 + 8 + 32 + feed_forward + (4 * feed_forward + router);
    const int64_t decoder = 2 * 2 * attention + 2 * 3 * 8 + 8 + 32 + feed_forward + (4 * feed_forward + router);
    EXPECT_EQ(plan.parameters_total, 100 * 8 + encoder + decoder);
    EXPECT_EQ(plan.parameters_active, plan.parameters_total - 2 * 3 * feed_forward);

    double row = 0;
    row += 10 * 2 * (attention + 2.0 * 10 * 4 + feed_forward); // encoder
    row += 5 * 2 * (attention + 2.0 * 5 * 4 + feed_forward);   // decoder, self-attention and feed-forward
    row += 2 * (5 * 2.0 * 8 * 4 + 10 * 2.0 * 8 * 4 +
                2.0 * 5 * 10 * 4); // queries and output, keys and values, scores and context
    row += 5 * 8.0 * 100;          // output layer
    EXPECT_DOUBLE_EQ(plan.forward_flops_per_token, 2 * row / 15);
    EXPECT_DOUBLE_EQ(plan.flops_per_token, 3 * plan.forward_flops_per_token);
    EXPECT_DOUBLE_EQ(plan.router_flops_per_token, 2.0 * router);
    EXPECT_EQ(plan.positions_per_step, 30);
    EXPECT_DOUBLE_EQ(plan.flops_per_step, plan.flops_per_token * 30);
}

TEST(CostPlan, expertsCostParametersButNoFlops)
{
    const auto dense = costPlan(tiny(1));
    for (const int64_t experts : {2, 8, 64}) {
        const auto sparse = costPlan(tiny(experts));
        EXPECT_TRUE(equalFlops(dense, sparse)) << experts;
        EXPECT_DOUBLE_EQ(dense.flops_per_token, sparse.flops_per_token);
        EXPECT_GT(sparse.parameters_total, dense.parameters_total);
        EXPECT_GT(sparse.router_flops_per_token, 0);
    }
    auto two = tiny(8);
    two.router.kind = RouterKind::Top2;
    EXPECT_FALSE(equalFlops(dense, costPlan(two)));
}

TEST(CostPlan, knowsThePapersSizes)
{
    // arXiv:2101.03961 table 9: T5-Base 0.2 B, Switch-Base (128 experts) 7 B parameters; its d_ff is 3072 as released.
    EXPECT_NEAR(static_cast<double>(costPlan(loadConfig("switch-base-128")).parameters_total) / 1e9, 7.4, 0.2);
    EXPECT_NEAR(static_cast<double>(costPlan(loadConfig("switch-base-8-dense")).parameters_total) / 1e9, 0.223, 0.005);
    EXPECT_NEAR(static_cast<double>(costPlan(loadConfig("switch-base-8")).parameters_total) / 1e6, 620, 5);
}

TEST(CostPlan, capacityFollowsItsScope)
{
    auto config = tiny(4);
    config.router.capacity_factor_train = 1.25;
    EXPECT_EQ(costPlan(config).expert_capacity, 7); // ceil(1.25 * 20 / 4)
    config.router.capacity_scope = Scope::Row;
    EXPECT_EQ(costPlan(config).expert_capacity, 4); // ceil(1.25 * 10 / 4)
    config.router.min_capacity = 6;
    EXPECT_EQ(costPlan(config).expert_capacity, 6);
}

TEST(CostPlan, adafactorsStateIsRowsAndColumns)
{
    auto config = loadConfig("switch-base-128");
    const auto factored = costPlan(config);
    EXPECT_LT(factored.bytes.at("optimizer"), factored.bytes.at("weights") / 100);
    config.optimizer.kind = OptimizerKind::AdamW;
    EXPECT_EQ(costPlan(config).bytes.at("optimizer"), 2 * factored.bytes.at("weights"));
    int64_t sum = 0;
    for (const auto& [part, size] : factored.bytes)
        if (part != "total") sum += size;
    EXPECT_EQ(factored.bytes.at("total"), sum);
}
