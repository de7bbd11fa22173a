#include "core/text/stream.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/text/prefetch.h"
#include "core/text/row_source.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sy {

namespace {

SpanPlan planFor(int64_t raw_length, const DataConfig& data)
{
    const auto [noise, spans] = noiseCounts(raw_length, data.noise_density, data.mean_span_length);
    return {raw_length, noise, spans, raw_length - noise + spans + 1, noise + spans + 1};
}

void requireSentinels(const SpanPlan& plan, int64_t sentinels)
{
    if (plan.spans <= sentinels) return;
    throw ConfigError({{"data.input_length", "a row would hide " + std::to_string(plan.spans) +
                                                 " spans, but the tokenizer has " + std::to_string(sentinels) +
                                                 " sentinels: lower input_length or target_length, "
                                                 "or raise data.mean_span_length"}});
}

/// Training rows in order, all in the thread that calls it.
class RowProducer {
public:
    RowProducer(std::shared_ptr<const TokenCache> cache, const Tokenizer& tokenizer, const DataConfig& data,
                uint64_t seed, StreamState state)
        : m_cache(std::move(cache)), m_plan(spanPlan(data, tokenizer.sentinels())),
          m_first_sentinel(tokenizer.sentinel(0)), m_rows_per_batch(data.batch_size),
          m_builder(data.input_length, data.target_length), m_draws(randomStream(seed, 0, siteId("data/language"))),
          m_state(std::move(state))
    {
        const auto weights = samplingWeights(*m_cache, data.temperature);
        m_cumulative.resize(weights.size());
        std::partial_sum(weights.begin(), weights.end(), m_cumulative.begin());
        for (size_t l = 0; l < weights.size(); ++l) addLanguage(l, seed);
        m_state.rows_of_language.resize(weights.size(), 0);
    }

    StatedBatch produce()
    {
        m_builder.start(m_rows_per_batch);
        for (int64_t i = 0; i < m_rows_per_batch; ++i) addRow();
        return {m_builder.take(), m_state};
    }

private:
    void addLanguage(size_t l, uint64_t seed)
    {
        const auto tokens = m_cache->tokens(l, Split::Train);
        if (static_cast<int64_t>(tokens.size()) < m_plan.raw_length)
            throw DataError("language \"" + m_cache->languages()[l] + "\" has " + std::to_string(tokens.size()) +
                            " training tokens, fewer than the " + std::to_string(m_plan.raw_length) +
                            " of one row: leave it out (data.languages), or lower data.input_length");
        m_languages.emplace_back(tokens, m_cache->languages()[l], m_plan.raw_length, seed);
    }

    size_t drawLanguage() const
    {
        const double u = m_draws.uniformDouble(static_cast<uint64_t>(m_state.next_row));
        const auto place = std::upper_bound(m_cumulative.begin(), m_cumulative.end(), u);
        return std::min(static_cast<size_t>(place - m_cumulative.begin()), m_cumulative.size() - 1);
    }

    void addRow()
    {
        const size_t l = drawLanguage();
        const int64_t n = m_state.rows_of_language[l]++;
        ++m_state.next_row;
        corruptSpans(m_languages[l].text(n, m_scratch), m_plan.noise_tokens, m_plan.spans, m_first_sentinel,
                     m_languages[l].corruption(n), m_row);
        m_builder.add(m_row, static_cast<int32_t>(l));
    }

