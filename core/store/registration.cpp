#include "core/store/registration.h"

#include "core/store/flat_config.h"
#include "core/store/series_summaries.h"

#include <chrono>
#include <thread>

#include <unistd.h>

namespace sy {

using nlohmann::json;

namespace {

void requireFreeName(SQLite::Database& database, const std::string& name)
{
    if (name.empty()) throw StoreError("a run needs a name, got an empty one");
    SQLite::Statement query(database, "SELECT deleted_ms IS NOT NULL FROM run WHERE name = ?1 OR id = ?1");
    query.bind(1, name);
    if (!query.executeStep()) return;
    if (query.getColumn(0).getInt() != 0)
        throw StoreError("the name '" + name +
                         "' belongs to a deleted run; restore or purge that run, or choose another");
    throw StoreError("there is a run with the name '" + name + "' already; choose another");
}

void insertConfig(SQLite::Database& database, int64_t key, const FlatConfig& flat)
{
    SQLite::Statement insert(database, "INSERT INTO config (run, path, value) VALUES (?, ?, ?)");
    for (const auto& [path, value] : flat) {
        SQLite::bind(insert, key, path, jsonText(value));
        insert.exec();
        insert.reset();
    }
}

void insertTags(SQLite::Database& database, int64_t key, const std::vector<std::string>& tags)
{
    SQLite::Statement insert(database, "INSERT OR IGNORE INTO tag (run, tag) VALUES (?, ?)");
    for (const auto& tag : tags) {
        SQLite::bind(insert, key, tag);
        insert.exec();
        insert.reset();
    }
}

int64_t insertRun(SQLite::Database& database, const NewRun& run, const std::string& id)
{
    SQLite::Statement insert(
        database,
        "INSERT INTO run (id, name, status, steps, created_ms, heartbeat_ms, host, pid, preset, code_version, "
        "code_revision, corpus, corpus_hash, tokenizer_hash, seed, vocab_size, parameters_total, parameters_active, "
        "flops_per_token, num_experts, languages, sparse_layers, environment, parent, parent_kind) "
        "VALUES (?, ?, 'starting', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    const int64_t now = nowMs();
    SQLite::bind(insert, id, run.name, run.steps, now, now, thisHost(), static_cast<int64_t>(::getpid()), run.preset,
                 run.code_version, run.code_revision, run.corpus, run.corpus_hash, run.tokenizer_hash, run.seed,
                 run.vocab_size, run.parameters_total, run.parameters_active, run.flops_per_token, run.num_experts,
                 jsonText(json(run.languages)), jsonText(json(run.sparse_layers)), jsonText(run.environment),
                 run.parent, run.parent_kind);
    insert.exec();
    return database.getLastInsertRowid();
}

struct LaterRows {
    const char* table;
    const char* column;
};
constexpr LaterRows later_rows[] = {
    {"point", "step"},           {"system_sample", "step"}, {"clock", "step"}, {"routing_window", "last_step"},
    {"route_sample", "step"},    {"evaluation", "step"},    {"probe", "step"}, {"checkpoint", "step"},
    {"evaluation_text", "step"},
};

/// Table -> rows deleted, where there were any.
json deleteLaterRows(SQLite::Database& database, int64_t key, int64_t step)
{
    json deleted = json::object();
    for (const auto& [table, column] : later_rows) {
        SQLite::Statement remove(database,
                                 std::string("DELETE FROM ") + table + " WHERE run = ? AND " + column + " > ?");
        SQLite::bind(remove, key, step);
        if (const int rows = remove.exec(); rows > 0) deleted[table] = rows;
    }
    deleteOrphanedTexts(database, key);
    return deleted;
}

void markStarting(SQLite::Database& database, int64_t key, int64_t step, int64_t now, bool rewound)
{
    SQLite::Statement update(database, "UPDATE run SET status = 'starting', failure = '', step = ?, heartbeat_ms = ?, "
                                       "ended_ms = 0, host = ?, pid = ?, revision = revision + 1, "
                                       "rewinds = rewinds + ? WHERE key = ?");
    SQLite::bind(update, step, now, thisHost(), static_cast<int64_t>(::getpid()), rewound ? 1 : 0, key);
    update.exec();
    SQLite::Statement commands(database, "UPDATE command SET state = 'failed', answered_ms = ?, answer = "
                                         "json_object('error', 'the trainer ended before it answered') "
                                         "WHERE run = ? AND state = 'waiting'");
    SQLite::bind(commands, now, key);
    commands.exec();
}

void recordResumption(SQLite::Database& database, int64_t key, int64_t step, int64_t now, const json& deleted)
{
    int64_t rows = 0;
    for (const auto& count : deleted) rows += count.get<int64_t>();
    SQLite::Statement event(database, "INSERT INTO event (run, step, time_ms, kind, message, data) "
                                      "VALUES (?, ?, ?, 'resumed', ?, ?)");
    SQLite::bind(event, key, step, now,
                 "resumed at step " + std::to_string(step) + "; " + std::to_string(rows) + " later rows deleted",
                 jsonText({{"step", step}, {"deleted", deleted}}));
    event.exec();
}

} // namespace

FileLock lockRun(const StorePaths& paths, const std::string& id, const std::string& name)
{
    const fs::path folder = runFolder(paths, id);
    std::error_code code;
    fs::create_directories(folder, code);
    if (code) throw StoreError("cannot create the folder " + folder.string() + ": " + code.message());
    // Whoever asks whether the run lives holds the lock for microseconds: one refusal proves nothing.
    for (int attempt = 0; attempt < 50; ++attempt) {
        if (auto lock = FileLock::tryLock(folder / "lock")) return std::move(*lock);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    throw StoreError("the run '" + name + "' is alive: another process holds " + (folder / "lock").string());
}

int64_t registerRun(Store& store, const NewRun& run, const std::string& id)
{
    const FlatConfig flat = flatConfig(run.config);
    SQLite::Database& database = store.database();
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    requireFreeName(database, run.name);
    const int64_t key = insertRun(database, run, id);
    insertConfig(database, key, flat);
    insertTags(database, key, run.tags);
    transaction.commit();
    return key;
}

void deleteOrphanedTexts(SQLite::Database& database, int64_t run)
{
    SQLite::Statement remove(database,
                             "DELETE FROM route_text WHERE run = ?1 AND NOT EXISTS (SELECT 1 FROM evaluation_text AS e "
                             "WHERE e.run = ?1 AND (e.encoder = route_text.hash OR e.decoder = route_text.hash))");
    remove.bind(1, run);
    remove.exec();
}

void rewindRun(Store& store, int64_t key, int64_t step)
{
    SQLite::Database& database = store.database();
    const int64_t now = nowMs();
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    const json deleted = deleteLaterRows(database, key, step);
    recomputeSummariesAfter(database, key, step);
    markStarting(database, key, step, now, !deleted.empty());
    recordResumption(database, key, step, now, deleted);
    transaction.commit();
}

} // namespace sy
