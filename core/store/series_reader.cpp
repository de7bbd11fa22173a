// Series and their summaries, clock, events, log lines, checkpoints, machines: rows without blobs.
#include "core/store/columns.h"
#include "core/store/row_reader.h"
#include "core/store/run_status.h"
#include "core/store/series_summaries.h"
#include "core/store/store_impl.h"

namespace sy {

namespace {

constexpr const char* point_query =
    "SELECT step, value, kind FROM point WHERE run = ? AND series = ? AND step BETWEEN ? AND ? "
    "ORDER BY step";
constexpr const char* system_query =
    "SELECT step, value, kind FROM system_sample WHERE run = ? AND series = ? AND step "
    "BETWEEN ? AND ? ORDER BY time_ms";

bool isSystem(const std::string& name)
{
    return name.starts_with("system/");
}

std::optional<int64_t> seriesKey(SQLite::Database& database, const std::string& name)
{
    SQLite::Statement query(database, "SELECT key FROM series WHERE name = ?");
    query.bind(1, name);
    if (!query.executeStep()) return std::nullopt;
    return query.getColumn(0).getInt64();
}

} // namespace

std::vector<std::string> Store::seriesNames(const std::string& run) const
{
    std::vector<std::string> names;
    for (auto& [name, summary] : seriesSummaries(run)) names.push_back(name);
    return names;
}

std::map<std::string, SeriesSummary> Store::seriesSummaries(const std::string& run) const
{
    return guardStore("read series summaries", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(),
                                "SELECT name, " + std::string(summary_columns) +
                                    " FROM series_summary JOIN series ON series.key = series WHERE run = ?");
        query.bind(1, runKey(database(), run));
        std::map<std::string, SeriesSummary> summaries;
        while (query.executeStep()) summaries[query.getColumn(0).getString()] = readSummary(query, 1);
        return summaries;
    });
}

Curve Store::curve(const std::string& run, const std::string& name, int64_t from, int64_t to) const
{
    return guardStore("read the series '" + name + "'", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        Curve curve;
        const int64_t key = runKey(database(), run);
        const auto series = seriesKey(database(), name);
        if (!series) return curve;
        RowReader rows(database(), isSystem(name) ? system_query : point_query, {key, *series, from, to});
        while (rows.next()) {
            curve.step.push_back(rows.integer(0));
            curve.value.push_back(valueOfKind(static_cast<int>(rows.integer(2)), rows.real(1)));
        }
        return curve;
    });
}

std::vector<SystemSample> Store::systemSamples(const std::string& run, const std::string& name, int64_t after_ms) const
{
    return guardStore("read the series '" + name + "'", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        std::vector<SystemSample> samples;
        const int64_t key = runKey(database(), run);
        const auto series = seriesKey(database(), name);
        if (!series) return samples;
        RowReader rows(database(),
                       "SELECT time_ms, step, value, kind FROM system_sample WHERE run = ? AND series = ? "
                       "AND time_ms > ? ORDER BY time_ms",
                       {key, *series, after_ms});
        while (rows.next())
            samples.push_back(
                {rows.integer(0), rows.integer(1), valueOfKind(static_cast<int>(rows.integer(3)), rows.real(2))});
        return samples;
    });
}

std::vector<Point> Store::series(const std::string& run, const std::string& name, int64_t from, int64_t to) const
{
    const Curve columns = curve(run, name, from, to);
    std::vector<Point> points(columns.step.size());
    for (size_t i = 0; i < points.size(); ++i) points[i] = {name, columns.step[i], columns.value[i]};
    return points;
}

std::vector<ClockTick> Store::clock(const std::string& run, int64_t from) const
{
    return guardStore("read the clock", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        RowReader rows(database(),
                       "SELECT step, tokens, flops, wall_ms, process_s FROM clock WHERE run = ? AND step >= ? "
                       "ORDER BY step",
                       {runKey(database(), run), from});
        std::vector<ClockTick> ticks;
        while (rows.next())
            ticks.push_back({rows.integer(0), rows.integer(1), rows.realOrNan(2), rows.integer(3), rows.realOrNan(4)});
        return ticks;
    });
}

std::vector<Event> Store::events(const std::string& run) const
{
    return guardStore("read events", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(),
                                "SELECT step, time_ms, kind, message, data FROM event WHERE run = ? ORDER BY key");
        query.bind(1, runKey(database(), run));
        std::vector<Event> events;
        while (query.executeStep())
            events.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getInt64(),
                              query.getColumn(2).getString(), query.getColumn(3).getString(),
                              jsonFromText(query.getColumn(4).getString(), "event.data")});
        return events;
    });
}

std::vector<LogRecord> Store::logLines(const std::string& run, int64_t limit) const
{
    return guardStore("read log lines", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(),
                                "SELECT time_ms, level, area, text FROM (SELECT * FROM log_line WHERE run = ? "
                                "ORDER BY key DESC LIMIT ?) ORDER BY key");
        SQLite::bind(query, runKey(database(), run), std::max<int64_t>(limit, 0)); // SQL reads -1 as no limit
        std::vector<LogRecord> lines;
        while (query.executeStep())
            lines.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getString(),
                             query.getColumn(2).getString(), query.getColumn(3).getString()});
        return lines;
    });
}

std::vector<CheckpointRecord> Store::checkpoints(const std::string& run) const
{
    return guardStore("read checkpoints", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), "SELECT step, folder, bytes, hash, best, valid_cross_entropy, removed "
                                            "FROM checkpoint WHERE run = ? ORDER BY step");
        query.bind(1, runKey(database(), run));
        std::vector<CheckpointRecord> records;
        while (query.executeStep()) {
            auto& record = records.emplace_back();
            record.step = query.getColumn(0).getInt64();
            record.folder = query.getColumn(1).getString();
            record.bytes = query.getColumn(2).getInt64();
            record.hash = query.getColumn(3).getString();
            record.best = query.getColumn(4).getInt() != 0;
            if (!query.getColumn(5).isNull()) record.valid_cross_entropy = query.getColumn(5).getDouble();
            record.removed = query.getColumn(6).getInt() != 0;
        }
        return records;
    });
}

std::vector<MachineDevice> Store::machines() const
{
    return guardStore("read machines", paths().database, [&] {
        SQLite::Statement query(database(), "SELECT host, device, name, memory_bytes, matrix_peak, copy_bandwidth, "
                                            "measured_ms FROM machine ORDER BY host, device");
        std::vector<MachineDevice> devices;
        while (query.executeStep()) {
            auto& device = devices.emplace_back();
            device.host = query.getColumn(0).getString();
            device.device = query.getColumn(1).getString();
            device.name = query.getColumn(2).getString();
            device.memory_bytes = query.getColumn(3).getInt64();
            device.matrix_peak = listOf<std::map<std::string, double>>(query.getColumn(4), "machine.matrix_peak");
            device.copy_bandwidth = realOrNan(query.getColumn(5));
            device.measured_ms = query.getColumn(6).getInt64();
        }
        return devices;
    });
}

} // namespace sy
