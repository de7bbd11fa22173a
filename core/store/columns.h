// Columns that hold lists and blobs.
#pragma once

#include "core/store/blobs.h"
#include "core/store/connection.h"

namespace sy {

/// A JSON list or map. @throws StoreError naming `what`.
template <class T> T listOf(const SQLite::Column& column, const char* what)
{
    const auto json = jsonFromText(column.getString(), what);
    try {
        return json.get<T>();
    } catch (const nlohmann::json::exception& error) {
        throw StoreError(std::string("the store is damaged: ") + what + ": " + error.what());
    }
}

/// Columns `encoding` and the next one, data.
inline std::string blobOf(SQLite::Statement& row, int encoding)
{
    const SQLite::Column data = row.getColumn(encoding + 1);
    return decodeBlob(row.getColumn(encoding).getString(),
                      {static_cast<const char*>(data.getBlob()), static_cast<size_t>(data.getBytes())});
}

/// Of a blob whose column `format` this program does not know.
inline StoreError unknownFormat(const char* table, int64_t format)
{
    return StoreError(std::string("the store is damaged: ") + table + " has the unknown format " +
                      std::to_string(format));
}

} // namespace sy
