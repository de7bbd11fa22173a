#include "core/store/write_queue.h"

#include "core/base/log.h"
#include "core/store/thread_clock.h"

#include <csignal>

namespace sy {

namespace {

/// Signals belong to the training thread.
std::thread startWithoutSignals(std::function<void()> body)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(body));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

SQLite::Database writerConnection(const StorePaths& paths, int64_t busy_timeout_ms)
{
    return guardStore("open the run store", paths.database, [&] {
        auto database = openConnection(paths.database, SQLite::OPEN_READWRITE, busy_timeout_ms);
        useWal(database, busy_timeout_ms);
        return database;
    });
}

} // namespace

WriteQueue::WriteQueue(const StorePaths& paths, int64_t run_key, int64_t step, const RunWriterOptions& options)
    : m_file(paths.database), m_options(options), m_step(step), m_next_warning(options.warn_queued_bytes),
      m_database(writerConnection(paths, options.busy_timeout_ms)), m_rows(m_database, run_key), m_written_step(step),
      m_thread(startWithoutSignals([this] { work(); }))
{
}

WriteQueue::~WriteQueue()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    m_thread.join();
    if (m_committed < m_pushed)
        log(LogLevel::Error, "store", "lost " + std::to_string(m_pushed - m_committed) + " records: " + m_error);
}

void WriteQueue::push(QueuedRecord record)
{
    const std::lock_guard lock(m_mutex);
    m_bytes += bytesOf(record);
    m_pending.push_back(std::move(record));
    ++m_pushed;
    if (m_bytes > m_next_warning) warnOfGrowth();
}

void WriteQueue::warnOfGrowth()
{
    log(LogLevel::Warning, "store",
        std::to_string(m_bytes >> 20) + " MiB wait to be written to " + m_file.string() +
            (m_error.empty() ? "; the disk is slower than the run" : ": " + m_error));
    m_next_warning *= 2;
}

void WriteQueue::setStep(int64_t step)
{
    const std::lock_guard lock(m_mutex);
    m_step = step;
}

void WriteQueue::flush(bool durable)
{
    std::unique_lock lock(m_mutex);
    const int64_t target = m_pushed;
    const int64_t attempt = ++m_flush_asked;
    m_durable = m_durable || durable;
    m_wake.notify_all();
    m_done.wait(lock, [&] { return m_flush_answered >= attempt; });
    if (m_committed < target) throw StoreError(m_error);
}

void WriteQueue::work()
{
    std::unique_lock lock(m_mutex);
    bool stopping = false;
    while (!stopping) {
        m_wake.wait_for(lock, std::chrono::milliseconds(m_options.commit_every_ms),
                        [this] { return m_stop || m_flush_asked > m_flush_answered; });
        stopping = m_stop;
        const int64_t attempt = m_flush_asked, target = m_pushed, step = m_step;
        const bool durable = m_durable;
        std::ranges::move(m_pending, std::back_inserter(m_batch));
        m_pending.clear();

        lock.unlock();
        const bool failed_before = !m_error.empty(); // written by this thread alone
        std::string error = tryCommit(step, durable);
        if (!error.empty() && !failed_before) log(LogLevel::Warning, "store", error + "; trying again");
        int64_t written_bytes = 0;
        if (error.empty()) {
            for (const auto& record : m_batch) written_bytes += bytesOf(record);
            m_batch.clear();
        }
        m_cpu_ns = threadCpuNs();
        lock.lock();

        if (error.empty()) {
            m_committed = target;
            m_bytes -= written_bytes;
            m_durable = m_durable && m_flush_asked > attempt;
        }
        m_error = std::move(error);
        m_flush_answered = attempt;
        m_done.notify_all();
    }
}

std::string WriteQueue::tryCommit(int64_t step, bool durable)
{
    const int64_t now = nowMs();
    const bool beat = step != m_written_step || now - m_last_heartbeat_ms >= m_options.heartbeat_every_ms;
    if (m_batch.empty() && !beat && !durable) return "";
    try {
        commit(step, durable, now);
        return "";
    } catch (const SQLite::Exception& error) {
        m_rows.forgetSeries();
        return storeError(error, "write measurements", m_file).what();
    } catch (const std::exception& error) {
        m_rows.forgetSeries();
        return "cannot write measurements in " + m_file.string() + ": " + error.what();
    }
}

void WriteQueue::commit(int64_t step, bool durable, int64_t now)
{
    if (durable) m_database.exec("PRAGMA synchronous = FULL");
    SQLite::Transaction transaction(m_database, SQLite::TransactionBehavior::IMMEDIATE);
    for (const auto& record : m_batch) m_rows.write(record);
    m_rows.finish(step, now);
    transaction.commit();
    if (durable) m_database.exec("PRAGMA synchronous = NORMAL");
    m_written_step = step;
    m_last_heartbeat_ms = now;
}

} // namespace sy
