// Experts pick tokens: Zhou et al. (2022), arXiv:2202.09368. For encoders: it looks at a row's later tokens.
#pragma once

#include "core/model/router.h"

namespace sy {

/// Every expert takes its likeliest `capacity` tokens of each capacity group, earlier tokens first among equals.
/// Completes `choice`, which has the probabilities: K = N columns, each token's experts by falling probability, then -1.
RouterChoice expertsChoose(const Pass& pass, RouterChoice choice, const TokenInfo& tokens);

} // namespace sy
