// Gradients of an update: summed in float32 over micro-batches, measured and clipped on the device.
#pragma once

#include "core/model/parameters.h"

#include <torch/torch.h>

#include <vector>

namespace sy {

/// Adds d loss / d `compute` to `sums` (float32, one per weight, contiguous; undefined on the first call). Weights that
/// the loss does not reach get zeros. `compute` are the leaves that the forward pass used, in any dtype.
void addGradients(std::vector<torch::Tensor>& sums, const torch::Tensor& loss, const Weights& compute);

struct GradientNorm {
    torch::Tensor global; ///< float32 scalar, L2 over all weights
    torch::Tensor each_P; ///< float32 [parameters], L2 of each
};
GradientNorm gradientNorm(const std::vector<torch::Tensor>& gradients);

/// Scales all gradients in place so that their global norm is at most `largest`; nothing where it is 0.
void clipGradients(std::vector<torch::Tensor>& gradients, const torch::Tensor& global_norm, double largest);

} // namespace sy
