// What this machine can do: devices, measured matrix-product rates and copy bandwidth. Torch-free header.
#pragma once

#include "core/store/records.h"

#include <string>
#include <utility>
#include <vector>

namespace sy {

struct MachineReport {
    std::string cpu; ///< the processor's name
    int threads = 0; ///< that LibTorch uses
    int64_t memory_bytes = 0;
    std::vector<std::pair<std::string, std::string>> libraries; ///< name, version
    std::string cuda;                                           ///< why CUDA is or is not available
    std::vector<MachineDevice> devices;                         ///< measured
};

/// Measures for about two seconds per device and precision: medians of repeated large matrix products
/// (FLOP/s, 2 n^3 per product) and of copies (bytes/s, read and written counted).
MachineReport measureMachine();

} // namespace sy
