// Dispatch and combine as gathers in both directions: no atomic addition, so the same bits every time.
//
// Shape suffixes: X tokens, W choices per token, R expert rows, D width.
#pragma once

#include "core/kernels/slots.h"

#include <torch/torch.h>

namespace sy {

/// Copies tokens to expert rows, [X, D] -> [R, D]; empty rows are zero. Differentiable in x.
torch::Tensor dispatchRows(const torch::Tensor& x_XD, const ExpertRows& rows);

/// Brings outputs back: y[x] = sum over w of weight[x, w] * out[row[x, w]], dropped choices left out, so that what
/// stands in empty rows never matters. [R, D] -> [X, D] in the dtype of the rows; sums in float32 (float64 rows:
/// float64). Differentiable in both.
/// @param weight_XW  float32, or float64 for float64 rows.
torch::Tensor combineRows(const torch::Tensor& out_RD, const torch::Tensor& weight_XW, const ExpertRows& rows);

} // namespace sy
