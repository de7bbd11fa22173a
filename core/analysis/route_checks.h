// What every reader of routes asks of them before it counts.
#pragma once

#include "core/analysis/routes.h"

#include <cstdint>
#include <span>

namespace sy {

/// @throws Error naming what does not fit, unless counted has rows * width values and row_language has `rows`, each
/// below `languages`.
void requireRouteText(const RouteText& text, int64_t languages);

/// @throws Error unless there are tokens * choices experts, each below `experts`. `kept` and `gate` are not read.
void requireRoutes(const RouteText& text, const LayerRoutes& routes, int64_t experts);

/// @throws Error unless `expert` has `tokens` values, each below `experts`.
void requireChoices(std::span<const int16_t> expert, int64_t tokens, int64_t experts);

} // namespace sy
