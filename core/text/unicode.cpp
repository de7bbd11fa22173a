#include "core/text/unicode.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace sy {

namespace {

/// Calls `visit(code point, its bytes)` for each code point; -1 for a bad byte, where `visit` may return false to stop.
template <class Visit> void eachCodePoint(std::string_view text, Visit&& visit)
{
    const char* bytes = text.data();
    const auto length = static_cast<int64_t>(text.size());
    for (int64_t i = 0; i < length;) {
        const int64_t start = i;
        UChar32 c = 0;
        U8_NEXT(bytes, i, length, c);
        if (!visit(c, text.substr(static_cast<size_t>(start), static_cast<size_t>(i - start)))) return;
    }
}

const icu::Normalizer2& nfc()
{
    UErrorCode code = U_ZERO_ERROR;
    const auto* normalizer = icu::Normalizer2::getNFCInstance(code);
    if (U_FAILURE(code)) throw DataError(std::string("ICU has no NFC data: ") + u_errorName(code));
    return *normalizer;
}

bool isSpace(UChar32 c)
{
    return u_isUWhiteSpace(c) || (c >= 0x1c && c <= 0x1f);
}

bool isRemoved(UChar32 c)
{
    if (c < 0x80) return c < 0x20 || c == 0x7f;
    if (c == 0x200c || c == 0x200d) return false;
    const auto type = u_charType(c);
    if (type == U_CONTROL_CHAR) return true;
    return type == U_FORMAT_CHAR && u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

uint64_t extended(uint64_t hash, UChar32 c)
{
    return mix64(hash + static_cast<uint64_t>(u_foldCase(c, U_FOLD_CASE_DEFAULT)) + golden_gamma);
}

} // namespace

std::optional<size_t> firstInvalidUtf8(std::string_view text)
{
    std::optional<size_t> bad;
    eachCodePoint(text, [&](UChar32 c, std::string_view bytes) {
        if (c >= 0) return true;
        bad = static_cast<size_t>(bytes.data() - text.data());
        return false;
    });
    return bad;
}

std::string toNfc(std::string_view text)
{
    UErrorCode code = U_ZERO_ERROR;
    const icu::StringPiece source(text.data(), static_cast<int32_t>(text.size()));
    if (nfc().isNormalizedUTF8(source, code) && U_SUCCESS(code)) return std::string(text);
    code = U_ZERO_ERROR;
    std::string result;
    icu::StringByteSink<std::string> sink(&result);
    nfc().normalizeUTF8(0, source, sink, nullptr, code);
    if (U_FAILURE(code)) throw DataError(std::string("cannot normalise text: ") + u_errorName(code));
    return result;
}

std::string cleanText(std::string_view text)
{
    std::string clean;
    clean.reserve(text.size());
    bool space = false;
    eachCodePoint(text, [&](UChar32 c, std::string_view bytes) {
        if (isSpace(c)) {
            space = !clean.empty();
        } else if (!isRemoved(c)) {
            if (space) clean += ' ';
            space = false;
            clean += bytes;
        }
        return true;
    });
    return toNfc(clean);
}

bool hasLetter(std::string_view text)
{
    bool found = false;
    eachCodePoint(text, [&](UChar32 c, std::string_view) { return !(found = u_isalpha(c)); });
    return found;
}

uint64_t textHash(std::string_view text)
{
    return mix64(siteId(text));
}

uint64_t wordingHash(std::string_view text)
{
    uint64_t hash = 0;
    eachCodePoint(text, [&](UChar32 c, std::string_view) {
        if (u_isalnum(c)) hash = extended(hash, c);
        return true;
    });
    return hash;
}

std::vector<uint64_t> wordHashes(std::string_view text)
{
    std::vector<uint64_t> words;
    bool inside = false;
    eachCodePoint(text, [&](UChar32 c, std::string_view) {
        const bool letter = u_isalnum(c);
        if (letter && !inside) words.push_back(0);
        if (letter) words.back() = extended(words.back(), c);
        inside = letter;
        return true;
    });
    return words;
}

} // namespace sy
