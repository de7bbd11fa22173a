// Language codes as folders, files and fields spell them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace sy {

/// Two or three letters, then subtags of 2 to 8 letters or digits behind '-' or '_': en, de-DE, zh_Hant_TW.
bool looksLikeLanguageCode(std::string_view text);

/// May name a language and its folder: 1 to 40 letters, digits, '-' and '_', a letter or digit first.
bool isUsableCode(std::string_view text);

/// de_de -> de-DE, zh_hant -> zh-Hant; anything that does not look like a code stays as it is.
std::string normalisedCode(std::string_view text);

/// Each code's name in the corpus: ll-RR becomes ll where no other code of that language is there, except for
/// languages whose regions differ in writing (pt, zh).
std::map<std::string, std::string> reducedCodes(const std::set<std::string>& codes);

} // namespace sy
