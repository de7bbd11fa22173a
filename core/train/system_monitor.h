// Processor, memory and disk of the training process, every few seconds.
#pragma once

#include "core/base/files.h"
#include "core/store/run_writer.h"

#include <chrono>

namespace sy {

/// CPU seconds of this process, all threads, user and system.
double processCpuSeconds();

/// Writes system/cpu_percent (of one core: two busy cores are 200), system/memory_bytes (resident) and
/// system/disk_free_bytes (of the store's file system).
class SystemMonitor {
public:
    explicit SystemMonitor(fs::path disk);
    /// Takes a sample when the last one is 5 s old.
    void poll(RunWriter& writer, int64_t step);

private:
    using Clock = std::chrono::steady_clock;
    fs::path m_disk;
    Clock::time_point m_last = Clock::now();
    double m_last_cpu = processCpuSeconds();
};

} // namespace sy
