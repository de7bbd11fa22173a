// Who gets which slot of an expert, for one pass over choices. Capacity replay and the CPU kernel call this;
// the CUDA kernel finds the same slots by counting in parallel.
#pragma once

#include "core/routing/scope.h"

#include <cstdint>

namespace sy {

/// Choices that compete for slots, in the order (place in `order`, k): an earlier one wins. A choice is
/// (token, k) at index token * width + k.
struct SlotPass {
    TokenGroups groups;
    int64_t experts = 1;
    int64_t width = 1;               ///< choices per token in this pass
    const int64_t* expert = nullptr; ///< [X, width], -1 = no choice
    const bool* eligible = nullptr;  ///< [X, width]
    const int64_t* order = nullptr;  ///< [X] tokens in order of priority, group after group; null = by index
    const int64_t* capacity = nullptr; ///< [G]

    /// The token at a place of the order.
    SY_HOST_DEVICE int64_t tokenAt(int64_t place) const { return order ? order[place] : place; }
    /// The expert that a choice asks for; -1 where it takes no part.
    SY_HOST_DEVICE int64_t wanted(int64_t choice) const { return eligible[choice] ? expert[choice] : -1; }
};

/// Fills `slot` [X, width] with places in [0, capacity) of the (group, expert) or -1, and adds what was taken
/// to `taken` [G, N], which may start above 0.
void assignSlots(const SlotPass& pass, int64_t* taken, int64_t* slot);

} // namespace sy
