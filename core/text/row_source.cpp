#include "core/text/row_source.h"

#include "core/text/permutation.h"

#include <algorithm>

namespace sy {

LanguageRows::LanguageRows(std::span<const uint32_t> tokens, const std::string& code, int64_t raw_length, uint64_t seed)
    : m_tokens(tokens), m_raw_length(raw_length), m_chunks(static_cast<int64_t>(tokens.size()) / raw_length),
      m_order(randomStream(seed, 0, siteId("data/order/" + code))),
      m_corruption(randomStream(seed, 0, siteId("data/spans/" + code)))
{
}

int64_t LanguageRows::start(int64_t n) const
{
    const RandomStream epoch = m_order.child(static_cast<uint64_t>(n / m_chunks));
    const uint64_t offset = epoch.below(0, m_tokens.size());
    const Permutation permutation(static_cast<uint64_t>(m_chunks), epoch.child(1));
    const uint64_t chunk = permutation(static_cast<uint64_t>(n % m_chunks));
    return static_cast<int64_t>((offset + chunk * static_cast<uint64_t>(m_raw_length)) % m_tokens.size());
}

std::span<const uint32_t> LanguageRows::text(int64_t n, std::vector<uint32_t>& scratch) const
{
    const auto first = static_cast<size_t>(start(n)), length = static_cast<size_t>(m_raw_length);
    if (first + length <= m_tokens.size()) return m_tokens.subspan(first, length);
    const auto tail = m_tokens.subspan(first), head = m_tokens.first(length - tail.size());
    scratch.assign(tail.begin(), tail.end());
    scratch.insert(scratch.end(), head.begin(), head.end());
    return scratch;
}

RandomStream LanguageRows::corruption(int64_t n) const
{
    return m_corruption.child(static_cast<uint64_t>(n));
}

void BatchBuilder::start(int64_t rows)
{
    m_batch = Batch();
    m_batch.input_length = m_input_length;
    m_batch.target_length = m_target_length;
    m_batch.input.reserve(static_cast<size_t>(rows * m_input_length));
    m_batch.target.reserve(static_cast<size_t>(rows * m_target_length));
    m_batch.language.reserve(static_cast<size_t>(rows));
}

void BatchBuilder::add(const CorruptedText& row, int32_t language)
{
    ++m_batch.rows;
    m_batch.input.insert(m_batch.input.end(), row.input.begin(), row.input.end());
    m_batch.input.resize(static_cast<size_t>(m_batch.rows * m_input_length), 0);
    m_batch.target.insert(m_batch.target.end(), row.target.begin(), row.target.end());
    m_batch.target.resize(static_cast<size_t>(m_batch.rows * m_target_length), -100);
    m_batch.language.push_back(language);
    m_batch.input_tokens += static_cast<int64_t>(row.input.size());
    m_batch.target_tokens += static_cast<int64_t>(row.target.size());
}

} // namespace sy
