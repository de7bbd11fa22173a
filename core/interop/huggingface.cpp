#include "core/interop/huggingface.h"

#include "core/base/error.h"
#include "core/interop/huggingface_tensors.h"
#include "core/model/tensor_files.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sy {

namespace {

constexpr std::string_view stacked_experts = ".mlp.experts.";
constexpr std::array embedding_names = {"shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight"};
constexpr const char* output_name = "lm_head.weight";
/// Held by old conversions, read by nobody: cross attention has no position bias.
constexpr const char* unused_bias = "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight";

/// Takes tensors by name, and gathers what is missing, misshapen or left over.
class TensorTaker {
public:
    explicit TensorTaker(const HuggingFaceTensors& tensors) : m_tensors(tensors) {}

    bool has(const std::string& name) const { return m_tensors.by_name.contains(name); }
    void ignore(const std::string& name) { m_taken.insert(name); }

    /// Copies into `target`; false, with the problem noted, where that is impossible.
    bool take(const std::string& name, torch::Tensor target)
    {
        m_taken.insert(name);
        const auto found = m_tensors.by_name.find(name);
        if (found == m_tensors.by_name.end()) return refuse(name, "is missing");
        const auto& entry = *found->second.entry;
        if (torch::IntArrayRef(entry.shape) != target.sizes())
            return refuse(name, c10::str("has shape ", torch::IntArrayRef(entry.shape), ", the configuration asks for ",
                                         target.sizes()));
        if (entry.type != TensorType::F32 && entry.type != TensorType::BF16 && entry.type != TensorType::F16 &&
            entry.type != TensorType::F64)
            return refuse(name, "has dtype " + std::string(tensorTypeName(entry.type)) +
                                    ", weights are F32, BF16, F16 or F64");
        target.copy_(readTensor(*found->second.file, entry));
        return true;
    }

    bool refuse(const std::string& name, const std::string& rule)
    {
        m_problems += "\n  " + name + ": " + rule;
        return false;
    }

    /// @throws DataError unless everything fitted and every tensor was used.
    void finish(const fs::path& directory)
    {
        for (const auto& [name, place] : m_tensors.by_name)
            if (!m_taken.contains(name)) refuse(name, "belongs to no parameter of this configuration");
        if (!m_problems.empty())
            throw DataError(directory.string() + ": the tensors do not fit config.json:" + m_problems);
    }

private:
    const HuggingFaceTensors& m_tensors;
    std::set<std::string> m_taken;
    std::string m_problems;
};

/// Layers of a stack that have experts in the files.
std::set<int64_t> layersWithExperts(const HuggingFaceTensors& tensors, const std::string& stack)
{
    const auto prefix = stack + ".block.";
    std::set<int64_t> layers;
    for (const auto& [name, place] : tensors.by_name) {
        if (!name.starts_with(prefix) ||
            (name.find(".mlp.experts.") == name.npos && name.find(".mlp.router.") == name.npos))
            continue;
        int64_t layer = -1;
        std::from_chars(name.data() + prefix.size(), name.data() + name.size(), layer);
        layers.insert(layer);
    }
    return layers;
}

/// The embedding under any of its names; the output layer counts as one where it is tied. Stacks of an untied
/// checkpoint that have another embedding go to `own`.
void takeEmbedding(TensorTaker& taker, const ModelConfig& model, torch::Tensor target, NamedTensors& own)
{
    std::vector<std::string> present;
    for (const auto* name : embedding_names)
        if (taker.has(name)) present.emplace_back(name);
    if (model.tie_embeddings && taker.has(output_name)) present.emplace_back(output_name);
    if (present.empty()) present.emplace_back(embedding_names[0]);
    if (!taker.take(present[0], target)) return;
    for (size_t i = 1; i < present.size(); ++i) {
        auto other = torch::empty_like(target);
        if (!taker.take(present[i], other) || other.equal(target)) continue;
        if (model.tie_embeddings)
            taker.refuse(present[i], "differs from " + present[0] + ", though config.json ties them");
        else
            own.emplace_back(present[i], other);
    }
}

void takeExperts(TensorTaker& taker, const std::string& name, const torch::Tensor& target)
{
    const auto at = name.find(stacked_experts) + stacked_experts.size();
    for (int64_t e = 0; e < target.size(0); ++e)
        taker.take(name.substr(0, at) + "expert_" + std::to_string(e) + "." + name.substr(at), target[e]);
}

/// A dense block, or the only expert of a sparse one: "...mlp.wi.weight" from "...mlp.experts.expert_0.wi.weight".
void takeBlock(TensorTaker& taker, const std::string& name, const torch::Tensor& target)
{
    const auto at = name.find(".mlp.") + 5;
    const auto expert = name.substr(0, at) + "experts.expert_0." + name.substr(at);
    if (taker.has(name) || !taker.has(expert)) {
        taker.take(name, target);
        return;
    }
    taker.take(expert, target);
    taker.ignore(name.substr(0, at) + "router.classifier.weight"); // the softmax of one logit is 1
}

void takeParameter(TensorTaker& taker, const ModelConfig& model, const std::string& name, const torch::Tensor& target,
                   NamedTensors& own_embeddings)
{
    if (name == embedding_names[0])
        takeEmbedding(taker, model, target, own_embeddings);
    else if (name.find(stacked_experts) != name.npos)
        takeExperts(taker, name, target);
    else if (model.num_experts == 1 && name.find(".mlp.") != name.npos)
        takeBlock(taker, name, target);
    else
        taker.take(name, target);
}

} // namespace

HuggingFaceModel readHuggingFace(const fs::path& directory)
{
    if (!fs::is_directory(directory)) throw DataError(directory.string() + ": is not a directory");
    if (!fs::exists(directory / "config.json")) throw DataError(directory.string() + ": holds no config.json");
    const auto config = readHuggingFaceConfig(directory / "config.json");
    const auto tensors = openHuggingFaceTensors(directory);
    HuggingFaceModel out{config.model, config.router, config.expert_capacity, {}, {}};
    const auto encoder = layersWithExperts(tensors, "encoder"), decoder = layersWithExperts(tensors, "decoder");
    auto& model = out.model;
    model.encoder_sparse_step = stepOfLayers(encoder, model.num_layers, model.encoder_sparse_step);
    model.decoder_sparse_step = stepOfLayers(decoder, model.num_decoder_layers, model.decoder_sparse_step);
    TensorTaker taker(tensors);
    taker.ignore(unused_bias);
    NamedTensors own_embeddings;
    for (const auto& spec : parameterSpecs(model)) {
        auto target = torch::empty(spec.shape, torch::kFloat);
        takeParameter(taker, model, spec.name, target, own_embeddings);
        out.weights.add(spec.name, target);
    }
    for (auto& [name, table] : own_embeddings) out.weights.add(name, table);
    taker.finish(directory);
    if (model.num_experts > 1) return out;
    for (const auto layer : encoder) out.single_expert_layers.push_back("encoder." + std::to_string(layer));
    for (const auto layer : decoder) out.single_expert_layers.push_back("decoder." + std::to_string(layer));
    return out;
}

} // namespace sy
