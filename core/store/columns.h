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

} // namespace sy
