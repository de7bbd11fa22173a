#include "core/text/prefetch.h"

namespace sy {

Prefetcher::Prefetcher(std::function<StatedBatch()> produce, int64_t depth, StreamState start)
    : m_produce(std::move(produce)), m_depth(static_cast<size_t>(depth)), m_state(std::move(start))
{
    if (m_depth > 0) m_thread = std::thread([this] { run(); });
}

Prefetcher::~Prefetcher()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_changed.notify_all();
    if (m_thread.joinable()) m_thread.join();
}

void Prefetcher::run()
{
    for (;;) {
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [this] { return m_stop || m_ready.size() < m_depth; });
            if (m_stop) return;
        }
        try {
            auto made = m_produce();
            const std::lock_guard lock(m_mutex);
            m_ready.push_back(std::move(made));
        } catch (...) {
            const std::lock_guard lock(m_mutex);
            m_failure = std::current_exception();
            m_stop = true;
        }
        m_changed.notify_all();
    }
}

StatedBatch Prefetcher::take()
{
    if (m_depth == 0) return m_produce();
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_ready.empty() || m_failure; });
    if (m_ready.empty()) std::rethrow_exception(m_failure);
    auto made = std::move(m_ready.front());
    m_ready.pop_front();
    lock.unlock();
    m_changed.notify_all();
    return made;
}

Batch Prefetcher::next()
{
    auto taken = take();
    m_state = std::move(taken.after);
    return std::move(taken.batch);
}

} // namespace sy
