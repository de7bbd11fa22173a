#include "core/train/system_monitor.h"

#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace sy {

namespace {

constexpr double sample_seconds = 5;

double seconds(const timeval& time)
{
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

double residentBytes()
{
    std::ifstream in("/proc/self/statm");
    int64_t size = 0, resident = 0;
    in >> size >> resident;
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

} // namespace

double processCpuSeconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

SystemMonitor::SystemMonitor(fs::path disk) : m_disk(std::move(disk)) {}

void SystemMonitor::poll(RunWriter& writer, int64_t step)
{
    const auto now = Clock::now();
    const double elapsed = std::chrono::duration<double>(now - m_last).count();
    if (elapsed < sample_seconds) return;
    const double cpu = processCpuSeconds();
    std::vector<Point> values{{"system/cpu_percent", step, 100 * (cpu - m_last_cpu) / elapsed},
                              {"system/memory_bytes", step, residentBytes()}};
    std::error_code code;
    if (const auto space = fs::space(m_disk, code); !code)
        values.push_back({"system/disk_free_bytes", step, static_cast<double>(space.available)});
    writer.systemSample(nowMs(), std::move(values));
    m_last = now;
    m_last_cpu = cpu;
}

} // namespace sy
