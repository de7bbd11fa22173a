#include "core/store/run_writer.h"

#include "core/store/record_checks.h"
#include "core/store/registration.h"
#include "core/store/thread_clock.h"
#include "core/store/write_queue.h"

namespace sy {

struct RunWriter::Impl {
    std::string id;
    int64_t key = 0;
    FileLock lock; // outlives the queue: the run lives until its last row is written
    Store store;   // of the calling threads, under `commands`
    std::mutex commands;
    std::atomic<int64_t> calls_cpu_ns{0};
    WriteQueue queue;

    Impl(std::string run_id, int64_t run_key, int64_t step, FileLock run_lock, Store opened,
         const RunWriterOptions& options)
        : id(std::move(run_id)), key(run_key), lock(std::move(run_lock)), store(std::move(opened)),
          queue(store.paths(), run_key, step, options)
    {
    }
};

RunWriter::RunWriter(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
RunWriter::~RunWriter() = default;
RunWriter::RunWriter(RunWriter&&) noexcept = default;
RunWriter& RunWriter::operator=(RunWriter&&) noexcept = default;

RunWriter RunWriter::create(const StorePaths& paths, const NewRun& run, const RunWriterOptions& options)
{
    Store store = Store::open(paths);
    const std::string id = newUlid();
    FileLock lock = lockRun(paths, id, run.name);
    try {
        const int64_t key = guardStore("register the run '" + run.name + "'", paths.database,
                                       [&] { return registerRun(store, run, id); });
        return RunWriter(std::make_unique<Impl>(id, key, 0, std::move(lock), std::move(store), options));
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(runFolder(paths, id), ignored);
        throw;
    }
}

RunWriter RunWriter::resume(const StorePaths& paths, const std::string& run_id, int64_t step,
                            const RunWriterOptions& options)
{
    Store store = Store::openExisting(paths);
    const RunSummary run = store.run(run_id);
    if (run.deleted) throw StoreError("the run '" + run.name + "' is deleted; restore it before resuming");
    if (!run.origin.empty())
        throw StoreError("the run '" + run.name + "' was imported; it can go on only where it was born, on " +
                         run.origin);
    FileLock lock = lockRun(paths, run.id, run.name);
    const int64_t key = guardStore("resume the run '" + run.name + "'", paths.database, [&] {
        const int64_t row = runKey(store.database(), run.id);
        rewindRun(store, row, step);
        return row;
    });
    return RunWriter(std::make_unique<Impl>(run.id, key, step, std::move(lock), std::move(store), options));
}

const std::string& RunWriter::id() const
{
    return m_impl->id;
}

fs::path RunWriter::checkpointFolder() const
{
    return runFolder(m_impl->store.paths(), m_impl->id);
}

void RunWriter::points(std::vector<Point> points)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    m_impl->queue.push(std::move(points));
}

void RunWriter::clock(std::vector<ClockTick> ticks)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    m_impl->queue.push(std::move(ticks));
}

void RunWriter::window(RoutingWindow window)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    checkRecord(window);
    m_impl->queue.push(std::move(window));
}

void RunWriter::routeSample(RouteSample sample)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    checkRecord(sample);
    m_impl->queue.push(std::move(sample));
}

void RunWriter::evaluation(Evaluation evaluation)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    checkRecord(evaluation);
    m_impl->queue.push(std::move(evaluation));
}

void RunWriter::evaluationRoutes(EvaluationRoutes routes)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    checkRecord(routes);
    m_impl->queue.push(std::move(routes));
}

void RunWriter::probe(Probe probe)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    checkRecord(probe);
    m_impl->queue.push(std::move(probe));
}

void RunWriter::event(Event event)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    if (event.time_ms == 0) event.time_ms = nowMs();
    m_impl->queue.push(std::move(event));
}

void RunWriter::logLine(int64_t time_ms, std::string level, std::string area, std::string text)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    m_impl->queue.push(LogRecord{time_ms, std::move(level), std::move(area), std::move(text)});
}

void RunWriter::systemSample(int64_t time_ms, std::vector<Point> values)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    m_impl->queue.push(SystemSamples{time_ms, std::move(values)});
}

void RunWriter::setStep(int64_t step)
{
    m_impl->queue.setStep(step);
}

void RunWriter::setStatus(RunStatus status, const std::string& failure)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    if (status == RunStatus::Interrupted)
        throw StoreError("the status 'interrupted' is derived from the lock, never written");
    m_impl->queue.push(StatusChange{status, failure, nowMs()});
    m_impl->queue.flush(false);
}

void RunWriter::flush()
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    m_impl->queue.flush(false);
}

void RunWriter::checkpoint(const CheckpointRecord& record)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    m_impl->queue.push(record);
    m_impl->queue.flush(true);
}

void RunWriter::checkpointRemoved(int64_t step)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    m_impl->queue.push(CheckpointRemoval{step});
    m_impl->queue.flush(false);
}

std::vector<Command> RunWriter::waitingCommands()
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    const std::lock_guard lock(m_impl->commands);
    return guardStore("read commands", m_impl->store.paths().database, [&] {
        SQLite::Statement query(
            m_impl->store.database(),
            "SELECT id, verb, payload FROM command WHERE run = ? AND state = 'waiting' ORDER BY id");
        query.bind(1, m_impl->key);
        std::vector<Command> commands;
        while (query.executeStep())
            commands.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getString(),
                                jsonFromText(query.getColumn(2).getString(), "command.payload"), "waiting", nullptr});
        return commands;
    });
}

void RunWriter::answer(int64_t command, bool ok, const nlohmann::json& answer)
{
    const CpuTimer timer(m_impl->calls_cpu_ns);
    m_impl->queue.push(CommandAnswer{command, ok, answer});
    m_impl->queue.flush(false);
}

double RunWriter::cpuSeconds() const
{
    return static_cast<double>(m_impl->calls_cpu_ns.load()) * 1e-9 + m_impl->queue.cpuSeconds();
}

} // namespace sy
