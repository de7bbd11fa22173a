// Cross entropy of large vocabularies.
#pragma once

#include <torch/torch.h>

namespace sy {

/// Cross entropy per label in nats, float32 (float64 for float64 logits), 0 where the label is -100. Works through
/// the rows in pieces, so that float32 logits of the whole never exist beside the given ones. Differentiable.
/// @param logits_XV  any floating dtype
/// @param label_X    int64, in [0, V) or -100
torch::Tensor crossEntropy(const torch::Tensor& logits_XV, const torch::Tensor& label_X);

} // namespace sy
