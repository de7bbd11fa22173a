#include "core/store/safetensors_header.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace sy {

namespace {

using Json = nlohmann::json;

struct TypeInfo {
    TensorType type;
    std::string_view name;
    uint64_t bytes;
};
constexpr std::array type_infos = {
    TypeInfo{TensorType::F64, "F64", 8},   TypeInfo{TensorType::I64, "I64", 8}, TypeInfo{TensorType::F32, "F32", 4},
    TypeInfo{TensorType::I32, "I32", 4},   TypeInfo{TensorType::F16, "F16", 2}, TypeInfo{TensorType::BF16, "BF16", 2},
    TypeInfo{TensorType::I16, "I16", 2},   TypeInfo{TensorType::I8, "I8", 1},   TypeInfo{TensorType::U8, "U8", 1},
    TypeInfo{TensorType::Bool, "BOOL", 1},
};

const TypeInfo& infoOf(TensorType type)
{
    return *std::find_if(type_infos.begin(), type_infos.end(), [&](const TypeInfo& info) { return info.type == type; });
}

/// Events of the JSON parser, which keeps its own stack: depth costs no recursion, and is refused past 3 anyway.
/// The depths: 1 = names, 2 = a tensor's keys or the metadata, 3 = shape or data_offsets.
class HeaderReader : public nlohmann::json_sax<Json> {
public:
    explicit HeaderReader(const std::string& file) : m_file(file) {}
    SafetensorsHeader take() { return std::move(m_header); }

