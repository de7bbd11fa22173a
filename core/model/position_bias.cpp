#include "core/model/blocks.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sy {

namespace {

/// torch::where with the dtype's lowest value: addition to it never overflows as two lowest values would.
torch::Tensor maskedTo(const torch::Tensor& allowed, const torch::Tensor& bias)
{
    const double lowest = bias.scalar_type() == torch::kDouble ? std::numeric_limits<double>::lowest()
                          : bias.scalar_type() == torch::kBFloat16
                              ? static_cast<double>(std::numeric_limits<at::BFloat16>::lowest())
                              : static_cast<double>(std::numeric_limits<float>::lowest());
    return torch::where(allowed, bias, torch::full({}, lowest, bias.options().requires_grad(false)));
}

} // namespace

torch::Tensor relativeBuckets(int64_t length, bool bidirectional, int64_t buckets, int64_t max_distance,
                              const torch::Device& device)
{
    const auto position = torch::arange(length, torch::TensorOptions().dtype(torch::kInt64).device(device));
    const auto relative = position.unsqueeze(0) - position.unsqueeze(1); // key - query
    if (bidirectional) buckets /= 2;
    const auto start = bidirectional ? relative.gt(0).to(torch::kInt64) * buckets : torch::zeros_like(relative);
    const auto distance = bidirectional ? relative.abs() : relative.neg().clamp_min(0);
    const int64_t exact = buckets / 2;
    // A maximal distance within the exact buckets leaves one bucket for all that is farther.
    const double log_range = std::max(std::log(static_cast<double>(max_distance) / static_cast<double>(exact)), 1e-6);
    // In float32 and in this order, as the peers do: a bucket's edge depends on the rounding.
    const auto scaled = distance.clamp_min(1).to(torch::kFloat).div(static_cast<double>(exact)).log().div(log_range);
    const auto farther = static_cast<double>(buckets - exact);
    const auto far = scaled.mul(farther).clamp(0, farther - 1).to(torch::kInt64).add(exact);
    return start + torch::where(distance.lt(exact), distance, far);
}

torch::Tensor selfAttentionBias(const Pass& pass, bool decoder, int64_t length, const torch::Tensor& mask_BS)
{
    const std::string stack = decoder ? "decoder" : "encoder";
    const auto& table = pass.weights.at(stack + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight");
    const auto buckets = relativeBuckets(length, !decoder, pass.model.relative_buckets, pass.model.relative_max_distance,
                                         table.device());
    const auto bias = at::embedding(table, buckets).permute({2, 0, 1}).unsqueeze(0);
    if (!decoder) return maskedTo(mask_BS.unsqueeze(1).unsqueeze(2), bias);
    const auto causal = torch::ones({length, length}, mask_BS.options().dtype(torch::kBool)).tril();
    return maskedTo(causal, bias);
}

torch::Tensor crossAttentionBias(const torch::Tensor& mask_BS, torch::ScalarType dtype)
{
    return maskedTo(mask_BS.unsqueeze(1).unsqueeze(2), torch::zeros({}, mask_BS.options().dtype(dtype)));
}

} // namespace sy
