// One run of a bundle on its way into a store.
#pragma once

#include "core/store/bundle_files.h"
#include "core/store/bundle_manifest.h"
#include "core/store/series_summaries.h"

#include <memory>
#include <unordered_map>

namespace sy {

enum class BundleOutcome { Created, Updated, Unchanged };

/// Decides what a run of a bundle is to this store, then takes its rows: all of a new run, the later ones of a run that
/// was imported before, none of one that is known; those of a run that was born here are compared instead.
class RunMerge {
public:
    /// @param part  the run's first part. In the caller's transaction.
    /// @throws DataError: wrong or damaged values, a gap before the rows; StoreError: born here and further here.
    RunMerge(Store& store, ReceivedFiles& files, const std::string& source, const BundleRun& run,
             const std::string& part);

    /// @throws DataError for wrong rows, StoreError where the run was born here and differs.
    void takeRows(const std::string& part, uint32_t version);
    void takeCurve(const BundleCurve& curve);
    void endRows();
    /// When the files are in place.
    BundleOutcome finish();

    /// Files of a run that was born here are this store's own business.
    bool takesFiles() const { return m_imported; }
    const std::string& id() const { return m_run.id; }
    int64_t rows() const { return m_rows; }

private:
    enum class Mode { Create, Append, Replace, Known, Compare };

    Mode decide();
    void requireNoGap(const BundleCursor& here) const;
    void create();
    void clearRows();
    void clearCheckpoints(ReceivedFiles& files);
    void updateRow();
    void takeTags();
    void takeNote();
    bool takeCheckpoints();
    /// @param columns  of the row, as SQL lists them; without its key
    void insertRow(const BundleTable& table, const std::string& columns, BundleRow row);
    void removeCovered(const BundleRow& window);
    void comparePoint(int64_t series, const BundleCurve& curve, size_t i);
    int64_t seriesKey(const std::string& name);
    SQLite::Statement& prepared(const std::string& sql);
    [[noreturn]] void differs(const std::string& where) const;

    Store& m_store;
    SQLite::Database& m_database;
    std::string m_source;
    BundleRun m_run;
    nlohmann::json m_part;
    Mode m_mode;
    int64_t m_key = 0;
    bool m_imported = true;
    BundleCursor m_here; // rows up to here are in this store
    std::unique_ptr<SummaryKeeper> m_summaries;
    std::map<std::pair<std::string, int64_t>, int64_t> m_parents; // (table, key there) -> key here
    std::map<std::string, int64_t> m_series;
    std::map<std::string, std::unique_ptr<SQLite::Statement>> m_statements;
    int64_t m_rows = 0;
};

} // namespace sy
