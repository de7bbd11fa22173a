// Tells documents that merely repeat those of another language: what translators left in English.
#pragma once

#include "core/text/hash_set.h"

#include <string_view>

namespace sy {

/// A document repeats when its wording (letters and digits, case folded) is that of a learnt one, or when at least
/// half of its runs of four words occur in learnt ones: a paragraph left in English around a translated
/// cross-reference. Keeps about twelve bytes per word learnt.
class RepeatFilter {
public:
    void learn(std::string_view document);
    bool repeats(std::string_view document) const;

private:
    HashSet64 m_wordings, m_runs;
};

} // namespace sy
