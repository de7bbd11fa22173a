// Runs as rows: status, configuration, details.
#include "core/store/flat_config.h"
#include "core/store/names.h"
#include "core/store/run_status.h"
#include "core/store/series_summaries.h"
#include "core/store/store_impl.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

namespace sy {

using nlohmann::json;

namespace {

constexpr std::string_view valid_loss = "valid/cross_entropy";
constexpr const char* losses[] = {"train/cross_entropy", "valid/cross_entropy"};

constexpr const char* run_columns =
    "SELECT run.key, id, name, status, step, steps, created_ms, started_ms, ended_ms, heartbeat_ms, host, pid, "
    "failure, deleted_ms IS NOT NULL, coalesce((SELECT text FROM note WHERE note.run = run.key), ''), starred, "
    "revision, rewinds, preset, parent, parent_kind, origin, num_experts, parameters_total, parameters_active, "
    "flops_per_token, coalesce((SELECT value FROM config WHERE config.run = run.key AND path = 'device'), 'null'), "
    "(SELECT coalesce(sum(bytes), 0) FROM checkpoint WHERE checkpoint.run = run.key AND removed = 0) FROM run ";

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
    run.starred = row.getColumn(15).getInt() != 0;
    run.revision = row.getColumn(16).getInt64();
    run.rewinds = row.getColumn(17).getInt64();
    run.preset = row.getColumn(18).getString();
    run.parent = row.getColumn(19).getString();
    run.parent_kind = row.getColumn(20).getString();
    run.origin = row.getColumn(21).getString();
    run.num_experts = row.getColumn(22).getInt64();
    run.parameters_total = row.getColumn(23).getInt64();
    run.parameters_active = row.getColumn(24).getInt64();
    run.flops_per_token = realOrNan(row.getColumn(25));
    const json device = jsonFromText(row.getColumn(26).getString(), "the setting 'device'");
    if (device.is_string()) run.device = device.get<std::string>();
    run.checkpoint_bytes = row.getColumn(27).getInt64();
    return run;
}

using RunsByKey = std::unordered_map<int64_t, RunSummary*>;

void addTags(SQLite::Database& database, const std::string& which, const RunsByKey& runs)
{
    SQLite::Statement query(database, "SELECT run, tag FROM tag WHERE run IN (SELECT key FROM run " + which +
                                          ") ORDER BY run, tag");
    while (query.executeStep())
        if (const auto run = runs.find(query.getColumn(0).getInt64()); run != runs.end())
            run->second->tags.push_back(query.getColumn(1).getString());
}

void addMetric(SQLite::Database& database, const std::string& which, const std::string& name, const RunsByKey& runs)
{
    SQLite::Statement query(database, "SELECT run, " + std::string(summary_columns) +
                                          " FROM series_summary WHERE run IN (SELECT key FROM run " + which +
                                          ") AND series = (SELECT key FROM series WHERE name = ?)");
    query.bind(1, name);
    while (query.executeStep())
        if (const auto run = runs.find(query.getColumn(0).getInt64()); run != runs.end())
            run->second->metrics[name] = readSummary(query, 1);
}

/// What every list shows of the two losses, asked for or not.
void addFigures(RunSummary& run, const std::vector<std::string>& metrics)
{
    for (const char* name : losses) {
        const auto found = run.metrics.find(name);
        if (found == run.metrics.end()) continue;
        run.last[name] = found->second.last;
        if (name == valid_loss && found->second.min) {
            run.best_valid = found->second.min;
            run.best_step = found->second.min_step;
        }
        if (std::ranges::find(metrics, name) == metrics.end()) run.metrics.erase(found);
    }
}

/// @param which a WHERE clause over the table run.
std::vector<RunSummary> readRuns(const StorePaths& paths, SQLite::Database& database, const std::string& which,
                                 const std::vector<std::string>& metrics)
{
    std::vector<RunSummary> runs;
    std::vector<int64_t> keys;
    SQLite::Statement query(database, run_columns + which + " ORDER BY created_ms, id");
    while (query.executeStep()) {
        keys.push_back(query.getColumn(0).getInt64());
        runs.push_back(readRun(query));
    }
    RunsByKey by_key;
    for (size_t i = 0; i < runs.size(); ++i) by_key[keys[i]] = &runs[i];
    addTags(database, which, by_key);
    std::set<std::string> wanted(metrics.begin(), metrics.end());
    wanted.insert(std::begin(losses), std::end(losses));
    for (const auto& name : wanted) addMetric(database, which, name, by_key);
    for (auto& run : runs) {
        addFigures(run, metrics);
        if (claimsToLive(run.status) && !isAlive(paths, run)) run.status = RunStatus::Interrupted;
    }
    return runs;
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
    return runs(with_deleted, {});
}

std::vector<RunSummary> Store::runs(bool with_deleted, const std::vector<std::string>& metrics) const
{
    return guardStore("read the runs", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        return readRuns(paths(), database(), with_deleted ? "" : "WHERE deleted_ms IS NULL", metrics);
    });
}

RunSummary Store::run(const std::string& id_or_name) const
{
    return guardStore("read the run '" + id_or_name + "'", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        const std::string key = std::to_string(runKey(database(), id_or_name));
        return std::move(readRuns(paths(), database(), "WHERE key = " + key, {}).at(0));
    });
}

int64_t Store::dataVersion() const
{
    return guardStore("read the version of the data", paths().database,
                      [&] { return database().execAndGet("PRAGMA data_version").getInt64(); });
}

json Store::config(const std::string& run) const
{
    const std::map<std::string, json> flat = settings(run);
    return nestedConfig({flat.begin(), flat.end()});
}

std::map<std::string, json> Store::settings(const std::string& run) const
{
    return guardStore("read the configuration of '" + run + "'", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), "SELECT path, value FROM config WHERE run = ?");
        SQLite::bind(query, runKey(database(), run));
        std::map<std::string, json> flat;
        while (query.executeStep())
            flat.emplace(query.getColumn(0).getString(),
                         jsonFromText(query.getColumn(1).getString(), "a configuration value"));
        return flat;
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
