#include "core/base/device_status.h"

#include "core/base/nvml.h"
#include "core/base/processor.h"

#include <cstdlib>
#include <mutex>

namespace sy {

namespace {

DeviceStatus processorStatus()
{
    static const std::string name = processorName();
    static std::mutex mutex;
    static ProcessorLoad load;
    const MachineMemory memory = machineMemory();
    const std::lock_guard lock(mutex);
    return {"cpu", name, memory.total, memory.available, load.percent(), std::nullopt, std::nullopt};
}

} // namespace

std::vector<DeviceStatus> deviceStatus()
{
    std::vector<DeviceStatus> devices{processorStatus()};
    for (auto& gpu : systemNvml().devices(std::getenv("CUDA_VISIBLE_DEVICES"))) devices.push_back(std::move(gpu));
    return devices;
}

} // namespace sy