    bool null() override { return refuseValue("null"); }
    bool boolean(bool) override { return refuseValue("a boolean"); }
    bool number_integer(number_integer_t value) override { return refuseValue(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& text) override { return refuseValue(text.substr(0, 40)); }
    bool binary(binary_t&) override { return refuseValue("binary data"); }

    bool number_unsigned(number_unsigned_t value) override
    {
        if (m_depth != 3) return refuseValue(std::to_string(value));
        if (m_key == "shape") return addDimension(value);
        m_offsets.push_back(value);
        if (m_offsets.size() > 2) fail("data_offsets must hold two numbers");
        return true;
    }

    bool string(string_t& value) override
    {
        if (m_depth == 2 && m_in_metadata)
            m_header.metadata[m_key] = value;
        else if (m_depth == 2 && m_key == "dtype")
            setType(value);
        else
            return refuseValue("a string");
        return true;
    }

    bool start_object(size_t) override
    {
        if (m_depth >= 2) fail("the header may nest no object below a tensor's entry");
        if (++m_depth == 1) return true;
        m_keys_seen.clear();
        m_offsets.clear();
        m_in_metadata = m_name == safetensors_metadata_key;
        if (!m_in_metadata) m_header.tensors.push_back({m_name, TensorType::F32, {}, 0, 0});
        return true;
    }

    bool end_object() override
    {
        if (m_depth-- != 2 || m_in_metadata) return true;
        for (const auto* needed : {"dtype", "shape", "data_offsets"})
            if (!m_keys_seen.contains(needed)) fail(std::string("has no ") + needed);
        if (m_offsets.size() != 2) fail("data_offsets must hold two numbers");
        m_header.tensors.back().begin = m_offsets[0];
        m_header.tensors.back().end = m_offsets[1];
        return true;
    }

    bool key(string_t& value) override
    {
        if (m_depth == 1) {
            m_name = value;
            m_in_metadata = false;
            if (!m_names_seen.insert(value).second) fail("appears twice in the header");
            return true;
        }
        m_key = value;
        if (!m_keys_seen.insert(value).second) fail("has the key " + quotedTensorName(value) + " twice");
        if (!m_in_metadata && value != "dtype" && value != "shape" && value != "data_offsets")
            fail("has the unknown key " + quotedTensorName(value));
        return true;
    }

    bool start_array(size_t) override
    {
        if (m_depth != 2 || m_in_metadata || m_key == "dtype") return refuseValue("an array");
        ++m_depth;
        return true;
    }

    bool end_array() override
    {
        --m_depth;
        return true;
    }

    bool parse_error(size_t position, const std::string&, const Json::exception&) override
    {
        throw StoreError(m_file + ": the safetensors header is not valid JSON (at its byte " +
                         std::to_string(position) + ")");
    }

private:
    [[noreturn]] void fail(const std::string& rule) const
    {
        throw StoreError(m_file + (m_name.empty() ? ": " : ": tensor " + quotedTensorName(m_name) + ": ") + rule);
    }

    bool refuseValue(const std::string& what) const
    {
        if (m_depth == 0) throw StoreError(m_file + ": the safetensors header must be a JSON object, it is " + what);
        if (m_depth == 1) fail("its entry must be an object, it is " + what);
        if (m_in_metadata) fail("metadata must be strings, " + quotedTensorName(m_key) + " is " + what);
        if (m_key == "dtype") fail("dtype must be a string, it is " + what);
        fail(m_key + " must be an array of whole numbers from 0, it holds or is " + what);
    }

    bool addDimension(uint64_t value)
    {
        auto& shape = m_header.tensors.back().shape;
        if (value > static_cast<uint64_t>(INT64_MAX)) fail("a dimension overflows: " + std::to_string(value));
        if (shape.size() == max_tensor_rank) fail("has more than " + std::to_string(max_tensor_rank) + " dimensions");
        shape.push_back(static_cast<int64_t>(value));
        return true;
    }

    void setType(const std::string& text)
    {
        for (const auto& info : type_infos) {
            if (info.name != text) continue;
            m_header.tensors.back().type = info.type;
            return;
        }
        fail("dtype " + quotedTensorName(text) +
             " is not supported (F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL are)");
    }

    std::string m_file;
    SafetensorsHeader m_header;
    int m_depth = 0;
    bool m_in_metadata = false;
    std::string m_name, m_key;
    std::vector<uint64_t> m_offsets;
    std::set<std::string> m_names_seen, m_keys_seen;
};

} // namespace

std::string_view tensorTypeName(TensorType type)
{
    return infoOf(type).name;
}

uint64_t tensorTypeBytes(TensorType type)
{
    return infoOf(type).bytes;
}

SafetensorsHeader parseSafetensorsHeader(std::string_view json, const std::string& file)
{
    if (json.empty() || json.front() != '{') throw StoreError(file + ": a safetensors header must start with {");
    if (json.find('\0') != json.npos) // the JSON library takes it for the end, and would ignore what follows
        throw StoreError(file + ": the safetensors header holds a zero byte");
    HeaderReader reader(file);
    Json::sax_parse(json.begin(), json.end(), &reader);
    return reader.take();
}

std::optional<uint64_t> tensorBytes(TensorType type, const std::vector<int64_t>& shape)
{
    uint64_t bound = tensorTypeBytes(type), bytes = bound; // the bound keeps strides from overflowing beside a 0
    for (const int64_t dimension : shape) {
        if (dimension < 0) return std::nullopt;
        const auto size = static_cast<uint64_t>(dimension);
        if (__builtin_mul_overflow(bound, std::max<uint64_t>(size, 1), &bound)) return std::nullopt;
        bytes *= size;
    }
    if (bound > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
    return bytes;
}

void checkTensorLayout(const std::vector<TensorEntry>& tensors, uint64_t data_bytes, const std::string& file)
{
    const auto fail = [&](const TensorEntry& entry, const std::string& rule) {
        throw StoreError(file + ": tensor " + quotedTensorName(entry.name) + ": " + rule);
    };
    std::vector<const TensorEntry*> in_file;
    for (const auto& entry : tensors) in_file.push_back(&entry);
    std::sort(in_file.begin(), in_file.end(), [](const TensorEntry* left, const TensorEntry* right) {
        return std::pair(left->begin, left->end) < std::pair(right->begin, right->end);
    });
    uint64_t cursor = 0;
    for (const auto* entry : in_file) {
        const auto range = "data_offsets [" + std::to_string(entry->begin) + ", " + std::to_string(entry->end) + "]";
        if (entry->end < entry->begin) fail(*entry, range + " run backwards");
        if (entry->end > data_bytes)
            fail(*entry, range + " end past the file's " + std::to_string(data_bytes) + " bytes of data");
        const auto needed = tensorBytes(entry->type, entry->shape);
        if (!needed) fail(*entry, "the size of its shape overflows");
        if (*needed != entry->end - entry->begin)
            fail(*entry, range + " do not hold the " + std::to_string(*needed) + " bytes of its dtype and shape");
        if (entry->begin < cursor) fail(*entry, range + " overlap another tensor's");
        if (entry->begin > cursor) fail(*entry, range + " leave a gap before them");
        cursor = entry->end;
    }
    if (cursor != data_bytes)
        throw StoreError(file + ": " + std::to_string(data_bytes - cursor) + " bytes at the end belong to no tensor");
}

std::string quotedTensorName(const std::string& name)
{
    constexpr size_t longest = 120;
    const auto text = Json(name.substr(0, longest)).dump(-1, ' ', true, Json::error_handler_t::replace);
    return name.size() > longest ? text + "..." : text;
}

} // namespace sy
