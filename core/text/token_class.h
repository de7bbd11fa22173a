// What kind of token a piece is, for shares of experts by kind.
#pragma once

#include "core/text/tokenizer.h"

#include <string>
#include <string_view>
#include <vector>

namespace sy {

enum class TokenClass { Sentinel, Special, Punctuation, Number, WordStart, Continuation, Byte };
std::string_view toString(TokenClass kind);
inline constexpr int64_t token_class_count = 7;

struct TokenKind {
    TokenClass kind = TokenClass::Continuation;
    std::string script; ///< of its letters as Unicode names it: "Latin", "Cyrillic", "Han"; "" where it has none
};

/// By the piece's text: sentinels (<extra_id_k>), specials (<pad>, </s>, <unk>, ...), byte pieces (<0x41>), then by its
/// characters. With a letter it is a word's start ("▁" in it) or its continuation, and the script is that of the first
/// letter that has one; a vowel sign on its own counts as a letter. Without a letter it is a number where it has a
/// digit of any script, else punctuation (symbols and emoji among it). "▁" alone starts a word.
TokenKind tokenKind(std::string_view piece);

/// Of every id of a tokenizer.
std::vector<TokenKind> tokenKinds(const Tokenizer& tokenizer);

} // namespace sy
