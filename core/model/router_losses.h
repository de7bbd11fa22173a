// Losses that keep a router balanced and its logits small.
#pragma once

#include "core/model/router.h"

namespace sy {

/// Load balancing, arXiv:2101.03961, eqs. 4-6, unweighted: N * sum_e f_e P_e per group of the balance scope, averaged
/// over the groups that have tokens; 1 at an even load. f counts choices before capacity: first choices only (for
/// top-2 as in GShard); for expert choice all picks, over their number.
/// @param expert_XK  int64, -1 = no choice
/// @param counted_X  bool, tokens that enter
/// @return float32 scalar
torch::Tensor balanceLoss(const torch::Tensor& probability_XN, const torch::Tensor& expert_XK, const torch::Tensor& counted_X,
                          const TokenGroups& groups);

/// Choices of counted tokens per group and expert, int64 [G, N].
torch::Tensor countChoices(const torch::Tensor& expert_XK, const torch::Tensor& counted_X, int64_t experts,
                           const TokenGroups& groups);

/// Mean over counted tokens of logsumexp(logits)^2: ST-MoE, arXiv:2202.08906, eq. 5, unweighted, nats^2.
torch::Tensor zLoss(const torch::Tensor& lse_X, const torch::Tensor& counted_X);

} // namespace sy
