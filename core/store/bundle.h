// Runs on their way from a server to a laptop: one file, documented in docs/store.md.
#pragma once

#include "core/store/store.h"

#include <functional>

namespace sy {

struct BundleOptions {
    bool checkpoints = false; ///< the files of checkpoints too
    fs::path since;           ///< an earlier bundle of the same store: only rows later than it holds; empty = all
};

struct BundleReport {
    std::vector<std::string> runs; ///< ids, in order
    int64_t rows = 0;
    int64_t bytes = 0;                                    ///< of the bundle
    std::vector<std::string> created, updated, unchanged; ///< import: ids
};

/// Called now and then with a share in [0, 1]; an exception cancels and leaves nothing behind.
using BundleProgress = std::function<void(double)>;

/// Writes `runs` (ids or names; growing ones as they are now), atomically. @throws StoreError, DataError.
BundleReport exportBundle(const StorePaths& paths, const std::vector<std::string>& runs, const fs::path& file,
                          const BundleOptions& options = {}, const BundleProgress& progress = {});

/// Takes a bundle in: all or nothing; other writers of the store wait meanwhile, some seconds for a million rows. A run
/// that is here already (by id) gets the later rows; a name that another run has here gets a suffix. Imported runs
/// record their origin and are never alive here.
/// @throws DataError: damaged (names the part), newer format, a path that leaves the bundle, a gap before the rows of
/// a follow-up bundle; StoreError: a run of that id that was born here and differs.
BundleReport importBundle(const StorePaths& paths, const fs::path& file, const BundleProgress& progress = {});

} // namespace sy
