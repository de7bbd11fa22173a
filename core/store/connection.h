// Connections and errors of the store's own sources.
#pragma once

#include "core/store/store.h"

#include "core/base/error.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>

#include <utility>

namespace sy {

inline constexpr int64_t default_busy_timeout_ms = 10000;

/// Changes nothing in the file, checks nothing. @throws SQLite::Exception.
SQLite::Database openConnection(const fs::path& file, int flags, int64_t busy_timeout_ms = default_busy_timeout_ms);

/// Write-ahead log and what goes with it; only for files known to be stores. @throws SQLite::Exception.
void useWal(SQLite::Database& database, int64_t busy_timeout_ms = default_busy_timeout_ms);

/// What SQLite says, for people: "cannot read runs in FILE: the disk is full".
StoreError storeError(const SQLite::Exception& error, const std::string& doing, const fs::path& file);

/// Runs `body`; SQLite's exceptions become StoreError.
template <class Body> auto guardStore(const std::string& doing, const fs::path& file, Body&& body)
{
    try {
        return std::forward<Body>(body)();
    } catch (const SQLite::Exception& error) {
        throw storeError(error, doing, file);
    }
}

/// The run's row key. @throws StoreError naming what was asked and close names.
int64_t runKey(SQLite::Database& database, const std::string& id_or_name);

/// checkpoints/<id>. @throws StoreError unless the id is a ULID, so that a damaged id never names another folder.
fs::path runFolder(const StorePaths& paths, const std::string& id);

/// A checkpoint's folder. @throws StoreError unless `folder` (of its record) is a plain name, with the run's id before
/// it or without, so that a damaged record never names another folder.
fs::path checkpointFolder(const StorePaths& paths, const std::string& id, const std::string& folder);

/// Text of JSON; bytes that are not UTF-8 are replaced.
std::string jsonText(const nlohmann::json& json);
/// @throws StoreError naming `what` where the text is not JSON.
nlohmann::json jsonFromText(const std::string& text, const std::string& what);

/// NULL reads as NaN.
double realOrNan(const SQLite::Column& column);

} // namespace sy
