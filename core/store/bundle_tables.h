// What a bundle holds of each table, and how rows and curves are written in its parts.
#pragma once

#include "core/store/connection.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sy {

/// How far a run's rows go, in the store that wrote them: "clock" -> step, "window/0" -> last step of layer 0,
/// "sample/0" -> step, "point/<series>" -> step, "system/<series>" -> time, "evaluation", "probe", "event", "log_line"
/// -> key. Rows are only added at the ends as long as run.rewinds stays.
using BundleCursor = std::map<std::string, int64_t>;

BundleCursor cursorOf(SQLite::Database& database, int64_t run);
/// Where `name` begins: what is not named begins before everything.
int64_t placeIn(const BundleCursor& cursor, const std::string& name);

/// A table whose rows travel as they are.
struct BundleTable {
    const char* name;
    const char* cursor;  ///< its name in the cursor; with a "/" at its end the column `split` follows
    const char* columns; ///< without `run`; the first that `place` names orders the rows
    const char* types;   ///< a letter a column: i integer, r real or NULL, t text, n text or NULL, j JSON, b blob
    const char* place;   ///< column that the cursor counts; of a child: its parent's key
    const char* split;   ///< column with a cursor of its own for each value; null = none
    const char* parent;  ///< table that `place` refers to; null = has a column `run`
    bool keyed;          ///< its first column is a key that the importing store gives anew
    size_t added = 0;    ///< of its columns, the last ones that bundles of version 1 lack
};
/// How many columns a row has in a bundle of this version.
size_t columnCount(const BundleTable& table, uint32_t bundle_version);
std::span<const BundleTable> bundleTables();

using BundleValue = std::variant<std::monostate, int64_t, double, std::string, std::vector<char>>;
using BundleRow = std::vector<BundleValue>;

/// Numbers, texts and rows in the bytes of a part.
class PartWriter {
public:
    void integer(int64_t value); ///< 1 to 10 bytes
    void real(double value);
    void text(std::string_view value);
    void row(SQLite::Statement& statement);
    size_t size() const { return m_bytes.size(); }
    std::string take() { return std::exchange(m_bytes, {}); }

private:
    std::string m_bytes;
};

/// The inverse. @throws DataError "the bundle is damaged" where the bytes are not what was asked for.
class PartReader {
public:
    explicit PartReader(std::string_view bytes) : m_bytes(bytes) {}
    int64_t integer();
    double real();
    std::string text();
    std::string_view rest();
    /// The first `columns` of the table, checked against its types.
    BundleRow row(const BundleTable& table, size_t columns);
    bool atEnd() const { return m_place == m_bytes.size(); }

private:
    std::string_view take(size_t bytes);
    std::string_view m_bytes;
    size_t m_place = 0;
};

/// A stretch of one series: steps in order; of system series with the time of each.
struct BundleCurve {
    std::string series;
    std::vector<int64_t> step, time_ms;
    std::vector<double> value;
};
std::string curvePart(const BundleCurve& curve);
BundleCurve curveOfPart(std::string_view part, bool system);

} // namespace sy
