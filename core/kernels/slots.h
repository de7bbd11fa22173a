// Slots of experts under a capacity, and the order in which experts read their tokens.
//
// Shape suffixes: X tokens, W choices per token, G capacity groups, N experts, R expert rows.
#pragma once

#include "core/routing/scope.h"

#include <torch/torch.h>

namespace sy {

/// One pass of slot assignment, see core/routing/slots.h. No host sync.
/// @param expert_XW    int64, -1 = no choice.
/// @param eligible_XW  bool.
/// @param order_X      int64, tokens in order of priority, group after group; undefined = by index.
/// @param capacity_G   int64.
/// @param taken_GN     int64, slots taken so far; the pass adds its own.
/// @return int64 [X, W]: slot in [0, capacity) of the (group, expert), -1 = none.
torch::Tensor assignSlots(const torch::Tensor& expert_XW, const torch::Tensor& eligible_XW, const torch::Tensor& order_X,
                          const torch::Tensor& capacity_G, torch::Tensor& taken_GN, const TokenGroups& groups);

/// Where each kept choice stands among the rows that experts read, and back.
struct ExpertRows {
    torch::Tensor row_XW;    ///< int64, row of the choice, -1 = dropped
    torch::Tensor choice_R;  ///< int64, choice (token * W + w) of the row, -1 = empty
    torch::Tensor offsets_N; ///< int32, end of each expert's rows (ragged layout only)
};

/// Rows sorted by expert without gaps, then by group and slot. On the CPU R is the number of kept choices (at
/// least 1); elsewhere R = X * W, rows from offsets_N[N - 1] on are empty.
ExpertRows raggedRows(const torch::Tensor& expert_XW, const torch::Tensor& slot_XW, const torch::Tensor& taken_GN,
                      const TokenGroups& groups);

/// Expert e's rows start at e * G * slots_per_group: R = N * G * slots_per_group whatever is kept.
/// @param slots_per_group  at least every capacity.
ExpertRows paddedRows(const torch::Tensor& expert_XW, const torch::Tensor& slot_XW, int64_t experts,
                      int64_t slots_per_group, const TokenGroups& groups);

namespace tensor_form {

/// The same slots by a cumulative sum over one-hot choices; the oracle of the kernels' tests.
torch::Tensor assignSlots(const torch::Tensor& expert_XW, const torch::Tensor& eligible_XW, const torch::Tensor& order_X,
                          const torch::Tensor& capacity_G, torch::Tensor& taken_GN, const TokenGroups& groups);

} // namespace tensor_form

} // namespace sy
