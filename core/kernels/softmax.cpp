#include "core/kernels/softmax.h"

#include "core/kernels/device.h"

#include <ATen/Parallel.h>

#include <array>

namespace sy {

namespace {

torch::Tensor sumType(const torch::Tensor& x)
{
    return x.scalar_type() == torch::kDouble ? x : x.to(torch::kFloat);
}

/// Inner product in a fixed order of eight lanes.
template <class Sum, class Scalar> Sum innerProduct(const Scalar* a, const Scalar* b, int64_t count)
{
    std::array<Sum, 8> lane{};
    int64_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (size_t l = 0; l < 8; ++l) {
            const auto at = i + static_cast<int64_t>(l);
            lane[l] += static_cast<Sum>(a[at]) * static_cast<Sum>(b[at]);
        }
    Sum rest = 0;
    for (; i < count; ++i) rest += static_cast<Sum>(a[i]) * static_cast<Sum>(b[i]);
    return ((lane[0] + lane[4]) + (lane[1] + lane[5])) + ((lane[2] + lane[6]) + (lane[3] + lane[7])) + rest;
}

/// p * (g - <g, p>), row by row.
torch::Tensor gradientOnCpu(const torch::Tensor& probability, const torch::Tensor& gradient)
{
    auto out = torch::empty_like(probability);
    const int64_t columns = probability.size(-1);
    if (out.numel() == 0) return out;
    AT_DISPATCH_FLOATING_TYPES_AND(torch::kBFloat16, probability.scalar_type(), "softmaxGradient", [&] {
        using Sum = std::conditional_t<std::is_same_v<scalar_t, double>, double, float>;
        const auto* p = probability.const_data_ptr<scalar_t>();
        const auto* g = gradient.const_data_ptr<scalar_t>();
        auto* to = out.mutable_data_ptr<scalar_t>();
        at::parallel_for(0, out.numel() / columns, std::max<int64_t>(8192 / columns, 1), [&](int64_t begin, int64_t end) {
            for (int64_t r = begin * columns; r < end * columns; r += columns) {
                const Sum mean = innerProduct<Sum>(p + r, g + r, columns);
                for (int64_t c = r; c < r + columns; ++c)
                    to[c] = static_cast<scalar_t>(static_cast<Sum>(p[c]) * (static_cast<Sum>(g[c]) - mean));
            }
        });
    });
    return out;
}

class Softmax : public torch::autograd::Function<Softmax> {
public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& scores, int64_t dtype)
    {
        auto probability = at::softmax(sumType(scores), -1).to(static_cast<torch::ScalarType>(dtype));
        context->save_for_backward({probability});
        context->saved_data["dtype"] = static_cast<int64_t>(scores.scalar_type());
        return probability;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        const auto probability = context->get_saved_variables()[0].contiguous();
        const auto gradient = gradients[0].contiguous();
        const auto dtype = static_cast<torch::ScalarType>(context->saved_data["dtype"].toInt());
        if (kernelForm(probability.device()) == KernelForm::Cpu) return {gradientOnCpu(probability, gradient).to(dtype), {}};
        const auto p = sumType(probability), g = sumType(gradient);
        return {(p * (g - (p * g).sum(-1, true))).to(dtype), {}};
    }
};

} // namespace

torch::Tensor softmax(const torch::Tensor& scores, torch::ScalarType dtype)
{
    return Softmax::apply(scores, static_cast<int64_t>(dtype));
}

} // namespace sy
