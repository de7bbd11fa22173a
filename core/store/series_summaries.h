// The table series_summary: one row a run and series, so that lists need not read a million points.
#pragma once

#include "core/store/connection.h"

#include <unordered_map>
#include <utility>

namespace sy {

/// Columns of series_summary from `first` on, in the order of `summary_columns`.
inline constexpr const char* summary_columns =
    "points, first_step, last_step, last_value, last_kind, minimum, min_step, maximum, max_step, not_finite";
SeriesSummary readSummary(SQLite::Statement& row, int first);

/// The row from the points (or system samples) as they are; none where there are none.
void recomputeSummary(SQLite::Database& database, int64_t run, int64_t series, bool system);

/// After later rows were deleted: the rows of every series that had some, and of all system series.
void recomputeSummariesAfter(SQLite::Database& database, int64_t run, int64_t step);

/// Follows what a run's only writer adds, inside its transactions.
class SummaryKeeper {
public:
    SummaryKeeper(SQLite::Database& database, int64_t run) : m_database(database), m_run(run) {}

    /// Before the row is written. `place` is the order in the series: the step, or time_ms of a system sample.
    void add(int64_t series, bool system, int64_t place, int64_t step, double value);
    /// Writes the rows that changed; in the transaction of the points.
    void write();
    /// Whether a row that readers may have seen got another value, or one came between others, since the last answer.
    bool disturbed() { return std::exchange(m_disturbed, false); }
    /// After a rollback.
    void forget()
    {
        m_series.clear();
        m_disturbed = false;
    }

private:
    struct Kept {
        SeriesSummary summary;
        int64_t last_place = 0;
        bool system = false, changed = false, recompute = false;
    };
    Kept& kept(int64_t series, bool system);
    void addBetween(Kept& series, int64_t key, int64_t place, int64_t step, double value);

    SQLite::Database& m_database;
    int64_t m_run;
    std::unordered_map<int64_t, Kept> m_series;
    bool m_disturbed = false;
};

} // namespace sy
