// One read under way, the latest wish next.
#pragma once

#include <functional>
#include <utility>

namespace sy {

/// A slider that moves on leaves no queue of reads behind. GUI thread only.
class ReadSlot {
public:
    /// `start` begins a read, which must lead to one finished(). A wish that another one overtakes is forgotten.
    void want(std::function<void()> start)
    {
        if (m_busy) {
            m_next = std::move(start);
            return;
        }
        m_busy = true;
        start();
    }
    void finished()
    {
        m_busy = static_cast<bool>(m_next);
        if (m_next) std::exchange(m_next, nullptr)();
    }
    void forgetNext() { m_next = nullptr; }
    bool busy() const { return m_busy; }

private:
    bool m_busy = false;
    std::function<void()> m_next;
};

} // namespace sy
