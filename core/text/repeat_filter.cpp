#include "core/text/repeat_filter.h"

#include "core/base/random.h"
#include "core/text/unicode.h"

#include <vector>

namespace sy {

namespace {

constexpr size_t run_words = 4;

/// A hash per run of four words.
std::vector<uint64_t> runsOf(std::string_view document)
{
    const auto words = wordHashes(document);
    std::vector<uint64_t> runs;
    for (size_t i = 0; i + run_words <= words.size(); ++i) {
        uint64_t hash = 0;
        for (size_t j = i; j < i + run_words; ++j) hash = mix64(hash ^ words[j]) + golden_gamma;
        runs.push_back(mix64(hash));
    }
    return runs;
}

} // namespace

void RepeatFilter::learn(std::string_view document)
{
    m_wordings.insert(wordingHash(document));
    for (const uint64_t run : runsOf(document)) m_runs.insert(run);
}

bool RepeatFilter::repeats(std::string_view document) const
{
    if (m_wordings.contains(wordingHash(document))) return true;
    const auto runs = runsOf(document);
    size_t known = 0;
    for (const uint64_t run : runs) known += m_runs.contains(run);
    return known > 0 && 2 * known >= runs.size();
}

} // namespace sy