    std::shared_ptr<const TokenCache> m_cache;
    SpanPlan m_plan;
    int32_t m_first_sentinel;
    int64_t m_rows_per_batch;
    BatchBuilder m_builder;
    RandomStream m_draws;
    StreamState m_state;
    std::vector<double> m_cumulative;
    std::vector<LanguageRows> m_languages;
    std::vector<uint32_t> m_scratch;
    CorruptedText m_row;
};

void requireFittingState(const StreamState& state, size_t languages)
{
    const auto& rows = state.rows_of_language;
    if (rows.empty() && state.next_row == 0) return;
    const bool negative = std::any_of(rows.begin(), rows.end(), [](int64_t n) { return n < 0; });
    if (!negative && rows.size() == languages &&
        std::accumulate(rows.begin(), rows.end(), int64_t{0}) == state.next_row)
        return;
    throw DataError("the saved place in the data does not fit: it counts " + std::to_string(rows.size()) +
                    " languages and row " + std::to_string(state.next_row) + ", the data has " +
                    std::to_string(languages) + " languages, whose rows must add up");
}

/// Places of `count` validation rows in a text of `tokens` tokens, spread evenly; one shorter row where not even one
/// fits.
std::vector<std::span<const uint32_t>> validationTexts(std::span<const uint32_t> tokens, int64_t raw_length,
                                                       int64_t count)
{
    const int64_t chunks = static_cast<int64_t>(tokens.size()) / raw_length;
    std::vector<std::span<const uint32_t>> texts;
    if (chunks == 0 && tokens.size() >= 2 && count > 0) texts.push_back(tokens);
    const int64_t rows = std::min(chunks, count);
    for (int64_t j = 0; j < rows; ++j)
        texts.push_back(
            tokens.subspan(static_cast<size_t>((j * chunks / rows) * raw_length), static_cast<size_t>(raw_length)));
    return texts;
}

} // namespace

SpanPlan spanPlan(const DataConfig& data, int64_t sentinels)
{
    for (int64_t raw = data.input_length + data.target_length; raw >= 2; --raw) {
        const SpanPlan plan = planFor(raw, data);
        if (plan.input_length > data.input_length || plan.target_length > data.target_length) continue;
        requireSentinels(plan, sentinels);
        return plan;
    }
    throw ConfigError({{"data.input_length", "no text fits " + std::to_string(data.input_length) + " input and " +
                                                 std::to_string(data.target_length) +
                                                 " target tokens with this noise_density and mean_span_length"}});
}

std::vector<double> samplingWeights(const TokenCache& cache, double temperature)
{
    std::vector<double> weights;
    for (size_t l = 0; l < cache.languages().size(); ++l) {
        const auto tokens = static_cast<double>(cache.tokens(l, Split::Train).size());
        weights.push_back(tokens > 0 ? std::pow(tokens, 1 / temperature) : 0);
    }
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    if (sum > 0)
        for (double& weight : weights) weight /= sum;
    return weights;
}

std::unique_ptr<BatchStream> trainingStream(std::shared_ptr<const TokenCache> cache, const Tokenizer& tokenizer,
                                            const DataConfig& data, uint64_t seed, const StreamState& from)
{
    requireFittingState(from, cache->languages().size());
    StreamState start = from;
    start.rows_of_language.resize(cache->languages().size(), 0);
    auto producer = std::make_shared<RowProducer>(std::move(cache), tokenizer, data, seed, start);
    return std::make_unique<Prefetcher>([producer] { return producer->produce(); }, data.prefetch, start);
}

std::vector<Batch> validationBatches(const TokenCache& cache, const Tokenizer& tokenizer, const DataConfig& data,
                                     int64_t rows_per_language)
{
    const SpanPlan plan = spanPlan(data, tokenizer.sentinels());
    std::vector<std::vector<std::span<const uint32_t>>> texts;
    for (size_t l = 0; l < cache.languages().size(); ++l)
        texts.push_back(validationTexts(cache.tokens(l, Split::Valid), plan.raw_length, rows_per_language));
    std::vector<Batch> batches;
    BatchBuilder builder(data.input_length, data.target_length);
    CorruptedText row;
    builder.start(data.batch_size);
    for (size_t j = 0; j < static_cast<size_t>(std::max<int64_t>(rows_per_language, 0)); ++j)
        for (size_t l = 0; l < texts.size(); ++l) {
            if (j >= texts[l].size()) continue;
            const auto [noise, spans] =
                noiseCounts(static_cast<int64_t>(texts[l][j].size()), data.noise_density, data.mean_span_length);
            const auto random = randomStream(0, j, siteId("data/validation/" + cache.languages()[l]));
            corruptSpans(texts[l][j], noise, spans, tokenizer.sentinel(0), random, row);
            builder.add(row, static_cast<int32_t>(l));
            if (builder.rows() < data.batch_size) continue;
            batches.push_back(builder.take());
            builder.start(data.batch_size);
        }
    if (builder.rows() > 0) batches.push_back(builder.take());
    return batches;
}

} // namespace sy
