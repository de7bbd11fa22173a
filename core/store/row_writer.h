// Records to rows of one run, inside a transaction that the caller holds.
#pragma once

#include "core/store/connection.h"
#include "core/store/queued.h"
#include "core/store/series_summaries.h"
#include "core/store/window_merging.h"

#include <map>
#include <memory>
#include <optional>

namespace sy {

class RowWriter {
public:
    RowWriter(SQLite::Database& database, int64_t run) : m_database(database), m_run(run), m_summaries(database, run) {}

    void write(const QueuedRecord& record);
    /// The last call of a transaction: summaries, progress, heartbeat, revision.
    void finish(int64_t step, int64_t time_ms);
    /// For measurements: old windows are not merged.
    void keepAllWindows() { m_merges = false; }
    /// After a rollback: series that it added are not there.
    void forgetSeries()
    {
        m_series.clear();
        m_summaries.forget();
        m_places.clear();
        m_disturbed = false;
    }

private:
    void put(const std::vector<Point>& points);
    void put(const std::vector<ClockTick>& ticks);
    void put(const RoutingWindow& window);
    void put(const RouteSample& sample);
    void put(const Evaluation& evaluation);
    void put(const EvaluationRoutes& routes);
    void put(const Probe& probe);
    void put(const Event& event);
    void put(const LogRecord& line);
    void put(const SystemSamples& sample);
    void put(const StatusChange& change);
    void put(const CheckpointRecord& record);
    void put(const CheckpointRemoval& removal);
    void put(const CommandAnswer& answer);

    void putEvaluationParts(int64_t key, const Evaluation& evaluation);
    void insertWindow(const RoutingWindow& window);
    /// Of the run's settings; where they do not tell, of this window.
    int64_t windowSteps(const RoutingWindow& window);
    void mergeOldWindows(int64_t layer, int64_t window_steps);
    void mergeWindows(int64_t layer, const std::vector<WindowSpan>& group);
    void putSpecialization(int64_t key, const LayerSpecialization& layer);
    /// The text's hash, empty where it has no rows; written where the run does not have it yet.
    std::string putText(const RouteText& text, int64_t step);
    void putProbeParts(int64_t key, const Probe& probe);
    /// Notes where a record comes that is not later than those of its kind: readers may have seen its place.
    void expectLater(const char* last_place_query, int64_t part, int64_t place);
    int64_t seriesKey(const std::string& name);
    SQLite::Statement& prepared(const char* sql);

    struct Blob {
        const std::string& data;
    };
    static void bindOne(SQLite::Statement& statement, int index, const Blob& blob)
    {
        statement.bind(index, blob.data.data(), static_cast<int>(blob.data.size()));
    }
    template <class T> static void bindOne(SQLite::Statement& statement, int index, const T& value)
    {
        statement.bind(index, value);
    }
    /// The number of rows changed.
    template <class... Values> int execute(const char* sql, const Values&... values)
    {
        SQLite::Statement& statement = prepared(sql);
        int index = 0;
        (bindOne(statement, ++index, values), ...);
        return statement.exec();
    }

    SQLite::Database& m_database;
    int64_t m_run;
    SummaryKeeper m_summaries;
    std::map<std::pair<const char*, int64_t>, int64_t> m_places; // by query (the literal's address) and part
    bool m_disturbed = false;
    bool m_merges = true;
    std::optional<int64_t> m_window_steps;
    std::map<std::string, int64_t> m_series;
    std::map<const char*, std::unique_ptr<SQLite::Statement>> m_statements; // keyed by the literal's address
};

} // namespace sy
