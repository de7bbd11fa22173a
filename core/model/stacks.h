// The encoder and the decoder, apart, so that generation encodes once.
//
// Shape suffixes: B rows, S input positions, T target positions, D model width, V vocabulary.
#pragma once

#include "core/model/pass.h"

namespace sy {

/// The encoder's output after its final norm, [B, S, D]. Appends its sparse layers to `layers`.
torch::Tensor encode(const Pass& pass, const ModelInput& input, std::vector<LayerRouting>& layers);

/// The decoder's output after its final norm, [B, T, D]. Positions without a label are padding; all are real where
/// there are no labels.
torch::Tensor decode(const Pass& pass, const ModelInput& input, const torch::Tensor& memory_BSD,
                     std::vector<LayerRouting>& layers);

/// Logits in the compute dtype, [..., D] -> [..., V]; tied: the embedding scaled by d_model^-0.5.
torch::Tensor outputLogits(const Pass& pass, const torch::Tensor& hidden);

} // namespace sy
