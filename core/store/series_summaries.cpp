#include "core/store/series_summaries.h"

#include "core/store/run_status.h"

namespace sy {

namespace {

constexpr const char* recompute_points =
    "INSERT OR REPLACE INTO series_summary SELECT ?1, ?2, points, first_step, last_step, "
    "(SELECT value FROM point WHERE run = ?1 AND series = ?2 AND step = last_step), "
    "(SELECT kind FROM point WHERE run = ?1 AND series = ?2 AND step = last_step), minimum, "
    "coalesce((SELECT min(step) FROM point WHERE run = ?1 AND series = ?2 AND value = minimum), 0), maximum, "
    "coalesce((SELECT min(step) FROM point WHERE run = ?1 AND series = ?2 AND value = maximum), 0), not_finite "
    "FROM (SELECT count(*) AS points, min(step) AS first_step, max(step) AS last_step, min(value) AS minimum, "
    "max(value) AS maximum, sum(kind <> 0) AS not_finite FROM point WHERE run = ?1 AND series = ?2) "
    "WHERE points > 0";
constexpr const char* recompute_samples =
    "INSERT OR REPLACE INTO series_summary SELECT ?1, ?2, points, first_step, "
    "(SELECT step FROM system_sample WHERE run = ?1 AND series = ?2 AND time_ms = last_ms), "
    "(SELECT value FROM system_sample WHERE run = ?1 AND series = ?2 AND time_ms = last_ms), "
    "(SELECT kind FROM system_sample WHERE run = ?1 AND series = ?2 AND time_ms = last_ms), minimum, "
    "coalesce((SELECT min(step) FROM system_sample WHERE run = ?1 AND series = ?2 AND value = minimum), 0), maximum, "
    "coalesce((SELECT min(step) FROM system_sample WHERE run = ?1 AND series = ?2 AND value = maximum), 0), not_finite "
    "FROM (SELECT count(*) AS points, min(step) AS first_step, max(time_ms) AS last_ms, min(value) AS minimum, "
    "max(value) AS maximum, sum(kind <> 0) AS not_finite FROM system_sample WHERE run = ?1 AND series = ?2) "
    "WHERE points > 0";

template <class Number> void bindOptional(SQLite::Statement& statement, int index, const std::optional<Number>& value)
{
    if (value)
        statement.bind(index, *value);
    else
        statement.bind(index); // NULL
}

void writeSummary(SQLite::Statement& insert, int64_t run, int64_t series, const SeriesSummary& s)
{
    const int kind = kindOf(s.last);
    SQLite::bind(insert, run, series, s.points, s.first_step, s.last_step);
    bindOptional(insert, 6, kind == 0 ? std::optional(s.last) : std::nullopt);
    insert.bind(7, kind);
    bindOptional(insert, 8, s.min);
    insert.bind(9, s.min_step);
    bindOptional(insert, 10, s.max);
    insert.bind(11, s.max_step);
    insert.bind(12, s.not_finite);
    insert.exec();
    insert.reset();
}

/// Count and extremes; of equal extremes the earliest step counts.
void include(SeriesSummary& s, int64_t step, double value)
{
    s.first_step = s.points == 0 ? step : std::min(s.first_step, step);
    ++s.points;
    if (kindOf(value) != 0) {
        ++s.not_finite;
        return;
    }
    if (!s.min || value < *s.min || (value == *s.min && step < s.min_step)) s.min = value, s.min_step = step;
    if (!s.max || value > *s.max || (value == *s.max && step < s.max_step)) s.max = value, s.max_step = step;
}

} // namespace

SeriesSummary readSummary(SQLite::Statement& row, int first)
{
    SeriesSummary s;
    s.points = row.getColumn(first).getInt64();
    s.first_step = row.getColumn(first + 1).getInt64();
    s.last_step = row.getColumn(first + 2).getInt64();
    s.last = valueOfKind(row.getColumn(first + 4).getInt(), row.getColumn(first + 3).getDouble());
    if (!row.getColumn(first + 5).isNull()) s.min = row.getColumn(first + 5).getDouble();
    s.min_step = row.getColumn(first + 6).getInt64();
    if (!row.getColumn(first + 7).isNull()) s.max = row.getColumn(first + 7).getDouble();
    s.max_step = row.getColumn(first + 8).getInt64();
    s.not_finite = row.getColumn(first + 9).getInt64();
    return s;
}

void recomputeSummary(SQLite::Database& database, int64_t run, int64_t series, bool system)
{
    SQLite::Statement remove(database, "DELETE FROM series_summary WHERE run = ? AND series = ?");
    SQLite::bind(remove, run, series);
    remove.exec();
    SQLite::Statement insert(database, system ? recompute_samples : recompute_points);
    SQLite::bind(insert, run, series);
    insert.exec();
}

void recomputeSummariesAfter(SQLite::Database& database, int64_t run, int64_t step)
{
    SQLite::Statement query(database, "SELECT series, name GLOB 'system/*' AS system FROM series_summary "
                                      "JOIN series ON series.key = series WHERE run = ? AND (last_step > ? OR system)");
    SQLite::bind(query, run, step);
    std::vector<std::pair<int64_t, bool>> affected;
    while (query.executeStep()) affected.emplace_back(query.getColumn(0).getInt64(), query.getColumn(1).getInt() != 0);
    for (const auto& [series, system] : affected) recomputeSummary(database, run, series, system);
}

void SummaryKeeper::add(int64_t series, bool system, int64_t place, int64_t step, double value)
{
    Kept& at = kept(series, system);
    if (at.recompute) return; // all rows will be read anyway
    if (at.summary.points > 0 && place <= at.last_place) return addBetween(at, series, place, step, value);
    include(at.summary, step, value);
    at.summary.last_step = step;
    at.summary.last = value;
    at.last_place = place;
    at.changed = true;
}

/// Not at the end: a row between others, or one that replaces another.
void SummaryKeeper::addBetween(Kept& at, int64_t series, int64_t place, int64_t step, double value)
{
    SQLite::Statement old(
        m_database, at.system ? "SELECT value, kind FROM system_sample WHERE run = ? AND series = ? AND time_ms = ?"
                              : "SELECT value, kind FROM point WHERE run = ? AND series = ? AND step = ?");
    SQLite::bind(old, m_run, series, place);
    const bool replaces = old.executeStep();
    if (replaces && !at.system && kindOf(value) == old.getColumn(1).getInt() &&
        (kindOf(value) != 0 || value == old.getColumn(0).getDouble()))
        return; // the same once more
    m_disturbed = true;
    at.changed = true;
    if (replaces)
        at.recompute = true;
    else
        include(at.summary, step, value);
}

SummaryKeeper::Kept& SummaryKeeper::kept(int64_t series, bool system)
{
    const auto [found, added] = m_series.try_emplace(series);
    if (!added) return found->second;
    Kept& at = found->second;
    at.system = system;
    SQLite::Statement query(m_database, std::string("SELECT ") + summary_columns +
                                            " FROM series_summary WHERE run = ? AND series = ?");
    SQLite::bind(query, m_run, series);
    if (!query.executeStep()) return at;
    at.summary = readSummary(query, 0);
    at.last_place = at.summary.last_step;
    if (!system) return at;
    SQLite::Statement last(m_database, "SELECT max(time_ms) FROM system_sample WHERE run = ? AND series = ?");
    SQLite::bind(last, m_run, series);
    if (last.executeStep()) at.last_place = last.getColumn(0).getInt64();
    return at;
}

void SummaryKeeper::write()
{
    std::optional<SQLite::Statement> insert;
    for (auto at = m_series.begin(); at != m_series.end();) {
        auto& [series, kept] = *at;
        if (kept.recompute) {
            recomputeSummary(m_database, m_run, series, kept.system);
            at = m_series.erase(at); // read again when it is needed
            continue;
        }
        if (kept.changed) {
            if (!insert)
                insert.emplace(m_database, "INSERT OR REPLACE INTO series_summary VALUES (?,?,?,?,?,?,?,?,?,?,?,?)");
            writeSummary(*insert, m_run, series, kept.summary);
            kept.changed = false;
        }
        ++at;
    }
}

} // namespace sy
