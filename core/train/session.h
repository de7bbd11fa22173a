// The text side of a run: corpus, tokenizer, token cache, validation batches, probe sentences.
#pragma once

#include "core/config/experiment.h"
#include "core/text/corpus.h"
#include "core/text/experiment_text.h"
#include "core/text/stream.h"
#include "core/text/tokenizer.h"
#include "core/train/checkpoint.h"
#include "core/train/evaluation.h"
#include "core/train/probing.h"

#include <memory>
#include <string>
#include <vector>

namespace sy {

struct Session {
    ExperimentConfig config; ///< model.vocab_size is the tokenizer's
    Corpus corpus;
    std::shared_ptr<const Tokenizer> tokenizer;
    std::shared_ptr<const TokenCache> cache;
    EvaluationText validation;
    std::vector<ProbeText> probes;

    const std::vector<std::string>& languages() const { return cache->languages(); }
};

/// @throws DataError: no such corpus or language, no validation text; ConfigError: lengths that no text fits.
Session prepareSession(ExperimentConfig config, Corpus corpus, std::shared_ptr<const Tokenizer> tokenizer);

/// Validation text of `corpus` under a run's settings. `run_languages` gives the run's language indices.
EvaluationText validationText(const TokenCache& cache, const Corpus& corpus, const Tokenizer& tokenizer,
                              const DataConfig& data, int64_t rows_per_language,
                              const std::vector<std::string>& run_languages);

/// "encoder.1", ... in the order of ForwardResult::layers.
std::vector<std::string> sparseLayerNames(const ModelConfig& model);

/// SHA-256 of a run's stored configuration.
std::string configHash(const nlohmann::json& config);

/// A run's folder keeps the tokenizer that it was trained with.
inline constexpr const char* tokenizer_file = "tokenizer.model";

} // namespace sy
