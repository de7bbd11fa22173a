// Columns that hold lists and blobs.
#pragma once

#include "core/store/blobs.h"
#include "core/store/connection.h"

#include <charconv>

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

/// The same of a list of integers, fifty times as fast: a window of 128 experts has 300 of them.
inline std::vector<int64_t> integersOf(const SQLite::Column& column, const char* what)
{
    const auto* text = static_cast<const char*>(column.getBlob());
    const char* const end = text + column.getBytes();
    std::vector<int64_t> values;
    for (const char* at = text; at != end && *at == (at == text ? '[' : ',');) {
        int64_t value = 0;
        const auto [after, error] = std::from_chars(at + 1, end, value);
        if (error != std::errc() || after == end) break;
        values.push_back(value);
        at = after;
        if (*at == ']' && at + 1 == end) return values;
    }
    return listOf<std::vector<int64_t>>(column, what); // empty, spaced, or damaged
}

/// Columns `encoding` and the next one, data.
inline std::string blobOf(SQLite::Statement& row, int encoding)
{
    const SQLite::Column data = row.getColumn(encoding + 1);
    return decodeBlob(row.getColumn(encoding).getString(),
                      {static_cast<const char*>(data.getBlob()), static_cast<size_t>(data.getBytes())});
}

} // namespace sy
