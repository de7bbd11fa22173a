#include "core/text/preview.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/text/experiment_text.h"
#include "core/text/stream.h"

#include <algorithm>
#include <fstream>
#include <set>

namespace sy {

namespace {

std::string cut(std::string line, size_t max_bytes)
{
    if (line.size() <= max_bytes) return line;
    size_t end = max_bytes;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end; // not within a character
    return line.substr(0, end) + "…";
}

/// The line that begins at or after `offset`; its first byte goes to `offset`. False at the end of the file.
bool lineFrom(std::ifstream& file, int64_t& offset, std::string& line)
{
    file.clear();
    file.seekg(std::max<int64_t>(0, offset - 1));
    if (offset > 0) std::getline(file, line); // the rest of the line that `offset` may lie in
    offset = file.tellg();
    return offset >= 0 && std::getline(file, line).good();
}

std::vector<LanguagePreview> previewLanguages(const Corpus& corpus, const TokenCache& cache, double temperature,
                                              int64_t lines, uint64_t seed)
{
    const auto weights = samplingWeights(cache, temperature);
    std::vector<LanguagePreview> all;
    for (size_t l = 0; l < cache.languages().size(); ++l)
        all.push_back({cache.languages()[l], static_cast<int64_t>(cache.tokens(l, Split::Train).size()),
                       static_cast<int64_t>(cache.tokens(l, Split::Valid).size()), weights[l],
                       sampleLines(corpus, cache.languages()[l], lines, seed)});
    return all;
}

/// The text of one row, without padding and labels that count for nothing.
std::string rowText(const Tokenizer& tokenizer, const std::vector<int32_t>& ids, int64_t row, int64_t length)
{
    std::vector<int32_t> kept;
    for (int64_t i = row * length; i < (row + 1) * length; ++i)
        if (const int32_t id = ids[static_cast<size_t>(i)]; id > 1) kept.push_back(id);
    return tokenizer.decode(kept);
}

std::vector<RowPreview> previewBatch(const ExperimentConfig& config, const Tokenizer& tokenizer,
                                     const std::shared_ptr<const TokenCache>& cache, int64_t rows)
{
    if (rows <= 0) return {};
    DataConfig data = config.data;
    data.prefetch = 0; // the rows are the same at any depth
    const Batch batch = trainingStream(cache, tokenizer, data, static_cast<uint64_t>(config.train.seed))->next();
    std::vector<RowPreview> shown;
    for (int64_t row = 0; row < std::min(rows, batch.rows); ++row)
        shown.push_back({cache->languages()[static_cast<size_t>(batch.language[static_cast<size_t>(row)])],
                         rowText(tokenizer, batch.input, row, batch.input_length),
                         rowText(tokenizer, batch.target, row, batch.target_length)});
    return shown;
}

} // namespace

std::vector<std::string> sampleLines(const Corpus& corpus, const std::string& language, int64_t count, uint64_t seed,
                                     size_t max_bytes)
{
    const auto& known = corpus.languages[corpus.index(language)];
    std::ifstream file(corpus.file(language, true), std::ios::binary);
    const RandomStream draws = randomStream(seed, 0, siteId("sample lines/" + language));
    std::vector<std::string> lines;
    std::set<int64_t> seen;
    std::string line;
    for (int64_t i = 0; i < 4 * count && static_cast<int64_t>(lines.size()) < count; ++i) {
        const auto bytes = static_cast<uint64_t>(std::max<int64_t>(1, known.train_bytes));
        int64_t offset = i == 0 ? 0 : static_cast<int64_t>(draws.below(static_cast<uint64_t>(i), bytes));
        if (lineFrom(file, offset, line) && seen.insert(offset).second) lines.push_back(cut(line, max_bytes));
    }
    return lines;
}

std::vector<TokenPiece> tokenPieces(const Tokenizer& tokenizer, const std::string& text)
{
    std::vector<TokenPiece> pieces;
    for (const int32_t id : tokenizer.encode(text)) pieces.push_back({id, tokenizer.piece(id)});
    return pieces;
}

TextPreview previewText(const ExperimentConfig& config, const PreviewRequest& request)
{
    const Corpus corpus = corpusFor(config);
    const auto tokenizer = tokenizerFor(config, corpus);
    spanPlan(config.data, tokenizer->sentinels()); // refused before the corpus is tokenised
    const auto cache = std::make_shared<const TokenCache>(TokenCache::openOrBuild(corpus, *tokenizer));
    TextPreview preview;
    preview.tokenizer_hash = tokenizer->hash();
    preview.tokenizer_file = tokenizer->file().string();
    preview.vocab_size = tokenizer->vocabSize();
    preview.sentinels = tokenizer->sentinels();
    preview.languages = previewLanguages(corpus, *cache, config.data.temperature, request.lines,
                                         static_cast<uint64_t>(config.train.seed));
    preview.pieces = tokenPieces(*tokenizer, request.text);
    preview.batch = previewBatch(config, *tokenizer, cache, request.rows);
    return preview;
}

nlohmann::json toJson(const TextPreview& preview)
{
    auto languages = nlohmann::json::array(), pieces = nlohmann::json::array(), batch = nlohmann::json::array();
    for (const auto& l : preview.languages)
        languages.push_back({{"code", l.code},
                             {"tokens_train", l.tokens_train},
                             {"tokens_valid", l.tokens_valid},
                             {"weight", l.weight},
                             {"lines", l.lines}});
    for (const auto& p : preview.pieces) pieces.push_back({{"id", p.id}, {"piece", p.piece}});
    for (const auto& row : preview.batch)
        batch.push_back({{"language", row.language}, {"input", row.input}, {"target", row.target}});
    return {{"tokenizer",
             {{"hash", preview.tokenizer_hash},
              {"vocab_size", preview.vocab_size},
              {"sentinels", preview.sentinels},
              {"file", preview.tokenizer_file}}},
            {"languages", languages},
            {"pieces", pieces},
            {"batch", batch}};
}

TextPreview previewFromJson(const nlohmann::json& json)
{
    try {
        TextPreview preview;
        const auto& tokenizer = json.at("tokenizer");
        tokenizer.at("hash").get_to(preview.tokenizer_hash);
        tokenizer.at("file").get_to(preview.tokenizer_file);
        tokenizer.at("vocab_size").get_to(preview.vocab_size);
        tokenizer.at("sentinels").get_to(preview.sentinels);
        for (const auto& l : json.at("languages"))
            preview.languages.push_back({l.at("code").get<std::string>(), l.at("tokens_train").get<int64_t>(),
                                         l.at("tokens_valid").get<int64_t>(), l.at("weight").get<double>(),
                                         l.at("lines").get<std::vector<std::string>>()});
        for (const auto& p : json.at("pieces"))
            preview.pieces.push_back({p.at("id").get<int32_t>(), p.at("piece").get<std::string>()});
        for (const auto& row : json.at("batch"))
            preview.batch.push_back({row.at("language").get<std::string>(), row.at("input").get<std::string>(),
                                     row.at("target").get<std::string>()});
        return preview;
    } catch (const nlohmann::json::exception& error) {
        throw DataError(std::string("not a text preview: ") + error.what());
    }
}

} // namespace sy
