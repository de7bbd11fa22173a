// Counter-based random tensors. Every element is a pure function of (stream, element index): the same on any
// device and for any number of threads, and never kept for the backward pass, which draws it again.
#pragma once

#include "core/base/random.h"

#include <torch/torch.h>

namespace sy {

/// Inverted dropout; rate 0 returns x itself. Differentiable; the mask is not saved.
/// @param x       floating, any shape; with `row_ids` [R, C].
/// @param row_ids int64 [R]: element (r, c) draws as element row_ids[r] * C + c, so that rows keep their draws
///                wherever they stand; rows with id -1 come out as zero. Undefined: elements in their own order.
/// @throws EngineError unless 0 <= rate < 1.
torch::Tensor dropout(const torch::Tensor& x, double rate, const RandomStream& stream,
                      const torch::Tensor& row_ids = {});

/// x * U(1 - eps, 1 + eps), element by element. Differentiable in x.
torch::Tensor jitter(const torch::Tensor& x, double eps, const RandomStream& stream);

/// Uniform in (0, 1), float32, 23 bits: never 0, never 1.
torch::Tensor uniform(at::IntArrayRef shape, const RandomStream& stream, const torch::Device& device);

namespace tensor_form {

/// The same numbers by tensor operations, for devices without a kernel; the oracle of the kernels' tests.
torch::Tensor draws16(int64_t count, const torch::Tensor& row_ids, int64_t columns, const RandomStream& stream,
                      const torch::Device& device);
torch::Tensor uniform(int64_t count, const RandomStream& stream, const torch::Device& device);

} // namespace tensor_form

} // namespace sy
