// Stores of any size with curves as training makes them, for benches and trials.
#pragma once

#include "core/store/store.h"

namespace sy {

struct SyntheticStore {
    int64_t runs = 100, points = 1000, series = 20; ///< points a series, series a run
    uint64_t seed = 1;                              ///< equal seeds give equal runs, but for their ids and times
};

/// Fills a store. Losses fall with noise, some points are NaN, runs differ in a few settings, tags and status; names
/// are made of what differs. @throws StoreError, ConfigError.
void fillStore(const StorePaths& paths, const SyntheticStore& wanted);

} // namespace sy
