// How many slots an expert has: Fedus, Zoph, Shazeer (2022), arXiv:2101.03961, eq. 3, and its peers' readings.
#pragma once

#include "core/base/random.h"

#include <cmath>
#include <cstdint>

namespace sy {

enum class CapacityKind {
    Paper, ///< ceil(factor * tokens / N), at least `minimum`; the paper is silent on rounding, we round up
    T5x,   ///< round-half-even(factor * tokens / N), at least `minimum` (T5X: 4)
    Fixed, ///< `fixed` slots whatever the tokens (Hugging Face: expert_capacity)
    None   ///< nothing is dropped
};

/// Slots per expert and group as a function of the group's tokens.
struct CapacityRule {
    CapacityKind kind = CapacityKind::Paper;
    double factor = 1; ///< unitless, > 0
    int64_t experts = 1;
    int64_t minimum = 1;
    int64_t fixed = 0;

    /// @param tokens  that count in the group: the real ones, or all where padding counts. Never negative.
    SY_HOST_DEVICE int64_t slots(int64_t tokens) const
    {
        if (kind == CapacityKind::None) return tokens;
        if (kind == CapacityKind::Fixed) return fixed;
        const double share = factor * static_cast<double>(tokens) / static_cast<double>(experts);
        // A product such as 1.1 * 30 may exceed its exact value by an ulp: that must not buy a slot.
        const double rounded = kind == CapacityKind::Paper ? ceil(share - rounding_slack) : rint(share);
        const auto slots = static_cast<int64_t>(rounded);
        return slots < minimum ? minimum : slots;
    }
    static constexpr double rounding_slack = 1e-9;
};

} // namespace sy
