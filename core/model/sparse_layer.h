// The sparse feed-forward layer: route, give slots out, dispatch, run experts, combine.
#pragma once

#include "core/model/experts.h"
#include "core/model/router.h"

#include <optional>

namespace sy {

struct SparseOutput {
    torch::Tensor y_XD; ///< 0 for dropped tokens: the residual passes
    LayerRouting routing;
};

/// @param prefix  of the weights, "encoder.block.1.layer.1.mlp."
/// @param name    of the layer, "encoder.1": names its random draws and its LayerRouting
/// @param layout  empty = the device's
/// Works for one expert too: then it equals the dense block.
SparseOutput sparseFeedForward(const Pass& pass, const std::string& prefix, const std::string& name, const torch::Tensor& x_XD,
                               const TokenInfo& tokens, std::optional<DispatchLayout> layout = {});

} // namespace sy
