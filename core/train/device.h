// The device of a run, made ready.
#pragma once

#include <torch/torch.h>

#include <string>

namespace sy {

/// "cpu", "cuda" or "cuda:N". Opens LibTorch's CUDA libraries where a CUDA device is asked for. On the CPU algorithms
/// whose result depends on thread timing are switched off.
/// @throws EngineError "device cuda: no CUDA device was found".
torch::Device openDevice(const std::string& name);

/// CPU threads of LibTorch; 0 = all cores. Returns what is used.
int setThreads(int64_t threads);

} // namespace sy
