#include "core/store/bundle.h"

#include "core/store/bundle_files.h"
#include "core/store/bundle_manifest.h"
#include "core/store/row_reader.h"
#include "core/store/run_status.h"

#include <algorithm>

namespace sy {

using nlohmann::json;

namespace {

constexpr size_t rows_part_bytes = 4 << 20;
constexpr size_t curve_part_points = 1 << 16;

/// Rows as JSON objects; of one run.
json rowsAsJson(SQLite::Database& database, const std::string& sql, int64_t run)
{
    SQLite::Statement query(database, sql);
    query.bind(1, run);
    json rows = json::array();
    while (query.executeStep()) {
        json& row = rows.emplace_back(json::object());
        for (int i = 0; i < query.getColumnCount(); ++i) {
            const SQLite::Column column = query.getColumn(i);
            json& value = row[column.getName()];
            if (column.isInteger())
                value = column.getInt64();
            else if (column.isFloat())
                value = column.getDouble();
            else if (column.isText())
                value = column.getString();
        }
    }
    return rows;
}

class Export {
public:
    Export(const StorePaths& paths, const BundleOptions& options, const BundleProgress& progress)
        : m_paths(paths), m_store(Store::openExisting(paths)), m_options(options), m_progress(progress)
    {
    }

    /// Begins the picture of the store that write() takes.
    void choose(const std::vector<std::string>& runs);
    void write(std::ostream& out);
    BundleReport& report() { return m_report; }

private:
    struct Chosen {
        int64_t key = 0;
        BundleRun run;
        std::unique_ptr<HeldFiles> files;
    };
    SQLite::Database& database() { return m_store.database(); }
    Chosen chosenRun(int64_t key);
    void holdFiles(Chosen& chosen);
    void writeRun(BundleWriter& bundle, const Chosen& chosen);
    void writeTable(BundleWriter& bundle, const BundleTable& table, const Chosen& chosen);
    void writeRows(BundleWriter& bundle, const BundleTable& table, SQLite::Statement& query);
    void writeCurves(BundleWriter& bundle, const Chosen& chosen);
    void writeCurve(BundleWriter& bundle, const std::string& name, RowReader& rows, bool system);
    void advance(double work);

