// The processor and the machine's memory, as Linux tells them in /proc.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

namespace sy {

/// As its maker calls it; "unknown" where /proc/cpuinfo (proc(5)) has no model name.
std::string processorName();
std::string processorName(std::istream& cpuinfo);

struct MachineMemory {
    int64_t total = 0, available = 0; ///< bytes; available: without swapping (MemAvailable). 0 = not told
};
MachineMemory machineMemory();
MachineMemory machineMemory(std::istream& meminfo);

/// Jiffies of all processors together since the machine started.
struct ProcessorTimes {
    uint64_t busy = 0, all = 0;
};
/// Empty where the text is not that of /proc/stat.
std::optional<ProcessorTimes> processorTimes(std::istream& stat);

/// Share of all processors that was busy since the last call, in percent; empty at the first.
class ProcessorLoad {
public:
    std::optional<double> percent();
    std::optional<double> percent(std::istream& stat);

private:
    std::optional<ProcessorTimes> m_last;
};

} // namespace sy
