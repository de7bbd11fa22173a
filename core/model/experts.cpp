#include "core/model/experts.h"

#include "core/kernels/device.h"

namespace sy {

namespace {

/// Rows times each expert's matrix: [R, I] x [N, O, I] -> [R, O].
torch::Tensor multiply(const torch::Tensor& rows_RI, const torch::Tensor& weight_NOI, const ExpertRows& rows,
                       DispatchLayout layout)
{
    const auto weight_NIO = weight_NOI.transpose(1, 2);
    if (layout == DispatchLayout::Ragged) return at::_grouped_mm(rows_RI, weight_NIO, rows.offsets_N);
    const auto by_expert = rows_RI.view({weight_NOI.size(0), -1, rows_RI.size(1)});
    return at::bmm(by_expert, weight_NIO).view({rows_RI.size(0), -1});
}

} // namespace

DispatchLayout dispatchLayout(const torch::Device& device, torch::ScalarType dtype)
{
    if (device.is_cpu()) return dtype == torch::kDouble ? DispatchLayout::Padded : DispatchLayout::Ragged;
    if (!device.is_cuda() || dtype != torch::kBFloat16) return DispatchLayout::Padded;
    const int major = computeCapabilityMajor(device);
    return major == 9 || major == 10 ? DispatchLayout::Ragged : DispatchLayout::Padded;
}

torch::Tensor runExperts(const Pass& pass, const std::string& prefix, const std::string& site, const torch::Tensor& rows_RD,
                         const ExpertRows& rows, DispatchLayout layout)
{
    auto hidden = at::relu(multiply(rows_RD, pass.weights.at(prefix + "wi.weight"), rows, layout));
    if (pass.options.train)
        hidden = dropout(hidden, pass.expertDropout(), pass.stream("dropout/" + site + "/hidden"), rows.choice_R);
    return multiply(hidden, pass.weights.at(prefix + "wo.weight"), rows, layout);
}

} // namespace sy
