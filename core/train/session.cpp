#include "core/train/session.h"

#include "core/base/error.h"

#include <algorithm>

namespace sy {

EvaluationText validationText(const TokenCache& cache, const Corpus& corpus, const Tokenizer& tokenizer,
                              const DataConfig& data, int64_t rows_per_language,
                              const std::vector<std::string>& run_languages)
{
    EvaluationText text;
    text.corpus = corpus.name;
    text.languages = cache.languages();
    for (const auto& code : text.languages) {
        const auto found = std::find(run_languages.begin(), run_languages.end(), code);
        text.run_language.push_back(found == run_languages.end() ? -1
                                                                 : static_cast<int32_t>(found - run_languages.begin()));
    }
    text.batches = validationBatches(cache, tokenizer, data, rows_per_language);
    if (text.batches.empty())
        throw DataError("corpus " + corpus.name + ": no language has enough validation text for one row");
    return text;
}

Session prepareSession(ExperimentConfig config, Corpus corpus, std::shared_ptr<const Tokenizer> tokenizer)
{
    Session session;
    config.model.vocab_size = tokenizer->vocabSize();
    session.cache = std::make_shared<const TokenCache>(TokenCache::openOrBuild(corpus, *tokenizer));
    session.validation =
        validationText(*session.cache, corpus, *tokenizer, config.data, config.train.eval_rows, session.languages());
    session.probes = probeSentences(corpus, *tokenizer, config.data);
    session.config = std::move(config);
    session.corpus = std::move(corpus);
    session.tokenizer = std::move(tokenizer);
    return session;
}

std::vector<std::string> sparseLayerNames(const ModelConfig& model)
{
    std::vector<std::string> names;
    for (const bool decoder : {false, true})
        for (int64_t layer = 0; layer < (decoder ? model.num_decoder_layers : model.num_layers); ++layer)
            if (isSparseLayer(model, decoder, layer))
                names.push_back((decoder ? "decoder." : "encoder.") + std::to_string(layer));
    return names;
}

std::string configHash(const nlohmann::json& config)
{
    return sha256(config.dump());
}

} // namespace sy
