#include "core/text/span_corruption.h"

#include <algorithm>
#include <cmath>

namespace sy {

std::pair<int64_t, int64_t> noiseCounts(int64_t length, double noise_density, double mean_span_length)
{
    const auto wanted = static_cast<int64_t>(std::nearbyint(static_cast<double>(length) * noise_density));
    const int64_t noise = std::clamp<int64_t>(wanted, 1, length - 1);
    const auto spans = static_cast<int64_t>(std::nearbyint(static_cast<double>(noise) / mean_span_length));
    return {noise, std::clamp<int64_t>(spans, 1, std::min(noise, length - noise))};
}

void randomSegmentation(int64_t total, int64_t parts, RandomStream random, std::vector<int32_t>& lengths)
{
    // parts - 1 of the total - 1 places between items are cuts: Knuth's selection sampling (TAOCP 2, 3.4.2, S).
    lengths.clear();
    int64_t cuts = parts - 1;
    int32_t length = 1;
    for (int64_t place = 0; place < total - 1; ++place, ++length) {
        const auto left = static_cast<uint64_t>(total - 1 - place);
        if (cuts == 0 || random.below(static_cast<uint64_t>(place), left) >= static_cast<uint64_t>(cuts)) continue;
        lengths.push_back(length);
        length = 0;
        --cuts;
    }
    lengths.push_back(length);
}

void corruptSpans(std::span<const uint32_t> text, int64_t noise_tokens, int64_t spans, int32_t first_sentinel,
                  RandomStream random, CorruptedText& result)
{
    thread_local std::vector<int32_t> shown, hidden;
    randomSegmentation(static_cast<int64_t>(text.size()) - noise_tokens, spans, random.child(0), shown);
    randomSegmentation(noise_tokens, spans, random.child(1), hidden);
    result.input.clear();
    result.target.clear();
    auto next = text.begin();
    for (int64_t k = 0; k < spans; ++k) {
        const auto sentinel = static_cast<int32_t>(first_sentinel - k);
        const auto hide = next + shown[static_cast<size_t>(k)];
        const auto end = hide + hidden[static_cast<size_t>(k)];
        result.input.insert(result.input.end(), next, hide);
        result.input.push_back(sentinel);
        result.target.push_back(sentinel);
        result.target.insert(result.target.end(), hide, end);
        next = end;
    }
    result.input.push_back(1);
    result.target.push_back(1);
}

} // namespace sy
