// Old routing windows become coarser as a run grows: a window that ended `age` steps before the newest may cover up to
// max(window_steps, age / 256) steps, so that a run keeps some 256 log2(n) windows however long it trains.
#pragma once

#include "core/store/records.h"

#include <span>
#include <vector>

namespace sy {

struct WindowSpan {
    int64_t first_step = 0, last_step = 0;
};

/// Windows to be merged, each group in step order and of at least two. Groups fill cells of window_steps * 2^k steps
/// counted from step 1, so that merging early and merging late come to the same. None reaches across one of
/// `checkpoints`: a resumption deletes the windows after one.
/// @param spans  of one layer, in step order
std::vector<std::vector<WindowSpan>> mergePlan(std::span<const WindowSpan> spans, int64_t window_steps,
                                               std::span<const int64_t> checkpoints);

/// Whether it is this window's turn to have its layer's windows looked at: one in 64, layers at different ones.
bool isMergeTurn(const RoutingWindow& window, int64_t window_steps);

/// Counts and sums added up, the largest of what is largest; what one of them lacks (NaN) is not known of all.
/// @param windows  at least one, of the same layer, languages and experts, in step order
RoutingWindow mergedWindow(std::span<const RoutingWindow> windows);

} // namespace sy
