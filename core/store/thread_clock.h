// CPU time of the calling thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <ctime>

namespace sy {

inline int64_t threadCpuNs()
{
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return int64_t{time.tv_sec} * 1000000000 + time.tv_nsec;
}

/// Adds the CPU time of its scope.
class CpuTimer {
public:
    explicit CpuTimer(std::atomic<int64_t>& total) : m_total(total), m_start(threadCpuNs()) {}
    ~CpuTimer() { m_total += threadCpuNs() - m_start; }
    CpuTimer(const CpuTimer&) = delete;
    CpuTimer& operator=(const CpuTimer&) = delete;

private:
    std::atomic<int64_t>& m_total;
    int64_t m_start;
};

} // namespace sy
