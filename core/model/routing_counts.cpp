#include "core/model/routing_counts.h"

#include "core/base/error.h"
#include "core/model/sums.h"

namespace sy {

namespace {

/// Adds 1 to `out` (flattened) at `bin` wherever `counts`; integers, so the order of addition does not matter.
void countInto(const torch::Tensor& out, const torch::Tensor& bin, const torch::Tensor& counts)
{
    const int64_t bins = out.numel();
    const auto target = torch::where(counts, bin, torch::full({}, bins, bin.options())).flatten();
    auto sum = torch::zeros({bins + 1}, out.options());
    sum.scatter_add_(0, target, torch::ones_like(target));
    out.add_(sum.narrow(0, 0, bins).view_as(out));
}

torch::Tensor countedSum(const torch::Tensor& value_X, const torch::Tensor& counted_X)
{
    return sumAll(torch::where(counted_X, value_X.to(torch::kDouble), torch::zeros({}, value_X.options().dtype(torch::kDouble))));
}

void addLayer(RoutingCounts& counts, int64_t m, const LayerRouting& layer, const torch::Tensor& language_B)
{
    const int64_t experts = counts.load_MLN.size(2);
    const auto& counted = layer.counted_X;
    const auto language_X = language_B.repeat_interleave(counted.size(0) / language_B.size(0));
    const auto chosen = counted.unsqueeze(1).logical_and(layer.expert_XK.ge(0));
    const auto bin = language_X.unsqueeze(1) * experts + layer.expert_XK;
    countInto(counts.load_MLN[m], bin, chosen);
    countInto(counts.kept_MLN[m], bin, chosen.logical_and(layer.kept_XK));
    countInto(counts.tokens_ML[m], language_X, counted);
    counts.importance_MLN[m].add_(layer.importance_LN);
    counts.entropy_M[m].add_(countedSum(layer.entropy_X, counted));
    counts.confidence_M[m].add_(countedSum(layer.gate_XK.select(1, 0), counted));
    counts.z_M[m].add_(countedSum(layer.lse_X.square(), counted));
    const auto lowest = torch::full({}, -std::numeric_limits<double>::infinity(), layer.lse_X.options());
    const auto highest = torch::where(counted, layer.lse_X, lowest).max().to(torch::kFloat);
    counts.lse_max_M[m].copy_(torch::maximum(counts.lse_max_M[m], highest));
    counts.padding_M[m].add_(counted.logical_not().sum());
}

} // namespace

RoutingCounts emptyRoutingCounts(int64_t layers, int64_t languages, int64_t experts, const torch::Device& device)
{
    const auto whole = torch::TensorOptions().dtype(torch::kInt64).device(device);
    const auto real = whole.dtype(torch::kDouble);
    RoutingCounts out;
    out.load_MLN = torch::zeros({layers, languages, experts}, whole);
    out.kept_MLN = torch::zeros({layers, languages, experts}, whole);
    out.tokens_ML = torch::zeros({layers, languages}, whole);
    out.importance_MLN = torch::zeros({layers, languages, experts}, real);
    out.entropy_M = torch::zeros({layers}, real);
    out.confidence_M = torch::zeros({layers}, real);
    out.z_M = torch::zeros({layers}, real);
    out.lse_max_M = torch::full({layers}, -std::numeric_limits<double>::infinity(), whole.dtype(torch::kFloat));
    out.padding_M = torch::zeros({layers}, whole);
    return out;
}

void addRouting(RoutingCounts& counts, const ForwardResult& result, const torch::Tensor& language_B)
{
    const torch::NoGradGuard no_grad;
    const auto layers = static_cast<int64_t>(result.layers.size());
    if (layers != counts.load_MLN.size(0))
        throw EngineError("routing counts hold " + std::to_string(counts.load_MLN.size(0)) + " sparse layers, the pass has " +
                          std::to_string(layers));
    for (int64_t m = 0; m < layers; ++m) {
        const auto& layer = result.layers[static_cast<size_t>(m)];
        if (!layer.importance_LN.defined() || layer.importance_LN.sizes() != counts.importance_MLN[m].sizes())
            throw EngineError("layer " + layer.name + " has no importance over " + std::to_string(counts.load_MLN.size(1)) +
                              " languages; set ForwardOptions::num_languages");
        addLayer(counts, m, layer, language_B);
    }
}

} // namespace sy
