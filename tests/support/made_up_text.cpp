#include "tests/support/made_up_text.h"

#include "core/base/random.h"

#include <vector>

namespace sy::test {

std::string madeUpText(uint64_t language, int sentences)
{
    const RandomStream letters{mix64(language + 1)};
    std::vector<std::string> words;
    for (uint64_t w = 0; w < 60; ++w) {
        std::string word;
        for (uint64_t s = 0; s < 2 + letters.below(w * 10, 2); ++s) {
            word += "bcdfghklmnprstvz"[letters.below(w * 10 + 2 * s + 1, 16)];
            word += "aeiou"[letters.below(w * 10 + 2 * s + 2, 5)];
        }
        words.push_back(word);
    }
    const RandomStream order{mix64(language + 1000)};
    std::string text;
    uint64_t draw = 0;
    for (int s = 0; s < sentences; ++s) {
        uint64_t word = order.below(draw++, words.size());
        std::string line;
        for (uint64_t i = 0; i < 8 + order.below(draw, 5); ++i) {
            line += (i ? " " : "") + words[word];
            word = (word * 7 + order.below(draw++, 3)) % words.size(); // what follows is nearly fixed
        }
        text += line + " " + std::to_string(s) + ".\n"; // the number keeps lines apart for the deduplication
    }
    return text;
}

} // namespace sy::test
