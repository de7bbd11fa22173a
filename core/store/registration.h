// How a run gets its row and its lock, anew or again.
#pragma once

#include "core/store/connection.h"

namespace sy {

/// @throws StoreError when another process holds the run's lock. Makes the run's folder.
FileLock lockRun(const StorePaths& paths, const std::string& id, const std::string& name);

/// Adds the run row with its configuration and tags, status starting; the row's key.
/// @throws StoreError when the name is empty or taken, or the configuration is not an object.
int64_t registerRun(Store& store, const NewRun& run, const std::string& id);

/// Deletes what is later than `step`, marks the run as starting on this host and records the event.
void rewindRun(Store& store, int64_t key, int64_t step);

/// Fixed tokens that no evaluation's routes are of any more. In the caller's transaction.
void deleteOrphanedTexts(SQLite::Database& database, int64_t run);

} // namespace sy
