// Sizes that must fit each other before a record is queued.
#pragma once

#include "core/store/records.h"

namespace sy {

// Each: @throws StoreError naming the field, its size and the size that it needs.
void checkRecord(const RoutingWindow& window);
void checkRecord(const RouteSample& sample);
void checkRecord(const Evaluation& evaluation);
void checkRecord(const EvaluationRoutes& routes);
void checkRecord(const Probe& probe);

} // namespace sy
