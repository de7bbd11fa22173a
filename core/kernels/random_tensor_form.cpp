#include "core/kernels/random.h"

namespace sy::tensor_form {

namespace {

/// Logical shift of int64 read as a 64-bit word.
torch::Tensor shiftRight(const torch::Tensor& word, int64_t bits)
{
    return word.bitwise_right_shift(bits).bitwise_and((int64_t{1} << (64 - bits)) - 1);
}

torch::Tensor mix(torch::Tensor x)
{
    x = x.bitwise_xor(shiftRight(x, 30)).mul(static_cast<int64_t>(0xbf58476d1ce4e5b9ULL));
    x = x.bitwise_xor(shiftRight(x, 27)).mul(static_cast<int64_t>(0x94d049bb133111ebULL));
    return x.bitwise_xor(shiftRight(x, 31));
}

torch::Tensor words(const torch::Tensor& index, const RandomStream& stream)
{
    return mix(index.add(1).mul(static_cast<int64_t>(golden_gamma)).add(static_cast<int64_t>(stream.key)));
}

torch::Tensor range(int64_t count, const torch::Device& device)
{
    return torch::arange(count, torch::TensorOptions().dtype(torch::kInt64).device(device));
}

} // namespace

torch::Tensor draws16(int64_t count, const torch::Tensor& row_ids, int64_t columns, const RandomStream& stream,
                      const torch::Device& device)
{
    torch::Tensor element = range(row_ids.defined() ? columns : count, device);
    if (row_ids.defined()) element = row_ids.unsqueeze(1).mul(columns).add(element);
    const auto word = words(element.bitwise_right_shift(2), stream);
    return word.bitwise_right_shift(element.bitwise_and(3).mul(16)).bitwise_and(0xffff);
}

torch::Tensor uniform(int64_t count, const RandomStream& stream, const torch::Device& device)
{
    return shiftRight(words(range(count, device), stream), 41).to(torch::kFloat).add(0.5).mul(0x1p-23);
}

} // namespace sy::tensor_form
