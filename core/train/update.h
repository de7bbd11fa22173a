// One update: micro-batches, losses, gradients, optimizer. Nothing here reads from the device.
#pragma once

#include "core/config/experiment.h"
#include "core/model/model.h"
#include "core/train/device_batch.h"
#include "core/train/optimizers.h"

#include <torch/torch.h>

#include <functional>

namespace sy {

/// What an update measures, by column of a device row (float32).
enum class StepMetric {
    CrossEntropy, ///< nats per target token, over the whole update
    AuxLoss,      ///< unweighted, mean over sparse layers and micro-batches
    ZLoss,        ///< the same
    GradientNorm, ///< before clipping
    DropRate,     ///< dropped over routed choices of real tokens, all sparse layers
    LogitMax,     ///< largest logsumexp of a router; 0 without sparse layers
    LossFinite,   ///< 1 or 0
    GradientFinite,
    FirstBad, ///< index of the first parameter whose gradient norm is not finite; -1 = none
    Count
};
inline constexpr int64_t step_metric_count = static_cast<int64_t>(StepMetric::Count);

/// Called after the forward pass of each micro-batch.
using RoutingSink = std::function<void(int64_t micro_batch, const ModelInput& input, const ForwardResult& result)>;

/// Loss of the update n = step: cross entropy summed over real targets / all real targets of the update, plus
/// aux_loss_weight * aux + z_loss_weight * z, those averaged over sparse layers and micro-batches
/// (arXiv:2101.03961 eq. 4-6; arXiv:2202.08906 eq. 6). Where loss or gradient norm is not finite, weights and optimizer
/// state keep every bit.
/// @param num_languages  above 0 asks for importances per language.
/// @returns float32 [step_metric_count] on the device.
torch::Tensor trainUpdate(const ExperimentConfig& config, Weights& master, Optimizer& optimizer, const Batch& batch,
                          int64_t step, int64_t num_languages, const RoutingSink& sink);

/// Options of a training or evaluation pass under the configuration's capacities.
ForwardOptions forwardOptions(const ExperimentConfig& config, bool train);

} // namespace sy
