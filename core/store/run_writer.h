// The only writer of a run's measurements. Calls queue in memory; a thread of its own commits them about
// twice a second, so that the training thread never waits for the disk.
#pragma once

#include "core/store/store.h"

#include <memory>
#include <vector>

namespace sy {

struct RunWriterOptions {
    int64_t commit_every_ms = 500;
    int64_t heartbeat_every_ms = 5000;              ///< readers elsewhere give up after 30 s
    int64_t busy_timeout_ms = 10000;                ///< wait for another writer of the same store
    int64_t warn_queued_bytes = int64_t{256} << 20; ///< warned again at each doubling
};

/// Any thread may call; calls of one thread are written in their order.
class RunWriter {
public:
    /// Registers a new run and takes its lock. @throws StoreError when the name is taken (by a deleted run too)
    /// or the configuration is not an object.
    static RunWriter create(const StorePaths& paths, const NewRun& run, const RunWriterOptions& options = {});
    /// Goes on with a run: takes its lock (@throws StoreError when another process holds it), deletes every row
    /// later than `step` in one transaction and logs that as an event.
    static RunWriter resume(const StorePaths& paths, const std::string& run_id, int64_t step,
                            const RunWriterOptions& options = {});
    ~RunWriter(); ///< flushes; logs an error where that fails
    RunWriter(RunWriter&&) noexcept;
    RunWriter& operator=(RunWriter&&) noexcept;

    const std::string& id() const;
    fs::path checkpointFolder() const; ///< checkpoints/<id>, exists

    // ---- queued; never block on the disk; a later record of the same step replaces the earlier one ----
    // @throws StoreError where sizes do not fit each other (load must be [L, N], ...): nothing is queued then.
    void points(std::vector<Point> points);
    void clock(std::vector<ClockTick> ticks);
    void window(RoutingWindow window);
    void routeSample(RouteSample sample);
    void evaluation(Evaluation evaluation);
    void evaluationRoutes(EvaluationRoutes routes);
    void probe(Probe probe);
    void event(Event event);
    void logLine(int64_t time_ms, std::string level, std::string area, std::string text);
    void systemSample(int64_t time_ms, std::vector<Point> values); ///< series "system/..."
    void setStep(int64_t step);                                    ///< progress and heartbeat

    // ---- at once: return when the rows are on disk ----
    void setStatus(RunStatus status, const std::string& failure = "");
    /// Commits all that is queued. @throws StoreError (disk full, ...): the caller stops, nothing queued is lost
    /// from memory and a later flush tries again.
    void flush();
    /// Rows up to the checkpoint's step are flushed before; call before the folder is renamed into place.
    void checkpoint(const CheckpointRecord& record);
    void checkpointRemoved(int64_t step);

    // ---- commands ----
    std::vector<Command> waitingCommands();
    void answer(int64_t command, bool ok, const nlohmann::json& answer);

    /// CPU seconds that recording cost so far: the calls above and the writer thread.
    double cpuSeconds() const;

private:
    struct Impl;
    explicit RunWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sy
