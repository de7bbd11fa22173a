#include "core/text/tokenizer_training.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/text/line_reader.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <unordered_map>

#include <sentencepiece_trainer.h>
#include <unicode/utf8.h>

namespace sy {

namespace {

constexpr int64_t bytes_per_piece = 640; ///< of sample: 5 MiB for 8,192 pieces, about ten seconds of training
constexpr size_t longest_sentence = 2000; ///< bytes; SentencePiece leaves longer ones out
constexpr int64_t fixed_pieces = 3 + 256; ///< pad, end of text, unknown, and one per byte
constexpr int64_t smallest_vocabulary = sentinel_count + fixed_pieces + 41;

class SampleIterator : public sentencepiece::SentenceIterator {
public:
    explicit SampleIterator(const std::vector<std::string>& sample) : m_sample(sample) {}
    bool done() const override { return m_next >= m_sample.size(); }
    void Next() override { ++m_next; }
    const std::string& value() const override { return m_sample[m_next]; }
    sentencepiece::util::Status status() const override { return {}; }

private:
    const std::vector<std::string>& m_sample;
    size_t m_next = 0;
};

/// Cuts at a space where there is one, else between two code points.
void addSentences(std::string_view text, std::vector<std::string>& sentences)
{
    while (text.size() > longest_sentence) {
        size_t end = text.rfind(' ', longest_sentence);
        if (end == std::string_view::npos || end == 0) {
            end = longest_sentence;
            while (end > 0 && U8_IS_TRAIL(text[end])) --end;
        }
        sentences.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    if (!text.empty()) sentences.emplace_back(text);
}

/// The share of characters to give a piece of their own: 99.95 %, less where these would fill more than half
/// of the vocabulary (thousands of Han characters in a small one). The others are spelled in bytes.
double characterCoverage(const std::vector<std::string>& sample, int64_t pieces)
{
    std::unordered_map<UChar32, int64_t> counts;
    int64_t total = 0;
    for (const auto& sentence : sample) {
        const auto length = static_cast<int64_t>(sentence.size());
        for (int64_t i = 0; i < length; ++total) {
            UChar32 c = 0;
            U8_NEXT(sentence.data(), i, length, c);
            ++counts[c];
        }
    }
    std::vector<int64_t> sorted;
    for (const auto& entry : counts) sorted.push_back(entry.second);
    std::sort(sorted.rbegin(), sorted.rend());
    const auto room = static_cast<size_t>(std::max<int64_t>(pieces / 2, 1));
    int64_t covered = 0;
    for (size_t i = 0; i < std::min(room, sorted.size()); ++i) covered += sorted[i];
    return std::min(0.9995, static_cast<double>(covered) / static_cast<double>(std::max<int64_t>(total, 1)));
}

std::unordered_map<std::string, std::string> trainerSettings(int64_t pieces, double coverage)
{
    return {{"model_type", "unigram"},
            {"vocab_size", std::to_string(pieces)},
            {"hard_vocab_limit", "false"},
            {"character_coverage", std::to_string(coverage)},
            {"byte_fallback", "true"},
            {"normalization_rule_name", "identity"}, // text is NFC already; NFKC would change it
            {"pad_id", "0"},
            {"eos_id", "1"},
            {"unk_id", "2"},
            {"bos_id", "-1"},
            {"num_threads", "1"}, // sums of several threads come in any order: other bits
            {"seed_sentencepiece_size", "200000"},
            {"max_sentence_length", std::to_string(longest_sentence * 2)},
            {"minloglevel", "3"}};
}

} // namespace

std::string withSentinels(std::string model)
{
    // A serialised protocol buffer is extended by appending: field 1 of ModelProto is the repeated message
    // {1: piece, 2: score, 3: type}; type 4 is USER_DEFINED, a piece that is never split.
    for (int64_t k = sentinel_count - 1; k >= 0; --k) {
        const std::string piece = "<extra_id_" + std::to_string(k) + ">";
        std::string message = "\x0a" + std::string(1, static_cast<char>(piece.size())) + piece;
        message += std::string("\x15\0\0\0\0\x18\x04", 7);
        model += "\x0a" + std::string(1, static_cast<char>(message.size())) + message;
    }
    return model;
}

std::vector<std::string> tokenizerSample(const Corpus& corpus, int64_t budget)
{
    std::vector<std::string> sample;
    const int64_t share = budget / std::max<int64_t>(static_cast<int64_t>(corpus.languages.size()), 1);
    for (const auto& language : corpus.languages) {
        const double keep = static_cast<double>(share) / static_cast<double>(std::max<int64_t>(language.train_bytes, 1));
        LineReader reader(corpus.file(language.code, true));
        const RandomStream random = randomStream(0, 0, siteId("tokenizer/sample/" + language.code));
        int64_t taken = 0;
        for (std::string_view line; taken < share && reader.next(line);) {
            if (random.uniformDouble(static_cast<uint64_t>(reader.lineNumber())) >= keep) continue;
            addSentences(line, sample);
            taken += static_cast<int64_t>(line.size());
        }
    }
    return sample;
}

std::string trainTokenizer(const Corpus& corpus, int64_t vocab_size)
{
    if (vocab_size < smallest_vocabulary)
        throw ConfigError({{"model.vocab_size", "must be at least " + std::to_string(smallest_vocabulary) +
                                                    " to train a tokenizer (100 sentinels, 256 bytes, letters), got " +
                                                    std::to_string(vocab_size)}});
    const auto sample = tokenizerSample(corpus, std::clamp(vocab_size * bytes_per_piece, int64_t{2} << 20, int64_t{64} << 20));
    if (sample.empty()) throw DataError("corpus " + corpus.name + " has no text to train a tokenizer on");
    const int64_t pieces = vocab_size - sentinel_count;
    double coverage = characterCoverage(sample, pieces - fixed_pieces);
    for (int attempt = 0;; ++attempt, coverage *= 0.98) {
        std::string model;
        SampleIterator iterator(sample);
        const auto status = sentencepiece::SentencePieceTrainer::Train(trainerSettings(pieces, coverage), &iterator, &model);
        if (status.ok()) return withSentinels(std::move(model));
        const bool crowded = std::string_view(status.message()).find("required_chars") != std::string_view::npos;
        if (!crowded || attempt == 20)
            throw DataError("cannot train a tokenizer of " + std::to_string(vocab_size) + " pieces on corpus " + corpus.name +
                            ": " + status.message());
    }
}

} // namespace sy
