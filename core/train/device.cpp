#include "core/train/device.h"

#include "core/train/guard.h"

#include <ATen/Parallel.h>

#include <thread>

#include <dlfcn.h>

namespace sy {

namespace {

torch::Device openCuda(const std::string& name)
{
    // Before anything asks for CUDA: LibTorch remembers the first answer.
    static void* const library = ::dlopen(SWITCHYARD_TORCH_LIB "/libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL);
    if (library == nullptr) {
        const char* reason = ::dlerror();
        throw EngineError("device " + name +
                          ": LibTorch's CUDA library cannot be opened: " + (reason ? reason : "unknown reason"));
    }
    const auto found = static_cast<int64_t>(torch::cuda::device_count());
    if (found == 0)
        throw EngineError("device " + name +
                          ": no CUDA device was found; set device=cpu, or check the driver with nvidia-smi");
    const torch::Device device(name == "cuda" ? "cuda:0" : name);
    if (device.index() >= found)
        throw EngineError("device " + name + ": this machine has " + std::to_string(found) +
                          " CUDA device(s), numbered from 0");
    return device;
}

} // namespace

torch::Device openDevice(const std::string& name)
{
    return guardEngine("device " + name, [&] {
        if (name.rfind("cuda", 0) == 0) return openCuda(name);
        if (name != "cpu") throw EngineError("device: must be cpu, cuda or cuda:N, got \"" + name + "\"");
        at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
        at::globalContext().setDeterministicFillUninitializedMemory(false);
        return torch::Device(torch::kCPU);
    });
}

int setThreads(int64_t threads)
{
    if (threads <= 0) threads = std::max(1U, std::thread::hardware_concurrency());
    at::set_num_threads(static_cast<int>(threads));
    return at::get_num_threads();
}

} // namespace sy
