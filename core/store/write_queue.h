// The memory between the training thread and the disk, and the thread that empties it.
#pragma once

#include "core/store/row_writer.h"
#include "core/store/run_writer.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace sy {

class WriteQueue {
public:
    WriteQueue(const StorePaths& paths, int64_t run_key, int64_t step, const RunWriterOptions& options);
    ~WriteQueue(); ///< tries once more to write what is left
    WriteQueue(const WriteQueue&) = delete;
    WriteQueue& operator=(const WriteQueue&) = delete;

    void push(QueuedRecord record);
    void setStep(int64_t step);
    /// Returns when all that was pushed before is committed; `durable`: and synced, so that it survives a power cut.
    /// @throws StoreError; everything stays queued.
    void flush(bool durable);
    double cpuSeconds() const { return static_cast<double>(m_cpu_ns.load()) * 1e-9; }

private:
    void work();
    /// Empty, or why the batch could not be written.
    std::string tryCommit(int64_t step, bool durable);
    void commit(int64_t step, bool durable, int64_t now);
    void warnOfGrowth();

    const fs::path m_file;
    const RunWriterOptions m_options;

    std::mutex m_mutex;
    std::condition_variable m_wake, m_done;
    std::vector<QueuedRecord> m_pending;
    int64_t m_step;
    int64_t m_pushed = 0, m_committed = 0;           // records
    int64_t m_flush_asked = 0, m_flush_answered = 0; // attempts
    int64_t m_bytes = 0, m_next_warning;
    bool m_durable = false, m_stop = false;
    std::string m_error;

    // Of the writer thread alone.
    SQLite::Database m_database;
    RowWriter m_rows;
    std::vector<QueuedRecord> m_batch;
    int64_t m_written_step;
    int64_t m_last_heartbeat_ms = 0;

    std::atomic<int64_t> m_cpu_ns{0};
    std::thread m_thread; // last: starts when everything else is there
};

} // namespace sy
