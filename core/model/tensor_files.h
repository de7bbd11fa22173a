// Torch tensors in safetensors files: checkpoints, results of `checkpoint forward`, Hugging Face weights.
#pragma once

#include "core/store/safetensors.h"

#include <torch/torch.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sy {

using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

/// Atomic; tensors may lie on any device and be strided: each is copied to the host when its turn comes.
/// @throws EngineError for an undefined tensor or a dtype that the format lacks; StoreError and Error as
/// writeSafetensors.
void writeTensors(const fs::path& path, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata = {});

/// All tensors, on the CPU, in the order they were written. Metadata where `metadata` is given.
/// @throws StoreError for a corrupt file, Error where it cannot be opened.
NamedTensors readTensors(const fs::path& path, std::map<std::string, std::string>* metadata = nullptr);

/// One tensor, copied to the CPU in the file's dtype. `entry` is one of `file`'s.
torch::Tensor readTensor(const SafetensorsFile& file, const TensorEntry& entry);

} // namespace sy
