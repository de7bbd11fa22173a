// Capacity of a sparse layer's experts: how many slots, and who gets them.
//
// Shape suffixes: X tokens, K choices per token, G capacity groups, N experts.
#pragma once

#include "core/model/router.h"
#include "core/routing/capacity.h"

namespace sy {

/// Groups and rule that a pass's semantics ask for.
struct CapacityPlan {
    TokenGroups groups;
    CapacityRule rule;
    /// Most slots that a (group, expert) can have, known without asking the device.
    int64_t slotsBound() const;
};
CapacityPlan capacityPlan(const Pass& pass, const TokenInfo& tokens);

/// Slots per expert of every group, int64 [G], by tensor operations: the tokens that count are counted on the device.
torch::Tensor capacityOfGroups(const CapacityPlan& plan, const torch::Tensor& routed_X);

/// A value per token -> its sum per group, [G].
torch::Tensor sumByGroup(const torch::Tensor& value_X, const TokenGroups& groups);

struct SlotChoice {
    torch::Tensor expert_XK; ///< int64, as chosen; under no-token-left-behind where the token ended
    torch::Tensor slot_XK;   ///< int64, -1 = dropped
    torch::Tensor taken_GN;  ///< int64
};

/// Gives slots out. First choices come before second ones in the encoder; in a decoder an earlier token's choices
/// come before a later one's, so that no token sees what follows it.
SlotChoice chooseSlots(const Pass& pass, const std::string& site, const RouterChoice& choice, const TokenInfo& tokens,
                       const CapacityPlan& plan);

} // namespace sy
