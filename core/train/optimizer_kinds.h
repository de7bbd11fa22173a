// Inside of optimizers.cpp: how each kind is made.
#pragma once

#include "core/train/optimizers.h"

namespace sy {

bool hasWeightDecay(const ParameterSpec& spec);

std::unique_ptr<Optimizer> makeAdafactor(const OptimizerConfig& config, const std::vector<ParameterSpec>& specs,
                                         torch::Device device);
std::unique_ptr<Optimizer> makeAdamW(const OptimizerConfig& config, const std::vector<ParameterSpec>& specs,
                                     torch::Device device);

} // namespace sy
