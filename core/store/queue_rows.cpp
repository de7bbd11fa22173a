#include "core/store/queue_rows.h"

#include "core/store/connection.h"

#include <algorithm>

namespace sy {

namespace {

std::string freeName(SQLite::Database& database, const std::string& wanted)
{
    SQLite::Statement taken(database, "SELECT 1 FROM run WHERE name = ?1 OR id = ?1 UNION ALL SELECT 1 FROM queue "
                                      "WHERE name = ?1 AND state IN ('waiting', 'starting', 'running')");
    std::string name = wanted;
    for (int number = 2;; ++number) {
        taken.bind(1, name);
        if (!taken.executeStep()) return name;
        taken.reset();
        name = wanted + "-" + std::to_string(number);
    }
}

std::string nameOf(SQLite::Database& database, int64_t key)
{
    SQLite::Statement query(database, "SELECT name, preset FROM queue WHERE key = ?");
    query.bind(1, key);
    query.executeStep();
    const std::string name = query.getColumn(0).getString(), preset = query.getColumn(1).getString();
    return name.empty() ? freeName(database, preset.empty() ? "run" : preset) : name;
}

QueueEntry entryOf(const Store& store, int64_t key)
{
    const auto entries = store.queue(0);
    const auto found = std::ranges::find(entries, key, &QueueEntry::key);
    if (found == entries.end()) throw StoreError("the queue has no open entry " + std::to_string(key));
    return *found;
}

template <class... Values> int change(Store& store, const char* sql, const Values&... values)
{
    return guardStore("write the queue", store.paths().database, [&] {
        SQLite::Statement statement(store.database(), sql);
        SQLite::bind(statement, values...);
        return statement.exec();
    });
}

std::optional<std::string> registeredRun(const Store& store, const QueueEntry& entry)
{
    return guardStore("read the runs", store.paths().database, [&]() -> std::optional<std::string> {
        // A worker that was killed may not have noted the process: the name is the entry's own then.
        SQLite::Statement query(store.database(),
                                entry.request.resume.empty()
                                    ? "SELECT id FROM run WHERE name = ? AND created_ms >= ? AND ?3 IN (0, pid)"
                                    : "SELECT id FROM run WHERE id = ? AND heartbeat_ms >= ? AND ?3 IN (0, pid)");
        SQLite::bind(query, entry.request.resume.empty() ? entry.request.name : entry.request.resume, entry.started_ms,
                     entry.pid);
        if (!query.executeStep()) return std::nullopt;
        return query.getColumn(0).getString();
    });
}

} // namespace

std::string freeRunName(const Store& store, const std::string& wanted)
{
    return guardStore("read the names of runs", store.paths().database,
                      [&] { return freeName(store.database(), wanted); });
}

std::optional<QueueEntry> takeQueued(Store& store, const std::string& device)
{
    SQLite::Database& database = store.database();
    const auto key = guardStore("take from the queue", store.paths().database, [&]() -> std::optional<int64_t> {
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement query(database, "SELECT min(key) FROM queue WHERE device = ? AND state = 'waiting'");
        query.bind(1, device);
        query.executeStep();
        if (query.getColumn(0).isNull()) return std::nullopt;
        const int64_t oldest = query.getColumn(0).getInt64();
        SQLite::Statement update(database, "UPDATE queue SET state = 'starting', name = ?, started_ms = ?, host = ? "
                                           "WHERE key = ?");
        SQLite::bind(update, nameOf(database, oldest), nowMs(), thisHost(), oldest);
        update.exec();
        transaction.commit();
        return oldest;
    });
    if (!key) return std::nullopt;
    return entryOf(store, *key);
}

std::vector<QueueEntry> begunEntries(const Store& store, const std::string& device)
{
    auto entries = store.queue(0);
    std::erase_if(entries, [&](const QueueEntry& entry) {
        return entry.state == QueueState::Waiting || entry.request.device != device || entry.host != thisHost();
    });
    return entries;
}

void setQueuedProcess(Store& store, int64_t key, int64_t pid)
{
    change(store, "UPDATE queue SET pid = ? WHERE key = ?", pid, key);
}

bool noteQueuedRun(Store& store, const QueueEntry& entry)
{
    const auto run = registeredRun(store, entry);
    if (!run) return false;
    change(store, "UPDATE queue SET state = 'running', run = ? WHERE key = ? AND state = 'starting'", *run, entry.key);
    return true;
}

void closeQueued(Store& store, int64_t key, const QueueEnd& end)
{
    guardStore("write the queue", store.paths().database, [&] {
        SQLite::Statement update(store.database(), "UPDATE queue SET state = ?, ended_ms = ?, log_tail = ?, "
                                                   "exit_status = ?, signal = ? WHERE key = ?");
        SQLite::bind(update, std::string(toString(end.state)), nowMs(), end.log_tail);
        end.exit_status ? update.bind(4, *end.exit_status) : update.bind(4);
        end.signal ? update.bind(5, *end.signal) : update.bind(5);
        update.bind(6, key);
        update.exec();
    });
}

} // namespace sy
