// The safetensors file format (github.com/huggingface/safetensors, "Format"): 8 bytes of header length, little
// endian; a JSON header of name -> {dtype, shape, data_offsets}; the tensors' bytes, row-major, little endian.
// Files may come from anywhere: everything the header claims is checked before a byte is used.
#pragma once

#include "core/base/files.h"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sy {

enum class TensorType { F64, I64, F32, I32, F16, BF16, I16, I8, U8, Bool };

/// The format's name, "F32"; bytes of one element.
std::string_view tensorTypeName(TensorType type);
uint64_t tensorTypeBytes(TensorType type);

struct TensorEntry {
    std::string name;
    TensorType type = TensorType::F32;
    std::vector<int64_t> shape; ///< empty = a scalar
    uint64_t begin = 0;         ///< bytes from the end of the header
    uint64_t end = 0;           ///< exactly begin + elements * tensorTypeBytes(type)
};

/// A memory-mapped file. Nothing is copied; pages are read as they are touched.
class SafetensorsFile {
public:
    /// @throws StoreError naming file, tensor and the rule broken: a header longer than the file or than 100 MB,
    /// not JSON, nested too deep, with duplicate, unknown or missing keys, an unsupported dtype, a shape whose size
    /// overflows or disagrees with the offsets, or offsets that overlap, leave gaps or bytes unclaimed. Error where
    /// the file cannot be opened.
    explicit SafetensorsFile(const fs::path& path);

    const fs::path& path() const { return m_path; }
    const std::vector<TensorEntry>& tensors() const { return m_tensors; } ///< in the header's order
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }
    /// Null where there is none of that name.
    const TensorEntry* find(const std::string& name) const;
    /// `entry` is one of tensors(). May be unaligned for its type. Valid as long as this object.
    std::span<const std::byte> bytes(const TensorEntry& entry) const;

private:
    fs::path m_path;
    MappedFile m_file;
    uint64_t m_data_start = 0;
    std::vector<TensorEntry> m_tensors;
    std::map<std::string, std::string> m_metadata;
    std::map<std::string, size_t> m_index;
};

/// A tensor to write. `write` is called once, when its turn comes, and puts exactly the tensor's bytes, so
/// that large files need memory for one tensor at a time.
struct TensorSource {
    std::string name;
    TensorType type = TensorType::F32;
    std::vector<int64_t> shape;
    std::function<void(std::ostream&)> write;
};

/// Writes atomically. The header keeps the given order; the bytes of wider types come first, so that every tensor
/// is aligned for its type. Equal input gives equal files.
/// @throws StoreError for a duplicate or reserved name, a shape that overflows, or a source that writes another number
/// of bytes; Error where the file cannot be written.
void writeSafetensors(const fs::path& path, const std::vector<TensorSource>& tensors,
                      const std::map<std::string, std::string>& metadata = {});

} // namespace sy
