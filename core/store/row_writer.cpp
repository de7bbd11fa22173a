#include "core/store/row_writer.h"

#include "core/store/run_status.h"

namespace sy {

namespace {

constexpr const char* last_tick = "SELECT max(step) FROM clock WHERE run = ?1 AND ?2 = 0";

} // namespace

void RowWriter::write(const QueuedRecord& record)
{
    std::visit([this](const auto& value) { put(value); }, record);
}

SQLite::Statement& RowWriter::prepared(const char* sql)
{
    auto& statement = m_statements[sql];
    if (!statement) statement = std::make_unique<SQLite::Statement>(m_database, sql);
    statement->tryReset(); // reset() would throw the error of the last use once more
    statement->clearBindings();
    return *statement;
}

int64_t RowWriter::seriesKey(const std::string& name)
{
    if (const auto found = m_series.find(name); found != m_series.end()) return found->second;
    execute("INSERT INTO series (name) VALUES (?) ON CONFLICT DO NOTHING", name);
    SQLite::Statement& query = prepared("SELECT key FROM series WHERE name = ?");
    query.bind(1, name);
    query.executeStep();
    const int64_t key = query.getColumn(0).getInt64();
    query.tryReset(); // an open SELECT would keep the log from being checkpointed
    return m_series[name] = key;
}

void RowWriter::expectLater(const char* last_place_query, int64_t part, int64_t place)
{
    const auto [last, added] = m_places.try_emplace({last_place_query, part}, INT64_MIN);
    if (added) {
        SQLite::Statement& query = prepared(last_place_query);
        SQLite::bind(query, m_run, part);
        if (query.executeStep() && !query.getColumn(0).isNull()) last->second = query.getColumn(0).getInt64();
        query.tryReset();
    }
    if (place <= last->second)
        m_disturbed = true;
    else
        last->second = place;
}

void RowWriter::put(const std::vector<Point>& points)
{
    for (const auto& point : points) {
        const int kind = kindOf(point.value);
        const int64_t series = seriesKey(point.series);
        m_summaries.add(series, false, point.step, point.step, point.value);
        if (kind == 0)
            execute("INSERT OR REPLACE INTO point (run, series, step, value, kind) VALUES (?, ?, ?, ?, 0)", m_run,
                    series, point.step, point.value);
        else
            execute("INSERT OR REPLACE INTO point (run, series, step, value, kind) VALUES (?, ?, ?, NULL, ?)", m_run,
                    series, point.step, kind);
    }
}

void RowWriter::put(const SystemSamples& sample)
{
    for (const auto& point : sample.values) {
        const int kind = kindOf(point.value);
        const int64_t series = seriesKey(point.series);
        m_summaries.add(series, true, sample.time_ms, point.step, point.value);
        if (kind == 0)
            execute("INSERT OR REPLACE INTO system_sample (run, series, time_ms, step, value, kind) "
                    "VALUES (?, ?, ?, ?, ?, 0)",
                    m_run, series, sample.time_ms, point.step, point.value);
        else
            execute("INSERT OR REPLACE INTO system_sample (run, series, time_ms, step, value, kind) "
                    "VALUES (?, ?, ?, ?, NULL, ?)",
                    m_run, series, sample.time_ms, point.step, kind);
    }
}

void RowWriter::put(const std::vector<ClockTick>& ticks)
{
    for (const auto& tick : ticks) {
        expectLater(last_tick, 0, tick.step);
        execute("INSERT OR REPLACE INTO clock (run, step, tokens, flops, wall_ms, process_s) VALUES (?, ?, ?, ?, ?, ?)",
                m_run, tick.step, tick.tokens, tick.flops, tick.wall_ms, tick.process_s);
    }
}

void RowWriter::put(const Event& event)
{
    execute("INSERT INTO event (run, step, time_ms, kind, message, data) VALUES (?, ?, ?, ?, ?, ?)", m_run, event.step,
            event.time_ms, event.kind, event.message, jsonText(event.data));
}

void RowWriter::put(const LogRecord& line)
{
    execute("INSERT INTO log_line (run, time_ms, level, area, text) VALUES (?, ?, ?, ?, ?)", m_run, line.time_ms,
            line.level, line.area, line.text);
}

void RowWriter::put(const StatusChange& change)
{
    const bool lives = claimsToLive(change.status);
    const std::string status(toString(change.status));
    execute("UPDATE run SET status = ?1, failure = ?2, heartbeat_ms = ?3, ended_ms = CASE WHEN ?4 THEN 0 ELSE ?3 END, "
            "started_ms = CASE WHEN started_ms = 0 AND ?1 = 'running' THEN ?3 ELSE started_ms END WHERE key = ?5",
            status, change.failure, change.time_ms, lives ? 1 : 0, m_run);
    if (!lives)
        execute("UPDATE command SET state = 'failed', answer = json_object('error', 'the run ended: ' || ?1), "
                "answered_ms = ?2 WHERE run = ?3 AND state = 'waiting'",
                status, change.time_ms, m_run);
}

void RowWriter::put(const CheckpointRecord& record)
{
    execute("INSERT OR REPLACE INTO checkpoint (run, step, folder, bytes, hash, best, valid_cross_entropy, removed) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            m_run, record.step, record.folder, record.bytes, record.hash, record.best ? 1 : 0,
            record.valid_cross_entropy.value_or(std::numeric_limits<double>::quiet_NaN()), record.removed ? 1 : 0);
}

void RowWriter::put(const CheckpointRemoval& removal)
{
    execute("UPDATE checkpoint SET removed = 1 WHERE run = ? AND step = ?", m_run, removal.step);
}

void RowWriter::put(const CommandAnswer& answer)
{
    execute("UPDATE command SET state = ?, answer = ?, answered_ms = ? WHERE id = ? AND run = ? AND state = 'waiting'",
            answer.ok ? "done" : "failed", jsonText(answer.answer), nowMs(), answer.id, m_run);
}

void RowWriter::finish(int64_t step, int64_t time_ms)
{
    m_summaries.write();
    const bool disturbed = std::exchange(m_disturbed, false) | m_summaries.disturbed();
    execute("UPDATE run SET step = ?, heartbeat_ms = ?, revision = revision + 1, rewinds = rewinds + ? WHERE key = ?",
            step, time_ms, disturbed ? 1 : 0, m_run);
}

} // namespace sy
