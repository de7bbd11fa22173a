// Rows of one language: which part of its tokens, and how it is corrupted.
#pragma once

#include "core/text/span_corruption.h"
#include "core/text/stream.h"

#include <string>

namespace sy {

/// One language's tokens cut into rows of `raw_length`, once per epoch in a new order. The tokens are read as a
/// ring whose first chunk starts at another place in every epoch, so that chunk bounds move too; the rest of fewer
/// than `raw_length` tokens that an epoch leaves out lies elsewhere in the next. Row n is a pure function of
/// (tokens, plan, seed, language code, n).
class LanguageRows {
public:
    LanguageRows(std::span<const uint32_t> tokens, const std::string& code, int64_t raw_length, uint64_t seed);
    int64_t chunks() const { return m_chunks; } ///< rows per epoch
    /// First token of row n, n >= 0.
    int64_t start(int64_t n) const;
    /// The `raw_length` tokens of row n; `scratch` holds them where the row runs over the ring's end.
    std::span<const uint32_t> text(int64_t n, std::vector<uint32_t>& scratch) const;
    /// Key of row n's corruption.
    RandomStream corruption(int64_t n) const;

private:
    std::span<const uint32_t> m_tokens;
    int64_t m_raw_length, m_chunks;
    RandomStream m_order, m_corruption;
};

/// Fills batches of fixed shape row by row.
class BatchBuilder {
public:
    BatchBuilder(int64_t input_length, int64_t target_length)
        : m_input_length(input_length), m_target_length(target_length)
    {
    }
    void start(int64_t rows);
    void add(const CorruptedText& row, int32_t language);
    int64_t rows() const { return m_batch.rows; }
    Batch take() { return std::move(m_batch); }

private:
    int64_t m_input_length, m_target_length;
    Batch m_batch;
};

} // namespace sy
