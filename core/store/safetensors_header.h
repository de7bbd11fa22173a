// Parsing and checking of a safetensors header; see safetensors.h.
#pragma once

#include "core/store/safetensors.h"

#include <optional>

namespace sy {

inline constexpr uint64_t max_safetensors_header = 100'000'000; ///< bytes, as in the reference implementation
inline constexpr size_t max_tensor_rank = 64;                   ///< dimensions, as in LibTorch
inline constexpr std::string_view safetensors_metadata_key = "__metadata__";

struct SafetensorsHeader {
    std::vector<TensorEntry> tensors;
    std::map<std::string, std::string> metadata;
};

/// The JSON alone: types, keys, depth, dtypes. @throws StoreError that starts with `file`.
SafetensorsHeader parseSafetensorsHeader(std::string_view json, const std::string& file);

/// Sizes and offsets against `data_bytes`, the bytes after the header. @throws StoreError that starts with `file`.
void checkTensorLayout(const std::vector<TensorEntry>& tensors, uint64_t data_bytes, const std::string& file);

/// Empty where the size overflows (dimensions of 0 count as 1 for this) or a dimension is negative.
std::optional<uint64_t> tensorBytes(TensorType type, const std::vector<int64_t>& shape);

/// The name in quotes, escaped, cut where it is absurdly long: names in messages may come from hostile files.
std::string quotedTensorName(const std::string& name);

} // namespace sy
