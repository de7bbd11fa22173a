#include "core/model/router_losses.h"

#include "core/model/capacity.h"
#include "core/model/sums.h"

namespace sy {

namespace {

/// Sum over each group's rows and positions: [X, N] -> [G, N].
torch::Tensor sumRowsByGroup(const torch::Tensor& value_XN, const TokenGroups& groups)
{
    auto by_row = value_XN.view({groups.rows, groups.length, -1}).sum(1);
    const int64_t missing = groups.groups() * groups.rows_per_group - groups.rows;
    if (missing > 0) by_row = at::constant_pad_nd(by_row, {0, 0, 0, missing});
    return by_row.view({groups.groups(), groups.rows_per_group, -1}).sum(1);
}

} // namespace

// Integers, so any order of addition gives the same.
torch::Tensor countChoices(const torch::Tensor& expert_XK, const torch::Tensor& counted_X, int64_t experts,
                           const TokenGroups& groups)
{
    const int64_t bins = groups.groups() * experts;
    const auto group_X = torch::arange(expert_XK.size(0), expert_XK.options()).floor_divide(groups.tokensPerGroup());
    const auto bin = group_X.unsqueeze(1) * experts + expert_XK;
    const auto counts = counted_X.unsqueeze(1).logical_and(expert_XK.ge(0));
    const auto target = torch::where(counts, bin, torch::full({}, bins, bin.options())).flatten();
    auto sum = torch::zeros({bins + 1}, expert_XK.options());
    sum.scatter_add_(0, target, torch::ones_like(target));
    return sum.narrow(0, 0, bins).view({groups.groups(), experts});
}

torch::Tensor balanceLoss(const torch::Tensor& probability_XN, const torch::Tensor& expert_XK, const torch::Tensor& counted_X,
                          const TokenGroups& groups)
{
    const int64_t experts = probability_XN.size(1);
    const bool experts_choose = expert_XK.size(1) > 2;
    const auto choices = experts_choose ? expert_XK : expert_XK.narrow(1, 0, 1);
    const auto load_GN = countChoices(choices, counted_X, experts, groups).to(probability_XN.scalar_type());
    const auto tokens_G = sumByGroup(counted_X.to(torch::kInt64), groups).to(probability_XN.scalar_type());
    const auto f_GN = load_GN / load_GN.sum(1, true).clamp_min(1);
    const auto counted = counted_X.unsqueeze(1).to(probability_XN.scalar_type());
    const auto p_GN = sumRowsByGroup(probability_XN * counted, groups) / tokens_G.clamp_min(1).unsqueeze(1);
    const auto loss_G = (f_GN * p_GN).sum(1) * static_cast<double>(experts);
    return loss_G.sum() / tokens_G.gt(0).sum().clamp_min(1).to(probability_XN.scalar_type());
}

torch::Tensor zLoss(const torch::Tensor& lse_X, const torch::Tensor& counted_X)
{
    const auto counted = counted_X.to(lse_X.scalar_type());
    return sumAll(lse_X.square() * counted) / sumAll(counted).clamp_min(1);
}

} // namespace sy
