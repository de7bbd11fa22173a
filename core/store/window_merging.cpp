#include "core/store/window_merging.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace sy {

namespace {

constexpr int64_t windows_per_octave = 256; ///< a window covers at most its age / this
constexpr int64_t turn = 64;

/// Largest cell (window_steps * 2^k) around a window that is old enough for its size.
int64_t cellSize(const WindowSpan& span, int64_t window_steps, int64_t newest)
{
    int64_t size = window_steps;
    const auto oldEnough = [&](int64_t cell) {
        const int64_t end = ((span.last_step - 1) / cell + 1) * cell;
        return newest - end >= windows_per_octave * cell;
    };
    while (size <= newest && oldEnough(2 * size)) size *= 2;
    return size;
}

template <class T> void addTo(std::vector<T>& sum, const std::vector<T>& values)
{
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += values[i];
}

double unlessUnknown(double left, double right, bool larger)
{
    if (std::isnan(left) || std::isnan(right)) return std::nan("");
    return larger ? std::max(left, right) : std::min(left, right);
}

/// As many for each expert as the windows have at most.
std::vector<std::vector<std::pair<int32_t, int64_t>>> mergedTokens(std::span<const RoutingWindow> windows)
{
    size_t experts = 0, kept = 0;
    for (const auto& window : windows) experts = std::max(experts, window.top_tokens.size());
    std::vector<std::map<int32_t, int64_t>> counts(experts);
    for (const auto& window : windows)
        for (size_t e = 0; e < window.top_tokens.size(); ++e) {
            kept = std::max(kept, window.top_tokens[e].size());
            for (const auto& [token, count] : window.top_tokens[e]) counts[e][token] += count;
        }
    std::vector<std::vector<std::pair<int32_t, int64_t>>> top;
    for (const auto& of_expert : counts) {
        auto& sorted = top.emplace_back(of_expert.begin(), of_expert.end());
        std::ranges::stable_sort(sorted, std::greater<>{}, &std::pair<int32_t, int64_t>::second);
        sorted.resize(std::min(sorted.size(), kept));
    }
    return top;
}

} // namespace

std::vector<std::vector<WindowSpan>> mergePlan(std::span<const WindowSpan> spans, int64_t window_steps,
                                               std::span<const int64_t> checkpoints)
{
    std::vector<std::vector<WindowSpan>> groups;
    if (spans.empty() || window_steps < 1) return groups;
    const auto before = [&](const WindowSpan& span) { // checkpoints that it lies after
        return std::ranges::count_if(checkpoints, [&](int64_t step) { return step < span.last_step; });
    };
    std::tuple<int64_t, int64_t, int64_t> place{-1, -1, -1}; // cell size, cell, part between checkpoints
    for (const auto& span : spans) {
        const int64_t size = cellSize(span, window_steps, spans.back().last_step);
        const std::tuple here{size, (span.last_step - 1) / size, before(span)};
        const bool joins = here == place && span.last_step - groups.back().front().first_step < size;
        if (joins)
            groups.back().push_back(span);
        else
            groups.push_back({span});
        place = here;
    }
    std::erase_if(groups, [](const auto& group) { return group.size() < 2; });
    return groups;
}

bool isMergeTurn(const RoutingWindow& window, int64_t window_steps)
{
    return window_steps > 0 && (window.last_step / window_steps + window.layer) % turn == 0;
}

RoutingWindow mergedWindow(std::span<const RoutingWindow> windows)
{
    RoutingWindow merged = windows.front();
    for (const auto& window : windows.subspan(1)) {
        addTo(merged.load, window.load);
        addTo(merged.kept, window.kept);
        addTo(merged.importance, window.importance);
        addTo(merged.tokens, window.tokens);
        merged.entropy_sum += window.entropy_sum;
        merged.confidence_sum += window.confidence_sum;
        merged.z_sum += window.z_sum;
        merged.padding += window.padding;
        merged.lse_max = unlessUnknown(merged.lse_max, window.lse_max, true);
        merged.logit_min = unlessUnknown(merged.logit_min, window.logit_min, false);
        merged.logit_max = unlessUnknown(merged.logit_max, window.logit_max, true);
        merged.capacity_needed = unlessUnknown(merged.capacity_needed, window.capacity_needed, true);
    }
    merged.last_step = windows.back().last_step;
    merged.top_tokens = mergedTokens(windows);
    return merged;
}

} // namespace sy
