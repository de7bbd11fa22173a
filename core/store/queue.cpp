// The queue's rows: what waits, what runs, how it ended.
#include "core/store/columns.h"
#include "core/store/run_status.h"
#include "core/store/store_impl.h"

#include <algorithm>
#include <array>

namespace sy {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 6> states = {"waiting", "starting", "running", "done", "failed", "removed"};

QueueState queueStateFromText(const std::string& text)
{
    for (size_t i = 0; i < states.size(); ++i)
        if (states[i] == text) return static_cast<QueueState>(i);
    throw StoreError("the store is damaged: '" + text + "' is not a state of the queue");
}

std::optional<int64_t> optionalInteger(const SQLite::Column& column)
{
    if (column.isNull()) return std::nullopt;
    return column.getInt64();
}

QueueEntry readEntry(SQLite::Statement& row)
{
    QueueEntry entry;
    entry.key = row.getColumn(0).getInt64();
    entry.request.device = row.getColumn(1).getString();
    entry.state = queueStateFromText(row.getColumn(2).getString());
    entry.request.config = jsonFromText(row.getColumn(3).getString(), "queue.config");
    entry.request.preset = row.getColumn(4).getString();
    entry.request.name = row.getColumn(5).getString();
    entry.request.tags = listOf<std::vector<std::string>>(row.getColumn(6), "queue.tags");
    entry.request.resume = row.getColumn(7).getString();
    entry.run = row.getColumn(8).getString();
    entry.added_ms = row.getColumn(9).getInt64();
    entry.started_ms = row.getColumn(10).getInt64();
    entry.ended_ms = row.getColumn(11).getInt64();
    entry.host = row.getColumn(12).getString();
    entry.pid = row.getColumn(13).getInt64();
    entry.exit_status = optionalInteger(row.getColumn(14));
    entry.signal = optionalInteger(row.getColumn(15));
    entry.log_tail = row.getColumn(16).getString();
    return entry;
}

/// Refuses what could not be resumed when its turn comes.
void requireResumable(SQLite::Database& database, const RunSummary& run)
{
    const std::string who = "the run '" + run.name + "' ";
    if (run.deleted) throw StoreError(who + "is deleted; restore it before resuming");
    if (!run.origin.empty()) throw StoreError(who + "was imported; it can go on only on " + run.origin);
    if (claimsToLive(run.status)) throw StoreError(who + "is alive (" + std::string(toString(run.status)) + ")");
    if (run.status == RunStatus::Finished) throw StoreError(who + "is finished; there is nothing to resume");
    SQLite::Statement query(database, "SELECT key FROM queue WHERE resume = ? AND state IN ('waiting', 'starting')");
    query.bind(1, run.id);
    if (query.executeStep())
        throw StoreError(who + "waits in the queue already, as entry " + query.getColumn(0).getString());
}

void requireFreeName(SQLite::Database& database, const std::string& name)
{
    SQLite::Statement query(database,
                            "SELECT 'there is a run with the name ''' || ?1 || ''' already' FROM run "
                            "WHERE name = ?1 OR id = ?1 UNION ALL "
                            "SELECT 'entry ' || key || ' of the queue has the name ''' || ?1 || '''' FROM queue "
                            "WHERE name = ?1 AND state IN ('waiting', 'starting')");
    query.bind(1, name);
    if (query.executeStep()) throw StoreError(query.getColumn(0).getString() + "; choose another");
}

void requireComplete(const QueueRequest& request)
{
    if (request.resume.empty() && !request.config.is_object())
        throw StoreError("a queue entry needs a configuration or a run to resume");
}

} // namespace

std::string_view toString(QueueState state)
{
    return states.at(static_cast<size_t>(state));
}

std::string queueDevice(const std::string& device)
{
    const std::string number = device == "cuda" ? "0" : device.starts_with("cuda:") ? device.substr(5) : "";
    const bool digits = std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
    if (device == "cpu") return device;
    if (number.empty() || number.size() > 3 || !digits)
        throw StoreError("a queue is of one device: cpu, cuda or cuda:N, got '" + device + "'");
    return "cuda:" + number;
}

fs::path queueLock(const StorePaths& paths, const std::string& device)
{
    return paths.database.parent_path() / ("queue-" + queueDevice(device) + ".lock");
}

bool queueHasWorker(const StorePaths& paths, const std::string& device)
{
    return FileLock::isHeld(queueLock(paths, device));
}

int64_t Store::enqueue(const QueueRequest& request)
{
    requireComplete(request);
    const std::optional<RunSummary> resumed =
        request.resume.empty() ? std::nullopt : std::optional(run(request.resume));
    const std::string device = queueDevice(resumed ? resumed->device : request.device);
    return guardStore("add to the queue", paths().database, [&] {
        SQLite::Transaction transaction(database(), SQLite::TransactionBehavior::IMMEDIATE);
        if (resumed)
            requireResumable(database(), *resumed);
        else if (!request.name.empty())
            requireFreeName(database(), request.name);
        SQLite::Statement insert(database(),
                                 "INSERT INTO queue (device, state, config, preset, name, tags, resume, run, "
                                 "added_ms) VALUES (?, 'waiting', ?, ?, ?, ?, ?, ?, ?)");
        SQLite::bind(insert, device, jsonText(resumed ? json() : request.config), request.preset,
                     resumed ? resumed->name : request.name, jsonText(json(request.tags)), resumed ? resumed->id : "",
                     resumed ? resumed->id : "", nowMs());
        insert.exec();
        const int64_t key = database().getLastInsertRowid();
        transaction.commit();
        return key;
    });
}

void Store::removeQueued(int64_t key)
{
    guardStore("remove from the queue", paths().database, [&] {
        SQLite::Transaction transaction(database(), SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement query(database(), "SELECT state FROM queue WHERE key = ?");
        query.bind(1, key);
        if (!query.executeStep()) throw StoreError("the queue has no entry " + std::to_string(key));
        const std::string state = query.getColumn(0).getString();
        if (state == "starting" || state == "running")
            throw StoreError("entry " + std::to_string(key) + " of the queue has begun; stop its run instead");
        if (state != "waiting")
            throw StoreError("entry " + std::to_string(key) + " of the queue waits no more: it is " + state);
        SQLite::Statement update(database(), "UPDATE queue SET state = 'removed', ended_ms = ? WHERE key = ?");
        SQLite::bind(update, nowMs(), key);
        update.exec();
        transaction.commit();
    });
}

std::vector<QueueEntry> Store::queue(int64_t ended) const
{
    return guardStore("read the queue", paths().database, [&] {
        SQLite::Statement query(
            database(), "SELECT key, device, state, config, preset, name, tags, resume, run, added_ms, started_ms, "
                        "ended_ms, host, pid, exit_status, signal, log_tail FROM queue "
                        "WHERE state IN ('waiting', 'starting', 'running') OR key IN "
                        "(SELECT key FROM queue WHERE state IN ('done', 'failed', 'removed') "
                        "ORDER BY ended_ms DESC, key DESC LIMIT ?) ORDER BY key");
        query.bind(1, std::max<int64_t>(ended, 0)); // SQL reads -1 as no limit
        std::vector<QueueEntry> entries;
        while (query.executeStep()) entries.push_back(readEntry(query));
        return entries;
    });
}

} // namespace sy
