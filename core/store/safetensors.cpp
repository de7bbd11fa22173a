#include "core/store/safetensors.h"

#include "core/base/error.h"
#include "core/store/safetensors_header.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>

namespace sy {

static_assert(std::endian::native == std::endian::little, "tensors are mapped and written as they lie in memory");

namespace {

constexpr uint64_t length_bytes = 8;

uint64_t headerLength(std::span<const std::byte> file, const std::string& name)
{
    if (file.size() < length_bytes)
        throw StoreError(name + ": is no safetensors file: " + std::to_string(file.size()) +
                         " bytes, at least 8 are needed");
    uint64_t length = 0;
    std::memcpy(&length, file.data(), length_bytes);
    if (length > max_safetensors_header)
        throw StoreError(name + ": is no safetensors file: it claims a header of " + std::to_string(length) +
                         " bytes, at most " + std::to_string(max_safetensors_header) + " are allowed");
    if (length > file.size() - length_bytes)
        throw StoreError(name + ": is cut short: it claims a header of " + std::to_string(length) + " bytes, " +
                         std::to_string(file.size() - length_bytes) + " follow");
    return length;
}

void checkSources(const std::vector<TensorSource>& tensors, const fs::path& path)
{
    std::set<std::string> seen;
    for (const auto& tensor : tensors) {
        const auto where = "cannot write " + path.string() + ": tensor " + quotedTensorName(tensor.name) + ": ";
        if (tensor.name == safetensors_metadata_key) throw StoreError(where + "the name is reserved for metadata");
        if (!seen.insert(tensor.name).second) throw StoreError(where + "is given twice");
        if (tensor.shape.size() > max_tensor_rank || !tensorBytes(tensor.type, tensor.shape))
            throw StoreError(where + "the size of its shape overflows");
    }
}

/// Indices in the order of the bytes: wider types first.
std::vector<size_t> byteOrder(const std::vector<TensorSource>& tensors)
{
    std::vector<size_t> order(tensors.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](size_t left, size_t right) {
        return tensorTypeBytes(tensors[left].type) > tensorTypeBytes(tensors[right].type);
    });
    return order;
}

std::string headerText(const std::vector<TensorSource>& tensors, const std::vector<size_t>& order,
                       const std::map<std::string, std::string>& metadata, const fs::path& path)
try {
    std::vector<std::pair<uint64_t, uint64_t>> offsets(tensors.size());
    uint64_t cursor = 0;
    for (const size_t i : order) {
        offsets[i] = {cursor, cursor + *tensorBytes(tensors[i].type, tensors[i].shape)};
        cursor = offsets[i].second;
    }
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty()) header[std::string(safetensors_metadata_key)] = metadata;
    auto& entries = header.get_ref<nlohmann::ordered_json::object_t&>();
    for (size_t i = 0; i < tensors.size(); ++i) { // not header[name]: an ordered map looks names up one by one
        nlohmann::ordered_json entry = {{"dtype", tensorTypeName(tensors[i].type)},
                                        {"shape", tensors[i].shape},
                                        {"data_offsets", {offsets[i].first, offsets[i].second}}};
        entries.push_back({tensors[i].name, std::move(entry)});
    }
    auto text = header.dump();
    text.append((length_bytes - text.size() % length_bytes) % length_bytes, ' ');
    return text;
} catch (const nlohmann::json::exception& error) {
    throw StoreError("cannot write " + path.string() + ": a name or metadata is not valid UTF-8: " + error.what());
}

void writeTensor(std::ostream& out, const TensorSource& tensor, const fs::path& path)
{
    const auto before = out.tellp();
    tensor.write(out);
    if (!out) return; // writeFileAtomically names the reason
    const auto written = static_cast<uint64_t>(out.tellp() - before), needed = *tensorBytes(tensor.type, tensor.shape);
    if (written != needed)
        throw StoreError("cannot write " + path.string() + ": tensor " + quotedTensorName(tensor.name) +
                         ": its source gave " + std::to_string(written) + " bytes, its dtype and shape need " +
                         std::to_string(needed));
}

} // namespace

SafetensorsFile::SafetensorsFile(const fs::path& path) : m_path(path), m_file(path)
{
    const auto file = m_file.bytes();
    const auto length = headerLength(file, path.string());
    m_data_start = length_bytes + length;
    const std::string_view json(reinterpret_cast<const char*>(file.data()) + length_bytes, length);
    auto header = parseSafetensorsHeader(json, path.string());
    checkTensorLayout(header.tensors, file.size() - m_data_start, path.string());
    m_tensors = std::move(header.tensors);
    m_metadata = std::move(header.metadata);
    for (size_t i = 0; i < m_tensors.size(); ++i) m_index[m_tensors[i].name] = i;
}

const TensorEntry* SafetensorsFile::find(const std::string& name) const
{
    const auto found = m_index.find(name);
    return found == m_index.end() ? nullptr : &m_tensors[found->second];
}

std::span<const std::byte> SafetensorsFile::bytes(const TensorEntry& entry) const
{
    return m_file.bytes().subspan(m_data_start + entry.begin, entry.end - entry.begin);
}

void writeSafetensors(const fs::path& path, const std::vector<TensorSource>& tensors,
                      const std::map<std::string, std::string>& metadata)
{
    checkSources(tensors, path);
    const auto order = byteOrder(tensors);
    const auto header = headerText(tensors, order, metadata, path);
    const uint64_t length = header.size();
    if (length > max_safetensors_header)
        throw StoreError("cannot write " + path.string() + ": the header would be longer than " +
                         std::to_string(max_safetensors_header) + " bytes");
    writeFileAtomically(path, [&](std::ostream& out) {
        char bytes[length_bytes];
        std::memcpy(bytes, &length, length_bytes);
        out.write(bytes, length_bytes);
        out.write(header.data(), static_cast<std::streamsize>(length));
        for (const size_t i : order) writeTensor(out, tensors[i], path);
    });
}

} // namespace sy
