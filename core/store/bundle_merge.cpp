#include "core/store/bundle_merge.h"

#include "core/store/columns.h"
#include "core/store/queue_rows.h"
#include "core/store/run_status.h"
#include "core/store/thinning.h"

#include <algorithm>

namespace sy {

using nlohmann::json;

namespace {

[[noreturn]] void damaged(const std::string& why)
{
    throw DataError("the bundle is damaged: " + why);
}

/// "a, b" -> {"a", "b"}.
std::vector<std::string> words(std::string_view list)
{
    std::vector<std::string> found;
    while (!list.empty()) {
        const size_t end = std::min(list.find(", "), list.size());
        found.emplace_back(list.substr(0, end));
        list.remove_prefix(std::min(list.size(), end + 2));
    }
    return found;
}

void bindJson(SQLite::Statement& statement, int index, const json& value)
{
    if (value.is_null())
        statement.bind(index);
    else if (value.is_number_integer())
        statement.bind(index, value.get<int64_t>());
    else if (value.is_number())
        statement.bind(index, value.get<double>());
    else if (value.is_string())
        statement.bind(index, value.get<std::string>());
    else
        damaged("a column of the run is neither number nor text");
}

void bindValue(SQLite::Statement& statement, int index, const BundleValue& value)
{
    if (const auto* number = std::get_if<int64_t>(&value))
        statement.bind(index, *number);
    else if (const auto* real = std::get_if<double>(&value))
        statement.bind(index, *real);
    else if (const auto* text = std::get_if<std::string>(&value))
        statement.bind(index, *text);
    else if (const auto* blob = std::get_if<std::vector<char>>(&value))
        statement.bind(index, blob->data(), static_cast<int>(blob->size()));
    else
        statement.bind(index); // NULL
}

std::string questionMarks(size_t count)
{
    std::string text;
    for (size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
    return text;
}

const BundleTable& tableOf(const std::string& name)
{
    for (const auto& table : bundleTables())
        if (table.name == name) return table;
    damaged("it has rows of an unknown table '" + name + "'");
}

std::string firstColumns(const BundleTable& table, size_t count)
{
    std::string list;
    for (const auto& word : words(table.columns))
        if (count-- > 0)
            list += (list.empty() ? "" : ", ") + word;
        else
            break;
    return list;
}

size_t columnOf(const BundleTable& table, const char* name)
{
    const auto columns = words(table.columns);
    return static_cast<size_t>(std::ranges::find(columns, name) - columns.begin());
}

} // namespace

RunMerge::RunMerge(Store& store, ReceivedFiles& files, const std::string& source, const BundleRun& run,
                   const std::string& part)
    : m_store(store), m_database(store.database()), m_source(source), m_run(run),
      m_part(json::parse(part, nullptr, false)), m_mode(Mode::Create)
{
    const auto wrong = [&](const char* what) {
        damaged("the " + std::string(what) + " of the run " + run.id + " is wrong");
    };
    if (!m_part.is_object() || !m_part.value("run", json()).is_object()) wrong("row");
    for (const char* list : {"config", "tags", "checkpoints"})
        if (!m_part.value(list, json()).is_array()) wrong(list);
    if (m_part["run"].value("id", json()) != run.id || m_part["run"].value("name", json()) != run.name) wrong("name");
    if (run.origin.empty() || run.name.empty()) wrong("origin");
    try {
        runFolder(store.paths(), run.id);
        for (const auto& row : m_part["checkpoints"]) checkpointFolder(store.paths(), run.id, row.at("folder"));
    } catch (const StoreError& error) {
        throw DataError("the bundle names a folder outside of its run's: " + std::string(error.what()));
    }
    for (const char* column : {"languages", "sparse_layers", "environment"})
        if (!m_part["run"].value(column, json()).is_string() || !json::accept(m_part["run"][column].get<std::string>()))
            wrong(column);
    m_mode = decide();
    if (m_mode == Mode::Append || m_mode == Mode::Replace) clearCheckpoints(files);
    m_summaries = std::make_unique<SummaryKeeper>(m_database, m_key);
}

void RunMerge::differs(const std::string& where) const
{
    throw StoreError("the run '" + m_run.name + "' (" + m_run.id +
                     ") was born in this store, and the bundle's differs (" + where +
                     "): two copies of one run went on apart");
}

RunMerge::Mode RunMerge::decide()
{
    SQLite::Statement query(m_database, "SELECT key, origin, rewinds, revision FROM run WHERE id = ?");
    query.bind(1, m_run.id);
    if (!query.executeStep()) {
        requireNoGap({});
        create();
        return Mode::Create;
    }
    m_key = query.getColumn(0).getInt64();
    const int64_t rewinds = query.getColumn(2).getInt64();
    if (query.getColumn(1).getString().empty()) {
        m_imported = false;
        if (m_run.rewinds > rewinds || m_run.revision > query.getColumn(3).getInt64()) differs("it is further there");
        return m_run.rewinds == rewinds ? Mode::Compare : Mode::Known;
    }
    SQLite::Statement state(m_database, "SELECT source, revision, cursor FROM import_state WHERE run = ?");
    state.bind(1, m_key);
    if (!state.executeStep())
        throw StoreError("the store is damaged: the imported run '" + m_run.name + "' has no state");
    if (m_run.rewinds < rewinds || m_run.revision <= state.getColumn(1).getInt64()) return Mode::Known;
    if (m_run.rewinds > rewinds || state.getColumn(0).getString() != m_source) {
        requireNoGap({});
        clearRows();
        return Mode::Replace;
    }
    m_here = cursorFromJson(jsonFromText(state.getColumn(2).getString(), "import_state.cursor"));
    requireNoGap(m_here);
    return Mode::Append;
}

void RunMerge::requireNoGap(const BundleCursor& here) const
{
    for (const auto& [name, place] : m_run.from)
        if (placeIn(here, name) < place)
            throw DataError("the bundle has only the later rows of the run '" + m_run.name + "' (" + name + " after " +
                            std::to_string(place) +
                            "), and this store lacks those before; export the run as a whole, or "
                            "import the bundles between first");
}

void RunMerge::create()
{
    json row = m_part["run"];
    row["name"] = freeRunName(m_store, m_run.name);
    const auto columns = words(bundle_run_columns);
    SQLite::Statement insert(m_database, "INSERT INTO run (" + std::string(bundle_run_columns) +
                                             ", origin, starred) VALUES (" + questionMarks(columns.size() + 2) + ")");
    int index = 0;
    for (const auto& column : columns) bindJson(insert, ++index, row.value(column, json()));
    insert.bind(++index, m_run.origin);
    insert.bind(++index, m_part.value("starred", 0));
    insert.exec();
    m_key = m_database.getLastInsertRowid();
    SQLite::Statement config(m_database, "INSERT INTO config (run, path, value) VALUES (?, ?, ?)");
    for (const auto& setting : m_part["config"]) {
        const std::string value = setting.at("value");
        if (!json::accept(value)) damaged("a setting of the run " + m_run.id + " is not JSON");
        SQLite::bind(config, m_key, setting.at("path").get<std::string>(), value);
        config.exec();
        config.reset();
    }
}

void RunMerge::clearRows()
{
    for (const char* table : {"point", "system_sample", "series_summary", "clock", "routing_window", "route_sample",
                              "evaluation", "evaluation_text", "route_text", "probe", "event", "log_line"}) {
        SQLite::Statement remove(m_database, std::string("DELETE FROM ") + table + " WHERE run = ?");
        remove.bind(1, m_key);
        remove.exec();
    }
}

/// Checkpoints that the run has no more, or has anew.
void RunMerge::clearCheckpoints(ReceivedFiles& files)
{
    std::map<int64_t, std::string> hashes;
    for (const auto& row : m_part["checkpoints"]) hashes[row.at("step").get<int64_t>()] = row.at("hash");
    SQLite::Statement query(m_database, "SELECT step, folder, hash FROM checkpoint WHERE run = ?");
    query.bind(1, m_key);
    std::vector<int64_t> void_steps;
    while (query.executeStep()) {
        const auto known = hashes.find(query.getColumn(0).getInt64());
        if (known != hashes.end() && known->second == query.getColumn(2).getString()) continue;
        files.retire(checkpointFolder(m_store.paths(), m_run.id, query.getColumn(1).getString()));
        void_steps.push_back(query.getColumn(0).getInt64());
    }
    SQLite::Statement remove(m_database, "DELETE FROM checkpoint WHERE run = ? AND step = ?");
    for (const int64_t step : void_steps) {
        SQLite::bind(remove, m_key, step);
        remove.exec();
        remove.reset();
    }
}

SQLite::Statement& RunMerge::prepared(const std::string& sql)
{
    auto& statement = m_statements[sql];
    if (!statement) statement = std::make_unique<SQLite::Statement>(m_database, sql);
    statement->reset();
    return *statement;
}

int64_t RunMerge::seriesKey(const std::string& name)
{
    if (const auto found = m_series.find(name); found != m_series.end()) return found->second;
    SQLite::Statement insert(m_database, "INSERT INTO series (name) VALUES (?) ON CONFLICT DO NOTHING");
    insert.bind(1, name);
    insert.exec();
    SQLite::Statement query(m_database, "SELECT key FROM series WHERE name = ?");
    query.bind(1, name);
    query.executeStep();
    return m_series[name] = query.getColumn(0).getInt64();
}

void RunMerge::takeCurve(const BundleCurve& curve)
{
    if (m_mode == Mode::Known) return;
    const bool system = !curve.time_ms.empty();
    const int64_t series = seriesKey(curve.series);
    const int64_t here = placeIn(m_here, (system ? "system/" : "point/") + curve.series);
    SQLite::Statement& insert = prepared(
        system ? "INSERT INTO system_sample (run, series, step, value, kind, time_ms) VALUES (?, ?, ?, ?, ?, ?)"
               : "INSERT INTO point (run, series, step, value, kind) VALUES (?, ?, ?, ?, ?)");
    for (size_t i = 0; i < curve.step.size(); ++i) {
        const int64_t place = system ? curve.time_ms[i] : curve.step[i];
        if (m_mode == Mode::Compare) {
            comparePoint(series, curve, i);
            continue;
        }
        if (place <= here) continue;
        m_summaries->add(series, system, place, curve.step[i], curve.value[i]);
        const int kind = kindOf(curve.value[i]);
        SQLite::bind(insert, m_key, series, curve.step[i]);
        kind == 0 ? insert.bind(4, curve.value[i]) : insert.bind(4);
        insert.bind(5, kind);
        if (system) insert.bind(6, place);
        insert.exec();
        insert.reset();
        ++m_rows;
    }
}

void RunMerge::comparePoint(int64_t series, const BundleCurve& curve, size_t i)
{
    const bool system = !curve.time_ms.empty();
    SQLite::Statement& query =
        prepared(system ? "SELECT value, kind FROM system_sample WHERE run = ? AND series = ? AND time_ms = ?"
                        : "SELECT value, kind FROM point WHERE run = ? AND series = ? AND step = ?");
    SQLite::bind(query, m_key, series, system ? curve.time_ms[i] : curve.step[i]);
    const int kind = kindOf(curve.value[i]);
    if (!query.executeStep() || query.getColumn(1).getInt() != kind ||
        (kind == 0 && query.getColumn(0).getDouble() != curve.value[i]))
        differs(curve.series + " at step " + std::to_string(curve.step[i]));
}

void RunMerge::takeRows(const std::string& part, uint32_t version)
{
    if (m_mode == Mode::Known || m_mode == Mode::Compare) return;
    PartReader reader(part);
    const BundleTable& table = tableOf(reader.text());
    const size_t place = columnOf(table, table.place);
    const size_t columns = columnCount(table, version);
    const size_t split = table.split ? columnOf(table, table.split) : 0;
    std::string list = firstColumns(table, columns);
    if (table.keyed) list.erase(0, list.find(", ") + 2);
    while (!reader.atEnd()) {
        BundleRow row = reader.row(table, columns);
        std::string name = table.cursor;
        if (table.split) name += std::to_string(std::get<int64_t>(row[split]));
        if (std::get<int64_t>(row[place]) <= placeIn(m_here, name)) continue;
        // What covers rows that are here already: a new run has none.
        if (m_mode == Mode::Append && table.name == std::string_view("routing_window")) removeCovered(row);
        insertRow(table, list, std::move(row));
        ++m_rows;
    }
}

void RunMerge::insertRow(const BundleTable& table, const std::string& columns, BundleRow row)
{
    const size_t first = table.keyed ? 1 : 0;
    if (table.parent) {
        const auto parent = m_parents.find({table.parent, std::get<int64_t>(row[0])});
        if (parent == m_parents.end()) damaged(std::string("a row of ") + table.name + " has no " + table.parent);
        row[0] = parent->second;
    }
    const size_t own = table.parent ? 0 : 1; // a column `run` before the others
    SQLite::Statement& insert = prepared(std::string("INSERT INTO ") + table.name + " (" + (own ? "run, " : "") +
                                         columns + ") VALUES (" + questionMarks(own + row.size() - first) + ")");
    if (own) insert.bind(1, m_key);
    for (size_t i = first; i < row.size(); ++i) bindValue(insert, static_cast<int>(own + i - first + 1), row[i]);
    insert.exec();
    if (table.keyed) m_parents[{table.name, std::get<int64_t>(row[0])}] = m_database.getLastInsertRowid();
}

/// Windows that the source has merged into this one since they came here.
void RunMerge::removeCovered(const BundleRow& window)
{
    SQLite::Statement& remove =
        prepared("DELETE FROM routing_window WHERE run = ? AND layer = ? AND last_step BETWEEN ? AND ?");
    SQLite::bind(remove, m_key, std::get<int64_t>(window[0]), std::get<int64_t>(window[2]),
                 std::get<int64_t>(window[1]));
    remove.exec();
}

void RunMerge::endRows()
{
    m_summaries->write();
    m_statements.clear();
}

void RunMerge::takeTags()
{
    SQLite::Statement insert(m_database, "INSERT OR IGNORE INTO tag (run, tag) VALUES (?, ?)");
    for (const auto& tag : m_part["tags"]) {
        SQLite::bind(insert, m_key, tag.at("tag").get<std::string>());
        insert.exec();
        insert.reset();
    }
}

/// One that was written here stays.
void RunMerge::takeNote()
{
    const json note = m_part.value("note", json());
    if (note.is_null()) return;
    SQLite::Statement insert(m_database, "INSERT OR IGNORE INTO note (run, text, time_ms) VALUES (?, ?, ?)");
    SQLite::bind(insert, m_key, note.at("text").get<std::string>(), note.at("time_ms").get<int64_t>());
    insert.exec();
}

/// A checkpoint counts as removed where its files are not here. True where a row became another.
bool RunMerge::takeCheckpoints()
{
    int changed = 0;
    SQLite::Statement insert(
        m_database, "INSERT INTO checkpoint (run, step, folder, bytes, hash, best, valid_cross_entropy, removed) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET folder = excluded.folder, "
                    "bytes = excluded.bytes, hash = excluded.hash, best = excluded.best, "
                    "valid_cross_entropy = excluded.valid_cross_entropy, removed = excluded.removed "
                    "WHERE removed <> excluded.removed OR hash <> excluded.hash");
    for (const auto& row : m_part["checkpoints"]) {
        const std::string folder = row.at("folder");
        std::error_code code;
        const bool here = fs::exists(checkpointFolder(m_store.paths(), m_run.id, folder), code);
        SQLite::bind(insert, m_key, row.at("step").get<int64_t>(), folder, row.at("bytes").get<int64_t>(),
                     row.at("hash").get<std::string>(), row.at("best").get<int>());
        bindJson(insert, 7, row.at("valid_cross_entropy"));
        insert.bind(8, here ? 0 : 1);
        changed += insert.exec();
        insert.reset();
    }
    return changed > 0;
}

void RunMerge::updateRow()
{
    SQLite::Statement update(m_database,
                             "UPDATE run SET status = ?, step = ?, steps = ?, started_ms = ?, ended_ms = ?, "
                             "heartbeat_ms = ?, host = ?, pid = ?, failure = ? WHERE key = ?");
    int index = 0;
    for (const char* column :
         {"status", "step", "steps", "started_ms", "ended_ms", "heartbeat_ms", "host", "pid", "failure"})
        bindJson(update, ++index, m_part["run"].value(column, json()));
    update.bind(++index, m_key);
    update.exec();
}

BundleOutcome RunMerge::finish()
{
    if (!m_imported) return BundleOutcome::Unchanged;
    const bool checkpoints = takeCheckpoints();
    if (m_mode == Mode::Known && !checkpoints) return BundleOutcome::Unchanged;
    SQLite::Statement revision(m_database, "UPDATE run SET revision = max(revision + 1, ?), rewinds = ? WHERE key = ?");
    SQLite::Statement rewinds(m_database, "SELECT rewinds FROM run WHERE key = ?");
    rewinds.bind(1, m_key);
    rewinds.executeStep();
    SQLite::bind(revision, m_run.revision, std::max(m_run.rewinds, rewinds.getColumn(0).getInt64()), m_key);
    revision.exec();
    if (m_mode == Mode::Known) return BundleOutcome::Updated;
    if (m_mode == Mode::Append) thinSamples(m_database, m_key);
    updateRow();
    takeTags();
    takeNote();
    for (const auto& [name, place] : m_run.to) m_here[name] = std::max(placeIn(m_here, name), place);
    SQLite::Statement state(m_database,
                            "INSERT OR REPLACE INTO import_state (run, source, revision, cursor, imported_ms) "
                            "VALUES (?, ?, ?, ?, ?)");
    SQLite::bind(state, m_key, m_source, m_run.revision, jsonText(cursorJson(m_here)), nowMs());
    state.exec();
    return m_mode == Mode::Create ? BundleOutcome::Created : BundleOutcome::Updated;
}

} // namespace sy
