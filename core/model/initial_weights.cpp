#include "core/base/random.h"
#include "core/model/parameters.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <numbers>

namespace sy {

namespace {

/// A normal distribution, cut at `cut` standard deviations by drawing again; cut 0 = not cut.
struct Normal {
    double sigma = 1;
    double cut = 0;

    /// Box–Muller on two words per attempt: a pure function of stream and element.
    double draw(const RandomStream& stream, uint64_t element) const
    {
        for (uint64_t attempt = 0;; ++attempt) {
            const auto words = stream.child(attempt);
            const double radius = std::sqrt(-2 * std::log(1 - words.uniformDouble(2 * element)));
            const double value = radius * std::cos(2 * std::numbers::pi * words.uniformDouble(2 * element + 1));
            if (cut == 0 || std::abs(value) <= cut) return value * sigma;
        }
    }
};

bool endsWith(const std::string& name, const std::string& ending) { return name.ends_with(ending); }

/// Without 1/sqrt(d_kv) in the attention scores, q starts smaller by that factor (Mesh TensorFlow, T5).
double queryScale(const ModelConfig& model, const ParameterSpec& spec)
{
    return endsWith(spec.name, "Attention.q.weight") ? 1 / std::sqrt(static_cast<double>(model.d_kv)) : 1;
}

/// Truncated normal with sigma = sqrt(s / fan_in), the Switch paper, sec. 2.4. Fan-in is the last dimension; a table
/// of position biases reads d_model. The token embedding stays N(0, 1), as in Mesh TensorFlow's T5.
Normal switchNormal(const ModelConfig& model, const ParameterSpec& spec)
{
    if (spec.name == "shared.weight") return {1, 0};
    const auto fan_in = static_cast<double>(spec.is_embedding ? model.d_model : spec.shape.back());
    return {std::sqrt(model.init_scale / fan_in) * queryScale(model, spec), 2};
}

/// Hugging Face's `_init_weights` of SwitchTransformers, except the router: N(0, 0.02) after flaxformer.
Normal t5Normal(const ModelConfig& model, const ParameterSpec& spec)
{
    if (spec.name == "shared.weight" || spec.name == "lm_head.weight") return {1, 0};
    if (spec.is_router) return {0.02, 0};
    const bool reads_model = spec.is_embedding || (spec.is_expert && endsWith(spec.name, "wo.weight"));
    const auto fan_in = static_cast<double>(reads_model ? model.d_model : spec.shape.back());
    return {queryScale(model, spec) / std::sqrt(fan_in), 0};
}

torch::Tensor drawn(const ParameterSpec& spec, const Normal& normal, uint64_t seed)
{
    auto out = torch::empty(spec.shape, torch::kFloat);
    auto* to = out.mutable_data_ptr<float>();
    const auto stream = randomStream(seed, 0, siteId("init/" + spec.name));
    at::parallel_for(0, out.numel(), 2048, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) to[i] = static_cast<float>(normal.draw(stream, static_cast<uint64_t>(i)));
    });
    return out;
}

} // namespace

Weights initialWeights(const ModelConfig& model, uint64_t seed, torch::Device device)
{
    const torch::NoGradGuard no_grad;
    Weights out;
    for (const auto& spec : parameterSpecs(model)) {
        const auto normal = model.init == InitScheme::Switch ? switchNormal(model, spec) : t5Normal(model, spec);
        const auto host = spec.is_norm ? torch::ones(spec.shape) : drawn(spec, normal, seed);
        out.add(spec.name, host.to(device));
    }
    return out;
}

} // namespace sy