    StorePaths m_paths;
    Store m_store;
    std::optional<SQLite::Transaction> m_picture;
    const BundleOptions& m_options;
    const BundleProgress& m_progress;
    BundleManifest m_since, m_manifest;
    std::vector<Chosen> m_chosen;
    BundleReport m_report;
    double m_done = 0, m_all = 1; // rows, and bytes of files / 100
};

void Export::choose(const std::vector<std::string>& runs)
{
    m_picture.emplace(database(), SQLite::TransactionBehavior::DEFERRED);
    if (runs.empty()) throw StoreError("name at least one run to export");
    if (!m_options.since.empty()) m_since = readManifest(m_options.since);
    if (!m_options.since.empty() && m_since.source != storeSource(m_paths))
        throw DataError(m_options.since.string() + " was written from another store (on " + m_since.host +
                        "): nothing can follow it from here");
    for (const auto& asked : runs) {
        const int64_t key = runKey(database(), asked);
        if (std::ranges::find(m_chosen, key, &Chosen::key) != m_chosen.end()) continue;
        m_chosen.push_back(chosenRun(key));
        const Chosen& chosen = m_chosen.back();
        m_report.runs.push_back(chosen.run.id);
        m_manifest.runs.push_back(chosen.run);
    }
    m_manifest.source = storeSource(m_paths);
    m_manifest.host = thisHost();
    m_manifest.written_ms = nowMs();
    m_manifest.checkpoints = m_options.checkpoints;
}

Export::Chosen Export::chosenRun(int64_t key)
{
    Chosen chosen{key, {}, nullptr};
    SQLite::Statement query(database(), "SELECT id, name, deleted_ms IS NOT NULL, origin, rewinds, "
                                        "coalesce((SELECT revision FROM import_state WHERE run = key), revision), "
                                        "(SELECT sum(points) FROM series_summary WHERE run = key) "
                                        "FROM run WHERE key = ?");
    query.bind(1, key);
    query.executeStep();
    chosen.run.id = query.getColumn(0).getString();
    chosen.run.name = query.getColumn(1).getString();
    if (query.getColumn(2).getInt() != 0)
        throw StoreError("the run '" + chosen.run.name + "' is deleted; restore it before exporting it");
    const std::string origin = query.getColumn(3).getString();
    chosen.run.origin = origin.empty() ? thisHost() : origin;
    chosen.run.rewinds = query.getColumn(4).getInt64();
    chosen.run.revision = query.getColumn(5).getInt64();
    chosen.run.to = cursorOf(database(), key);
    const BundleRun* before = m_since.find(chosen.run.id);
    if (before && before->rewinds == chosen.run.rewinds) chosen.run.from = before->to;
    m_all += static_cast<double>(query.getColumn(6).getInt64());
    if (m_options.checkpoints) holdFiles(chosen);
    return chosen;
}

void Export::holdFiles(Chosen& chosen)
{
    chosen.files = std::make_unique<HeldFiles>(m_paths, chosen.run.id);
    SQLite::Statement query(database(), "SELECT folder FROM checkpoint WHERE run = ? AND removed = 0 ORDER BY step");
    query.bind(1, chosen.key);
    while (query.executeStep())
        chosen.files->hold(
            checkpointFolder(m_paths, chosen.run.id, query.getColumn(0).getString()).filename().string());
    chosen.files->holdLoose();
    m_all += static_cast<double>(chosen.files->bytes()) / 100;
}

void Export::advance(double work)
{
    m_done += work;
    if (m_progress) m_progress(std::min(1.0, m_done / m_all));
}

void Export::write(std::ostream& out)
{
    BundleWriter bundle(out);
    bundle.add(BundlePart::Manifest, manifestText(m_manifest));
    for (const auto& chosen : m_chosen) writeRun(bundle, chosen);
    m_picture.reset(); // files may be large, and an open picture keeps the write-ahead log growing
    for (const auto& chosen : m_chosen)
        if (chosen.files)
            chosen.files->write(bundle, [this](int64_t bytes) { advance(static_cast<double>(bytes) / 100); });
    bundle.finish();
}

void Export::writeRun(BundleWriter& bundle, const Chosen& chosen)
{
    const auto rows = [&](const std::string& sql) { return rowsAsJson(database(), sql, chosen.key); };
    const json notes = rows("SELECT text, time_ms FROM note WHERE run = ?");
    const json starred = rows("SELECT starred FROM run WHERE key = ?");
    bundle.add(BundlePart::Run,
               jsonText({{"run", rows("SELECT " + std::string(bundle_run_columns) + " FROM run WHERE key = ?").at(0)},
                         {"starred", starred.at(0).at("starred")},
                         {"config", rows("SELECT path, value FROM config WHERE run = ?")},
                         {"tags", rows("SELECT tag FROM tag WHERE run = ?")},
                         {"note", notes.empty() ? json() : notes.at(0)},
                         {"checkpoints", rows("SELECT " + std::string(bundle_checkpoint_columns) +
                                              " FROM checkpoint WHERE run = ? ORDER BY step")}}));
    for (const auto& table : bundleTables()) writeTable(bundle, table, chosen);
    writeCurves(bundle, chosen);
}

void Export::writeTable(BundleWriter& bundle, const BundleTable& table, const Chosen& chosen)
{
    const std::string select = std::string("SELECT ") + table.columns + " FROM " + table.name + " WHERE ";
    const std::string order = std::string(" ORDER BY ") + table.place;
    if (table.split) {
        for (const auto& [name, last] : chosen.run.to) {
            if (!name.starts_with(table.cursor)) continue;
            SQLite::Statement query(database(),
                                    select + "run = ? AND " + table.split + " = ? AND " + table.place + " > ?" + order);
            SQLite::bind(query, chosen.key, int64_t{std::stoll(name.substr(std::string_view(table.cursor).size()))},
                         placeIn(chosen.run.from, name));
            writeRows(bundle, table, query);
        }
        return;
    }
    const std::string mine =
        table.parent ? std::string(table.place) + " IN (SELECT key FROM " + table.parent + " WHERE run = ? AND key > ?)"
                     : std::string("run = ? AND ") + table.place + " > ?";
    SQLite::Statement query(database(), select + mine + order);
    SQLite::bind(query, chosen.key, placeIn(chosen.run.from, table.cursor));
    writeRows(bundle, table, query);
}

void Export::writeRows(BundleWriter& bundle, const BundleTable& table, SQLite::Statement& query)
{
    PartWriter part;
    part.text(table.name);
    const size_t empty = part.size();
    while (query.executeStep()) {
        part.row(query);
        ++m_report.rows;
        if (part.size() < rows_part_bytes) continue;
        bundle.add(BundlePart::Rows, part.take());
        part.text(table.name);
        advance(0);
    }
    if (part.size() > empty) bundle.add(BundlePart::Rows, part.take());
}

void Export::writeCurves(BundleWriter& bundle, const Chosen& chosen)
{
    SQLite::Statement series(database(),
                             "SELECT series.key, name FROM series_summary JOIN series ON series.key = series "
                             "WHERE run = ? ORDER BY name");
    series.bind(1, chosen.key);
    while (series.executeStep()) {
        const std::string name = series.getColumn(1).getString();
        const bool system = name.starts_with("system/");
        RowReader rows(database(),
                       system ? "SELECT step, value, kind, time_ms FROM system_sample WHERE run = ? AND series = ? "
                                "AND time_ms > ? ORDER BY time_ms"
                              : "SELECT step, value, kind FROM point WHERE run = ? AND series = ? AND step > ? "
                                "ORDER BY step",
                       {chosen.key, series.getColumn(0).getInt64(),
                        placeIn(chosen.run.from, (system ? "system/" : "point/") + name)});
        writeCurve(bundle, name, rows, system);
    }
}

void Export::writeCurve(BundleWriter& bundle, const std::string& name, RowReader& rows, bool system)
{
    BundleCurve curve{name, {}, {}, {}};
    const auto write = [&] {
        if (curve.step.empty()) return;
        bundle.add(system ? BundlePart::Samples : BundlePart::Points, curvePart(curve));
        m_report.rows += static_cast<int64_t>(curve.step.size());
        advance(static_cast<double>(curve.step.size()));
        curve = {name, {}, {}, {}};
    };
    while (rows.next()) {
        curve.step.push_back(rows.integer(0));
        curve.value.push_back(valueOfKind(static_cast<int>(rows.integer(2)), rows.real(1)));
        if (system) curve.time_ms.push_back(rows.integer(3));
        if (curve.step.size() >= curve_part_points) write();
    }
    write();
}

} // namespace

BundleReport exportBundle(const StorePaths& paths, const std::vector<std::string>& runs, const fs::path& file,
                          const BundleOptions& options, const BundleProgress& progress)
{
    return guardStore("export runs", paths.database, [&] {
        Export work(paths, options, progress);
        work.choose(runs);
        writeFileAtomically(file, [&](std::ostream& out) { work.write(out); });
        work.report().bytes = static_cast<int64_t>(fs::file_size(file));
        if (progress) progress(1);
        return work.report();
    });
}

} // namespace sy
