#include "core/kernels/slots.h"

namespace sy::tensor_form {

namespace {

/// [X, W] -> [G, places * W], the last group filled up with `filling`.
torch::Tensor byGroup(const torch::Tensor& value_XW, const TokenGroups& groups, int64_t filling)
{
    const int64_t missing = groups.groups() * groups.tokensPerGroup() - groups.tokens();
    auto filled = value_XW;
    if (missing > 0) filled = torch::cat({value_XW, torch::full({missing, value_XW.size(1)}, filling, value_XW.options())});
    return filled.reshape({groups.groups(), -1});
}

} // namespace

torch::Tensor assignSlots(const torch::Tensor& expert_XW, const torch::Tensor& eligible_XW, const torch::Tensor& order_X,
                          const torch::Tensor& capacity_G, torch::Tensor& taken_GN, const TokenGroups& groups)
{
    const auto none = torch::full({}, -1, expert_XW.options());
    auto wanted = torch::where(eligible_XW, expert_XW, none);
    if (order_X.defined()) wanted = wanted.index_select(0, order_X);
    const auto wanted_GP = byGroup(wanted, groups, -1);
    const auto experts = torch::arange(taken_GN.size(1), expert_XW.options());
    const auto asked_GPN = wanted_GP.unsqueeze(2).eq(experts).to(torch::kInt64);
    const auto count_GPN = asked_GPN.cumsum(1) + taken_GN.unsqueeze(1);
    const auto place_GP = count_GPN.gather(2, wanted_GP.clamp_min(0).unsqueeze(2)).squeeze(2) - 1;
    const auto kept = wanted_GP.ge(0).logical_and(place_GP.lt(capacity_G.unsqueeze(1)));
    auto slot = torch::where(kept, place_GP, none).flatten().narrow(0, 0, expert_XW.numel()).view_as(expert_XW);
    taken_GN.copy_(torch::minimum(taken_GN + asked_GPN.sum(1), torch::maximum(capacity_G.unsqueeze(1), taken_GN)));
    if (!order_X.defined()) return slot;
    return torch::empty_like(slot).index_copy_(0, order_X, slot);
}

} // namespace sy::tensor_form
