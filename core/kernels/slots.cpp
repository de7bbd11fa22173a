#include "core/kernels/slots.h"

#include "core/kernels/cuda_launch.h"
#include "core/kernels/device.h"
#include "core/routing/slots.h"

namespace sy {

torch::Tensor assignSlots(const torch::Tensor& expert_XW, const torch::Tensor& eligible_XW, const torch::Tensor& order_X,
                          const torch::Tensor& capacity_G, torch::Tensor& taken_GN, const TokenGroups& groups)
{
    const auto form = kernelForm(expert_XW.device());
    if (form == KernelForm::Tensor)
        return tensor_form::assignSlots(expert_XW, eligible_XW, order_X, capacity_G, taken_GN, groups);
    const auto expert = expert_XW.contiguous();
    const auto eligible = eligible_XW.contiguous();
    const auto order = order_X.defined() ? order_X.contiguous() : order_X;
    auto slot_XW = torch::empty_like(expert);
    SlotPass pass;
    pass.groups = groups;
    pass.experts = taken_GN.size(1);
    pass.width = expert.size(1);
    pass.expert = expert.const_data_ptr<int64_t>();
    pass.eligible = eligible.const_data_ptr<bool>();
    pass.order = order.defined() ? order.const_data_ptr<int64_t>() : nullptr;
    pass.capacity = capacity_G.const_data_ptr<int64_t>();
    auto* taken = taken_GN.mutable_data_ptr<int64_t>();
    auto* slot = slot_XW.mutable_data_ptr<int64_t>();
    if (form == KernelForm::Cpu) assignSlots(pass, taken, slot);
#ifdef SWITCHYARD_CUDA_KERNELS
    if (form == KernelForm::Cuda) cuda::assignSlots(pass, taken, slot, cudaStreamOf(expert.device()));
#endif
    return slot_XW;
}

namespace {

/// The inverse of row_XW: which choice stands in each row. Choices without a row share a place that is cut off.
torch::Tensor choicesOfRows(const torch::Tensor& row_XW, int64_t rows)
{
    const auto row = row_XW.flatten();
    const auto target = torch::where(row.ge(0), row, torch::full({}, rows, row.options()));
    auto choice = torch::full({rows + 1}, -1, row.options());
    choice.scatter_(0, target, torch::arange(row.numel(), row.options()));
    return choice.narrow(0, 0, rows);
}

torch::Tensor groupOfTokens(const TokenGroups& groups, const torch::Tensor& like)
{
    return torch::arange(groups.tokens(), like.options()).floor_divide(groups.tokensPerGroup()).unsqueeze(1);
}

torch::Tensor keptOr(const torch::Tensor& slot_XW, const torch::Tensor& row_XW)
{
    return torch::where(slot_XW.ge(0), row_XW, torch::full({}, -1, row_XW.options()));
}

} // namespace

ExpertRows raggedRows(const torch::Tensor& expert_XW, const torch::Tensor& slot_XW, const torch::Tensor& taken_GN,
                      const TokenGroups& groups)
{
    const auto total_N = taken_GN.sum(0);
    const auto end_N = total_N.cumsum(0);
    const auto start_GN = taken_GN.cumsum(0) - taken_GN + (end_N - total_N);
    const auto place = groupOfTokens(groups, expert_XW) * taken_GN.size(1) + expert_XW.clamp_min(0);
    ExpertRows out;
    out.row_XW = keptOr(slot_XW, start_GN.flatten().index_select(0, place.flatten()).view_as(slot_XW) + slot_XW);
    int64_t rows = slot_XW.numel();
    if (slot_XW.is_cpu()) rows = std::max<int64_t>(end_N[-1].item<int64_t>(), 1);
    out.choice_R = choicesOfRows(out.row_XW, rows);
    out.offsets_N = end_N.to(torch::kInt);
    return out;
}

ExpertRows paddedRows(const torch::Tensor& expert_XW, const torch::Tensor& slot_XW, int64_t experts,
                      int64_t slots_per_group, const TokenGroups& groups)
{
    const auto buffer = expert_XW.clamp_min(0) * groups.groups() + groupOfTokens(groups, expert_XW);
    ExpertRows out;
    out.row_XW = keptOr(slot_XW, buffer * slots_per_group + slot_XW);
    out.choice_R = choicesOfRows(out.row_XW, experts * groups.groups() * slots_per_group);
    return out;
}

} // namespace sy
