// Token caches to batches: language sampling, packing, span corruption, prefetch.
#pragma once

#include "core/config/experiment.h"
#include "core/text/batch.h"
#include "core/text/token_cache.h"

#include <memory>

namespace sy {

/// Lengths of T5 span corruption (arXiv:1910.10683 sec. 3.1.4): the longest raw text whose corrupted input
/// (sentinels and end of text counted) fits `input_length` and whose target fits `target_length`.
struct SpanPlan {
    int64_t raw_length = 0;
    int64_t noise_tokens = 0;
    int64_t spans = 0;
    int64_t input_length = 0;  ///< used, at most the setting
    int64_t target_length = 0; ///< used, at most the setting
};
/// @throws ConfigError where no text fits, or sentinels run out.
SpanPlan spanPlan(const DataConfig& data, int64_t sentinels);

/// p(language) ~ tokens^(1/temperature); 0 for an empty one. Sums to 1.
std::vector<double> samplingWeights(const TokenCache& cache, double temperature);

/// Training rows. `vocab_size` of the tokenizer gives the sentinels. @throws DataError for a language with
/// fewer tokens than one row.
std::unique_ptr<BatchStream> trainingStream(std::shared_ptr<const TokenCache> cache, const Tokenizer& tokenizer,
                                            const DataConfig& data, uint64_t seed, const StreamState& from = {});

/// The same validation rows at every call: `rows_per_language` of each language (fewer where the text ends),
/// languages mixed as they come in turn, corrupted with a fixed seed; batches of data.batch_size, the last may be
/// shorter.
std::vector<Batch> validationBatches(const TokenCache& cache, const Tokenizer& tokenizer, const DataConfig& data,
                                     int64_t rows_per_language);

} // namespace sy
