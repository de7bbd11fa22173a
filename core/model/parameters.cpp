#include "core/model/parameters.h"

#include "core/base/error.h"

namespace sy {

namespace {

using Specs = std::vector<ParameterSpec>;

void addMatrix(Specs& specs, const std::string& name, std::vector<int64_t> shape)
{
    specs.push_back({.name = name, .shape = std::move(shape)});
}

void addNorm(Specs& specs, const std::string& prefix, int64_t width)
{
    specs.push_back({.name = prefix + "layer_norm.weight", .shape = {width}, .is_norm = true});
}

void addAttention(Specs& specs, const ModelConfig& model, const std::string& prefix, const std::string& kind, bool bias)
{
    const int64_t inner = model.num_heads * model.d_kv;
    addNorm(specs, prefix, model.d_model);
    for (const auto* part : {"q", "k", "v"}) addMatrix(specs, prefix + kind + "." + part + ".weight", {inner, model.d_model});
    addMatrix(specs, prefix + kind + ".o.weight", {model.d_model, inner});
    if (bias)
        specs.push_back({.name = prefix + kind + ".relative_attention_bias.weight",
                         .shape = {model.relative_buckets, model.num_heads},
                         .is_embedding = true});
}

void addFeedForward(Specs& specs, const ModelConfig& model, const std::string& prefix, bool sparse)
{
    addNorm(specs, prefix, model.d_model);
    if (!sparse) {
        addMatrix(specs, prefix + "mlp.wi.weight", {model.d_ff, model.d_model});
        addMatrix(specs, prefix + "mlp.wo.weight", {model.d_model, model.d_ff});
        return;
    }
    const int64_t n = model.num_experts;
    specs.push_back({.name = prefix + "mlp.router.classifier.weight", .shape = {n, model.d_model}, .is_router = true});
    specs.push_back({.name = prefix + "mlp.experts.wi.weight", .shape = {n, model.d_ff, model.d_model}, .is_expert = true});
    specs.push_back({.name = prefix + "mlp.experts.wo.weight", .shape = {n, model.d_model, model.d_ff}, .is_expert = true});
}

void addStack(Specs& specs, const ModelConfig& model, bool decoder)
{
    const std::string stack = decoder ? "decoder." : "encoder.";
    const int64_t layers = decoder ? model.num_decoder_layers : model.num_layers;
    for (int64_t i = 0; i < layers; ++i) {
        const std::string block = stack + "block." + std::to_string(i) + ".layer.";
        addAttention(specs, model, block + "0.", "SelfAttention", i == 0);
        if (decoder) addAttention(specs, model, block + "1.", "EncDecAttention", false);
        addFeedForward(specs, model, block + (decoder ? "2." : "1."), isSparseLayer(model, decoder, i));
    }
    specs.push_back({.name = stack + "final_layer_norm.weight", .shape = {model.d_model}, .is_norm = true});
}

} // namespace

bool isSparseLayer(const ModelConfig& model, bool decoder, int64_t layer)
{
    const int64_t step = decoder ? model.decoder_sparse_step : model.encoder_sparse_step;
    return step > 0 && model.num_experts > 1 && (layer % step == 1 || step == 1);
}

std::vector<ParameterSpec> parameterSpecs(const ModelConfig& model)
{
    Specs specs;
    specs.push_back({.name = "shared.weight", .shape = {model.vocab_size, model.d_model}, .is_embedding = true});
    addStack(specs, model, false);
    addStack(specs, model, true);
    if (!model.tie_embeddings) addMatrix(specs, "lm_head.weight", {model.vocab_size, model.d_model});
    return specs;
}

void Weights::add(std::string name, torch::Tensor tensor)
{
    if (!m_index.emplace(name, m_items.size()).second) throw EngineError("weight " + name + " is given twice");
    m_items.emplace_back(std::move(name), std::move(tensor));
}

const torch::Tensor& Weights::at(const std::string& name) const
{
    const auto found = m_index.find(name);
    if (found == m_index.end()) throw EngineError("weight " + name + " is missing");
    return m_items[found->second].second;
}

bool Weights::has(const std::string& name) const { return m_index.contains(name); }

} // namespace sy
