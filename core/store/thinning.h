// Which route samples a run keeps as it grows.
#pragma once

#include "core/store/connection.h"

namespace sy {

/// Steps of a cell: the smallest power of two with at most 16 cells up to the newest sample.
int64_t sampleCell(int64_t newest_step);

/// Deletes the samples of a stack that are neither the newest nor the first of their cell: ?1 run, ?2 decoder, ?3
/// newest step, ?4 steps of a cell. Cells nest, so that a resumed run, or one that was followed by bundles, keeps the
/// same.
inline constexpr const char* thin_samples = "DELETE FROM route_sample WHERE run = ?1 AND decoder = ?2 AND step < ?3 "
                                            "AND EXISTS (SELECT 1 FROM route_sample AS s "
                                            "WHERE s.run = ?1 AND s.decoder = ?2 AND s.step < route_sample.step "
                                            "AND (s.step - 1) / ?4 = (route_sample.step - 1) / ?4)";

/// Both stacks of a run. In the caller's transaction.
void thinSamples(SQLite::Database& database, int64_t run);

} // namespace sy
