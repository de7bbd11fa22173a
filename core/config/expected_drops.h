// How many tokens find their expert full when the router is even: what a capacity factor costs before training.
#pragma once

#include "core/config/cost_plan.h"

#include <optional>

namespace sy {

/// E[max(0, X - capacity)] of X ~ Binomial(trials, probability): the exact sum of the distribution's terms beside
/// the capacity, whichever side is shorter. 0 <= probability <= 1, trials >= 0; nothing is lost to capacity >= trials.
double expectedOverflow(int64_t trials, double probability, int64_t capacity);

/// Mean share of an encoder layer's choices that are dropped in training when every token chooses its experts evenly
/// and independently of the others: N * E[max(0, X - C)] / (K * T) with X ~ Binomial(T, K / N) tokens at an expert,
/// C slots, T tokens of the capacity scope, K choices a token. Overflow that goes to a second choice
/// (no_token_left_behind) counts as dropped. Nothing where experts choose tokens (expert_choice), 0 where dense.
std::optional<double> expectedDropRate(const ExperimentConfig& config, const CostPlan& plan);

} // namespace sy
