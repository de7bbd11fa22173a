#include "core/kernels/rows.h"

#include "core/kernels/cuda_launch.h"
#include "core/kernels/device.h"

#include <ATen/Parallel.h>

#include <cstring>

namespace sy {

namespace {

constexpr int64_t grain_elements = 8192;

void gatherOnCpu(const torch::Tensor& source, const torch::Tensor& index, int64_t divisor, torch::Tensor& out)
{
    const auto bytes = static_cast<size_t>(source.size(1) * source.element_size());
    const auto* from = static_cast<const char*>(source.const_data_ptr());
    auto* to = static_cast<char*>(out.mutable_data_ptr());
    const auto* at = index.const_data_ptr<int64_t>();
    const int64_t grain = std::max<int64_t>(grain_elements / source.size(1), 1);
    at::parallel_for(0, index.numel(), grain, [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; ++r) {
            auto* row = to + static_cast<size_t>(r) * bytes;
            if (at[r] < 0) std::memset(row, 0, bytes);
            else std::memcpy(row, from + static_cast<size_t>(at[r] / divisor) * bytes, bytes);
        }
    });
}

torch::Tensor gatherByTensors(const torch::Tensor& source, const torch::Tensor& index, int64_t divisor)
{
    const auto rows = source.index_select(0, index.clamp_min(0).floor_divide(divisor));
    return torch::where(index.ge(0).unsqueeze(1), rows, torch::zeros({}, source.options()));
}

/// out[r] = source[index[r] / divisor], zero where the index is -1.
torch::Tensor gatherRows(const torch::Tensor& given, const torch::Tensor& given_index, int64_t divisor)
{
    const auto source = given.contiguous();
    const auto index = given_index.contiguous();
    const auto form = kernelForm(source.device());
    if (form == KernelForm::Tensor) return gatherByTensors(source, index, divisor);
    auto out = torch::empty({index.numel(), source.size(1)}, source.options());
    if (form == KernelForm::Cpu) gatherOnCpu(source, index, divisor, out);
#ifdef SWITCHYARD_CUDA_KERNELS
    if (form == KernelForm::Cuda && out.numel() > 0)
        cuda::gatherRows(source.const_data_ptr(), index.const_data_ptr<int64_t>(), divisor, out.mutable_data_ptr(),
                         index.numel(), source.size(1) * source.element_size(), cudaStreamOf(source.device()));
#endif
    return out;
}

template <class Scalar, class Sum>
void addRow(const Scalar* row, Sum weight, std::vector<Sum>& sum)
{
    for (size_t d = 0; d < sum.size(); ++d) sum[d] += weight * static_cast<Sum>(row[d]);
}

void combineOnCpu(const torch::Tensor& source, const torch::Tensor& row_XW, const torch::Tensor& weight, torch::Tensor& out)
{
    const int64_t width = row_XW.size(1);
    const int64_t columns = source.size(1);
    const auto* row = row_XW.const_data_ptr<int64_t>();
    AT_DISPATCH_FLOATING_TYPES_AND(torch::kBFloat16, source.scalar_type(), "combineRows", [&] {
        using Sum = std::conditional_t<std::is_same_v<scalar_t, double>, double, float>;
        const auto* from = source.const_data_ptr<scalar_t>();
        const auto* scale = weight.defined() ? weight.const_data_ptr<Sum>() : nullptr;
        auto* to = out.mutable_data_ptr<scalar_t>();
        at::parallel_for(0, row_XW.size(0), std::max<int64_t>(grain_elements / columns, 1), [&](int64_t begin, int64_t end) {
            std::vector<Sum> sum(static_cast<size_t>(columns));
            for (int64_t x = begin; x < end; ++x) {
                std::fill(sum.begin(), sum.end(), Sum(0));
                for (int64_t w = x * width; w < (x + 1) * width; ++w)
                    if (row[w] >= 0) addRow(from + row[w] * columns, scale ? scale[w] : Sum(1), sum);
                for (int64_t d = 0; d < columns; ++d) to[x * columns + d] = static_cast<scalar_t>(sum[static_cast<size_t>(d)]);
            }
        });
    });
}

torch::Tensor sumType(const torch::Tensor& t)
{
    return t.scalar_type() == torch::kDouble ? t : t.to(torch::kFloat);
}

/// Rows by choice: [X, W, D], zero where dropped.
torch::Tensor rowsOfChoices(const torch::Tensor& source, const torch::Tensor& row_XW)
{
    return gatherRows(source, row_XW.flatten(), 1).view({row_XW.size(0), row_XW.size(1), source.size(1)});
}

torch::Tensor combineByTensors(const torch::Tensor& source, const torch::Tensor& row_XW, const torch::Tensor& weight)
{
    auto rows = sumType(rowsOfChoices(source, row_XW));
    if (weight.defined()) rows = rows * weight.unsqueeze(2);
    return rows.sum(1).to(source.scalar_type());
}

torch::Tensor weightedSum(const torch::Tensor& given, const torch::Tensor& row_XW, const torch::Tensor& given_weight)
{
    const auto source = given.contiguous();
    const auto weight = given_weight.defined() ? given_weight.contiguous() : given_weight;
    const auto form = kernelForm(source.device());
    const bool double_on_cuda = form == KernelForm::Cuda && source.scalar_type() == torch::kDouble;
    if (form == KernelForm::Tensor || double_on_cuda) return combineByTensors(source, row_XW, weight);
    auto out = torch::empty({row_XW.size(0), source.size(1)}, source.options());
    if (form == KernelForm::Cpu) combineOnCpu(source, row_XW, weight, out);
#ifdef SWITCHYARD_CUDA_KERNELS
    if (form == KernelForm::Cuda)
        cuda::combineRows(cuda::scalarOf(source.element_size(), false), source.const_data_ptr(),
                          row_XW.const_data_ptr<int64_t>(), weight.defined() ? weight.const_data_ptr<float>() : nullptr,
                          out.mutable_data_ptr(), row_XW.size(0), row_XW.size(1), source.size(1),
                          cudaStreamOf(source.device()));
#endif
    return out;
}

class Dispatch : public torch::autograd::Function<Dispatch> {
public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x_XD,
                                 const torch::Tensor& row_XW, const torch::Tensor& choice_R)
    {
        context->save_for_backward({row_XW});
        return gatherRows(x_XD, choice_R, row_XW.size(1));
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        return {weightedSum(gradients[0], context->get_saved_variables()[0], {}), {}, {}};
    }
};

