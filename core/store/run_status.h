// Words and numbers of the store's columns.
#pragma once

#include "core/store/records.h"

namespace sy {

/// @throws StoreError for a word that is none.
RunStatus runStatusFromText(const std::string& text);

/// Starting, running or paused: true only while a trainer lives.
bool claimsToLive(RunStatus status);

/// Column `kind` of points: 0 finite, 1 NaN, 2 +infinity, 3 -infinity.
int kindOf(double value);
double valueOfKind(int kind, double finite);

} // namespace sy
