// Routers: which experts a token asks for, before capacity.
//
// Shape suffixes: X tokens, D model width, N experts, K choices per token.
#pragma once

#include "core/model/pass.h"
#include "core/routing/scope.h"

namespace sy {

/// The tokens of one stack, flattened row by row.
struct TokenInfo {
    int64_t rows = 0;
    int64_t length = 0;
    bool decoder = false;
    torch::Tensor id_X;       ///< int64
    torch::Tensor real_X;     ///< bool, not padding
    torch::Tensor routed_X;   ///< bool, takes part: real, or all where padding counts
    torch::Tensor language_B; ///< int64; undefined unless importance is asked for
};

/// What a router says. Everything in float32 (float64 under float64 weights) unless said otherwise.
struct RouterChoice {
    torch::Tensor expert_XK;      ///< int64, in order of probability; -1 = no choice
    torch::Tensor gate_XK;        ///< probability of each chosen expert
    torch::Tensor weight_XK;      ///< what the expert's output is multiplied by
    torch::Tensor probability_XN; ///< softmax of the logits; one-hot for routers that have none
    torch::Tensor lse_X;          ///< logsumexp of the logits; 0 for routers that have none
    torch::Tensor logits_XN;      ///< detached; undefined for routers that have none
    torch::Tensor picked_slot_XK; ///< expert choice only: the slot that the expert gave, -1 = none
};

/// @param weight_ND  router.classifier.weight; logits are computed in its dtype (float32 unless everything is
///                   bfloat16; semantics of Hugging Face: float32).
/// @param site       of the random draws, "encoder.1"
///
/// switch: argmax, first index wins ties; gate p_max (arXiv:2101.03961, eqs. 1-2).
/// top2: the two likeliest, output weights p1 / (p1 + p2), p2 / (p1 + p2) (GShard, arXiv:2006.16668, alg. 1).
/// hash: a fixed random function of the token id, weight 1 (Roller et al., arXiv:2106.04426).
/// random: uniform draws, weight 1.
/// expert_choice: each expert takes its likeliest `capacity` tokens of the capacity group, weight p (Zhou et al.,
/// arXiv:2202.09368).
/// Exploration (training, learned routers): arXiv:2101.03961, app. C. Sampling draws without replacement from the
/// probabilities (Gumbel noise on the logits).
RouterChoice route(const Pass& pass, const torch::Tensor& weight_ND, const std::string& site, const torch::Tensor& x_XD,
                   const TokenInfo& tokens);

} // namespace sy
