// UTF-8 text: validity, NFC, cleaning, and 64-bit hashes. Built on ICU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sy {

/// Offset of the first byte that is not UTF-8 (overlong forms and surrogates are not). Empty = all is well.
std::optional<size_t> firstInvalidUtf8(std::string_view text);

/// Unicode Normalization Form C. @param text valid UTF-8.
std::string toNfc(std::string_view text);

/// NFC; every run of white space (line ends too) one space, none at the ends; control characters and
/// ignorable format characters removed, except the joiners U+200C and U+200D, which scripts need.
/// @param text valid UTF-8.
std::string cleanText(std::string_view text);

bool hasLetter(std::string_view text);

/// 64-bit hash of the bytes, the same on every machine.
uint64_t textHash(std::string_view text);

/// Hash of the letters and digits alone, case folded: equal for texts that differ in punctuation, case or spacing.
uint64_t wordingHash(std::string_view text);

/// Such a hash for each word, a run of letters and digits.
std::vector<uint64_t> wordHashes(std::string_view text);

} // namespace sy
