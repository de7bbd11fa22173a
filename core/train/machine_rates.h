// Measured rates of a device.
#pragma once

#include <torch/torch.h>

namespace sy {

/// FLOP/s (2 n^3 per product) of large square matrix products: median over at least 0.6 s.
double matrixRate(const torch::Device& device, torch::ScalarType type);
/// bytes/s of a large copy, read and written counted.
double copyRate(const torch::Device& device);

} // namespace sy
