#include "core/train/system_monitor.h"

#include <cstdlib>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace sy {

namespace {

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

SystemMonitor::SystemMonitor(fs::path disk, std::string device, double every_seconds, const Nvml& nvml)
    : m_disk(std::move(disk)), m_gpu(device == "cuda" ? "cuda:0" : std::move(device)), m_every_seconds(every_seconds),
      m_nvml(nvml)
{
    if (!m_gpu.starts_with("cuda:")) m_gpu.clear();
    m_machine.percent();
}

void SystemMonitor::poll(RunWriter& writer, int64_t step)
{
    const auto now = Clock::now();
    const double elapsed = std::chrono::duration<double>(now - m_last).count();
    if (elapsed < m_every_seconds) return;
    const double cpu = processCpuSeconds();
    writer.systemSample(nowMs(), sample(step, 100 * (cpu - m_last_cpu) / elapsed));
    m_last = now;
    m_last_cpu = cpu;
}

std::vector<Point> SystemMonitor::sample(int64_t step, double cpu_percent)
{
    std::vector<Point> values{{"system/cpu_percent", step, cpu_percent}, {"system/memory_bytes", step, residentBytes()}};
    if (const auto percent = m_machine.percent()) values.push_back({"system/machine_cpu_percent", step, *percent});
    if (const int64_t available = machineMemory().available; available > 0)
        values.push_back({"system/memory_available_bytes", step, static_cast<double>(available)});
    std::error_code code;
    if (const auto space = fs::space(m_disk, code); !code)
        values.push_back({"system/disk_free_bytes", step, static_cast<double>(space.available)});
    if (!m_gpu.empty()) addGpu(values, step);
    return values;
}

void SystemMonitor::addGpu(std::vector<Point>& values, int64_t step) const
{
    for (const auto& gpu : m_nvml.devices(std::getenv("CUDA_VISIBLE_DEVICES"))) {
        if (gpu.device != m_gpu) continue;
        const std::string start = "system/gpu" + m_gpu.substr(std::string("cuda:").size()) + "/";
        values.push_back({start + "memory_bytes", step, static_cast<double>(gpu.memory_total - gpu.memory_free)});
        if (gpu.utilisation_percent) values.push_back({start + "utilisation_percent", step, *gpu.utilisation_percent});
        if (gpu.power_watts) values.push_back({start + "power_watts", step, *gpu.power_watts});
        if (gpu.temperature_celsius) values.push_back({start + "temperature_celsius", step, *gpu.temperature_celsius});
    }
}

} // namespace sy
