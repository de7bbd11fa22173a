// A run with as much routing as wanted, for measuring what the router's views read.
#pragma once

#include "core/store/store.h"

namespace sy {

struct SyntheticRouting {
    int64_t layers = 24;                   ///< sparse ones, half of them in each stack
    int64_t experts = 128, languages = 24; ///< languages: at most 99
    int64_t windows = 2000;                ///< of 20 steps each, kept as they were recorded
    int64_t evaluations = 20;              ///< each with counts, specialization and routes
    int64_t rows_per_language = 16;        ///< of an evaluation's counts
    int64_t route_rows = 32, width = 128;  ///< of the routes' text
    uint64_t seed = 1;
};

/// Adds a finished run; its name. Languages lean to some experts, more in the first layers and as the run grows;
/// figures of windows are those of their counts, those of specialization are made up. @throws StoreError.
std::string addRoutingRun(const StorePaths& paths, const SyntheticRouting& wanted);

} // namespace sy
