#include "core/model/tensor_files.h"

#include "core/base/error.h"

#include <array>
#include <cstring>

namespace sy {

namespace {

constexpr std::array types = {
    std::pair{TensorType::F64, torch::kFloat64}, std::pair{TensorType::I64, torch::kInt64},
    std::pair{TensorType::F32, torch::kFloat32}, std::pair{TensorType::I32, torch::kInt32},
    std::pair{TensorType::F16, torch::kFloat16}, std::pair{TensorType::BF16, torch::kBFloat16},
    std::pair{TensorType::I16, torch::kInt16},   std::pair{TensorType::I8, torch::kInt8},
    std::pair{TensorType::U8, torch::kUInt8},    std::pair{TensorType::Bool, torch::kBool},
};

torch::ScalarType scalarType(TensorType wanted)
{
    for (const auto& [type, scalar] : types)
        if (type == wanted) return scalar;
    throw EngineError("no tensor dtype for " + std::string(tensorTypeName(wanted)));
}

TensorSource sourceOf(const std::string& name, const torch::Tensor& tensor)
{
    if (!tensor.defined()) throw EngineError("cannot write tensor " + name + ": it is undefined");
    for (const auto& [type, scalar] : types) {
        if (scalar != tensor.scalar_type()) continue;
        return {name, type, tensor.sizes().vec(), [tensor](std::ostream& out) {
                    const auto host = tensor.detach().to(torch::kCPU).contiguous();
                    out.write(static_cast<const char*>(host.const_data_ptr()),
                              static_cast<std::streamsize>(host.nbytes()));
                }};
    }
    throw EngineError("cannot write tensor " + name + ": safetensors has no dtype for " +
                      toString(tensor.scalar_type()));
}

} // namespace

void writeTensors(const fs::path& path, const NamedTensors& tensors, const std::map<std::string, std::string>& metadata)
{
    std::vector<TensorSource> sources;
    for (const auto& [name, tensor] : tensors) sources.push_back(sourceOf(name, tensor));
    writeSafetensors(path, sources, metadata);
}

torch::Tensor readTensor(const SafetensorsFile& file, const TensorEntry& entry)
{
    const auto bytes = file.bytes(entry);
    const bool is_bool = entry.type == TensorType::Bool; // a byte other than 0 and 1 is no valid bool in memory
    auto tensor = torch::empty(entry.shape, is_bool ? torch::kUInt8 : scalarType(entry.type));
    if (!bytes.empty()) std::memcpy(tensor.mutable_data_ptr(), bytes.data(), bytes.size());
    return is_bool ? tensor.ne(0) : tensor;
}

NamedTensors readTensors(const fs::path& path, std::map<std::string, std::string>* metadata)
{
    const SafetensorsFile file(path);
    NamedTensors tensors;
    for (const auto& entry : file.tensors()) tensors.emplace_back(entry.name, readTensor(file, entry));
    if (metadata) *metadata = file.metadata();
    return tensors;
}

} // namespace sy
