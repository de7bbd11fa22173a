// Whole routing windows from their rows.
#pragma once

#include "core/store/connection.h"

namespace sy {

/// Takes run, layer, and the first and last of last_step.
inline constexpr const char* window_query =
    "SELECT first_step, last_step, languages, experts, entropy_sum, confidence_sum, z_sum, lse_max, padding, "
    "top_tokens, encoding, data, format, logit_min, logit_max, capacity_needed "
    "FROM routing_window JOIN routing_blob USING (run, layer, last_step) "
    "WHERE run = ? AND layer = ? AND last_step BETWEEN ? AND ? ORDER BY last_step";

/// A row of the query. @throws StoreError where it is damaged.
RoutingWindow readWindow(SQLite::Statement& row, int64_t layer);

} // namespace sy
