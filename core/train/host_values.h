// Tensors as plain vectors on the host.
#pragma once

#include <torch/torch.h>

#include <vector>

namespace sy {

/// Every element in order, converted to `T` (int16_t, int32_t, int64_t, uint8_t, float, double). Waits for the device.
template <class T> std::vector<T> hostValues(const torch::Tensor& tensor)
{
    const auto host = tensor.detach().to(torch::kCPU, c10::CppTypeToScalarType<T>::value).contiguous();
    const auto* begin = host.template const_data_ptr<T>();
    return {begin, begin + host.numel()};
}

} // namespace sy
