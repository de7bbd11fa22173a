// What the router's pages say where there is nothing to look at.
#pragma once

#include "ui/models/routing_focus.h"

namespace sy {

/// Empty where the run has routers.
QString noRoutersText(const RoutingIndex& index);

} // namespace sy
