// The devices of this machine as they are now: memory, load, power. Torch-free; NVML is opened at run time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sy {

struct DeviceStatus {
    std::string device;                        ///< "cpu", "cuda:0", ... as in the setting `device`
    std::string name;                          ///< as its maker calls it
    int64_t memory_total = 0, memory_free = 0; ///< bytes; cpu: of the machine (MemAvailable)
    std::optional<double> utilisation_percent; ///< of the whole device; cpu: since the last call, empty at the first
    std::optional<double> power_watts, temperature_celsius;
};

/// The processor first, then the GPUs of CUDA_VISIBLE_DEVICES in CUDA's order (PCI bus) as far as NVML tells; never
/// throws. Any thread.
std::vector<DeviceStatus> deviceStatus();

} // namespace sy