class Combine : public torch::autograd::Function<Combine> {
public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& out_RD,
                                 const torch::Tensor& weight_XW, const torch::Tensor& row_XW, const torch::Tensor& choice_R)
    {
        context->save_for_backward({out_RD, weight_XW, row_XW, choice_R});
        return weightedSum(out_RD, row_XW, weight_XW);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto &out_RD = saved[0], &weight_XW = saved[1], &row_XW = saved[2], &choice_R = saved[3];
        const auto weight_R = gatherRows(weight_XW.reshape({-1, 1}), choice_R, 1);
        const auto rows_RD = gatherRows(gradients[0], choice_R, row_XW.size(1));
        const auto grad_out = (sumType(rows_RD) * weight_R).to(out_RD.scalar_type());
        const auto outputs_XWD = sumType(rowsOfChoices(out_RD, row_XW));
        const auto grad_weight = (outputs_XWD * sumType(gradients[0]).unsqueeze(1)).sum(2);
        return {grad_out, grad_weight.to(weight_XW.scalar_type()), {}, {}};
    }
};

} // namespace

torch::Tensor dispatchRows(const torch::Tensor& x_XD, const ExpertRows& rows)
{
    return Dispatch::apply(x_XD, rows.row_XW, rows.choice_R);
}

torch::Tensor combineRows(const torch::Tensor& out_RD, const torch::Tensor& weight_XW, const ExpertRows& rows)
{
    return Combine::apply(out_RD, weight_XW, rows.row_XW, rows.choice_R);
}

} // namespace sy
