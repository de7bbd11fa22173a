// The experts of one sparse layer as two grouped matrix products.
#pragma once

#include "core/kernels/slots.h"
#include "core/model/pass.h"

namespace sy {

/// How expert rows lie in memory. Results are equal; speed and devices differ.
enum class DispatchLayout {
    Ragged, ///< sorted rows and offsets, at::_grouped_mm: the CPU, and bfloat16 on CUDA of capability 9 and 10
    Padded  ///< [N, slots, D] and bmm: everywhere
};
DispatchLayout dispatchLayout(const torch::Device& device, torch::ScalarType dtype);

/// wo_e * dropout(relu(wi_e * row)) for every expert row, [R, D] -> [R, D]. What stands in rows past the last offset
/// afterwards is undefined, forward and backward: only combineRows and dispatchRows read the result, and they
/// never read an empty row. Hidden units draw their dropout by choice, so that both layouts drop the same.
/// @param prefix  of the weights, "encoder.block.1.layer.1.mlp.experts."
torch::Tensor runExperts(const Pass& pass, const std::string& prefix, const std::string& site, const torch::Tensor& rows_RD,
                         const ExpertRows& rows, DispatchLayout layout);

} // namespace sy
