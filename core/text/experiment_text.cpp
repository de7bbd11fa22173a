#include "core/text/experiment_text.h"

namespace sy {

Corpus corpusFor(const ExperimentConfig& config)
{
    return withLanguages(openCorpus(config.data.corpus), config.data.languages);
}

std::shared_ptr<const Tokenizer> tokenizerFor(const ExperimentConfig& config, const Corpus& corpus)
{
    if (!config.data.tokenizer.empty())
        return std::make_shared<const Tokenizer>(Tokenizer::load(config.data.tokenizer));
    return std::make_shared<const Tokenizer>(Tokenizer::forCorpus(corpus, config.model.vocab_size));
}

} // namespace sy
