#include "core/train/device_batch.h"

namespace sy {

namespace {

torch::Tensor copied(const std::vector<int32_t>& values, int64_t first, int64_t last, int64_t width,
                     torch::Device device)
{
    // from_blob only reads here; its interface takes a mutable pointer.
    auto* begin = const_cast<int32_t*>(values.data()) + first * width; // NOLINT(cppcoreguidelines-pro-type-const-cast)
    auto host = torch::from_blob(begin, {last - first, width}, torch::kInt32).to(torch::kInt64);
    if (device.is_cpu()) return host;
    return host.pin_memory().to(device, /*non_blocking=*/true);
}

} // namespace

torch::Tensor shiftedRight(const torch::Tensor& labels_BT)
{
    auto decoder = torch::zeros_like(labels_BT);
    const int64_t length = labels_BT.size(1);
    if (length > 1) decoder.narrow(1, 1, length - 1).copy_(labels_BT.narrow(1, 0, length - 1).clamp_min(0));
    return decoder;
}

ModelInput toDevice(const Batch& batch, int64_t first, int64_t last, torch::Device device)
{
    ModelInput out;
    out.input_BS = copied(batch.input, first, last, batch.input_length, device);
    out.mask_BS = out.input_BS.ne(0);
    out.labels_BT = copied(batch.target, first, last, batch.target_length, device);
    out.decoder_BT = shiftedRight(out.labels_BT);
    out.language_B = copied(batch.language, first, last, 1, device).flatten();
    return out;
}

ModelInput toDevice(const Batch& batch, torch::Device device)
{
    return toDevice(batch, 0, batch.rows, device);
}

} // namespace sy
