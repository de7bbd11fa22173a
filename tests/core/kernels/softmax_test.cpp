#include "core/kernels/softmax.h"

#include <gtest/gtest.h>

using namespace sy;

TEST(Softmax, equalsLibTorchAndSoDoesItsGradient)
{
    torch::manual_seed(1);
    for (const int64_t columns : {1, 5, 8, 24, 33}) {
        auto x = (torch::randn({4, 7, columns}, torch::kDouble) * 3).requires_grad_();
        const auto upstream = torch::randn({4, 7, columns}, torch::kDouble);
        const auto ours = softmax(x, torch::kDouble), theirs = at::softmax(x, -1);
        EXPECT_TRUE(ours.allclose(theirs, 1e-12, 1e-14));
        const auto g = torch::autograd::grad({(ours * upstream).sum()}, {x})[0];
        EXPECT_TRUE(g.allclose(torch::autograd::grad({(theirs * upstream).sum()}, {x})[0], 1e-10, 1e-13)) << columns;
    }
}

TEST(Softmax, gradientHasTheSameBitsForAnyThreads)
{
    torch::manual_seed(2);
    for (const auto dtype : {torch::kFloat, torch::kBFloat16})
        for (const int64_t columns : {17, 24, 31, 64, 100}) {
            auto x = torch::randn({512, columns}, dtype).requires_grad_();
            const auto upstream = torch::randn({512, columns}, dtype);
            std::vector<torch::Tensor> results;
            for (const int threads : {1, 2, 3}) {
                at::set_num_threads(threads);
                results.push_back(torch::autograd::grad({(softmax(x, dtype) * upstream).sum()}, {x})[0]);
            }
            at::set_num_threads(2);
            EXPECT_TRUE(results[0].equal(results[1]) && results[0].equal(results[2])) << columns;
        }
}

TEST(Softmax, returnsTheDtypeAskedForAndGivesTheScoresTheirs)
{
    auto x = torch::randn({3, 8}, torch::kFloat).to(torch::kBFloat16).requires_grad_();
    const auto p = softmax(x, torch::kFloat);
    EXPECT_EQ(p.scalar_type(), torch::kFloat);
    p.square().sum().backward();
    EXPECT_EQ(x.grad().scalar_type(), torch::kBFloat16);
    EXPECT_TRUE(p.sum(1).allclose(torch::ones(3)));
}
