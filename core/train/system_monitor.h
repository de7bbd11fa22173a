// Processor, memory and disk of the training process, every few seconds.
#pragma once

#include "core/base/files.h"
#include "core/base/nvml.h"
#include "core/base/processor.h"
#include "core/store/run_writer.h"

#include <chrono>

namespace sy {

/// CPU seconds of this process, all threads, user and system.
double processCpuSeconds();

/// Writes, of this process, system/cpu_percent (of one core: two busy cores are 200) and system/memory_bytes (resident);
/// of the machine, system/machine_cpu_percent (of all cores: at most 100), system/memory_available_bytes and
/// system/disk_free_bytes (of the store's file system); of the run's GPU N, where NVML tells them,
/// system/gpuN/utilisation_percent, memory_bytes (in use, by anyone), power_watts and temperature_celsius.
class SystemMonitor {
public:
    /// @param device  the setting: cpu, cuda (= cuda:0), cuda:N.
    SystemMonitor(fs::path disk, std::string device, double every_seconds = 5, const Nvml& nvml = systemNvml());
    /// Writes a sample when the last one is `every_seconds` old.
    void poll(RunWriter& writer, int64_t step);

private:
    using Clock = std::chrono::steady_clock;
    std::vector<Point> sample(int64_t step, double cpu_percent);
    void addGpu(std::vector<Point>& values, int64_t step) const;

    fs::path m_disk;
    std::string m_gpu; // empty: none
    double m_every_seconds;
    const Nvml& m_nvml;
    ProcessorLoad m_machine;
    Clock::time_point m_last = Clock::now();
    double m_last_cpu = processCpuSeconds();
};

} // namespace sy
