// Runs as rows: status, configuration, details.
#include "core/store/flat_config.h"
#include "core/store/names.h"
#include "core/store/run_status.h"
#include "core/store/store_impl.h"

namespace sy {

using nlohmann::json;

namespace {

constexpr const char* run_columns =
    "SELECT run.key, id, name, status, step, steps, created_ms, started_ms, ended_ms, heartbeat_ms, host, pid, "
    "failure, "
    "deleted_ms IS NOT NULL, coalesce((SELECT text FROM note WHERE note.run = run.key), '') FROM run ";

/// The value of `column` in the first point of a run's series in this order.
constexpr const char* last_point = "SELECT step, value, kind FROM point WHERE run = ? AND series = "
                                   "(SELECT key FROM series WHERE name = ?) ORDER BY step DESC LIMIT 1";
constexpr const char* best_point = "SELECT step, value FROM point WHERE run = ? AND series = "
                                   "(SELECT key FROM series WHERE name = 'valid/cross_entropy') "
                                   "AND kind = 0 ORDER BY value, step LIMIT 1";

void addFigures(SQLite::Database& database, int64_t key, RunSummary& run)
{
    for (const char* series : {"train/cross_entropy", "valid/cross_entropy"}) {
        SQLite::Statement query(database, last_point);
        SQLite::bind(query, key, series);
        if (query.executeStep())
            run.last[series] = valueOfKind(query.getColumn(2).getInt(), query.getColumn(1).getDouble());
    }
    SQLite::Statement best(database, best_point);
    SQLite::bind(best, key);
    if (best.executeStep()) {
        run.best_step = best.getColumn(0).getInt64();
        run.best_valid = best.getColumn(1).getDouble();
    }
    SQLite::Statement tags(database, "SELECT tag FROM tag WHERE run = ? ORDER BY tag");
    SQLite::bind(tags, key);
    while (tags.executeStep()) run.tags.push_back(tags.getColumn(0).getString());
}

RunSummary readRun(SQLite::Statement& row)
{
    RunSummary run;
    run.id = row.getColumn(1).getString();
    run.name = row.getColumn(2).getString();
    run.status = runStatusFromText(row.getColumn(3).getString());
    run.step = row.getColumn(4).getInt64();
    run.steps = row.getColumn(5).getInt64();
    run.created_ms = row.getColumn(6).getInt64();
    run.started_ms = row.getColumn(7).getInt64();
    run.ended_ms = row.getColumn(8).getInt64();
    run.heartbeat_ms = row.getColumn(9).getInt64();
    run.host = row.getColumn(10).getString();
    run.pid = row.getColumn(11).getInt64();
    run.failure = row.getColumn(12).getString();
    run.deleted = row.getColumn(13).getInt() != 0;
    run.note = row.getColumn(14).getString();
    return run;
}

RunSummary completeRun(const StorePaths& paths, SQLite::Database& database, SQLite::Statement& row)
{
    RunSummary run = readRun(row);
    addFigures(database, row.getColumn(0).getInt64(), run);
    if (claimsToLive(run.status) && !isAlive(paths, run)) run.status = RunStatus::Interrupted;
    return run;
}

/// Columns of the run row as JSON; text columns named in `parsed` hold JSON themselves.
json rowAsJson(SQLite::Statement& row)
{
    json result = json::object();
    for (int i = 0; i < row.getColumnCount(); ++i) {
        const auto column = row.getColumn(i);
        const std::string name = column.getName();
        if (name == "key") continue;
        if (name == "languages" || name == "sparse_layers" || name == "environment")
            result[name] = jsonFromText(column.getString(), "run." + name);
        else if (column.isNull())
            result[name] = nullptr;
        else if (column.isInteger())
            result[name] = column.getInt64();
        else if (column.isFloat())
            result[name] = column.getDouble();
        else
            result[name] = column.getString();
    }
    return result;
}

} // namespace

std::vector<RunSummary> Store::runs(bool with_deleted) const
{
    return guardStore("read the runs", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), std::string(run_columns) +
                                                (with_deleted ? "" : "WHERE deleted_ms IS NULL ") +
                                                "ORDER BY created_ms, id");
        std::vector<RunSummary> runs;
        while (query.executeStep()) runs.push_back(completeRun(paths(), database(), query));
        return runs;
    });
}

RunSummary Store::run(const std::string& id_or_name) const
{
    return guardStore("read the run '" + id_or_name + "'", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), std::string(run_columns) + "WHERE key = ?");
        SQLite::bind(query, runKey(database(), id_or_name));
        query.executeStep();
        return completeRun(paths(), database(), query);
    });
}

json Store::config(const std::string& run) const
{
    return guardStore("read the configuration of '" + run + "'", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), "SELECT path, value FROM config WHERE run = ?");
        SQLite::bind(query, runKey(database(), run));
        FlatConfig flat;
        while (query.executeStep())
            flat.emplace_back(query.getColumn(0).getString(),
                              jsonFromText(query.getColumn(1).getString(), "a configuration value"));
        return nestedConfig(flat);
    });
}

json Store::details(const std::string& run) const
{
    return guardStore("read the details of '" + run + "'", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), "SELECT * FROM run WHERE key = ?");
        SQLite::bind(query, runKey(database(), run));
        query.executeStep();
        json result = rowAsJson(query);
        result["deleted"] = !result["deleted_ms"].is_null();
        return result;
    });
}

} // namespace sy
