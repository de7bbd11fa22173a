#include "core/text/unicode.h"

#include <gtest/gtest.h>

namespace sy {
namespace {

TEST(Unicode, FindsTheFirstBadByte)
{
    EXPECT_FALSE(firstInvalidUtf8("plain, größer, Ελλάδα, 日本語, 🙂"));
    EXPECT_FALSE(firstInvalidUtf8(""));
    EXPECT_EQ(firstInvalidUtf8("gr\xf6\xdf"), 2u);       // Latin-1
    EXPECT_EQ(firstInvalidUtf8("ab\xc3"), 2u);           // cut short
    EXPECT_EQ(firstInvalidUtf8("a\xc0\xaf"), 1u);        // overlong
    EXPECT_EQ(firstInvalidUtf8("abc\xed\xa0\x80"), 3u);  // surrogate
    EXPECT_EQ(firstInvalidUtf8("\xf4\x90\x80\x80"), 0u); // above U+10FFFF
}

TEST(Unicode, ComposesToNfc)
{
    EXPECT_EQ(toNfc("e\u0301t\u00e9"), "\u00e9t\u00e9");
    EXPECT_EQ(toNfc("\u1112\u1161\u11ab"), "\ud55c"); // Hangul
    EXPECT_EQ(toNfc("ascii"), "ascii");
}

TEST(Unicode, CleansSpacesAndControls)
{
    EXPECT_EQ(cleanText("  a\t\tb \r\n c\u00a0\u3000d  "), "a b c d");
    EXPECT_EQ(cleanText(std::string("\ufeffa\0b\x07"
                                    "c\u200bd\u202e",
                                    13)),
              "abcd");
    EXPECT_EQ(cleanText("\u0646\u200c\u0645"), "\u0646\u200c\u0645"); // Persian needs the non-joiner
    EXPECT_EQ(cleanText(" \t \n"), "");
    EXPECT_EQ(cleanText("e\u200b\u0301"), "\u00e9"); // composed after the removal
}

TEST(Unicode, WordingIgnoresCaseAndPunctuation)
{
    EXPECT_EQ(wordingHash("The APT tools."), wordingHash("the “apt”, TOOLS"));
    EXPECT_NE(wordingHash("The APT tools"), wordingHash("The APT tool"));
    EXPECT_EQ(wordHashes("one, two  three").size(), 3u);
    EXPECT_EQ(wordHashes("One")[0], wordHashes("- one -")[0]);
    EXPECT_TRUE(hasLetter("4.2 é"));
    EXPECT_FALSE(hasLetter("4.2 – 7"));
}

TEST(Unicode, TextHashIsTheSameEverywhere)
{
    EXPECT_EQ(textHash("Switchyard"), 0x51c01e266c701ddULL); // FNV-1a and SplitMix64's finaliser, worked out apart
    EXPECT_NE(textHash("Switchyard"), textHash("switchyard"));
}

} // namespace
} // namespace sy
