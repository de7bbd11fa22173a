// Which run somebody means.
#pragma once

#include <string>
#include <vector>

namespace sy {

/// Insertions, deletions and substitutions between two texts (Levenshtein distance), in bytes.
size_t editDistance(const std::string& left, const std::string& right);

/// Up to three candidates that begin with `asked` or are a few letters away, nearest first.
std::vector<std::string> closeNames(const std::string& asked, const std::vector<std::string>& candidates);

} // namespace sy
