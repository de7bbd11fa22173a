// The schema as steps: step i brings a store from version i to version i + 1.
#pragma once

#include "core/store/store.h"

#include <span>
#include <string>

namespace sy {

/// "SWYD", in the header of the file: tells a store from other SQLite files.
inline constexpr int64_t store_application_id = 0x53575944;

/// SQL of every step, oldest first. Steps are never edited after a release; changes are new steps.
std::span<const char* const> schemaSteps();
int64_t currentStoreVersion();

/// The version of a store, 0 of an empty file; changes nothing. @throws StoreError where the file is another
/// program's or newer than this program.
int64_t storeVersion(SQLite::Database& database, const fs::path& file);

/// Checks that the file is ours and not newer, and brings it to `target`, one version a transaction. Several
/// processes may do so at once. @throws StoreError.
Migration migrateStore(SQLite::Database& database, const fs::path& file, int64_t target = currentStoreVersion());

} // namespace sy
