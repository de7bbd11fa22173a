#include "core/text/token_class.h"

#include "text_fixture.h"

namespace sy {
namespace {

using namespace test;

void expectKind(std::string_view piece, TokenClass kind, std::string_view script)
{
    const TokenKind found = tokenKind(piece);
    EXPECT_EQ(toString(found.kind), toString(kind)) << piece;
    EXPECT_EQ(found.script, script) << piece;
}

TEST(TokenClass, PiecesOfTheTokenizerItself)
{
    expectKind("<extra_id_0>", TokenClass::Sentinel, "");
    expectKind("<extra_id_99>", TokenClass::Sentinel, "");
    expectKind("<extra_id_>", TokenClass::Continuation, "Latin");
    expectKind("<extra_id_x>", TokenClass::Continuation, "Latin");
    for (const char* special : {"<pad>", "</s>", "<unk>", "<s>"}) expectKind(special, TokenClass::Special, "");
    expectKind("<0x41>", TokenClass::Byte, "");
    expectKind("<0xFF>", TokenClass::Byte, "");
    expectKind("<0xGG>", TokenClass::Continuation, "Latin");
    expectKind("<0x411>", TokenClass::Continuation, "Latin");
}

TEST(TokenClass, WordsOfEveryScript)
{
    expectKind("▁the", TokenClass::WordStart, "Latin");
    expectKind("ing", TokenClass::Continuation, "Latin");
    expectKind("▁größe", TokenClass::WordStart, "Latin");
    expectKind("▁съешь", TokenClass::WordStart, "Cyrillic");
    expectKind("ение", TokenClass::Continuation, "Cyrillic");
    expectKind("λόγος", TokenClass::Continuation, "Greek");
    expectKind("日本", TokenClass::Continuation, "Han");
    expectKind("三", TokenClass::Continuation, "Han");
    expectKind("▁の", TokenClass::WordStart, "Hiragana");
    expectKind("テキスト", TokenClass::Continuation, "Katakana");
    expectKind("▁한국", TokenClass::WordStart, "Hangul");
    expectKind("▁نص", TokenClass::WordStart, "Arabic");
    expectKind("עברית", TokenClass::Continuation, "Hebrew");
    expectKind("▁हिन्दी", TokenClass::WordStart, "Devanagari");
    expectKind("ി", TokenClass::Continuation, "Malayalam"); // a vowel sign on its own
    expectKind("ा", TokenClass::Continuation, "Devanagari");
    expectKind("ไทย", TokenClass::Continuation, "Thai");
    expectKind("▁", TokenClass::WordStart, "");
    expectKind("", TokenClass::Continuation, "");
    expectKind("ー", TokenClass::Continuation, ""); // a letter that Hiragana and Katakana share
    expectKind("ーテ", TokenClass::Continuation, "Katakana");
}

TEST(TokenClass, NumbersOfEveryScript)
{
    for (const char* number : {"7", "▁2024", "3.14", "▁1,000", "٣", "▁१२", "൪", "½", "²", "Ⅳ", "①", "50%"})
        expectKind(number, TokenClass::Number, "");
    expectKind("▁5G", TokenClass::WordStart, "Latin");
    expectKind("2-й", TokenClass::Continuation, "Cyrillic");
}

TEST(TokenClass, PunctuationSymbolsAndEmoji)
{
    for (const char* mark : {".", ",", "▁(", "...", "。", "،", "।", "»", "▁—", "€", "+", "™", "🙂", "▁🙂",
                             "❤️", "👨‍👩‍👧", "🇪🇺", "👍🏽"})
        expectKind(mark, TokenClass::Punctuation, "");
}

TEST(TokenClass, MixedPiecesGoByTheirLetters)
{
    expectKind("'s", TokenClass::Continuation, "Latin");
    expectKind("▁(der", TokenClass::WordStart, "Latin");
    expectKind("日abc", TokenClass::Continuation, "Han");
    expectKind("abc日", TokenClass::Continuation, "Latin");
}

TEST(TokenClass, BrokenTextIsPunctuation)
{
    expectKind("\xff\xfe", TokenClass::Punctuation, "");
    expectKind("a\xff", TokenClass::Continuation, "Latin");
}

class TokenKindsTest : public TextTest {};

TEST_F(TokenKindsTest, OfEveryIdOfATokenizer)
{
    put("de.txt", inventedText(400, 1, latin));
    put("ru.txt", inventedText(400, 3, cyrillic));
    const auto tokenizer = Tokenizer::forCorpus(importCorpus(request()).corpus, 600);
    const auto kinds = tokenKinds(tokenizer);
    ASSERT_EQ(static_cast<int64_t>(kinds.size()), tokenizer.vocabSize());
    int64_t sentinels = 0, bytes = 0, cyrillic_words = 0;
    for (const TokenKind& kind : kinds) {
        sentinels += kind.kind == TokenClass::Sentinel;
        bytes += kind.kind == TokenClass::Byte;
        cyrillic_words += kind.script == "Cyrillic";
    }
    EXPECT_EQ(sentinels, tokenizer.sentinels());
    EXPECT_EQ(bytes, 256);
    EXPECT_GT(cyrillic_words, 20);
    EXPECT_EQ(kinds[0].kind, TokenClass::Special);
    EXPECT_EQ(kinds[1].kind, TokenClass::Special);
    EXPECT_EQ(kinds[2].kind, TokenClass::Special);
}

} // namespace
} // namespace sy
