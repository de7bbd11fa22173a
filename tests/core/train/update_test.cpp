#include "train_support.h"

#include "core/base/random.h"
#include "core/train/device_batch.h"
#include "core/train/update.h"

#include <gtest/gtest.h>

namespace sy {
namespace {

Batch randomBatch(int64_t rows, int64_t vocab)
{
    Batch batch{rows, 32, 16, {}, {}, {}, 0, 0};
    const auto random = randomStream(1, 2, 3);
    uint64_t at = 0;
    for (int64_t row = 0; row < rows; ++row) {
        const int64_t padding = row % 3, ignored = row % 4; // rows of different length
        for (int64_t s = 0; s < 32; ++s)
            batch.input.push_back(
                s < 32 - padding ? static_cast<int32_t>(3 + random.below(at++, static_cast<uint64_t>(vocab - 3))) : 0);
        for (int64_t t = 0; t < 16; ++t)
            batch.target.push_back(t < 16 - ignored
                                       ? static_cast<int32_t>(3 + random.below(at++, static_cast<uint64_t>(vocab - 3)))
                                       : -100);
        batch.language.push_back(static_cast<int32_t>(row % 2));
        batch.input_tokens += 32 - padding;
        batch.target_tokens += 16 - ignored;
    }
    return batch;
}

/// Without randomness, drops and losses that depend on how the batch is split.
ExperimentConfig plainConfig()
{
    auto config = test::tinyConfig();
    config.model.dropout = 0;
    config.router.dropless = true;
    config.router.exploration = Exploration::Argmax;
    config.router.aux_loss_weight = 0;
    return config;
}

struct Updated {
    Weights weights;
    torch::Tensor row;
};

Updated updated(const ExperimentConfig& config, const Batch& batch, int64_t steps = 1)
{
    Updated out{initialWeights(config.model, 1, torch::kCPU), {}};
    const auto optimizer = makeOptimizer(config.optimizer, parameterSpecs(config.model), torch::kCPU);
    for (int64_t step = 1; step <= steps; ++step)
        out.row = trainUpdate(config, out.weights, *optimizer, batch, step, 2, [](auto&&...) {});
    return out;
}

double metric(const Updated& update, StepMetric which)
{
    return update.row[static_cast<int64_t>(which)].item<double>();
}

TEST(Update, AccumulatedMicroBatchesEqualTheFullBatch)
{
    auto config = plainConfig();
    config.optimizer.kind = OptimizerKind::AdamW;
    config.optimizer.eps = 1e-3; // a step near 0/0 would enlarge rounding
    const auto batch = randomBatch(8, config.model.vocab_size);
    const auto whole = updated(config, batch);
    for (const int64_t parts : {2, 4, 8}) {
        config.train.micro_batches = parts;
        const auto split = updated(config, batch);
        EXPECT_NEAR(metric(split, StepMetric::CrossEntropy), metric(whole, StepMetric::CrossEntropy), 1e-5);
        EXPECT_NEAR(metric(split, StepMetric::GradientNorm), metric(whole, StepMetric::GradientNorm), 1e-4);
        for (size_t i = 0; i < whole.weights.size(); ++i)
            EXPECT_TRUE(torch::allclose(split.weights.items()[i].second, whole.weights.items()[i].second, 1e-4, 1e-5))
                << whole.weights.items()[i].first << " with " << parts << " parts";
    }
}

TEST(Update, LossIsCrossEntropyOverRealTargetsPlusWeightedRouterLosses)
{
    auto config = plainConfig();
    config.router.z_loss_weight = 0.5;
    config.router.aux_loss_weight = 0.25;
    const auto batch = randomBatch(8, config.model.vocab_size);
    const auto weights = initialWeights(config.model, 1, torch::kCPU);
    auto options = forwardOptions(config, true);
    options.seed = 1;
    const auto result =
        forward(config.model, config.router, config.precision.mode, weights, toDevice(batch, torch::kCPU), options);
    const auto update = updated(config, batch);
    double aux = 0, z = 0;
    for (const auto& layer : result.layers)
        aux += layer.aux_loss.item<double>() / 2, z += layer.z_loss.item<double>() / 2;
    ASSERT_EQ(result.layers.size(), 2U);
    EXPECT_NEAR(metric(update, StepMetric::CrossEntropy),
                result.loss_sum.item<double>() / static_cast<double>(batch.target_tokens), 1e-5);
    EXPECT_NEAR(metric(update, StepMetric::AuxLoss), aux, 1e-5);
    EXPECT_NEAR(metric(update, StepMetric::ZLoss), z, 1e-5);
    EXPECT_EQ(metric(update, StepMetric::DropRate), 0);
}

TEST(Update, NonFiniteWeightsAreNamedAndNothingElseIsTouched)
{
    const auto config = plainConfig();
    const auto batch = randomBatch(8, config.model.vocab_size);
    auto weights = initialWeights(config.model, 1, torch::kCPU);
    const auto optimizer = makeOptimizer(config.optimizer, parameterSpecs(config.model), torch::kCPU);
    {
        const torch::NoGradGuard no_grad;
        weights.at("encoder.final_layer_norm.weight").detach()[0] = NAN;
    }
    std::vector<torch::Tensor> before;
    for (const auto& [name, tensor] : weights.items()) before.push_back(tensor.detach().clone());
    const auto row = trainUpdate(config, weights, *optimizer, batch, 1, 0, [](auto&&...) {});
    EXPECT_EQ(row[static_cast<int64_t>(StepMetric::LossFinite)].item<float>(), 0);
    EXPECT_GE(row[static_cast<int64_t>(StepMetric::FirstBad)].item<float>(), 0);
    for (size_t i = 0; i < before.size(); ++i)
        EXPECT_EQ(
            std::memcmp(weights.items()[i].second.const_data_ptr(), before[i].const_data_ptr(), before[i].nbytes()), 0);
    EXPECT_EQ(optimizer->state().front().second.item<float>(), 0); // no step counted
}

TEST(Update, TrainingLowersTheLoss)
{
    const auto config = plainConfig();
    const auto batch = randomBatch(8, config.model.vocab_size);
    EXPECT_LT(metric(updated(config, batch, 30), StepMetric::CrossEntropy),
              metric(updated(config, batch, 1), StepMetric::CrossEntropy) - 0.3);
}

} // namespace
} // namespace sy
