#include "core/model/sums.h"

namespace sy {

torch::Tensor sumAll(const torch::Tensor& x)
{
    constexpr int64_t piece = 4096; // LibTorch splits sums from 32,768 elements on
    auto rest = x.flatten();
    while (rest.numel() > piece) {
        const int64_t missing = (piece - rest.numel() % piece) % piece;
        rest = at::constant_pad_nd(rest, {0, missing}).view({-1, piece}).sum(1);
    }
    return rest.sum();
}

} // namespace sy
