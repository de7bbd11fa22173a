// What another capacity would drop, from recorded choices and gates: slots are given out again by the bodies that the
// engine runs (core/routing). Exact for the first sparse layer of the encoder; below that drops change what follows.
#pragma once

#include "core/analysis/routes.h"
#include "core/config/experiment.h"
#include "core/routing/capacity.h"

#include <cstdint>
#include <vector>

namespace sy {

struct ReplayRule {
    CapacityKind kind = CapacityKind::Paper;
    double factor = 1.25;
    int64_t minimum = 1;
    Scope scope = Scope::Batch;
    int64_t group_size = 1024; ///< tokens, for Scope::Group
    OverflowPriority priority = OverflowPriority::Position;
    uint64_t seed = 1; ///< OverflowPriority::Random: draws of our own, equal in distribution to the engine's
    bool count_padding = false;
};

struct Replay {
    std::vector<uint8_t> kept;                               ///< [X, K]
    int64_t choices = 0, dropped = 0;                        ///< of counted tokens
    double drop_rate = 0;                                    ///< NaN where nothing was chosen
    std::vector<int64_t> expert_choices, expert_dropped;     ///< [N]
    std::vector<int64_t> language_choices, language_dropped; ///< [L]
    std::vector<int64_t> position_choices, position_dropped; ///< [W] place in the row
    double factor_for_no_drops = 0; ///< smallest factor under this scope with which nothing is dropped
};

/// @throws Error: sizes, factor <= 0, probability priority in a decoder (it looks at later tokens).
Replay replayCapacity(const RouteText& text, const LayerRoutes& routes, int64_t experts, int64_t languages,
                      const ReplayRule& rule);

} // namespace sy
