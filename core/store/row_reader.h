// Many narrow rows, fast: SQLite's own interface, without the counted reference that a wrapper takes for each column.
#pragma once

#include "core/store/connection.h"

#include <initializer_list>
#include <limits>

#include <sqlite3.h>

namespace sy {

class RowReader {
public:
    /// @throws SQLite::Exception.
    RowReader(SQLite::Database& database, const char* sql, std::initializer_list<int64_t> values)
        : m_database(database.getHandle())
    {
        if (sqlite3_prepare_v2(m_database, sql, -1, &m_statement, nullptr) != SQLITE_OK)
            throw SQLite::Exception(m_database);
        int index = 0;
        for (const int64_t value : values) sqlite3_bind_int64(m_statement, ++index, value);
    }
    ~RowReader() { sqlite3_finalize(m_statement); }
    RowReader(const RowReader&) = delete;
    RowReader& operator=(const RowReader&) = delete;

    bool next()
    {
        const int code = sqlite3_step(m_statement);
        if (code != SQLITE_ROW && code != SQLITE_DONE) throw SQLite::Exception(m_database, code);
        return code == SQLITE_ROW;
    }
    int64_t integer(int column) const { return sqlite3_column_int64(m_statement, column); }
    double real(int column) const { return sqlite3_column_double(m_statement, column); }
    double realOrNan(int column) const
    {
        return sqlite3_column_type(m_statement, column) == SQLITE_NULL ? std::numeric_limits<double>::quiet_NaN()
                                                                       : real(column);
    }

private:
    sqlite3* m_database;
    sqlite3_stmt* m_statement = nullptr;
};

} // namespace sy
