#include "core/train/gradients.h"

#include <torch/csrc/autograd/autograd.h>

namespace sy {

void addGradients(std::vector<torch::Tensor>& sums, const torch::Tensor& loss, const Weights& compute)
{
    std::vector<torch::Tensor> leaves;
    for (const auto& [name, tensor] : compute.items()) leaves.push_back(tensor);
    const auto gradients = torch::autograd::grad({loss}, leaves, /*grad_outputs=*/{}, /*retain_graph=*/false,
                                                 /*create_graph=*/false, /*allow_unused=*/true);
    const torch::NoGradGuard no_grad;
    const bool first = sums.empty();
    for (size_t i = 0; i < leaves.size(); ++i) {
        if (first)
            sums.push_back(gradients[i].defined() ? gradients[i].to(torch::kFloat32).contiguous()
                                                  : torch::zeros_like(leaves[i], torch::kFloat32));
        else if (gradients[i].defined())
            sums[i].add_(gradients[i]);
    }
}

GradientNorm gradientNorm(const std::vector<torch::Tensor>& gradients)
{
    const torch::NoGradGuard no_grad;
    const auto each = torch::stack(at::_foreach_norm(gradients, 2));
    return {at::linalg_vector_norm(each, 2), each};
}

void clipGradients(std::vector<torch::Tensor>& gradients, const torch::Tensor& global_norm, double largest)
{
    if (largest <= 0) return;
    const torch::NoGradGuard no_grad;
    at::_foreach_mul_(gradients, (largest / (global_norm + 1e-6)).clamp_max_(1));
}

} // namespace sy
