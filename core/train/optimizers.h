// Optimizers over float32 master weights. No host reads: a non-finite step is skipped on the device.
#pragma once

#include "core/config/experiment.h"
#include "core/model/parameters.h"
#include "core/model/tensor_files.h"

#include <torch/torch.h>

#include <memory>
#include <vector>

namespace sy {

class Optimizer {
public:
    virtual ~Optimizer() = default;

    /// One update in place.
    /// @param weights        float32, in the order of the specs.
    /// @param gradients      float32, contiguous, one per weight, same shape and device; may hold NaN or inf only where
    ///                       `finite` is false.
    /// @param learning_rate  of this step.
    /// @param finite         bool scalar on the device; where it is false weights and state keep every bit.
    virtual void step(Weights& weights, const std::vector<torch::Tensor>& gradients, double learning_rate,
                      const torch::Tensor& finite) = 0;

    /// The state itself (not copies), for checkpoints: "step" (float32 scalar, updates that counted) and moments by
    /// kind and parameter.
    virtual NamedTensors state() const = 0;
};

/// Adafactor (Shazeer, Stern 2018, arXiv:1804.04235, algorithms 4 and 5) as T5 uses it, without first moment, or AdamW
/// (arXiv:1711.05101, fused). Adafactor keeps, per matrix (the last two dimensions: one per expert), row and column
/// means of g^2 + 1e-30 decayed with beta2 = 1 - t^-decay_exponent; vectors keep the full second moment. The update is
/// divided by max(1, RMS(update) / update_clip) and multiplied by the learning rate times max(1e-3, RMS(matrix)) under
/// scale_by_parameter. Both: weight decay decoupled (weights *= 1 - rate * decay), norms and biases left out.
std::unique_ptr<Optimizer> makeOptimizer(const OptimizerConfig& config, const std::vector<ParameterSpec>& specs,
                                         torch::Device device);

/// Copies `saved` into the optimizer's state. @throws EngineError naming the tensor that is missing, surplus or
/// misshapen.
void loadOptimizerState(Optimizer& optimizer, const NamedTensors& saved);

} // namespace sy
