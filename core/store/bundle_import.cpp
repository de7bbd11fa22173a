#include "core/store/bundle.h"

#include "core/store/bundle_files.h"
#include "core/store/bundle_manifest.h"
#include "core/store/bundle_merge.h"

#include <sqlite3.h>

namespace sy {

namespace {

constexpr double checking_share = 0.3; // of the progress

/// Reads all parts once: nothing of a damaged bundle is taken in.
BundleManifest checkedManifest(const fs::path& file, const BundleProgress& progress)
{
    BundleReader reader(file);
    BundleManifest manifest;
    BundlePart kind{};
    std::string content;
    while (reader.next(kind, content)) {
        if ((kind == BundlePart::Manifest) != (reader.part() == 1))
            throw DataError("the bundle " + file.string() + " is damaged: its list of runs is not its first part");
        if (kind == BundlePart::Manifest) manifest = manifestFromText(content);
        if (progress)
            progress(checking_share * static_cast<double>(reader.position()) / static_cast<double>(reader.size()));
    }
    if (reader.part() < 2) throw DataError("the bundle " + file.string() + " is damaged: it has no list of runs");
    return manifest;
}

class Import {
public:
    Import(const StorePaths& paths, const fs::path& file, BundleManifest manifest)
        : m_store(Store::open(paths)), m_file(file), m_manifest(std::move(manifest)), m_files(paths)
    {
    }

    BundleReport run(const BundleProgress& progress);

private:
    void take(BundlePart kind, const std::string& content, uint32_t version);
    void endRun();

    Store m_store;
    fs::path m_file;
    BundleManifest m_manifest;
    ReceivedFiles m_files;
    std::vector<std::unique_ptr<RunMerge>> m_runs;
};

BundleReport Import::run(const BundleProgress& progress)
{
    SQLite::Transaction transaction(m_store.database(), SQLite::TransactionBehavior::IMMEDIATE);
    BundleReader reader(m_file);
    BundlePart kind{};
    std::string content;
    while (reader.next(kind, content)) {
        if (kind != BundlePart::Manifest) take(kind, content, reader.version());
        if (progress)
            progress(checking_share + (1 - checking_share) * static_cast<double>(reader.position()) /
                                          static_cast<double>(reader.size()));
    }
    endRun();
    if (m_runs.size() != m_manifest.runs.size()) throw DataError("the bundle is damaged: it lacks runs of its list");
    m_files.place();
    BundleReport report;
    report.bytes = reader.size();
    for (const auto& run : m_runs) {
        const BundleOutcome outcome = run->finish();
        report.runs.push_back(run->id());
        report.rows += run->rows();
        (outcome == BundleOutcome::Created   ? report.created
         : outcome == BundleOutcome::Updated ? report.updated
                                             : report.unchanged)
            .push_back(run->id());
    }
    if (progress) progress(1); // the last chance to cancel
    transaction.commit();
    m_files.keep();
    return report;
}

void Import::endRun()
{
    if (!m_runs.empty()) m_runs.back()->endRows();
}

void Import::take(BundlePart kind, const std::string& content, uint32_t version)
{
    if (kind == BundlePart::File) {
        m_files.take(content, [this](const std::string& id) {
            for (const auto& run : m_runs)
                if (run->id() == id) return run->takesFiles();
            throw DataError("the bundle is damaged: it has a file of the run '" + id + "' and not the run");
        });
    } else if (kind == BundlePart::Run) {
        endRun();
        if (m_runs.size() >= m_manifest.runs.size())
            throw DataError("the bundle is damaged: it has more runs than its list");
        m_runs.push_back(
            std::make_unique<RunMerge>(m_store, m_files, m_manifest.source, m_manifest.runs[m_runs.size()], content));
    } else if (m_runs.empty()) {
        throw DataError("the bundle is damaged: rows come before the run that they belong to");
    } else if (kind == BundlePart::Rows) {
        m_runs.back()->takeRows(content, version);
    } else {
        m_runs.back()->takeCurve(curveOfPart(content, kind == BundlePart::Samples));
    }
}

} // namespace

BundleReport importBundle(const StorePaths& paths, const fs::path& file, const BundleProgress& progress)
{
    return guardStore("import " + file.string(), paths.database, [&] {
        try {
            BundleManifest manifest = checkedManifest(file, progress);
            Import work(paths, file, std::move(manifest));
            const int64_t bytes = BundleReader(file).unpackedBytes();
            requireFreeSpace(paths.database.parent_path(), 2 * static_cast<uint64_t>(bytes));
            return work.run(progress);
        } catch (const nlohmann::json::exception& error) {
            throw DataError("the bundle " + file.string() + " is damaged: " + error.what());
        } catch (const SQLite::Exception& error) {
            if (error.getErrorCode() != SQLITE_CONSTRAINT) throw;
            throw DataError("the bundle " + file.string() + " is damaged: its values break the store's rules (" +
                            error.what() + ")");
        }
    });
}

} // namespace sy
