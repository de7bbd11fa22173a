// Which evaluations are of the run's own validation text.
#pragma once

#include <cstdint>
#include <vector>

namespace SQLite {
class Database;
}

namespace sy {

/// Goes on from "FROM evaluation AS e" (or another table with its run, corpus and split); takes the run's key.
inline constexpr const char* of_own_validation =
    "JOIN run AS r ON r.key = e.run WHERE e.run = ? AND e.split = 'valid' AND r.corpus IN (e.corpus, '')";

/// Steps, rising, of a table's rows that are of own validation text.
std::vector<int64_t> ownSteps(SQLite::Database& database, const char* table, int64_t run);

} // namespace sy
