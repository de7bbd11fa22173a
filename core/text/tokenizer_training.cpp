#include "core/text/tokenizer_training.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/text/line_reader.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <sentencepiece_trainer.h>
#include <unicode/utf8.h>

namespace sy {

namespace {

constexpr int64_t bytes_per_piece = 640;  ///< of sample: 5 MiB for 8,192 pieces, about ten seconds of training
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

template <class Visit> void eachCharacter(const std::string& text, Visit&& visit)
{
    const auto length = static_cast<int64_t>(text.size());
    for (int64_t i = 0; i < length;) {
        const int64_t start = i;
        UChar32 c = 0;
        U8_NEXT(text.data(), i, length, c);
        visit(c, std::string_view(text).substr(static_cast<size_t>(start), static_cast<size_t>(i - start)));
    }
}

/// The most frequent characters, which get a piece of their own: 99.95 % of the text, fewer where these would fill
/// more than half of the vocabulary (thousands of Han characters in a small one).
std::unordered_set<UChar32> commonCharacters(const std::vector<std::string>& sample, int64_t pieces)
{
    std::unordered_map<UChar32, int64_t> counts;
    int64_t total = 0, covered = 0;
    for (const auto& sentence : sample)
        eachCharacter(sentence, [&](UChar32 c, std::string_view) { ++counts[c], ++total; });
    std::vector<std::pair<int64_t, UChar32>> sorted;
    for (const auto& [c, count] : counts) sorted.emplace_back(-count, c);
    std::sort(sorted.begin(), sorted.end());
    std::unordered_set<UChar32> common;
    for (const auto& [negative_count, c] : sorted) {
        if (static_cast<double>(covered) >= 0.9995 * static_cast<double>(total) ||
            static_cast<int64_t>(common.size()) >= pieces / 2)
            break;
        common.insert(c);
        covered -= negative_count;
    }
    return common;
}

/// Rare characters are spelled in bytes later: here they end a word. (SentencePiece's own character_coverage
/// cannot go below 0.98.)
void hideRareCharacters(std::vector<std::string>& sample, int64_t pieces)
{
    const auto common = commonCharacters(sample, pieces);
    for (auto& sentence : sample) {
        std::string kept;
        eachCharacter(sentence, [&](UChar32 c, std::string_view bytes) { kept += common.contains(c) ? bytes : " "; });
        sentence = std::move(kept);
    }
}

std::unordered_map<std::string, std::string> trainerSettings(int64_t pieces)
{
    return {{"model_type", "unigram"},
            {"vocab_size", std::to_string(pieces)},
            {"hard_vocab_limit", "false"},
            {"character_coverage", "1.0"},
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
        const double keep =
            static_cast<double>(share) / static_cast<double>(std::max<int64_t>(language.train_bytes, 1));
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
    const int64_t budget = std::clamp(vocab_size * bytes_per_piece, int64_t{2} << 20, int64_t{64} << 20);
    auto sample = tokenizerSample(corpus, budget);
    if (sample.empty()) throw DataError("corpus " + corpus.name + " has no text to train a tokenizer on");
    hideRareCharacters(sample, vocab_size - sentinel_count - fixed_pieces);
    std::string model;
    SampleIterator iterator(sample);
    const auto status =
        sentencepiece::SentencePieceTrainer::Train(trainerSettings(vocab_size - sentinel_count), &iterator, &model);
    if (status.ok()) return withSentinels(std::move(model));
    throw DataError("cannot train a tokenizer of " + std::to_string(vocab_size) + " pieces on corpus " + corpus.name +
                    ": " + status.message());
}

} // namespace sy
