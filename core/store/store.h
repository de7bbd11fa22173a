// The run store: one SQLite file that many trainers and workbenches open at once. docs/store.md has the schema.
#pragma once

#include "core/base/files.h"
#include "core/store/records.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace SQLite {
class Database;
}

namespace sy {

/// What opening found to do.
enum class Migration { Created, UpToDate, Upgraded };

/// Where a store keeps its file and checkpoints: beside FILE, or in the home directory.
struct StorePaths {
    fs::path database;    ///< store.sqlite
    fs::path checkpoints; ///< folder of <run id>/ folders
    static StorePaths inHome();
    static StorePaths ofFile(const fs::path& file);
};

/// A connection. Not thread-safe: one per thread. Reads end their transaction before they return.
class Store {
public:
    /// Opens or creates, migrates one version at a time. @throws StoreError: a newer version, not a
    /// Switchyard store, a network file system (WAL needs a local one), no disk space.
    static Store open(const StorePaths& paths);
    /// The same, but never creates: @throws StoreError where the file is missing.
    static Store openExisting(const StorePaths& paths);
    ~Store();
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;

    const StorePaths& paths() const;
    Migration migration() const;

    // ---- runs; `run` below is an id or a unique name ----
    std::vector<RunSummary> runs(bool with_deleted = false) const;
    /// The same with RunSummary::metrics of these series. 1,000 runs take some milliseconds.
    std::vector<RunSummary> runs(bool with_deleted, const std::vector<std::string>& metrics) const;
    /// Changes when another connection has committed to the file. Cheap: asked several times a second.
    int64_t dataVersion() const;
    /// By id or unique name. @throws StoreError naming what was asked and close names.
    RunSummary run(const std::string& id_or_name) const;
    nlohmann::json config(const std::string& run) const;  ///< full configuration
    nlohmann::json details(const std::string& run) const; ///< everything of the run row, environment and lineage
    /// Dotted path -> value, as the config table keeps it.
    std::map<std::string, nlohmann::json> settings(const std::string& run) const;
    std::vector<std::string> seriesNames(const std::string& run) const;
    /// As seriesNames, each with its summary; "system/..." series too.
    std::map<std::string, SeriesSummary> seriesSummaries(const std::string& run) const;
    /// series() as columns; fast for a million points.
    Curve curve(const std::string& run, const std::string& name, int64_t from = 0, int64_t to = INT64_MAX) const;
    /// Of a "system/..." series, in time order, later than `after_ms`.
    std::vector<SystemSample> systemSamples(const std::string& run, const std::string& name,
                                            int64_t after_ms = 0) const;
    /// In step order, steps in [from, to].
    std::vector<Point> series(const std::string& run, const std::string& name, int64_t from = 0,
                              int64_t to = INT64_MAX) const;
    std::vector<ClockTick> clock(const std::string& run, int64_t from = 0) const;
    std::vector<RoutingWindow> windows(const std::string& run, int64_t layer, int64_t from = 0,
                                       int64_t to = INT64_MAX) const;
    /// The figures of windows() without their blobs.
    std::vector<WindowFigures> windowFigures(const std::string& run, int64_t layer, int64_t from = 0,
                                             int64_t to = INT64_MAX) const;
    /// One figure over training, a curve per sparse layer at the windows' last steps.
    std::vector<Curve> windowCurves(const std::string& run, WindowColumn column) const;
    /// Last steps of all windows, rising.
    std::vector<int64_t> windowSteps(const std::string& run) const;
    /// Of every layer the last window that ended at or before `step`; the first one where none did.
    std::vector<RoutingWindow> windowsAt(const std::string& run, int64_t step) const;
    std::vector<RouteSample> routeSamples(const std::string& run, int64_t from = 0, int64_t to = INT64_MAX) const;
    std::vector<Evaluation> evaluations(const std::string& run) const;
    /// Steps of the evaluations on the run's own validation text, rising; those below are of them.
    std::vector<int64_t> evaluationSteps(const std::string& run) const;
    /// The evaluation of this step, with counts. Empty where there is none.
    std::optional<Evaluation> evaluationAt(const std::string& run, int64_t step) const;
    /// Recorded figures in step order; evaluations without them are left out.
    std::vector<EvaluationSpecialization> specializations(const std::string& run) const;
    /// Empty where none were recorded at this step.
    std::optional<EvaluationRoutes> evaluationRoutes(const std::string& run, int64_t step) const;
    /// Steps that have evaluationRoutes, rising.
    std::vector<int64_t> evaluationRouteSteps(const std::string& run) const;
    /// Fast for a hundred evaluations. Empty steps where none were recorded.
    ExpertHistory expertHistory(const std::string& run, int64_t layer) const;
    std::vector<Probe> probes(const std::string& run, int64_t from = 0, int64_t to = INT64_MAX) const;
    std::vector<CheckpointRecord> checkpoints(const std::string& run) const;
    std::vector<Event> events(const std::string& run) const;
    /// The last `limit` lines, oldest first.
    std::vector<LogRecord> logLines(const std::string& run, int64_t limit = 1000) const;
    std::vector<MachineDevice> machines() const;

    // ---- what anyone may write ----
    void tag(const std::string& run, const std::string& tag);
    void untag(const std::string& run, const std::string& tag);
    void setNote(const std::string& run, const std::string& note);
    void setStarred(const std::string& run, bool starred);
    /// Deletes the files of one checkpoint and marks it removed. @throws StoreError for a live run.
    void removeCheckpoint(const std::string& run, int64_t step);
    void softDelete(const std::string& run); ///< @throws StoreError for a live run
    void undelete(const std::string& run);
    void purge(const std::string& run); ///< rows and checkpoints; only after softDelete
    /// Queues a command; its id. @throws StoreError when the run is not alive.
    int64_t sendCommand(const std::string& run, const std::string& verb, const nlohmann::json& payload);
    Command command(int64_t id) const;
    // ---- the queue: rows wait per device; `queue work` takes them ----
    /// @throws StoreError: an unknown device, a taken name, a run to resume that is alive, finished or imported.
    int64_t enqueue(const QueueRequest& request);
    /// Takes a waiting entry out. @throws StoreError where it has begun.
    void removeQueued(int64_t key);
    /// Oldest first; ended ones of the last `ended` too.
    std::vector<QueueEntry> queue(int64_t ended = 200) const;
    void saveMachine(const MachineDevice& device); ///< replaces what is known of the same host and device

    SQLite::Database& database() const; ///< for the store's own sources and its tests

private:
    struct Impl;
    explicit Store(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Whether a trainer of the run lives: on this host its lock tells, elsewhere the heartbeat (30 s).
bool isAlive(const StorePaths& paths, const RunSummary& run);

/// Held by the worker of the device's queue on this host; beside the store.
fs::path queueLock(const StorePaths& paths, const std::string& device);
/// Whether `queue work --device D` runs on this host. `cuda` is cuda:0.
bool queueHasWorker(const StorePaths& paths, const std::string& device);
/// cpu, cuda:N; `cuda` becomes cuda:0. @throws StoreError for anything else.
std::string queueDevice(const std::string& device);

} // namespace sy
