// Which form of a kernel runs where: the shared body on the CPU, the same body in a CUDA kernel where nvcc
// built one, tensor operations on every other device.
#pragma once

#include <torch/torch.h>

namespace sy {

enum class KernelForm { Cpu, Cuda, Tensor };

/// The form for tensors on this device.
KernelForm kernelForm(const torch::Device& device);

/// The current CUDA stream of the device as cudaStream_t.
void* cudaStreamOf(const torch::Device& device);

/// Major compute capability of a CUDA device; 0 where it is not known.
int computeCapabilityMajor(const torch::Device& device);

} // namespace sy
