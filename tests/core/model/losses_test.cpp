#include "core/model/cross_entropy.h"
#include "core/model/router_losses.h"
#include "core/model/sums.h"

#include <gtest/gtest.h>

using namespace sy;

TEST(BalanceLoss, referenceVector)
{
    // A published unit test of Hugging Face's load_balancing_loss_func.
    const auto p = torch::tensor({0.35490513F, 0.60419905F, 0.4275843F, 0.23061597F, 0.32985854F, 0.43953657F,
                                  0.25099766F, 0.27730572F, 0.7678207F, 0.71474564F})
                       .view({5, 2});
    const auto expert = torch::tensor({0, 1, 1, 0, 0}, torch::kInt64).unsqueeze(1);
    EXPECT_NEAR(balanceLoss(p, expert, torch::ones(5, torch::kBool), {1, 5, 1}).item<float>(), 0.8741045, 1e-6);
}

TEST(ZLoss, referenceVector)
{
    // Inputs and value that T5X and Hugging Face test with: 2 groups of 6 tokens, 4 experts.
    const auto logits =
        torch::tensor({-4.2124424F,  3.891939F,   -3.6481273F,  1.8849981F,   0.32625437F, 2.918651F,   0.84758997F,
                       -4.556842F,   -3.32062F,   4.6977115F,   -0.15439987F, 0.44086337F, 3.4467149F,  4.3436565F,
                       -4.7224274F,  -4.264637F,  -2.224406F,   -2.5318158F,  -1.3832569F, 1.1891162F,  -2.320062F,
                       -0.44705987F, 4.289819F,   -0.00662684F, 0.99470854F,  -0.6992364F, 0.25503993F, 4.2952085F,
                       3.5937333F,   -3.2408535F, -4.298278F,   4.426601F,    0.7669008F,  2.6588762F,  2.4505413F,
                       4.6051874F,   0.23330331F, -3.0845237F,  0.6262374F,   -2.9865491F, 0.7595146F,  -2.1099675F,
                       -4.155346F,   -2.8326452F, 2.3771453F,   1.004138F,    -3.1781673F, 0.7581556F})
            .view({12, 4});
    EXPECT_NEAR(zLoss(logits.logsumexp(1), torch::ones(12, torch::kBool)).item<float>(), 13.786719, 2e-5);
}

TEST(RouterLosses, referenceVectorOfAWholeRouter)
{
    // 2 groups of 3 tokens of width 4, 2 experts; balance within each group, as the peers do.
    const auto x = torch::tensor({0.6433916F,  0.18188512F, 0.02240455F, 0.563781F,   0.5526401F,  0.0958724F,
                                  0.34253013F, 0.03644359F, 0.08744538F, 0.7909105F,  0.35205448F, 0.53364205F,
                                  0.02900076F, 0.4168595F,  0.5802449F,  0.91486526F, 0.27414513F, 0.14991808F,
                                  0.9383501F,  0.5209162F,  0.51207185F, 0.90618336F, 0.7309413F,  0.95533276F})
                       .view({6, 4});
    const auto weight = torch::tensor({0.02008116F, 0.00620062F, -0.00811031F, -0.00031623F, -0.03542127F, 0.02703803F,
                                       0.02335377F, -0.02971946F})
                            .view({4, 2});
    const auto logits = x.matmul(weight);
    const auto probability = logits.softmax(1);
    const auto all = torch::ones(6, torch::kBool);
    EXPECT_NEAR(balanceLoss(probability, probability.argmax(1, true), all, {2, 3, 1}).item<float>(), 1.000308, 1e-5);
    EXPECT_NEAR(zLoss(logits.logsumexp(1), all).item<float>(), 0.4789799, 1e-5);
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
    EXPECT_EQ(
        balanceLoss(torch::full({8, 4}, 0.25), torch::zeros({8, 1}, torch::kInt64), none, {2, 4, 1}).item<float>(), 0);
    EXPECT_EQ(zLoss(torch::ones({8}), none).item<float>(), 0);
}

TEST(CrossEntropy, equalsLibTorchAndSoDoesItsGradient)
{
    torch::manual_seed(1);
    for (const int64_t rows : {1, 127, 300}) {
        auto logits = (torch::randn({rows, 50}, torch::kDouble) * 4).requires_grad_();
        const auto label = torch::where(torch::rand({rows}).lt(0.3), torch::full({}, -100, torch::kInt64),
                                        torch::randint(0, 50, {rows}, torch::kInt64));
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
