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
    int64_t fixed = 0; ///< slots, for CapacityKind::Fixed
    Scope scope = Scope::Batch;
    int64_t group_size = 1024; ///< tokens, for Scope::Group
    OverflowPriority priority = OverflowPriority::Position;
    uint64_t seed = 1;          ///< OverflowPriority::Random: draws of our own, equal in distribution to the engine's
    bool count_padding = false; ///< padding adds to the capacity and, where its choices were recorded, takes slots
};

struct Replay {
    std::vector<uint8_t> kept;                               ///< [X, K]
    int64_t choices = 0, dropped = 0;                        ///< of counted tokens
    double drop_rate = 0;                                    ///< NaN where nothing was chosen
    std::vector<int64_t> expert_choices, expert_dropped;     ///< [N]
    std::vector<int64_t> language_choices, language_dropped; ///< [L]
    std::vector<int64_t> position_choices, position_dropped; ///< [W] place in the row
    /// Smallest factor under this scope with which nothing is dropped, rounding and minimum included (Fixed and None:
    /// as if Paper); 0 where any factor does. To the last bit: round it up for the eye.
    double factor_for_no_drops = 0;
};

/// Rows compete with those of their pass (RouteText::pass_rows). First choices take slots before second ones in the
/// encoder; in a decoder a token's choices stand together, as in the engine. Recorded gates come in steps of 1 / 65535:
/// under probability priority tokens closer than that may change places. A token that the engine gave a second chance
/// (no_token_left_behind) counts as dropped.
/// @throws Error: sizes, an expert or language out of range, factor <= 0, minimum or fixed < 0, group_size < 1,
/// probability priority in a decoder (it looks at later tokens).
Replay replayCapacity(const RouteText& text, const LayerRoutes& routes, int64_t experts, int64_t languages,
                      const ReplayRule& rule);

} // namespace sy
