#include "core/queue/queue_worker.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/queue/trainer_process.h"
#include "core/store/queue_rows.h"

#include <chrono>
#include <thread>

namespace sy {

namespace {

constexpr size_t tail_lines = 40;
constexpr const char* area = "queue";

class Worker {
public:
    Worker(const StorePaths& paths, const QueueWork& work)
        : m_work(work), m_store(Store::open(paths)), m_folder(paths.database.parent_path() / "queue")
    {
        std::error_code code;
        fs::create_directories(m_folder, code);
        if (code) throw StoreError("cannot create the folder " + m_folder.string() + ": " + code.message());
    }

    void adoptBegun();
    /// Until the queue stayed empty or a stop was asked for.
    void work();
    const QueueReport& report() const { return m_report; }

private:
    bool stopping() const { return m_work.stop && m_work.stop(); }
    void pause() const { std::this_thread::sleep_for(std::chrono::duration<double>(m_work.poll_seconds)); }
    fs::path configFile(const QueueEntry& entry) const { return m_folder / (std::to_string(entry.key) + ".json"); }
    fs::path logFile(const QueueEntry& entry) const { return m_folder / (std::to_string(entry.key) + ".log"); }
    std::vector<std::string> arguments(const QueueEntry& entry) const;
    void train(QueueEntry entry);
    ProcessEnd waitFor(TrainerProcess& trainer, const QueueEntry& entry);
    void adopt(const QueueEntry& entry);
    QueueState stateOfRun(const QueueEntry& entry) const;
    void close(const QueueEntry& entry, QueueEnd end);

    const QueueWork& m_work;
    Store m_store;
    fs::path m_folder; // configurations and logs of trainers that run or failed
    QueueReport m_report;
};

void Worker::adoptBegun()
{
    for (const auto& entry : begunEntries(m_store, m_work.device)) adopt(entry);
}

/// Its worker is gone. What the trainer's exit status was, nobody saw; its run tells how far it came.
void Worker::adopt(const QueueEntry& entry)
{
    bool noted = noteQueuedRun(m_store, entry);
    if (FileLock::isHeld(logFile(entry)))
        log(LogLevel::Info, area, "waits for " + entry.request.name + ", which an earlier worker started");
    while (FileLock::isHeld(logFile(entry))) {
        if (stopping()) return; // the next worker adopts it
        noted = noted || noteQueuedRun(m_store, entry);
        pause();
    }
    noteQueuedRun(m_store, entry);
    close(entry, {stateOfRun(entry), std::nullopt, std::nullopt, lastLines(logFile(entry), tail_lines)});
}

QueueState Worker::stateOfRun(const QueueEntry& entry) const
{
    for (const auto& open : m_store.queue(0)) {
        if (open.key != entry.key || open.run.empty()) continue;
        const RunStatus status = m_store.run(open.run).status;
        if (status == RunStatus::Finished || status == RunStatus::Stopped) return QueueState::Done;
    }
    return QueueState::Failed;
}

void Worker::work()
{
    const auto linger = std::chrono::duration<double>(m_work.linger_seconds);
    auto last_seen = std::chrono::steady_clock::now();
    while (!stopping()) {
        if (auto entry = takeQueued(m_store, m_work.device)) {
            train(std::move(*entry));
            last_seen = std::chrono::steady_clock::now();
        } else if (!m_work.stay && std::chrono::steady_clock::now() - last_seen >= linger) {
            return;
        } else {
            pause();
        }
    }
}

std::vector<std::string> Worker::arguments(const QueueEntry& entry) const
{
    const std::string store = m_store.paths().database.string();
    if (!entry.request.resume.empty()) return {"resume", entry.request.resume, "--store", store};
    std::vector<std::string> words{"train", configFile(entry).string(), "--store", store, "--name", entry.request.name};
    if (!entry.request.preset.empty()) words.insert(words.end(), {"--preset", entry.request.preset});
    for (const auto& tag : entry.request.tags) words.insert(words.end(), {"--tag", tag});
    return words;
}

void Worker::train(QueueEntry entry)
{
    log(LogLevel::Info, area, "starts " + entry.request.name);
    QueueEnd end;
    try {
        if (entry.request.resume.empty()) {
            auto config = entry.request.config;
            config["device"] = m_work.device;
            writeFileAtomically(configFile(entry), config.dump(2));
        }
        TrainerProcess trainer(m_work.program, arguments(entry), logFile(entry));
        entry.pid = trainer.pid();
        setQueuedProcess(m_store, entry.key, entry.pid);
        const ProcessEnd ended = waitFor(trainer, entry);
        end.exit_status = ended.exit_status;
        end.signal = ended.signal;
        end.state = ended.exit_status == 0 ? QueueState::Done : QueueState::Failed;
        end.log_tail = lastLines(logFile(entry), tail_lines);
    } catch (const StoreError&) {
        throw; // nothing can be written down; the next worker closes the entry
    } catch (const Error& error) {
        end.log_tail = error.what();
    }
    close(entry, std::move(end));
}

ProcessEnd Worker::waitFor(TrainerProcess& trainer, const QueueEntry& entry)
{
    bool noted = false, told = false;
    for (;;) {
        const auto end = trainer.ended();
        noted = noted || noteQueuedRun(m_store, entry); // after `ended`: a short run is noted too
        if (end) return *end;
        if (stopping() && !told) {
            log(LogLevel::Info, area, "starts no more; waits for " + entry.request.name + " to end");
            told = true;
        }
        pause();
    }
}

void Worker::close(const QueueEntry& entry, QueueEnd end)
{
    const bool done = end.state == QueueState::Done;
    std::string how = end.signal        ? " by signal " + std::to_string(*end.signal)
                      : end.exit_status ? " with exit status " + std::to_string(*end.exit_status)
                                        : "";
    log(done ? LogLevel::Info : LogLevel::Warning, area, entry.request.name + (done ? " ended" : " failed") + how);
    closeQueued(m_store, entry.key, end);
    ++(done ? m_report.done : m_report.failed);
    std::error_code ignored;
    fs::remove(configFile(entry), ignored);
    if (done) fs::remove(logFile(entry), ignored); // a failed one's whole log stays for whoever looks into it
}

/// Whoever asks whether there is a worker holds the lock for microseconds: one refusal proves nothing.
FileLock lockQueue(const StorePaths& paths, const std::string& device)
{
    for (int attempt = 0; attempt < 20; ++attempt) {
        if (auto lock = FileLock::tryLock(queueLock(paths, device))) return std::move(*lock);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    throw StoreError("the queue of " + device + " in " + paths.database.string() + " has a worker already");
}

bool waiting(const Store& store, const std::string& device)
{
    for (const auto& entry : store.queue(0))
        if (entry.state == QueueState::Waiting && entry.request.device == device) return true;
    return false;
}

} // namespace

QueueReport workQueue(const StorePaths& paths, const QueueWork& work)
{
    QueueReport report;
    Store store = Store::open(paths); // makes the folder
    for (;;) {
        {
            const FileLock lock = lockQueue(paths, work.device);
            Worker worker(paths, work);
            worker.adoptBegun();
            worker.work();
            report.done += worker.report().done;
            report.failed += worker.report().failed;
        }
        // Whoever added an entry before the lock was released saw a worker and started none.
        if ((work.stop && work.stop()) || !waiting(store, work.device) || queueHasWorker(paths, work.device))
            return report;
    }
}

} // namespace sy
