// How long the reads of the router's views take.
#pragma once

#include "core/store/store.h"

#include <nlohmann/json.hpp>

namespace sy {

/// Median milliseconds of each read of a run, of `times` that begin cold of SQLite's own cache.
nlohmann::json routingReads(const StorePaths& paths, const std::string& run, int times = 7);

} // namespace sy
