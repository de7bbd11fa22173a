#include "core/train/gradients.h"
#include "core/train/optimizers.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sy {
namespace {

std::vector<ParameterSpec> specs()
{
    return {{"matrix.weight", {5, 7}, false, false, false, false},
            {"experts.weight", {3, 4, 6}, false, false, true, false},
            {"norm.weight", {5}, true, false, false, false}};
}

Weights randomWeights(const std::vector<ParameterSpec>& of)
{
    Weights weights;
    for (const auto& spec : of) weights.add(spec.name, torch::randn(spec.shape) * 0.3);
    return weights;
}

std::vector<torch::Tensor> randomGradients(const std::vector<ParameterSpec>& of)
{
    std::vector<torch::Tensor> gradients;
    for (const auto& spec : of) gradients.push_back(torch::randn(spec.shape));
    return gradients;
}

torch::Tensor flag(bool value)
{
    return torch::tensor(value);
}

using Numbers = std::vector<double>;

Numbers numbers(const torch::Tensor& tensor)
{
    const auto flat = tensor.to(torch::kFloat64).contiguous().flatten();
    return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

double rms(const Numbers& x)
{
    double sum = 0;
    for (const double v : x) sum += v * v;
    return std::sqrt(sum / static_cast<double>(x.size()));
}

/// Algorithm 5 of arXiv:1804.04235 for one R x C matrix, in plain loops.
struct SlowAdafactor {
    size_t rows, columns;
    Numbers row, column;
    int t = 0;
    SlowAdafactor(size_t r, size_t c) : rows(r), columns(c), row(r), column(c) {}

    void step(Numbers& weights, const Numbers& g, double rate, const OptimizerConfig& config)
    {
        const double beta = 1 - std::pow(++t, -config.decay_exponent);
        for (size_t r = 0; r < rows; ++r) {
            double mean = 0;
            for (size_t c = 0; c < columns; ++c)
                mean += (g[r * columns + c] * g[r * columns + c] + 1e-30) / static_cast<double>(columns);
            row[r] = beta * row[r] + (1 - beta) * mean;
        }
        for (size_t c = 0; c < columns; ++c) {
            double mean = 0;
            for (size_t r = 0; r < rows; ++r)
                mean += (g[r * columns + c] * g[r * columns + c] + 1e-30) / static_cast<double>(rows);
            column[c] = beta * column[c] + (1 - beta) * mean;
        }
        double all = 0;
        for (const double v : row) all += v / static_cast<double>(rows);
        Numbers update(g.size());
        for (size_t r = 0; r < rows; ++r)
            for (size_t c = 0; c < columns; ++c)
                update[r * columns + c] = g[r * columns + c] / std::sqrt(row[r] * column[c] / all);
        apply(weights, update, rate, config);
    }

    static void apply(Numbers& weights, const Numbers& update, double rate, const OptimizerConfig& config)
    {
        const double clip = std::max(1.0, rms(update) / config.update_clip);
        const double scale = rate * (config.scale_by_parameter ? std::max(1e-3, rms(weights)) : 1);
        for (size_t i = 0; i < weights.size(); ++i)
            weights[i] -= scale * update[i] / clip + rate * config.weight_decay * weights[i];
    }
};

void expectClose(const Numbers& got, const Numbers& wanted, const char* what)
{
    ASSERT_EQ(got.size(), wanted.size());
    for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 2e-6) << what << " element " << i;
}

class Adafactor : public ::testing::TestWithParam<std::tuple<bool, double>> {};

TEST_P(Adafactor, EqualsTheSlowLoopPerExpertMatrix)
{
    torch::manual_seed(3);
    const auto of = specs();
    auto weights = randomWeights(of);
    OptimizerConfig config;
    config.scale_by_parameter = std::get<0>(GetParam());
    config.weight_decay = std::get<1>(GetParam());
    config.update_clip = 0.9; // so that it clips
    OptimizerConfig no_decay = config;
    no_decay.weight_decay = 0;
    const auto optimizer = makeOptimizer(config, of, torch::kCPU);
    Numbers matrix = numbers(weights.at("matrix.weight")), norm = numbers(weights.at("norm.weight")), full(5);
    std::vector<Numbers> experts;
    for (int e = 0; e < 3; ++e) experts.push_back(numbers(weights.at("experts.weight")[e]));
    SlowAdafactor slow_matrix(5, 7);
    std::vector<SlowAdafactor> slow_experts(3, SlowAdafactor(4, 6));
    for (int step = 1; step <= 6; ++step) {
        auto gradients = randomGradients(of);
        gradients[1][2].mul_(1000); // one loud expert must not change the others
        optimizer->step(weights, gradients, 0.05, flag(true));
        slow_matrix.step(matrix, numbers(gradients[0]), 0.05, config);
        for (size_t e = 0; e < 3; ++e)
            slow_experts[e].step(experts[e], numbers(gradients[1][static_cast<int64_t>(e)]), 0.05, config);
        const auto g = numbers(gradients[2]);
        const double beta = 1 - std::pow(step, -config.decay_exponent);
        Numbers update(5);
        for (size_t i = 0; i < 5; ++i) {
            full[i] = beta * full[i] + (1 - beta) * (g[i] * g[i] + 1e-30);
            update[i] = g[i] / std::sqrt(full[i]);
        }
        SlowAdafactor::apply(norm, update, 0.05, no_decay);
    }
    expectClose(numbers(weights.at("matrix.weight")), matrix, "matrix");
    for (size_t e = 0; e < 3; ++e)
        expectClose(numbers(weights.at("experts.weight")[static_cast<int64_t>(e)]), experts[e], "expert");
    expectClose(numbers(weights.at("norm.weight")), norm, "norm");
}

INSTANTIATE_TEST_SUITE_P(Settings, Adafactor, ::testing::Combine(::testing::Bool(), ::testing::Values(0.0, 0.1)));

TEST(AdamW, EqualsTheFormulaAndLeavesNormsOutOfWeightDecay)
{
    torch::manual_seed(4);
    const auto of = specs();
    auto weights = randomWeights(of);
    OptimizerConfig config;
    config.kind = OptimizerKind::AdamW;
    config.weight_decay = 0.1;
    const auto optimizer = makeOptimizer(config, of, torch::kCPU);
    std::vector<Numbers> w, m(3), v(3);
    for (size_t p = 0; p < 3; ++p) {
        w.push_back(numbers(weights.items()[p].second));
        m[p].resize(w[p].size());
        v[p].resize(w[p].size());
    }
    for (int step = 1; step <= 5; ++step) {
        const auto gradients = randomGradients(of);
        optimizer->step(weights, gradients, 0.01, flag(true));
        for (size_t p = 0; p < 3; ++p) {
            const auto g = numbers(gradients[p]);
            for (size_t i = 0; i < g.size(); ++i) {
                w[p][i] *= 1 - (p == 2 ? 0 : 0.01 * 0.1);
                m[p][i] = 0.9 * m[p][i] + 0.1 * g[i];
                v[p][i] = 0.999 * v[p][i] + 0.001 * g[i] * g[i];
                w[p][i] -= 0.01 * (m[p][i] / (1 - std::pow(0.9, step))) /
                           (std::sqrt(v[p][i] / (1 - std::pow(0.999, step))) + 1e-8);
            }
        }
    }
    for (size_t p = 0; p < 3; ++p) expectClose(numbers(weights.items()[p].second), w[p], of[p].name.c_str());
}

class NonFinite : public ::testing::TestWithParam<OptimizerKind> {};

TEST_P(NonFinite, LeavesWeightsAndStateUntouchedBitByBit)
{
    torch::manual_seed(5);
    const auto of = specs();
    for (const int finite_before : {0, 2}) {
        auto weights = randomWeights(of);
        weights.items()[0].second[0][0] = -0.0F;
        OptimizerConfig config;
        config.kind = GetParam();
        config.weight_decay = 0.1;
        const auto optimizer = makeOptimizer(config, of, torch::kCPU);
        for (int i = 0; i < finite_before; ++i) optimizer->step(weights, randomGradients(of), 0.1, flag(true));
        std::vector<torch::Tensor> before;
        for (const auto& [name, tensor] : weights.items()) before.push_back(tensor.clone());
        for (const auto& [name, tensor] : optimizer->state()) before.push_back(tensor.clone());
        auto gradients = randomGradients(of);
        gradients[0][1][2] = NAN;
        gradients[1][1][2][3] = INFINITY;
        optimizer->step(weights, gradients, 0.1, flag(false));
        size_t i = 0;
        const auto same = [&](const torch::Tensor& now) {
            return std::memcmp(now.contiguous().const_data_ptr(), before[i++].const_data_ptr(), now.nbytes()) == 0;
        };
        for (const auto& [name, tensor] : weights.items()) EXPECT_TRUE(same(tensor)) << name;
        for (const auto& [name, tensor] : optimizer->state()) EXPECT_TRUE(same(tensor)) << name;
        optimizer->step(weights, randomGradients(of), 0.1, flag(true));
        for (const auto& [name, tensor] : weights.items()) EXPECT_TRUE(tensor.isfinite().all().item<bool>()) << name;
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, NonFinite, ::testing::Values(OptimizerKind::Adafactor, OptimizerKind::AdamW));

TEST(OptimizerState, RefusesWhatDoesNotFit)
{
    const auto of = specs();
    OptimizerConfig adamw;
    adamw.kind = OptimizerKind::AdamW;
    const auto optimizer = makeOptimizer({}, of, torch::kCPU);
    EXPECT_THROW(loadOptimizerState(*optimizer, makeOptimizer(adamw, of, torch::kCPU)->state()), EngineError);
    auto other = optimizer->state();
    other.back().second = torch::zeros({9});
    EXPECT_THROW(loadOptimizerState(*optimizer, other), EngineError);
    other = optimizer->state();
    other.emplace_back("more", torch::zeros({1}));
    EXPECT_THROW(loadOptimizerState(*optimizer, other), EngineError);
    EXPECT_NO_THROW(loadOptimizerState(*optimizer, makeOptimizer({}, of, torch::kCPU)->state()));
}

TEST(Gradients, AreClippedToTheLargestNorm)
{
    std::vector<torch::Tensor> gradients{torch::full({2}, 3.0F), torch::full({2}, 4.0F)}; // norm sqrt(50)
    const auto norm = gradientNorm(gradients);
    EXPECT_NEAR(norm.global.item<double>(), std::sqrt(50.0), 1e-6);
    clipGradients(gradients, norm.global, 100);
    EXPECT_EQ(gradients[0][0].item<float>(), 3.0F);
    clipGradients(gradients, norm.global, 1);
    EXPECT_NEAR(gradientNorm(gradients).global.item<double>(), 1, 1e-5);
    clipGradients(gradients, norm.global, 0);
    EXPECT_NEAR(gradientNorm(gradients).global.item<double>(), 1, 1e-5);
}

} // namespace
} // namespace sy
