// What every block of one forward pass needs to know.
#pragma once

#include "core/base/random.h"
#include "core/kernels/random.h"
#include "core/model/model.h"

namespace sy {

struct Pass {
    const ModelConfig& model;
    const RouterConfig& router;
    const Weights& weights;
    const ForwardOptions& options;

    /// The random stream of one site: "dropout/encoder.0/self".
    RandomStream stream(const std::string& site) const
    {
        return randomStream(options.seed, options.step, siteId(site)).child(options.micro_batch);
    }
    /// Dropout at a site in training, x itself otherwise.
    torch::Tensor dropout(const torch::Tensor& x, const std::string& site) const
    {
        return options.train ? sy::dropout(x, model.dropout, stream("dropout/" + site)) : x;
    }
    /// Rate of the hidden units of experts.
    double expertDropout() const { return model.expert_dropout < 0 ? model.dropout : model.expert_dropout; }
};

/// float32 for sums and probabilities; float64 stays (gradient checks run in it).
inline torch::Tensor wide(const torch::Tensor& x)
{
    return x.scalar_type() == torch::kDouble ? x : x.to(torch::kFloat);
}

} // namespace sy
