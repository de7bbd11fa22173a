#include "core/kernels/device.h"

#include "core/kernels/cuda_launch.h"

#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <cstdlib>

namespace sy {

namespace {

/// Asked for before main, as MKL reads it at its first product: sums in an order that the number of threads does not
/// change. Without it float32 products of 5 to 11 rows, as small experts have, differ in the last bit.
[[maybe_unused]] const int repeatable_products = setenv("MKL_CBWR", "AUTO", /*overwrite=*/0);

} // namespace

KernelForm kernelForm(const torch::Device& device)
{
    if (device.is_cpu()) return KernelForm::Cpu;
#ifdef SWITCHYARD_CUDA_KERNELS
    if (device.is_cuda()) return KernelForm::Cuda;
#endif
    return KernelForm::Tensor;
}

void* cudaStreamOf(const torch::Device& device)
{
    return c10::impl::VirtualGuardImpl(device.type()).getStream(device).native_handle();
}

int computeCapabilityMajor([[maybe_unused]] const torch::Device& device)
{
#ifdef SWITCHYARD_CUDA_KERNELS
    if (device.is_cuda()) return cuda::computeCapabilityMajor(device.has_index() ? device.index() : 0);
#endif
    return 0;
}

} // namespace sy
