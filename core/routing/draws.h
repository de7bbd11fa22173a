// Dropout and jitter as pure functions of a random stream and an element's index. Four elements share one
// 64-bit word, 16 bits each.
#pragma once

#include "core/base/random.h"

#include <cstdint>

namespace sy {

/// Uniform in [0, 65536).
SY_HOST_DEVICE constexpr uint32_t draw16(uint64_t word, uint64_t element)
{
    return static_cast<uint32_t>(word >> (16 * (element & 3))) & 0xffffU;
}
SY_HOST_DEVICE constexpr uint32_t draw16(const RandomStream& stream, uint64_t element)
{
    return draw16(stream.word(element >> 2), element);
}

/// Uniform in (0, 1): the midpoints of 2^23 cells.
SY_HOST_DEVICE constexpr float openUniform(const RandomStream& stream, uint64_t index)
{
    return (static_cast<float>(stream.word(index) >> 41) + 0.5F) * 0x1p-23F;
}

/// Inverted dropout: an element is dropped with probability `rate` (to 16 bits), the others are scaled up so
/// that the mean stays exactly.
struct DropoutRule {
    uint32_t threshold = 0; ///< draws below are dropped
    float scale = 1;        ///< of what is kept

    constexpr explicit DropoutRule(double rate)
        : threshold(static_cast<uint32_t>(rate * 65536 + 0.5) < 65535 ? static_cast<uint32_t>(rate * 65536 + 0.5) : 65535),
          scale(65536.0F / static_cast<float>(65536 - threshold))
    {
    }
    SY_HOST_DEVICE constexpr float factor(uint32_t draw) const { return draw < threshold ? 0.0F : scale; }
};

/// Multiplicative jitter, uniform over 65,536 midpoints of (1 - eps, 1 + eps): arXiv:2101.03961, app. C.
struct JitterRule {
    float eps = 0;

    SY_HOST_DEVICE constexpr float factor(uint32_t draw) const
    {
        return 1.0F + eps * (static_cast<float>(2 * draw + 1) * 0x1p-16F - 1.0F);
    }
};

} // namespace sy
