// Host batches to device tensors.
#pragma once

#include "core/model/model.h"
#include "core/text/batch.h"

#include <torch/torch.h>

namespace sy {

/// Rows [first, last) of a batch. The decoder reads the labels shifted right from id 0, -100 as 0; padding (id 0) is
/// masked. Copies to a CUDA device go through pinned memory and do not wait.
ModelInput toDevice(const Batch& batch, int64_t first, int64_t last, torch::Device device);

/// The same for the whole batch.
ModelInput toDevice(const Batch& batch, torch::Device device);

/// Labels shifted right from id 0, -100 as 0. [B, T] int64, same device.
torch::Tensor shiftedRight(const torch::Tensor& labels_BT);

} // namespace sy
