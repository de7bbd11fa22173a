// Series, clock, events, log lines, checkpoints, machines: rows without blobs.
#include "core/store/columns.h"
#include "core/store/run_status.h"
#include "core/store/store_impl.h"

namespace sy {

namespace {

constexpr const char* point_query =
    "SELECT step, value, kind FROM point WHERE run = ? AND series = ? AND step BETWEEN ? AND ? "
    "ORDER BY step";
constexpr const char* system_query =
    "SELECT step, value, kind FROM system_sample WHERE run = ? AND series = ? AND step "
    "BETWEEN ? AND ? ORDER BY time_ms";

} // namespace

std::vector<std::string> Store::seriesNames(const std::string& run) const
{
    return guardStore("read series names", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(
            database(), "SELECT name FROM series WHERE EXISTS (SELECT 1 FROM point WHERE run = ?1 AND series = key) OR "
                        "EXISTS (SELECT 1 FROM system_sample WHERE run = ?1 AND series = key) ORDER BY name");
        query.bind(1, runKey(database(), run));
        std::vector<std::string> names;
        while (query.executeStep()) names.push_back(query.getColumn(0).getString());
        return names;
    });
}

std::vector<Point> Store::series(const std::string& run, const std::string& name, int64_t from, int64_t to) const
{
    return guardStore("read the series '" + name + "'", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        const int64_t key = runKey(database(), run);
        SQLite::Statement series_query(database(), "SELECT key FROM series WHERE name = ?");
        series_query.bind(1, name);
        std::vector<Point> points;
        if (!series_query.executeStep()) return points;
        SQLite::Statement query(database(), name.starts_with("system/") ? system_query : point_query);
        SQLite::bind(query, key, series_query.getColumn(0).getInt64(), from, to);
        while (query.executeStep())
            points.push_back({name, query.getColumn(0).getInt64(),
                              valueOfKind(query.getColumn(2).getInt(), query.getColumn(1).getDouble())});
        return points;
    });
}

std::vector<ClockTick> Store::clock(const std::string& run) const
{
    return guardStore("read the clock", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(
            database(), "SELECT step, tokens, flops, wall_ms, process_s FROM clock WHERE run = ? ORDER BY step");
        query.bind(1, runKey(database(), run));
        std::vector<ClockTick> ticks;
        while (query.executeStep())
            ticks.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getInt64(),
                             realOrNan(query.getColumn(2)), query.getColumn(3).getInt64(),
                             realOrNan(query.getColumn(4))});
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
