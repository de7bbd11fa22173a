#include "core/model/blocks.h"

#include "core/kernels/softmax.h"

namespace sy {

torch::Tensor rmsNorm(const torch::Tensor& x, const torch::Tensor& weight, double eps)
{
    const auto x_wide = wide(x);
    const auto scale = x_wide.square().mean(-1, true).add(eps).rsqrt();
    return (x_wide * scale).to(weight.scalar_type()).mul(weight).to(x.scalar_type());
}

torch::Tensor attention(const Pass& pass, const std::string& prefix, const std::string& site, const torch::Tensor& x_BQD,
                        const torch::Tensor& memory_BMD, const torch::Tensor& bias)
{
    const auto heads = [&](const torch::Tensor& x, const char* part) {
        const auto flat = at::linear(x, pass.weights.at(prefix + part + ".weight"));
        return flat.view({x.size(0), x.size(1), pass.model.num_heads, pass.model.d_kv}).transpose(1, 2);
    };
    const auto q = heads(x_BQD, "q");
    const auto k = heads(memory_BMD, "k");
    const auto v = heads(memory_BMD, "v");
    const auto scores = at::matmul(q, k.transpose(2, 3)).add(bias);
    const auto weights = pass.dropout(softmax(scores, scores.scalar_type()), site + "/weights");
    const auto mixed = at::matmul(weights, v).transpose(1, 2).reshape({x_BQD.size(0), x_BQD.size(1), -1});
    return at::linear(mixed, pass.weights.at(prefix + "o.weight"));
}

torch::Tensor feedForward(const Pass& pass, const std::string& prefix, const std::string& site, const torch::Tensor& x)
{
    const auto hidden = at::relu(at::linear(x, pass.weights.at(prefix + "wi.weight")));
    return at::linear(pass.dropout(hidden, site + "/hidden"), pass.weights.at(prefix + "wo.weight"));
}

} // namespace sy
