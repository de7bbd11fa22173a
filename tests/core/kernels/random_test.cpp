#include "core/kernels/random.h"

#include "core/base/error.h"
#include "core/routing/draws.h"

#include <gtest/gtest.h>

using namespace sy;

namespace {

const RandomStream stream = randomStream(3, 5, siteId("kernel"));

/// Runs with one and with two threads.
template <class Body> void forThreads(const Body& body)
{
    for (const int threads : {1, 2}) {
        at::set_num_threads(threads);
        body(threads);
    }
}

} // namespace

TEST(RandomKernels, dropoutEqualsTheTensorFormToTheBitForAnyThreads)
{
    for (const auto dtype : {torch::kFloat, torch::kDouble, torch::kBFloat16})
        for (const int64_t count : {1, 7, 4096, 50001}) {
            const auto x = torch::randn({count}, dtype);
            const DropoutRule rule(0.3);
            const auto draws = tensor_form::draws16(count, {}, count, stream, torch::kCPU);
            const auto expected = x * draws.ge(static_cast<int64_t>(rule.threshold)).to(torch::kFloat).mul(rule.scale).to(dtype);
            forThreads([&](int) { EXPECT_TRUE(dropout(x, 0.3, stream).equal(expected)); });
        }
}

TEST(RandomKernels, tensorFormDrawsWhatTheBodyDraws)
{
    const auto draws = tensor_form::draws16(1000, {}, 1000, stream, torch::kCPU);
    const auto u = tensor_form::uniform(1000, stream, torch::kCPU);
    for (int64_t i = 0; i < 1000; ++i) {
        EXPECT_EQ(draws[i].item<int64_t>(), draw16(stream, static_cast<uint64_t>(i)));
        EXPECT_EQ(u[i].item<float>(), openUniform(stream, static_cast<uint64_t>(i)));
    }
    forThreads([&](int) { EXPECT_TRUE(uniform({10, 100}, stream, torch::kCPU).equal(u.view({10, 100}))); });
}

TEST(RandomKernels, rowsKeepTheirDrawsWhereverTheyStand)
{
    for (const int64_t columns : {8, 5}) {
        const auto x = torch::ones({40, columns});
        const auto in_order = dropout(x.flatten(), 0.5, stream).view({40, columns});
        auto ids = torch::randperm(40);
        ids[3] = -1;
        const auto moved = dropout(x, 0.5, stream, ids);
        for (int64_t r = 0; r < 40; ++r) {
            const int64_t id = ids[r].item<int64_t>();
            EXPECT_TRUE(moved[r].equal(id < 0 ? torch::zeros(columns) : in_order[id])) << r;
        }
    }
}

TEST(RandomKernels, backwardDrawsTheSameMaskAgain)
{
    auto x = torch::randn({300, 8}).requires_grad_();
    const auto weight = torch::randn({300, 8});
    const auto ids = torch::randperm(300);
    (dropout(x, 0.4, stream, ids) * weight).sum().backward();
    const auto mask = dropout(torch::ones({300, 8}), 0.4, stream, ids);
    EXPECT_TRUE(x.grad().equal(mask * weight));

    auto y = torch::randn({300}).requires_grad_();
    jitter(y, 0.1, stream).sum().backward();
    EXPECT_TRUE(y.grad().equal(jitter(torch::ones({300}), 0.1, stream)));
}

TEST(RandomKernels, jitterStaysInItsRangeAndDropoutKeepsTheMean)
{
    const auto factors = jitter(torch::ones({100000}), 0.01, stream);
    EXPECT_GE(factors.min().item<float>(), 0.99F - 1e-6F);
    EXPECT_LE(factors.max().item<float>(), 1.01F + 1e-6F);
    EXPECT_NEAR(factors.mean().item<double>(), 1, 1e-4);
    EXPECT_NEAR(dropout(torch::ones({1000000}), 0.1, stream).mean().item<double>(), 1, 2e-3);
}

TEST(RandomKernels, refusesRatesOutsideTheirRange)
{
    const auto x = torch::ones({4});
    EXPECT_TRUE(dropout(x, 0, stream).is_same(x));
    EXPECT_THROW(dropout(x, 1, stream), EngineError);
    EXPECT_THROW(dropout(x, -0.1, stream), EngineError);
    EXPECT_THROW(dropout(x, std::nan(""), stream), EngineError);
    EXPECT_THROW(jitter(x, 1, stream), EngineError);
}
