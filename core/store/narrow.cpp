#include "core/store/narrow.h"

#include <bit>
#include <cmath>

namespace sy {

namespace {

constexpr float share_steps = 65535;

} // namespace

std::vector<float> shortened(std::vector<float> values)
{
    for (float& value : values) {
        if (!std::isfinite(value)) continue;
        const auto bits = std::bit_cast<uint32_t>(value);
        const float rounded = std::bit_cast<float>((bits + 0x40 - 1 + (bits >> 7 & 1)) & ~uint32_t{0x7F});
        if (std::isfinite(rounded)) value = rounded;
    }
    return values;
}

void appendShares(std::string& blob, const std::vector<float>& values)
{
    const bool shares = std::ranges::all_of(values, [](float v) { return v >= 0 && v <= 1; });
    blob += static_cast<char>(shares ? 1 : 0);
    if (!shares) return appendPlanes(blob, values);
    std::vector<uint16_t> steps;
    steps.reserve(values.size());
    for (const float value : values) steps.push_back(static_cast<uint16_t>(std::lround(value * share_steps)));
    appendPlanes(blob, steps);
}

std::vector<float> readShares(BlobReader& blob, int64_t count)
{
    if (blob.array<uint8_t>(1)[0] == 0) return readPlanes<float>(blob, count);
    const auto steps = readPlanes<uint16_t>(blob, count);
    std::vector<float> values;
    values.reserve(steps.size());
    for (const uint16_t step : steps) values.push_back(static_cast<float>(step) / share_steps);
    return values;
}

} // namespace sy
