// Makes batches ahead of time in a thread of its own.
#pragma once

#include "core/text/batch.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace sy {

/// A batch and the stream's state once it is taken.
struct StatedBatch {
    Batch batch;
    StreamState after;
};

/// Calls `produce` for one batch after the other, up to `depth` ahead; 0 = in the caller's thread. The order, and
/// so every batch, is the same at any depth. An exception of `produce` comes out of `next()` in its place, and at
/// every call after it.
class Prefetcher : public BatchStream {
public:
    Prefetcher(std::function<StatedBatch()> produce, int64_t depth, StreamState start);
    ~Prefetcher() override;
    Batch next() override;
    StreamState state() const override { return m_state; }

private:
    void run();
    StatedBatch take();

    std::function<StatedBatch()> m_produce;
    size_t m_depth;
    StreamState m_state;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<StatedBatch> m_ready;
    std::exception_ptr m_failure;
    bool m_stop = false;
    std::thread m_thread;
};

} // namespace sy
