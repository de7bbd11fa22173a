// How routes change over training, from layer to layer and from token to token. First choices throughout; tokens
// without a choice on either side are left out. Sources: Muennighoff et al. 2024 (OLMoE), arXiv:2409.02060, sec. 5;
// Jiang et al. 2024 (Mixtral), arXiv:2401.04088, table 5.
#pragma once

#include "core/analysis/routes.h"

#include <cstdint>
#include <span>
#include <vector>

namespace sy {

/// Share of tokens whose first choice agrees, and what chance would give.
struct Agreement {
    double share = 0;          ///< NaN where no token was compared
    double uniform_chance = 0; ///< 1 / N
    double load_chance = 0;    ///< sum_e p(e) q(e): independent choices with both sides' loads
    int64_t tokens = 0;
};

/// Router saturation(t) is the agreement of t with the final (or latest) checkpoint, top-1 form of OLMoE's eq. 5.
/// @throws Error where sizes differ.
Agreement agreement(std::span<const int16_t> before, std::span<const int16_t> after, int64_t experts);

/// Plasticity: share of tokens whose expert changed, in all and by language ([L], NaN where a language has no token).
struct Plasticity {
    double changed = 0;
    std::vector<double> by_language;
    std::vector<int64_t> tokens_of_language;
};
Plasticity plasticity(std::span<const int16_t> before, std::span<const int16_t> after, const RouteText& text,
                      int64_t languages);

/// From the experts of one layer to those of the next sparse layer of the same stack.
struct Transitions {
    int64_t from_experts = 0, to_experts = 0;
    std::vector<int64_t> count;      ///< [N, N'] n(i, j)
    std::vector<double> conditional; ///< [N, N'] P(j | i); NaN where i has no token
    std::vector<double> lift;        ///< [N, N'] P(j | i) / P(j): 1 = independent
    double information = 0;          ///< I(e; e'), nats
    double normalized = 0;           ///< I / min(H, H'); 0 where that is 0
    int64_t tokens = 0;
};
Transitions transitions(std::span<const int16_t> from, std::span<const int16_t> to, int64_t from_experts,
                        int64_t to_experts);

/// Temporal locality: share of neighbouring counted tokens of a row that go to the same expert.
struct Locality {
    double share = 0;
    double uniform_chance = 0; ///< 1 / N
    double load_chance = 0;    ///< sum_e p(e)^2
    int64_t pairs = 0;
};
Locality locality(std::span<const int16_t> expert, const RouteText& text, int64_t experts);

/// First choices of a layer, [X]; -1 where there is none or the token does not count.
std::vector<int16_t> firstChoices(const LayerRoutes& routes, const RouteText& text);

} // namespace sy
