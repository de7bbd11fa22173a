// Softmax whose gradient has the same bits for any number of threads: LibTorch 2.11's on the CPU adds a row up in
// another order where a thread's piece ends, for rows that are no multiple of 16.
#pragma once

#include <torch/torch.h>

namespace sy {

/// Softmax over the last dimension, computed in float32 (float64 scores: float64), returned in `dtype`; the backward
/// pass starts from what was returned, sums in float32 and gives the scores' dtype.
torch::Tensor softmax(const torch::Tensor& scores, torch::ScalarType dtype);

} // namespace sy
