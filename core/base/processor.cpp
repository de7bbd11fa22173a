#include "core/base/processor.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <utility>

namespace sy {

std::string processorName()
{
    std::ifstream info("/proc/cpuinfo");
    return processorName(info);
}

std::string processorName(std::istream& cpuinfo)
{
    for (std::string line; std::getline(cpuinfo, line);) {
        const size_t colon = line.find(':');
        if (!line.starts_with("model name") || colon == std::string::npos) continue;
        const size_t begin = line.find_first_not_of(' ', colon + 1);
        if (begin != std::string::npos) return line.substr(begin);
    }
    return "unknown";
}

MachineMemory machineMemory()
{
    std::ifstream info("/proc/meminfo");
    return machineMemory(info);
}

MachineMemory machineMemory(std::istream& meminfo)
{
    MachineMemory memory;
    for (std::string line; std::getline(meminfo, line);) {
        std::istringstream words(line);
        std::string name;
        int64_t kibibytes = 0;
        if (!(words >> name >> kibibytes)) continue;
        if (name == "MemTotal:") memory.total = kibibytes * 1024;
        if (name == "MemAvailable:") memory.available = kibibytes * 1024;
    }
    return memory;
}

std::optional<ProcessorTimes> processorTimes(std::istream& stat)
{
    std::string name;
    std::array<uint64_t, 8> times{}; // user, nice, system, idle, iowait, irq, softirq, steal: proc(5)
    if (!(stat >> name) || name != "cpu") return std::nullopt;
    for (auto& time : times)
        if (!(stat >> time)) return std::nullopt;
    ProcessorTimes sum;
    for (const uint64_t time : times) sum.all += time;
    sum.busy = sum.all - times[3] - times[4];
    return sum;
}

std::optional<double> ProcessorLoad::percent()
{
    std::ifstream stat("/proc/stat");
    return percent(stat);
}

std::optional<double> ProcessorLoad::percent(std::istream& stat)
{
    const auto now = processorTimes(stat);
    const auto last = std::exchange(m_last, now);
    if (!now || !last || now->all <= last->all || now->busy < last->busy) return std::nullopt;
    return std::min(100.0,
                    100 * static_cast<double>(now->busy - last->busy) / static_cast<double>(now->all - last->all));
}

} // namespace sy
