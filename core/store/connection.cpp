#include "core/store/connection.h"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>

namespace sy {

namespace {

/// SQLite's busy handler does not cover the switch to WAL while another process opens the same new file.
void enterWal(SQLite::Database& database, int64_t busy_timeout_ms)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_timeout_ms);
    for (;;) {
        try {
            database.exec("PRAGMA journal_mode = WAL");
            return;
        } catch (const SQLite::Exception& error) {
            if (error.getErrorCode() != SQLITE_BUSY || std::chrono::steady_clock::now() > end) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
}

} // namespace

SQLite::Database openConnection(const fs::path& file, int flags, int64_t busy_timeout_ms)
{
    SQLite::Database database(file.string(), flags, static_cast<int>(busy_timeout_ms));
    database.exec("PRAGMA foreign_keys = ON");
    return database;
}

void useWal(SQLite::Database& database, int64_t busy_timeout_ms)
{
    enterWal(database, busy_timeout_ms);
    database.exec("PRAGMA synchronous = NORMAL");
    database.exec("PRAGMA journal_size_limit = 67108864");
}

StoreError storeError(const SQLite::Exception& error, const std::string& doing, const fs::path& file)
{
    std::string reason;
    switch (error.getErrorCode()) {
    case SQLITE_NOTADB:
        reason = "it is not an SQLite file";
        break;
    case SQLITE_CORRUPT:
        reason = "the file is damaged (" + std::string(error.what()) + ")";
        break;
    case SQLITE_FULL:
        reason = "the disk is full";
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        reason = "another process keeps the store locked";
        break;
    case SQLITE_CANTOPEN:
        reason = "the file cannot be opened; are the folder and file there, and may you write them?";
        break;
    case SQLITE_READONLY:
        reason = "the file or its folder is read-only";
        break;
    default:
        reason = error.what();
    }
    return StoreError("cannot " + doing + " in " + file.string() + ": " + reason);
}

std::string jsonText(const nlohmann::json& json)
{
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

nlohmann::json jsonFromText(const std::string& text, const std::string& what)
{
    try {
        return nlohmann::json::parse(text);
    } catch (const nlohmann::json::exception& error) {
        throw StoreError("the store is damaged: " + what + " is not JSON (" + error.what() + ")");
    }
}

double realOrNan(const SQLite::Column& column)
{
    return column.isNull() ? std::numeric_limits<double>::quiet_NaN() : column.getDouble();
}

fs::path runFolder(const StorePaths& paths, const std::string& id)
{
    const bool ulid = id.size() == 26 &&
                      std::ranges::all_of(id, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
    if (!ulid) throw StoreError("the store is damaged: run id '" + id + "' is not a ULID");
    return paths.checkpoints / id;
}

fs::path checkpointFolder(const StorePaths& paths, const std::string& id, const std::string& folder)
{
    const std::string name = folder.starts_with(id + "/") ? folder.substr(id.size() + 1) : folder;
    const bool plain = !name.empty() && name.front() != '.' && name.find('/') == std::string::npos &&
                       name.find('\\') == std::string::npos && name.find('\0') == std::string::npos;
    if (!plain)
        throw StoreError("the store is damaged: checkpoint folder '" + folder + "' of the run " + id +
                         " is not a plain name");
    return runFolder(paths, id) / name;
}

} // namespace sy
