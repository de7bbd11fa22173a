#include "core/text/locale_codes.h"

#include <algorithm>
#include <array>
#include <vector>

namespace sy {

namespace {

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
char upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

std::vector<std::string> subtags(std::string_view text)
{
    std::vector<std::string> tags(1);
    for (const char c : text) {
        if (c == '-' || c == '_')
            tags.emplace_back();
        else
            tags.back() += c;
    }
    return tags;
}

bool isRegion(const std::string& tag)
{
    return (tag.size() == 2 && isLetter(tag[0])) || (tag.size() == 3 && std::all_of(tag.begin(), tag.end(), isDigit));
}

std::string primary(const std::string& code)
{
    return code.substr(0, code.find('-'));
}

} // namespace

bool looksLikeLanguageCode(std::string_view text)
{
    const auto tags = subtags(text);
    if (tags[0].size() < 2 || tags[0].size() > 3 || !std::all_of(tags[0].begin(), tags[0].end(), isLetter))
        return false;
    return std::all_of(tags.begin() + 1, tags.end(), [](const std::string& tag) {
        const auto allowed = [](char c) { return isLetter(c) || isDigit(c); };
        return tag.size() >= 2 && tag.size() <= 8 && std::all_of(tag.begin(), tag.end(), allowed);
    });
}

bool isUsableCode(std::string_view text)
{
    const auto allowed = [](char c) { return isLetter(c) || isDigit(c) || c == '-' || c == '_'; };
    return !text.empty() && text.size() <= 40 && text[0] != '-' && text[0] != '_' &&
           std::all_of(text.begin(), text.end(), allowed);
}

std::string normalisedCode(std::string_view text)
{
    if (!looksLikeLanguageCode(text)) return std::string(text);
    std::string code;
    for (auto tag : subtags(text)) {
        std::transform(tag.begin(), tag.end(), tag.begin(), lower);
        if (!code.empty() && isRegion(tag)) std::transform(tag.begin(), tag.end(), tag.begin(), upper);
        if (!code.empty() && tag.size() == 4 && isLetter(tag[0])) tag[0] = upper(tag[0]); // a script: Hant
        code += (code.empty() ? "" : "-") + tag;
    }
    return code;
}

std::map<std::string, std::string> reducedCodes(const std::set<std::string>& codes)
{
    static constexpr std::array<std::string_view, 2> regions_differ = {"pt", "zh"};
    std::map<std::string, int> of_language;
    for (const auto& code : codes) ++of_language[primary(code)];
    std::map<std::string, std::string> reduced;
    for (const auto& code : codes) {
        const auto tags = subtags(code);
        const bool locale = looksLikeLanguageCode(code) && tags.size() == 2 && isRegion(tags[1]);
        const bool kept = std::find(regions_differ.begin(), regions_differ.end(), tags[0]) != regions_differ.end();
        reduced[code] = locale && !kept && of_language[tags[0]] == 1 ? tags[0] : code;
    }
    return reduced;
}

} // namespace sy
