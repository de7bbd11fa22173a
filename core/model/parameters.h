// The model's weights by name. Names are Hugging Face's, except that a sparse layer's experts are one
// stacked tensor: `encoder.block.1.layer.1.mlp.experts.wi.weight` [N, F, D] and `...wo.weight` [N, D, F].
#pragma once

#include "core/config/experiment.h"

#include <torch/torch.h>

#include <map>
#include <string>
#include <vector>

namespace sy {

struct ParameterSpec {
    std::string name;
    std::vector<int64_t> shape;
    bool is_norm = false;      ///< RMSNorm scale: no weight decay, starts at 1
    bool is_router = false;    ///< stays float32 under selective precision
    bool is_expert = false;    ///< first dimension is the expert
    bool is_embedding = false; ///< shared.weight, relative_attention_bias
};

/// Every parameter of a model in a fixed order (that of the forward pass).
std::vector<ParameterSpec> parameterSpecs(const ModelConfig& model);

/// Layer i of a stack is sparse iff step > 0, N > 1 and (i mod step = 1 or step = 1).
bool isSparseLayer(const ModelConfig& model, bool decoder, int64_t layer);

/// Name -> tensor, in the order of parameterSpecs.
class Weights {
public:
    void add(std::string name, torch::Tensor tensor);
    const torch::Tensor& at(const std::string& name) const; ///< @throws EngineError naming it
    bool has(const std::string& name) const;
    const std::vector<std::pair<std::string, torch::Tensor>>& items() const { return m_items; }
    std::vector<std::pair<std::string, torch::Tensor>>& items() { return m_items; }
    size_t size() const { return m_items.size(); }

private:
    std::vector<std::pair<std::string, torch::Tensor>> m_items;
    std::map<std::string, size_t> m_index;
};

/// Freshly initialised float32 master weights: a pure function of (model, seed), whatever the device.
/// `switch`: truncated normal, resampled beyond 2 sigma, sigma = sqrt(init_scale / fan_in) (sec. 2.4), q smaller by
/// sqrt(d_kv) as there is no 1/sqrt(d_kv) in the scores; `t5`: the scheme of Hugging Face, router N(0, 0.02) after
/// flaxformer. Under both the token embedding is N(0, 1), as in T5 with tied output.
Weights initialWeights(const ModelConfig& model, uint64_t seed, torch::Device device);

/// The copy that a forward pass uses: leaves in the mode's dtype, that require a gradient when
/// `trainable`; under float32 they share the masters' memory. Under `selective` routers and norms stay float32.
/// A hash or random router uses no classifier: its gradient stays undefined.
/// @throws EngineError where a weight is missing or has another shape.
Weights computeWeights(const Weights& master, const ModelConfig& model, PrecisionMode precision, bool trainable);

} // namespace sy
