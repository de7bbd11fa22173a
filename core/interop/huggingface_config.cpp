#include "core/interop/huggingface_config.h"

#include "core/base/error.h"
#include "core/config/config_io.h"

#include <nlohmann/json.hpp>

namespace sy {

namespace {

using Json = nlohmann::json;

/// Reads single keys and gathers what is wrong with them.
class KeyReader {
public:
    KeyReader(const Json& json, std::vector<ConfigIssue>& issues) : m_json(json), m_issues(issues) {}

    void read(const char* key, int64_t& value) const
    {
        const auto* found = find(key);
        if (!found) return;
        if (found->is_number_integer() && *found >= INT64_MIN && *found <= INT64_MAX)
            value = found->get<int64_t>();
        else
            refuse(key, "must be a whole number", *found);
    }
    void read(const char* key, double& value) const
    {
        const auto* found = find(key);
        if (!found) return;
        if (found->is_number())
            value = found->get<double>();
        else
            refuse(key, "must be a number", *found);
    }
    void read(const char* key, bool& value) const
    {
        const auto* found = find(key);
        if (!found) return;
        if (found->is_boolean())
            value = found->get<bool>();
        else
            refuse(key, "must be true or false", *found);
    }
    /// A key that may only have this value.
    void require(const char* key, const Json& only, const char* why) const
    {
        const auto* found = find(key);
        if (found && *found != only) refuse(key, "must be " + only.dump() + " (" + why + ")", *found);
    }

private:
    const Json* find(const char* key) const
    {
        const auto found = m_json.find(key);
        return found == m_json.end() || found->is_null() ? nullptr : &*found;
    }
    void refuse(const char* key, const std::string& rule, const Json& got) const
    {
        m_issues.push_back(
            {key, rule + ", got " + got.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 80)});
    }

    const Json& m_json;
    std::vector<ConfigIssue>& m_issues;
};

/// The defaults of the class SwitchTransformersConfig.
HuggingFaceConfig classDefaults()
{
    HuggingFaceConfig config;
    config.model = {.num_experts = 8,
                    .d_model = 768,
                    .d_ff = 2048,
                    .d_kv = 64,
                    .num_heads = 12,
                    .num_layers = 12,
                    .num_decoder_layers = 12,
                    .vocab_size = 32128,
                    .init = InitScheme::T5};
    config.router.aux_loss_weight = 1e-3;
    config.router.z_loss_weight = 1e-3;
    config.expert_capacity = 64;
    return config;
}

void readModel(const KeyReader& keys, ModelConfig& model)
{
    keys.read("num_experts", model.num_experts);
    keys.read("d_model", model.d_model);
    keys.read("d_ff", model.d_ff);
    keys.read("d_kv", model.d_kv);
    keys.read("num_heads", model.num_heads);
    keys.read("num_layers", model.num_layers);
    keys.read("num_decoder_layers", model.num_decoder_layers);
    keys.read("vocab_size", model.vocab_size);
    keys.read("tie_word_embeddings", model.tie_embeddings);
    keys.read("relative_attention_num_buckets", model.relative_buckets);
    keys.read("relative_attention_max_distance", model.relative_max_distance);
    keys.read("layer_norm_epsilon", model.norm_eps);
    keys.read("dropout_rate", model.dropout);
}

/// layers / num_sparse, rounded down; with none the class takes the number of layers, which makes layer 1 sparse.
int64_t classStep(int64_t layers, int64_t sparse)
{
    return sparse > 0 ? layers / sparse : layers;
}

void readSteps(const KeyReader& keys, ModelConfig& model)
{
    int64_t encoder = 3, decoder = 3;
    keys.read("num_sparse_encoder_layers", encoder);
    keys.read("num_sparse_decoder_layers", decoder);
    model.encoder_sparse_step = classStep(model.num_layers, encoder);
    model.decoder_sparse_step = classStep(model.num_decoder_layers, decoder);
}

void refuseWhatIsElsewhere(const KeyReader& keys)
{
    keys.require("model_type", "switch_transformers", "no other kind of checkpoint can be read");
    keys.require("dense_act_fn", "relu", "the class has no other feed-forward");
    keys.require("router_bias", false, "routers have no bias here");
    keys.require("is_encoder_decoder", true, "the model is an encoder and a decoder");
}

void addRangeIssues(const HuggingFaceConfig& config, std::vector<ConfigIssue>& issues)
{
    ExperimentConfig experiment;
    experiment.model = config.model;
    experiment.router = config.router;
    for (auto& issue : validate(experiment))
        if (issue.path.starts_with("model.") || issue.path.starts_with("router.")) issues.push_back(std::move(issue));
    if (config.expert_capacity < 1)
        issues.push_back({"expert_capacity", "must be at least 1, got " + std::to_string(config.expert_capacity)});
}

} // namespace

HuggingFaceConfig readHuggingFaceConfig(const fs::path& file)
{
    const auto json = Json::parse(readFile(file), nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) throw DataError(file.string() + ": must be a JSON object");
    auto config = classDefaults();
    std::vector<ConfigIssue> issues;
    const KeyReader keys(json, issues);
    if (const auto layers = json.find("num_decoder_layers"); layers != json.end() && layers->is_null())
        keys.read("num_layers", config.model.num_decoder_layers); // null = as many as the encoder
    refuseWhatIsElsewhere(keys);
    readModel(keys, config.model);
    readSteps(keys, config.model);
    keys.read("router_jitter_noise", config.router.jitter_eps);
    keys.read("router_aux_loss_coef", config.router.aux_loss_weight);
    keys.read("router_z_loss_coef", config.router.z_loss_weight);
    keys.read("expert_capacity", config.expert_capacity);
    addRangeIssues(config, issues);
    if (issues.empty()) return config;
    std::string text = file.string() + ":";
    for (const auto& issue : issues) text += "\n  " + issue.path + ": " + issue.message;
    throw DataError(text);
}

std::set<int64_t> layersOfStep(int64_t step, int64_t layers)
{
    std::set<int64_t> sparse;
    for (int64_t i = 0; i < layers; ++i)
        if (step > 0 && (step == 1 || i % step == 1)) sparse.insert(i);
    return sparse;
}

int64_t stepOfLayers(const std::set<int64_t>& sparse, int64_t layers, int64_t preferred)
{
    if (layersOfStep(preferred, layers) == sparse) return preferred;
    for (int64_t step = 0; step <= layers; ++step)
        if (layersOfStep(step, layers) == sparse) return step;
    return preferred;
}

} // namespace sy
