// The text side of an experiment, opened or made.
#pragma once

#include "core/config/experiment.h"
#include "core/text/corpus.h"
#include "core/text/token_cache.h"
#include "core/text/tokenizer.h"

#include <memory>

namespace sy {

/// The corpus with the languages that a configuration names. @throws DataError: no such corpus or language.
Corpus corpusFor(const ExperimentConfig& config);

/// The tokenizer of a configuration: data.tokenizer, or the corpus's own.
std::shared_ptr<const Tokenizer> tokenizerFor(const ExperimentConfig& config, const Corpus& corpus);

} // namespace sy
