// Trains SentencePiece models: unigram, byte fallback, 100 sentinels as the last ids (T5: arXiv:1910.10683
// sec. 3.1.4; SentencePiece: arXiv:1808.06226).
#pragma once

#include "core/text/corpus.h"

#include <string>

namespace sy {

inline constexpr int64_t sentinel_count = 100;

/// A serialised model with the pieces <extra_id_99> ... <extra_id_0> added after its last one.
std::string withSentinels(std::string model);

/// Up to `budget` bytes of training text, each language an equal share; the same text at every call.
std::vector<std::string> tokenizerSample(const Corpus& corpus, int64_t budget);

/// A serialised model of at most `vocab_size` pieces, sentinels included. The result depends on the corpus and
/// `vocab_size` alone. @throws ConfigError for a vocabulary that has no room for letters; DataError for no text.
std::string trainTokenizer(const Corpus& corpus, int64_t vocab_size);

/// Part of a tokenizer's key: changes whenever what trainTokenizer makes changes.
inline constexpr const char* tokenizer_training_version = "unigram-1";

} // namespace sy
