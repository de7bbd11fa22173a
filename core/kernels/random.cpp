#include "core/kernels/random.h"

#include "core/base/error.h"
#include "core/kernels/cuda_launch.h"
#include "core/kernels/device.h"
#include "core/routing/draws.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <optional>
#include <type_traits>

namespace sy {

namespace {

constexpr int64_t grain = 8192;

/// out[i] = x[i] * factor of element first + i.
template <class Scalar, class Rule>
void scaleSpan(const Scalar* x, Scalar* out, int64_t count, uint64_t first, const Rule& rule, const RandomStream& stream)
{
    uint64_t word = stream.word(first >> 2);
    for (int64_t i = 0; i < count; ++i) {
        const uint64_t element = first + static_cast<uint64_t>(i);
        if ((element & 3) == 0) word = stream.word(element >> 2);
        out[i] = static_cast<Scalar>(x[i] * static_cast<Scalar>(rule.factor(draw16(word, element))));
    }
}

template <class Rule>
void scaleOnCpu(const torch::Tensor& x, const torch::Tensor& row_ids, torch::Tensor& out, const Rule& rule,
                const RandomStream& stream)
{
    AT_DISPATCH_FLOATING_TYPES_AND(torch::kBFloat16, x.scalar_type(), "scaleByDraws", [&] {
        const auto* from = x.const_data_ptr<scalar_t>();
        auto* to = out.mutable_data_ptr<scalar_t>();
        if (!row_ids.defined()) {
            at::parallel_for(0, x.numel(), grain, [&](int64_t begin, int64_t end) {
                scaleSpan(from + begin, to + begin, end - begin, static_cast<uint64_t>(begin), rule, stream);
            });
            return;
        }
        const int64_t columns = x.size(1);
        const auto* id = row_ids.const_data_ptr<int64_t>();
        at::parallel_for(0, x.size(0), std::max<int64_t>(grain / columns, 1), [&](int64_t begin, int64_t end) {
            for (int64_t r = begin; r < end; ++r) {
                auto* row = to + r * columns;
                if (id[r] < 0) std::fill(row, row + columns, scalar_t(0));
                else scaleSpan(from + r * columns, row, columns, static_cast<uint64_t>(id[r] * columns), rule, stream);
            }
        });
    });
}

torch::Tensor factorsFrom(const torch::Tensor& draws, const DropoutRule& rule)
{
    return draws.ge(static_cast<int64_t>(rule.threshold)).to(torch::kFloat).mul(rule.scale);
}

torch::Tensor factorsFrom(const torch::Tensor& draws, const JitterRule& rule)
{
    return draws.mul(2).add(1).to(torch::kFloat).mul(0x1p-16).sub(1).mul(rule.eps).add(1);
}

template <class Rule>
torch::Tensor scaleByTensors(const torch::Tensor& x, const torch::Tensor& row_ids, const Rule& rule,
                             const RandomStream& stream)
{
    const int64_t columns = row_ids.defined() ? x.size(1) : x.numel();
    const auto draws = tensor_form::draws16(x.numel(), row_ids, columns, stream, x.device());
    const auto scaled = x * factorsFrom(draws, rule).view(x.sizes()).to(x.scalar_type());
    return row_ids.defined() ? torch::where(row_ids.ge(0).unsqueeze(1), scaled, torch::zeros({}, x.options())) : scaled;
}

template <class Rule>
torch::Tensor scaleByDraws(const torch::Tensor& given, const torch::Tensor& row_ids, const Rule& rule,
                           const RandomStream& stream)
{
    const auto x = given.contiguous();
    const auto form = kernelForm(x.device());
    if (form == KernelForm::Tensor) return scaleByTensors(x, row_ids, rule, stream);
    auto out = torch::empty_like(x);
    if (x.numel() == 0) return out;
    if (form == KernelForm::Cpu) scaleOnCpu(x, row_ids, out, rule, stream);
#ifdef SWITCHYARD_CUDA_KERNELS
    if (form == KernelForm::Cuda) {
        const int64_t columns = row_ids.defined() ? x.size(1) : x.numel();
        cuda::scaleByDraws(cuda::scalarOf(x.element_size(), x.scalar_type() == torch::kDouble), x.const_data_ptr(),
                           out.mutable_data_ptr(), x.numel(), columns,
                           row_ids.defined() ? row_ids.const_data_ptr<int64_t>() : nullptr, rule, stream,
                           cudaStreamOf(x.device()));
    }
#endif
    return out;
}

/// x times factors that are drawn again for the gradient.
template <class Rule> class ScaleByDraws : public torch::autograd::Function<ScaleByDraws<Rule>> {
public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                                 const std::optional<torch::Tensor>& row_ids, double setting, int64_t key)
    {
        context->saved_data["setting"] = setting;
        context->saved_data["key"] = key;
        context->save_for_backward({row_ids.value_or(torch::Tensor())});
        return scaleByDraws(x, row_ids.value_or(torch::Tensor()), ruleOf(setting), {static_cast<uint64_t>(key)});
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        const RandomStream stream{static_cast<uint64_t>(context->saved_data["key"].toInt())};
        const auto rule = ruleOf(context->saved_data["setting"].toDouble());
        return {scaleByDraws(gradients[0], context->get_saved_variables()[0], rule, stream), {}, {}, {}};
    }

private:
    static Rule ruleOf(double setting)
    {
        if constexpr (std::is_same_v<Rule, JitterRule>) return Rule{static_cast<float>(setting)};
        else return Rule{setting};
    }
};

/// Autograd functions take no undefined tensors.
std::optional<torch::Tensor> given(const torch::Tensor& tensor)
{
    return tensor.defined() ? std::optional(tensor) : std::nullopt;
}

} // namespace

torch::Tensor dropout(const torch::Tensor& x, double rate, const RandomStream& stream, const torch::Tensor& row_ids)
{
    if (!(rate >= 0 && rate < 1)) throw EngineError("dropout rate must be at least 0 and below 1, got " + std::to_string(rate));
    if (rate == 0) return x;
    return ScaleByDraws<DropoutRule>::apply(x, given(row_ids), rate, static_cast<int64_t>(stream.key));
}

torch::Tensor jitter(const torch::Tensor& x, double eps, const RandomStream& stream)
{
    if (!(eps >= 0 && eps < 1)) throw EngineError("jitter must be at least 0 and below 1, got " + std::to_string(eps));
    if (eps == 0) return x;
    return ScaleByDraws<JitterRule>::apply(x, std::optional<torch::Tensor>(), eps, static_cast<int64_t>(stream.key));
}

torch::Tensor uniform(at::IntArrayRef shape, const RandomStream& stream, const torch::Device& device)
{
    const int64_t count = c10::multiply_integers(shape);
    const auto form = kernelForm(device);
    if (form == KernelForm::Tensor) return tensor_form::uniform(count, stream, device).view(shape);
    auto out = torch::empty(shape, torch::TensorOptions().dtype(torch::kFloat).device(device));
    auto* to = out.mutable_data_ptr<float>();
    if (form == KernelForm::Cpu)
        at::parallel_for(0, count, grain, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i) to[i] = openUniform(stream, static_cast<uint64_t>(i));
        });
#ifdef SWITCHYARD_CUDA_KERNELS
    if (form == KernelForm::Cuda && count > 0) cuda::uniform(to, count, stream, cudaStreamOf(device));
#endif
    return out;
}

} // namespace sy
