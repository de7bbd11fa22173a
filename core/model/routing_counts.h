// What the sparse layers did, added up on the device over many passes.
//
// Shape suffixes: M sparse layers, L languages, N experts.
#pragma once

#include "core/model/model.h"

namespace sy {

/// Sums over counted (real) tokens. All on the device of the passes; reading them is the caller's choice of moment.
struct RoutingCounts {
    torch::Tensor load_MLN;       ///< int64, choices before capacity
    torch::Tensor kept_MLN;       ///< int64, choices that got a slot
    torch::Tensor tokens_ML;      ///< int64
    torch::Tensor importance_MLN; ///< float64, sums of probabilities
    torch::Tensor entropy_M;      ///< float64, nats
    torch::Tensor confidence_M;   ///< float64, probability of the first choice
    torch::Tensor z_M;            ///< float64, logsumexp^2
    torch::Tensor lse_max_M;      ///< float32, -infinity before the first token
    torch::Tensor padding_M;      ///< int64, positions left out
};

RoutingCounts emptyRoutingCounts(int64_t layers, int64_t languages, int64_t experts, const torch::Device& device);

/// Adds one pass. No host sync.
/// @param language_B  int64 in [0, L)
/// @throws EngineError unless the pass has M sparse layers with importance over L languages.
void addRouting(RoutingCounts& counts, const ForwardResult& result, const torch::Tensor& language_B);

} // namespace sy
