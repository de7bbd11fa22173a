// T5 span corruption (arXiv:1910.10683 sec. 3.1.4): spans of the text are hidden behind sentinels in the
// input and spelled out in the target.
#pragma once

#include "core/base/random.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace sy {

/// Hidden tokens and spans of a text of `length` >= 2 tokens, as T5's random_spans_noise_mask counts them:
/// rounded half to even, at least one of each, never the whole text, never more spans than either side has tokens.
std::pair<int64_t, int64_t> noiseCounts(int64_t length, double noise_density, double mean_span_length);

/// `parts` lengths >= 1 that add up to `total`, every such split equally likely. 1 <= parts <= total.
void randomSegmentation(int64_t total, int64_t parts, RandomStream random, std::vector<int32_t>& lengths);

struct CorruptedText {
    std::vector<int32_t> input;  ///< text, sentinel 0, text, sentinel 1, ..., 1
    std::vector<int32_t> target; ///< sentinel 0, hidden span 0, sentinel 1, hidden span 1, ..., 1
};

/// Shown and hidden spans take turns, a shown one first; sentinel k has id `first_sentinel` - k.
/// `text.size()` >= 2. `result` is overwritten, its memory kept.
void corruptSpans(std::span<const uint32_t> text, int64_t noise_tokens, int64_t spans, int32_t first_sentinel,
                  RandomStream random, CorruptedText& result);

} // namespace sy
