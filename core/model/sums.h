// Sums whose bits do not depend on the number of threads.
#pragma once

#include <torch/torch.h>

namespace sy {

/// Sum of all elements in a fixed order: pieces first, so that LibTorch never splits one sum among threads.
torch::Tensor sumAll(const torch::Tensor& x);

} // namespace sy
