// What a trainer will read, for people: sample lines, tokens, sampling weights, the first batch.
#pragma once

#include "core/config/experiment.h"
#include "core/text/corpus.h"
#include "core/text/tokenizer.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace sy {

struct LanguagePreview {
    std::string code;
    int64_t tokens_train = 0, tokens_valid = 0;
    double weight = 0; ///< probability of a training row, after temperature
    std::vector<std::string> lines;
};
struct TokenPiece {
    int32_t id = 0;
    std::string piece; ///< "▁the"; "<0xE2>" is a byte of a character that the vocabulary lacks
};
struct RowPreview {
    std::string language;
    std::string input, target; ///< as text, sentinels as <extra_id_k>, padding and end of text left out
    bool operator==(const RowPreview&) const = default;
};
struct TextPreview {
    std::string tokenizer_hash, tokenizer_file;
    int64_t vocab_size = 0, sentinels = 0; ///< of the tokenizer; vocab_size counts the sentinels
    std::vector<LanguagePreview> languages;
    std::vector<TokenPiece> pieces; ///< of the asked text
    std::vector<RowPreview> batch;  ///< first rows of the first training batch
};

/// Up to `count` training lines of a language: the first, then ones from places drawn by `seed`. Long lines are cut
/// after `max_bytes`, never within a character, and end in an ellipsis. @throws DataError for a language it lacks.
std::vector<std::string> sampleLines(const Corpus& corpus, const std::string& language, int64_t count, uint64_t seed,
                                     size_t max_bytes = 400);

std::vector<TokenPiece> tokenPieces(const Tokenizer& tokenizer, const std::string& text);

struct PreviewRequest {
    std::string text;  ///< to split into pieces
    int64_t rows = 8;  ///< of the first batch; at most data.batch_size are shown
    int64_t lines = 3; ///< per language
};

/// Trains the tokenizer and tokenises the corpus where that has not been done: as the trainer does it, so that a run
/// started later finds them. The rows are those of the trainer's first update with this configuration.
/// @throws DataError, ConfigError: whatever would end a training before its first step for its text.
TextPreview previewText(const ExperimentConfig& config, const PreviewRequest& request);

/// The answer of `corpus preview --json`, and back. @throws DataError for JSON that is not such an answer.
nlohmann::json toJson(const TextPreview& preview);
TextPreview previewFromJson(const nlohmann::json& json);

} // namespace sy
