// NVIDIA's management library, opened at run time: a program that was built without it tells what the GPUs do.
// Functions and structures as in NVIDIA's "NVML API Reference Guide" (nvml.h of the CUDA toolkit).
#pragma once

#include "core/base/device_status.h"

#include <memory>
#include <string_view>

namespace sy {

inline constexpr const char* default_nvml_library = "libnvidia-ml.so.1";

class Nvml {
public:
    /// Without effect where the library is not there, lacks what is needed or does not start.
    explicit Nvml(const std::string& library = default_nvml_library);
    ~Nvml();
    Nvml(const Nvml&) = delete;
    Nvml& operator=(const Nvml&) = delete;

    /// GPUs in the order of the PCI bus, those of `visible` alone: numbers or beginnings of UUIDs as in
    /// CUDA_VISIBLE_DEVICES, up to the first that is none; null = all. Named cuda:0, cuda:1, ... in that order, which
    /// is CUDA's where all cards are alike or CUDA_DEVICE_ORDER is PCI_BUS_ID. A figure that the driver does not tell
    /// is empty, a GPU that does not answer is left out.
    std::vector<DeviceStatus> devices(const char* visible = nullptr) const;

private:
    struct Library;
    std::unique_ptr<Library> m_library;
};

/// The program's own, opened at the first call; SWITCHYARD_NVML names another library.
const Nvml& systemNvml();

} // namespace sy
