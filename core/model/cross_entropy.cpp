#include "core/model/cross_entropy.h"

#include "core/model/pass.h"

namespace sy {

namespace {

constexpr int64_t rows_per_piece = 128;

template <class Body> void forPieces(int64_t rows, const Body& body)
{
    for (int64_t begin = 0; begin < rows; begin += rows_per_piece) body(begin, std::min(rows_per_piece, rows - begin));
}

class CrossEntropy : public torch::autograd::Function<CrossEntropy> {
public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& logits_XV,
                                 const torch::Tensor& label_X)
    {
        std::vector<torch::Tensor> losses, sums;
        forPieces(logits_XV.size(0), [&](int64_t begin, int64_t count) {
            const auto logits = wide(logits_XV.narrow(0, begin, count));
            const auto label = label_X.narrow(0, begin, count);
            const auto lse = logits.logsumexp(1);
            const auto chosen = logits.gather(1, label.clamp_min(0).unsqueeze(1)).squeeze(1);
            losses.push_back((lse - chosen).masked_fill(label.lt(0), 0.0));
            sums.push_back(lse);
        });
        context->save_for_backward({logits_XV, label_X, torch::cat(sums)});
        return torch::cat(losses);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto &logits_XV = saved[0], &label_X = saved[1], &lse_X = saved[2];
        const auto weight_X = gradients[0].masked_fill(label_X.lt(0), 0.0);
        auto out = torch::empty_like(logits_XV);
        forPieces(logits_XV.size(0), [&](int64_t begin, int64_t count) {
            auto probability = wide(logits_XV.narrow(0, begin, count)).sub(lse_X.narrow(0, begin, count).unsqueeze(1)).exp_();
            const auto label = label_X.narrow(0, begin, count).clamp_min(0).unsqueeze(1);
            probability.scatter_add_(1, label, torch::full(label.sizes(), -1.0, probability.options()));
            out.narrow(0, begin, count).copy_(probability.mul_(weight_X.narrow(0, begin, count).unsqueeze(1)));
        });
        return {out, {}};
    }
};

} // namespace

torch::Tensor crossEntropy(const torch::Tensor& logits_XV, const torch::Tensor& label_X)
{
    return CrossEntropy::apply(logits_XV, label_X);
}

} // namespace sy
