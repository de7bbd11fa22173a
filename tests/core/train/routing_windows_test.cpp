// Open windows across checkpoints, those of earlier versions too.
#include "core/train/routing_windows.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sy {
namespace {

/// One pass of one layer: 1 row of 2 real tokens and 1 of padding, 2 experts, 1 language.
ForwardResult onePass(double lse, double low, double high, double needed)
{
    const auto real = torch::TensorOptions().dtype(torch::kFloat32);
    LayerRouting layer;
    layer.name = "encoder.1";
    layer.expert_XK = torch::tensor({{0}, {1}, {1}}, torch::kInt64);
    layer.kept_XK = torch::tensor({{true}, {true}, {false}}, torch::kBool);
    layer.gate_XK = torch::full({3, 1}, 0.5, real);
    layer.importance_LN = torch::full({1, 2}, 1.0, real);
    layer.entropy_X = torch::full({3}, 0.25, real);
    layer.lse_X = torch::tensor({lse, lse - 1, 99.0}, real); // padding is larger and does not count
    layer.logit_min_X = torch::tensor({low, low + 1, -99.0}, real);
    layer.logit_max_X = torch::tensor({high, std::nan(""), 99.0}, real);
    layer.counted_X = torch::tensor({true, true, false}, torch::kBool);
    layer.capacity_needed = torch::full({}, needed, real);
    ForwardResult result;
    result.layers.push_back(layer);
    return result;
}

ModelInput oneRow()
{
    ModelInput input;
    input.language_B = torch::zeros({1}, torch::kInt64);
    return input;
}

RoutingWindow closed(RoutingWindows& windows, int64_t step)
{
    windows.close(step);
    return windows.drain(true).at(0).layers.at(0);
}

TEST(RoutingWindows, keepTheExtremesOfAllTheirSteps)
{
    RoutingWindows windows({"encoder.1"}, 1, 2, torch::kCPU);
    windows.add(3, oneRow(), onePass(2, -4, 1.5, 1.25));
    windows.add(4, oneRow(), onePass(1, -3, 2.5, 2.0));
    const auto window = closed(windows, 4);
    EXPECT_EQ(window.lse_max, 2);
    EXPECT_EQ(window.logit_min, -4);
    EXPECT_EQ(window.logit_max, 2.5);
    EXPECT_EQ(window.capacity_needed, 2);
    EXPECT_EQ(window.tokens, (std::vector<int64_t>{4}));

    auto silent = onePass(1, 0, 0, 1); // a router without logits
    silent.layers[0].logit_min_X = silent.layers[0].logit_max_X = torch::Tensor();
    windows.add(5, oneRow(), silent);
    const auto next = closed(windows, 5);
    EXPECT_TRUE(std::isnan(next.logit_min));
    EXPECT_TRUE(std::isnan(next.logit_max));
    EXPECT_EQ(next.capacity_needed, 1);
}

TEST(RoutingWindows, goOnFromTheirSumsAndFromThoseOfEarlierVersions)
{
    RoutingWindows before({"encoder.1"}, 1, 2, torch::kCPU);
    before.add(1, oneRow(), onePass(5, -4, 1.5, 1.25));
    auto sums = before.openSums();
    RoutingWindows after({"encoder.1"}, 1, 2, torch::kCPU);
    after.restore(1, sums);
    after.add(2, oneRow(), onePass(1, -1, 1, 1.5));
    const auto window = closed(after, 2);
    EXPECT_EQ(window.first_step, 1);
    EXPECT_EQ(window.lse_max, 5);
    EXPECT_EQ(window.logit_min, -4);
    EXPECT_EQ(window.capacity_needed, 1.5);

    sums[2].second = torch::full({1}, 7.0); // "largest" knew the logsumexp alone
    RoutingWindows old({"encoder.1"}, 1, 2, torch::kCPU);
    old.restore(1, sums);
    const auto resumed = closed(old, 2);
    EXPECT_EQ(resumed.lse_max, 7);
    EXPECT_TRUE(std::isnan(resumed.capacity_needed));
    sums[2].second = torch::zeros({2});
    EXPECT_THROW(old.restore(1, sums), EngineError);
}

} // namespace
} // namespace sy
