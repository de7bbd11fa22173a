// SentencePiece tokenizers: unigram, byte fallback, 100 sentinels. Ids: 0 pad, 1 end of text, 2 unknown;
// sentinel k (<extra_id_k>) is vocab_size - 1 - k, as in T5.
#pragma once

#include "core/text/corpus.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sy {

class Tokenizer {
public:
    /// A .model file. @throws DataError: not a SentencePiece model, no sentinels.
    static Tokenizer load(const fs::path& model_file);
    /// The tokenizer of (corpus, vocab_size): trained on a language-balanced sample, kept in
    /// <home>/tokenizers/<hash>/. A corpus too small for vocab_size gets a smaller one and a warning.
    static Tokenizer forCorpus(const Corpus& corpus, int64_t vocab_size);
    ~Tokenizer();
    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;

    const fs::path& file() const;
    const std::string& hash() const; ///< SHA-256 of the model file
    int64_t vocabSize() const;       ///< sentinels included
    int64_t sentinels() const;
    int32_t sentinel(int64_t k) const;
    bool isSentinel(int32_t id) const;

    /// NFC first. @throws DataError naming the first bad byte when the text is not UTF-8.
    std::vector<int32_t> encode(std::string_view text) const;
    std::string decode(const std::vector<int32_t>& ids) const; ///< sentinels as <extra_id_k>
    std::string piece(int32_t id) const;                       ///< "▁the", "<extra_id_3>"

private:
    struct Impl;
    explicit Tokenizer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sy
