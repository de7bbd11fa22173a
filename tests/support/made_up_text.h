// Text of made-up languages, for corpora that tests make themselves.
#pragma once

#include <cstdint>
#include <string>

namespace sy::test {

/// Sentences of a small made-up language: its own syllables, a fixed word list, so that a model can learn it.
std::string madeUpText(uint64_t language, int sentences);

} // namespace sy::test
