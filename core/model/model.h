// The Switch Transformer: a T5-style encoder–decoder in which every other feed-forward block is a
// sparse layer. Fedus, Zoph, Shazeer, JMLR 23 (2022), arXiv:2101.03961; block layout of T5 v1.0.
//
// Shape suffixes: B rows, S input positions, T target positions, D model width, H heads, F feed-forward
// width, V vocabulary, N experts, L languages, X tokens of a stack flattened (B * S or B * T).
#pragma once

#include "core/config/experiment.h"
#include "core/model/parameters.h"
#include "core/model/routing_options.h"

#include <torch/torch.h>

#include <string>
#include <vector>

namespace sy {

/// Device tensors of one (micro-)batch.
struct ModelInput {
    torch::Tensor input_BS;    ///< int64 ids
    torch::Tensor mask_BS;     ///< bool, true = a real token (attended to, routed)
    torch::Tensor decoder_BT;  ///< int64 ids, labels shifted right from 0
    torch::Tensor labels_BT;   ///< int64, -100 = ignored; undefined where there are none
    torch::Tensor language_B;  ///< int64 in [0, ForwardOptions::num_languages); needed for importance_LN only
};

/// What one sparse layer did with its tokens. On the device, no host sync.
struct LayerRouting {
    std::string name;            ///< "encoder.1", "decoder.3": stack and layer index
    torch::Tensor expert_XK;     ///< int64, chosen experts in order of probability, before capacity; -1 = no choice
                                 ///< (expert choice, K = N). Under no-token-left-behind where the token went at last
    torch::Tensor kept_XK;       ///< bool, false = dropped (capacity); padding is false where excluded
    torch::Tensor gate_XK;       ///< float32, probability of each chosen expert
    torch::Tensor probability_XN; ///< float32, softmax of the logits; undefined unless asked for
    torch::Tensor importance_LN; ///< float32, sums of counted tokens' probabilities per language; undefined unless num_languages > 0
    torch::Tensor entropy_X;     ///< float32, nats
    torch::Tensor lse_X;         ///< float32, logsumexp of the logits
    torch::Tensor logit_min_X;   ///< float32, smallest logit; undefined unless num_languages > 0 and the router has logits
    torch::Tensor logit_max_X;   ///< the same, largest
    torch::Tensor capacity_needed; ///< float32 scalar, smallest capacity factor without drops: largest load of an expert in
                                   ///< a capacity group, times N, over its routed tokens; undefined unless num_languages > 0
    torch::Tensor counted_X;     ///< bool, the token is real (not padding), so it counts
    torch::Tensor aux_loss;      ///< float32 scalar, unweighted: N * sum f P, mean over the scope's groups
    torch::Tensor z_loss;        ///< float32 scalar, unweighted: mean lse^2
};

struct ForwardResult {
    torch::Tensor logits_BTV;   ///< compute dtype; undefined unless asked for
    torch::Tensor loss_sum;     ///< float32 scalar: sum of cross entropy in nats over real labels; undefined without labels
    torch::Tensor loss_BT;      ///< float32 cross entropy per label, 0 where ignored; undefined unless asked for
    std::vector<LayerRouting> layers; ///< sparse layers, encoder first
};

/// How one forward pass runs.
struct ForwardOptions {
    bool train = false;          ///< dropout, jitter, training capacity
    uint64_t seed = 0;           ///< of the run
    uint64_t step = 0;           ///< update number: random draws are keyed (seed, step, micro_batch, site, element)
    uint64_t micro_batch = 0;
    bool want_logits = false;
    bool want_token_loss = false;
    bool want_probabilities = false;
    int64_t num_languages = 0;   ///< L; above 0 asks for importance_LN and needs ModelInput::language_B
    RoutingOptions routing;      ///< capacity, scopes, semantics
};

/// The forward pass over `weights` (in their compute dtype, see precision.h). Differentiable in the weights.
/// @throws EngineError where shapes or devices do not fit.
ForwardResult forward(const ModelConfig& model, const RouterConfig& router, PrecisionMode precision,
                      const Weights& weights, const ModelInput& input, const ForwardOptions& options);

} // namespace sy
