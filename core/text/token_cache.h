// A corpus tokenised once, memory-mapped: cache folder = hash of (corpus manifest, tokenizer).
#pragma once

#include "core/text/corpus.h"
#include "core/text/tokenizer.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sy {

enum class Split { Train, Valid };

/// Per language and split one stream of ids: documents in corpus order, each ended by id 1. Read-only,
/// shared by threads and processes.
class TokenCache {
public:
    /// Opens the cache of (corpus, tokenizer), or makes it: streaming, never holding a file whole, published by
    /// rename. @throws DataError: corrupt cache (names the file; says to delete it), no disk space.
    static TokenCache openOrBuild(const Corpus& corpus, const Tokenizer& tokenizer);
    ~TokenCache();
    TokenCache(TokenCache&&) noexcept;
    TokenCache& operator=(TokenCache&&) noexcept;

    const std::vector<std::string>& languages() const;
    std::span<const uint32_t> tokens(size_t language, Split split) const;

private:
    struct Impl;
    explicit TokenCache(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sy
