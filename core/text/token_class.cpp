#include "core/text/token_class.h"

#include <algorithm>
#include <array>

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

namespace sy {

namespace {

constexpr UChar32 word_start = 0x2581; ///< "▁", SentencePiece's space
constexpr std::string_view sentinel_prefix = "<extra_id_";
constexpr std::array<std::string_view, 6> specials = {"<pad>", "</s>", "<s>", "<unk>", "<mask>", "<sep>"};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isSentinel(std::string_view piece)
{
    if (!piece.starts_with(sentinel_prefix) || !piece.ends_with('>')) return false;
    const auto number = piece.substr(sentinel_prefix.size(), piece.size() - sentinel_prefix.size() - 1);
    return !number.empty() && std::ranges::all_of(number, isDigit);
}

bool isByte(std::string_view piece)
{
    const auto hex = [](char c) { return isDigit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); };
    return piece.size() == 6 && piece.starts_with("<0x") && piece.ends_with('>') && hex(piece[3]) && hex(piece[4]);
}

/// "" where the character belongs to no script of its own.
std::string scriptOf(UChar32 c)
{
    UErrorCode code = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(c, &code);
    if (U_FAILURE(code) || script <= USCRIPT_INHERITED || script == USCRIPT_UNKNOWN) return {};
    return uscript_getName(script);
}

/// What the characters of a piece are, seen one after the other.
struct Characters {
    bool starts_word = false, letter = false, number = false, other = false;
    std::string script;

    void see(UChar32 c)
    {
        if (c == word_start) {
            starts_word = true;
            return;
        }
        // A vowel sign that was cut off from its consonant is part of a word and has that word's script.
        const bool mark = (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0 && !scriptOf(c).empty();
        if (u_isalpha(c) || mark) {
            letter = true;
            if (script.empty()) script = scriptOf(c);
        } else if ((U_GET_GC_MASK(c) & U_GC_N_MASK) != 0) {
            number = true;
        } else {
            other = true;
        }
    }

    TokenKind kind() const
    {
        const TokenClass word = starts_word ? TokenClass::WordStart : TokenClass::Continuation;
        if (letter) return {word, script};
        if (number) return {TokenClass::Number, {}};
        return {other ? TokenClass::Punctuation : word, {}};
    }
};

} // namespace

std::string_view toString(TokenClass kind)
{
    static constexpr std::array<std::string_view, token_class_count> names = {
        "sentinel", "special", "punctuation", "number", "word start", "continuation", "byte"};
    return names[static_cast<size_t>(kind)];
}

TokenKind tokenKind(std::string_view piece)
{
    if (isSentinel(piece)) return {TokenClass::Sentinel, {}};
    if (std::ranges::find(specials, piece) != specials.end()) return {TokenClass::Special, {}};
    if (isByte(piece)) return {TokenClass::Byte, {}};
    Characters characters;
    const char* bytes = piece.data();
    const auto length = static_cast<int64_t>(piece.size());
    for (int64_t i = 0; i < length;) {
        UChar32 c = 0;
        U8_NEXT(bytes, i, length, c);
        characters.see(c < 0 ? 0xfffd : c);
    }
    return characters.kind();
}

std::vector<TokenKind> tokenKinds(const Tokenizer& tokenizer)
{
    std::vector<TokenKind> kinds;
    for (int64_t id = 0; id < tokenizer.vocabSize(); ++id)
        kinds.push_back(tokenKind(tokenizer.piece(static_cast<int32_t>(id))));
    return kinds;
}

} // namespace sy
