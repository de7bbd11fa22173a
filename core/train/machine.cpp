#include "core/train/machine.h"

#include "core/base/files.h"
#include "core/base/processor.h"
#include "core/train/device.h"
#include "core/train/machine_rates.h"

#include <torch/torch.h>
#include <torch/version.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>

#include <unistd.h>

namespace sy {

namespace {

int64_t physicalMemory()
{
    return static_cast<int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
}

void waitFor(const torch::Device& device, const torch::Tensor& result)
{
    if (!device.is_cpu()) result.reshape({-1})[0].to(torch::kCPU); // reading one value back waits for the queue
}

/// Median seconds of one call over at least five calls and 0.6 s.
double medianSeconds(const torch::Device& device, const std::function<torch::Tensor()>& work)
{
    using Clock = std::chrono::steady_clock;
    waitFor(device, work());
    std::vector<double> seconds;
    const auto begin = Clock::now();
    while (seconds.size() < 5 || Clock::now() - begin < std::chrono::milliseconds(600)) {
        const auto start = Clock::now();
        waitFor(device, work());
        seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    }
    std::nth_element(seconds.begin(), seconds.begin() + static_cast<int64_t>(seconds.size() / 2), seconds.end());
    return seconds[seconds.size() / 2];
}

} // namespace

double matrixRate(const torch::Device& device, torch::ScalarType type)
{
    const int64_t n = device.is_cpu() ? 1536 : 8192;
    const auto options = torch::TensorOptions().device(device).dtype(torch::kFloat32);
    const auto a = torch::rand({n, n}, options).to(type);
    const auto b = torch::rand({n, n}, options).to(type);
    const double size = static_cast<double>(n);
    return 2 * size * size * size / medianSeconds(device, [&] { return torch::mm(a, b); });
}

double copyRate(const torch::Device& device)
{
    const int64_t values = device.is_cpu() ? int64_t{1} << 26 : int64_t{1} << 28;
    const auto from = torch::zeros({values}, torch::TensorOptions().device(device));
    auto to = torch::empty_like(from);
    return 8 * static_cast<double>(values) / medianSeconds(device, [&] { return to.copy_(from); });
}

namespace {

MachineDevice measured(const torch::Device& device, const std::string& name, int64_t memory)
{
    MachineDevice result;
    result.host = thisHost();
    result.device = device.str();
    result.name = name;
    result.memory_bytes = memory;
    result.matrix_peak["float32"] = matrixRate(device, torch::kFloat32);
    result.matrix_peak["bfloat16"] = matrixRate(device, torch::kBFloat16);
    result.copy_bandwidth = copyRate(device);
    result.measured_ms = nowMs();
    return result;
}

} // namespace

MachineReport measureMachine()
{
    const torch::NoGradGuard no_grad;
    MachineReport report;
    report.cpu = processorName();
    report.threads = torch::get_num_threads();
    report.memory_bytes = physicalMemory();
    report.libraries = {{"LibTorch", TORCH_VERSION}};
    report.devices.push_back(measured(torch::kCPU, report.cpu, report.memory_bytes));
    try {
        openDevice("cuda");
        const auto count = static_cast<int64_t>(torch::cuda::device_count());
        report.cuda = std::to_string(count) + " device(s)";
        for (int64_t i = 0; i < count; ++i) {
            const torch::Device device(torch::kCUDA, static_cast<c10::DeviceIndex>(i));
            report.devices.push_back(measured(device, "CUDA device " + std::to_string(i), 0));
        }
    } catch (const std::exception& error) {
        report.cuda = error.what();
    }
    return report;
}

} // namespace sy
