// What anyone may write: tags, notes, deletion, commands, machines.
#include "core/store/registration.h"
#include "core/store/run_status.h"
#include "core/store/store_impl.h"

#include <algorithm>
#include <array>

namespace sy {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 6> verbs = {"pause", "resume", "checkpoint", "evaluate", "probe", "stop"};

/// One statement on one run, in a transaction that waits for other writers; counts as a revision of the run.
template <class... Values>
void change(SQLite::Database& database, const std::string& run, const char* sql, const Values&... values)
{
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement statement(database, sql);
    const int64_t key = runKey(database, run);
    SQLite::bind(statement, key, values...);
    statement.exec();
    SQLite::Statement revision(database, "UPDATE run SET revision = revision + 1 WHERE key = ?");
    SQLite::bind(revision, key);
    revision.exec();
    transaction.commit();
}

void requireVerb(const std::string& verb)
{
    std::string known;
    for (const auto word : verbs) {
        if (word == verb) return;
        known += (known.empty() ? "" : ", ") + std::string(word);
    }
    throw StoreError("unknown command '" + verb + "'; there are " + known);
}

void removeFolder(const fs::path& folder)
{
    std::error_code code;
    fs::remove_all(folder, code);
    if (code) throw StoreError("cannot remove " + folder.string() + ": " + code.message());
}

/// The name ends as those that a resuming trainer clears away.
fs::path renamedAway(const fs::path& folder)
{
    const fs::path doomed = folder.string() + ".tmp";
    removeFolder(doomed);
    std::error_code code;
    if (fs::exists(folder)) fs::rename(folder, doomed, code);
    if (code) throw StoreError("cannot rename " + folder.string() + ": " + code.message());
    return doomed;
}

} // namespace

void Store::tag(const std::string& run, const std::string& tag)
{
    if (tag.empty()) throw StoreError("a tag must not be empty");
    guardStore("tag '" + run + "'", paths().database,
               [&] { change(database(), run, "INSERT OR IGNORE INTO tag (run, tag) VALUES (?, ?)", tag); });
}

void Store::untag(const std::string& run, const std::string& tag)
{
    guardStore("untag '" + run + "'", paths().database,
               [&] { change(database(), run, "DELETE FROM tag WHERE run = ? AND tag = ?", tag); });
}

void Store::setNote(const std::string& run, const std::string& note)
{
    guardStore("note on '" + run + "'", paths().database, [&] {
        change(database(), run, "INSERT OR REPLACE INTO note (run, text, time_ms) VALUES (?, ?, ?)", note, nowMs());
    });
}

void Store::setStarred(const std::string& run, bool starred)
{
    guardStore("star '" + run + "'", paths().database,
               [&] { change(database(), run, "UPDATE run SET starred = ?2 WHERE key = ?1", starred ? 1 : 0); });
}

void Store::removeCheckpoint(const std::string& run, int64_t step)
{
    const RunSummary summary = this->run(run);
    if (isAlive(paths(), summary))
        throw StoreError("the run '" + summary.name + "' is alive; its trainer looks after its checkpoints");
    const std::vector<CheckpointRecord> all = checkpoints(summary.id);
    const auto found = std::ranges::find(all, step, &CheckpointRecord::step);
    if (found == all.end() || found->removed)
        throw StoreError("the run '" + summary.name + "' has no checkpoint of step " + std::to_string(step));
    const FileLock lock = lockRun(paths(), summary.id, summary.name); // nobody resumes from it meanwhile
    const fs::path folder = checkpointFolder(paths(), summary.id, found->folder);
    const fs::path doomed = renamedAway(folder); // half a checkpoint is never taken for a whole one
    guardStore("remove a checkpoint of '" + run + "'", paths().database, [&] {
        change(database(), summary.id, "UPDATE checkpoint SET removed = 1 WHERE run = ? AND step = ?", step);
    });
    removeFolder(doomed);
}

void Store::softDelete(const std::string& run)
{
    const RunSummary summary = this->run(run);
    if (isAlive(paths(), summary))
        throw StoreError("the run '" + summary.name + "' is alive; stop it before deleting it");
    guardStore("delete '" + run + "'", paths().database, [&] {
        change(database(), run, "UPDATE run SET deleted_ms = coalesce(deleted_ms, ?2) WHERE key = ?1", nowMs());
    });
}

void Store::undelete(const std::string& run)
{
    guardStore("restore '" + run + "'", paths().database,
               [&] { change(database(), run, "UPDATE run SET deleted_ms = NULL WHERE key = ?"); });
}

void Store::purge(const std::string& run)
{
    const RunSummary summary = this->run(run);
    if (!summary.deleted)
        throw StoreError("the run '" + summary.name + "' is not deleted; only deleted runs can be purged");
    const FileLock lock = lockRun(paths(), summary.id, summary.name); // nobody resumes it meanwhile
    removeFolder(runFolder(paths(), summary.id)); // first: a purge that fails here can be asked for again
    guardStore("purge '" + run + "'", paths().database,
               [&] { change(database(), summary.id, "DELETE FROM run WHERE key = ?"); });
}

int64_t Store::sendCommand(const std::string& run, const std::string& verb, const json& payload)
{
    requireVerb(verb);
    const RunSummary summary = this->run(run);
    if (!claimsToLive(summary.status))
        throw StoreError("the run '" + summary.name + "' is not alive (" + std::string(toString(summary.status)) +
                         "); nobody would answer '" + verb + "'");
    return guardStore("send '" + verb + "' to '" + run + "'", paths().database, [&] {
        change(database(), summary.id,
               "INSERT INTO command (run, verb, payload, state, sent_ms) VALUES (?, ?, ?, 'waiting', ?)", verb,
               jsonText(payload), nowMs());
        return database().getLastInsertRowid(); // of the command: a revision is an UPDATE
    });
}

Command Store::command(int64_t id) const
{
    return guardStore("read a command", paths().database, [&] {
        SQLite::Statement query(database(), "SELECT verb, payload, state, answer FROM command WHERE id = ?");
        query.bind(1, id);
        if (!query.executeStep()) throw StoreError("there is no command " + std::to_string(id));
        return Command{id, query.getColumn(0).getString(),
                       jsonFromText(query.getColumn(1).getString(), "command.payload"), query.getColumn(2).getString(),
                       jsonFromText(query.getColumn(3).getString(), "command.answer")};
    });
}

void Store::saveMachine(const MachineDevice& device)
{
    guardStore("save the machine '" + device.host + "'", paths().database, [&] {
        SQLite::Statement insert(database(), "INSERT OR REPLACE INTO machine (host, device, name, memory_bytes, "
                                             "matrix_peak, copy_bandwidth, measured_ms) VALUES (?, ?, ?, ?, ?, ?, ?)");
        SQLite::bind(insert, device.host, device.device, device.name, device.memory_bytes,
                     jsonText(json(device.matrix_peak)), device.copy_bandwidth, device.measured_ms);
        insert.exec();
    });
}

} // namespace sy
