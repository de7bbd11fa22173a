#include "core/model/cross_entropy.h"
#include "core/model/router_losses.h"
#include "core/model/sums.h"

#include <gtest/gtest.h>

using namespace sy;

TEST(BalanceLoss, referenceVector)
{
    // A published unit test of Hugging Face's load_balancing_loss_func.
    const auto p = torch::tensor({0.35490513F, 0.60419905F, 0.4275843F, 0.23061597F, 0.32985854F, 0.43953657F, 0.25099766F,
                                  0.27730572F, 0.7678207F, 0.71474564F}).view({5, 2});
    const auto expert = torch::tensor({0, 1, 1, 0, 0}, torch::kInt64).unsqueeze(1);
    EXPECT_NEAR(balanceLoss(p, expert, torch::ones(5, torch::kBool), {1, 5, 1}).item<float>(), 0.8741045, 1e-6);
}

TEST(BalanceLoss, isOneUnderUniformRoutingAndNWhenAllGoToOne)
{
    const auto uniform = torch::full({8, 4}, 0.25);
    const auto even = torch::arange(8).remainder(4).unsqueeze(1);
    EXPECT_FLOAT_EQ(balanceLoss(uniform, even, torch::ones(8, torch::kBool), {2, 4, 2}).item<float>(), 1);
    const auto one = torch::zeros({8, 4}).index_fill_(1, torch::tensor({2}), 1.0);
    const auto two = torch::full({8, 1}, 2, torch::kInt64);
    EXPECT_FLOAT_EQ(balanceLoss(one, two, torch::ones(8, torch::kBool), {2, 4, 2}).item<float>(), 4);
}

TEST(BalanceLoss, withoutTokensItIsZeroAndFinite)
{
    const auto none = torch::zeros(8, torch::kBool);
    EXPECT_EQ(balanceLoss(torch::full({8, 4}, 0.25), torch::zeros({8, 1}, torch::kInt64), none, {2, 4, 1}).item<float>(), 0);
    EXPECT_EQ(zLoss(torch::ones({8}), none).item<float>(), 0);
}

TEST(CrossEntropy, equalsLibTorchAndSoDoesItsGradient)
{
    torch::manual_seed(1);
    for (const int64_t rows : {1, 127, 300}) {
        auto logits = (torch::randn({rows, 50}, torch::kDouble) * 4).requires_grad_();
        const auto label = torch::where(torch::rand({rows}).lt(0.3), torch::full({}, -100, torch::kInt64), torch::randint(0, 50, {rows}, torch::kInt64));
        const auto weight = torch::rand({rows}, torch::kDouble);
        const auto ours = crossEntropy(logits, label);
        const auto theirs = at::cross_entropy_loss(logits, label, {}, at::Reduction::None);
        EXPECT_TRUE(ours.allclose(theirs, 1e-12, 1e-12));
        const auto g = torch::autograd::grad({(ours * weight).sum()}, {logits})[0];
        const auto h = torch::autograd::grad({(theirs * weight).sum()}, {logits})[0];
        EXPECT_TRUE(g.allclose(h, 1e-10, 1e-12));
    }
}

TEST(CrossEntropy, isFloat32UnderBfloat16LogitsAndSurvivesLargeOnes)
{
    auto logits = torch::tensor({{1000.0F, 0.0F}, {-1000.0F, 1000.0F}}).to(torch::kBFloat16).requires_grad_();
    const auto loss = crossEntropy(logits, torch::tensor({0, 0}, torch::kInt64));
    EXPECT_EQ(loss.scalar_type(), torch::kFloat);
    EXPECT_FLOAT_EQ(loss[0].item<float>(), 0);
    EXPECT_FLOAT_EQ(loss[1].item<float>(), 2000);
    loss.sum().backward();
    EXPECT_EQ(logits.grad().scalar_type(), torch::kBFloat16);
    EXPECT_TRUE(logits.grad().isfinite().all().item<bool>());
}

TEST(SumAll, addsEverythingInAnOrderThatThreadsDoNotChange)
{
    torch::manual_seed(1);
    const auto x = torch::randn({3, 70001});
    at::set_num_threads(1);
    const auto one = sumAll(x);
    at::set_num_threads(2);
    EXPECT_TRUE(one.equal(sumAll(x)));
    EXPECT_NEAR(one.item<double>(), x.to(torch::kDouble).sum().item<double>(), 0.05);
    EXPECT_EQ(sumAll(torch::ones({100001})).item<float>(), 100001);
    EXPECT_EQ(sumAll(torch::zeros({0})).item<float>(), 0);
}
