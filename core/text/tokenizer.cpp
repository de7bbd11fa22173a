#include "core/text/tokenizer.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/text/build_lock.h"
#include "core/text/tokenizer_training.h"
#include "core/text/unicode.h"

#include <sentencepiece_processor.h>

namespace sy {

struct Tokenizer::Impl {
    sentencepiece::SentencePieceProcessor processor;
    fs::path file;
    std::string hash;
    int64_t vocab_size = 0;
    int64_t sentinels = 0;
};

namespace {

using Processor = sentencepiece::SentencePieceProcessor;

bool endsWith(std::string_view text, std::string_view end)
{
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// How many of the last pieces are <extra_id_0>, <extra_id_1>, ... read backwards (mT5 writes "▁<extra_id_0>").
int64_t countSentinels(const Processor& processor)
{
    const int size = processor.GetPieceSize();
    int64_t k = 0;
    while (k < size &&
           endsWith(processor.IdToPiece(static_cast<int>(size - 1 - k)), "<extra_id_" + std::to_string(k) + ">"))
        ++k;
    return k;
}

void parse(Processor& processor, const std::string& model, const fs::path& file)
{
    const auto status = processor.LoadFromSerializedProto(model);
    if (!status.ok() || processor.GetPieceSize() < 4)
        throw DataError(file.string() + " is not a SentencePiece model, or it is damaged" +
                        (status.ok() ? std::string() : ": " + status.ToString()));
}

void requireSpecialIds(const Processor& processor, const fs::path& file)
{
    if (processor.pad_id() == 0 && processor.eos_id() == 1 && processor.unk_id() == 2) return;
    throw DataError(file.string() +
                    " does not fit: padding, end of text and unknown must have ids 0, 1, 2 (as in T5), it has " +
                    std::to_string(processor.pad_id()) + ", " + std::to_string(processor.eos_id()) + ", " +
                    std::to_string(processor.unk_id()));
}

nlohmann::json description(const Corpus& corpus, int64_t vocab_size, const std::string& model)
{
    return {{"corpus", corpus.name},
            {"corpus_hash", corpus.hash},
            {"wanted_vocab_size", vocab_size},
            {"sha256", sha256(model)},
            {"training", tokenizer_training_version}};
}

void warnWhenSmaller(const Tokenizer& tokenizer, const Corpus& corpus, int64_t wanted)
{
    if (tokenizer.vocabSize() >= wanted) return;
    log(LogLevel::Warning, "tokenizer",
        "corpus " + corpus.name + " is too small for model.vocab_size " + std::to_string(wanted) +
            ": its tokenizer has " + std::to_string(tokenizer.vocabSize()) + " pieces");
}

void trainInto(const fs::path& folder, const Corpus& corpus, int64_t vocab_size)
{
    log(LogLevel::Info, "tokenizer",
        "training a tokenizer of " + std::to_string(vocab_size) + " pieces on corpus " + corpus.name);
    const std::string model = trainTokenizer(corpus, vocab_size);
    const fs::path temporary = folder.string() + ".tmp"; // ours alone: the lock is held
    fs::remove_all(temporary);
    fs::create_directories(temporary);
    writeFileAtomically(temporary / "tokenizer.model", model);
    writeFileAtomically(temporary / "tokenizer.json", description(corpus, vocab_size, model).dump(2) + "\n");
    fs::rename(temporary, folder);
    syncDirectory(folder.parent_path());
}

void requireUndamaged(const fs::path& folder)
{
    std::string wanted;
    try {
        wanted = nlohmann::json::parse(readFile(folder / "tokenizer.json")).at("sha256").get<std::string>();
    } catch (const std::exception& error) {
        throw DataError("damaged tokenizer: " + (folder / "tokenizer.json").string() + ": " + error.what() +
                        "; delete " + folder.string() + " to train it again");
    }
    const fs::path model = folder / "tokenizer.model";
    if (!fs::exists(model) || sha256File(model) != wanted)
        throw DataError("damaged tokenizer: " + model.string() +
                        " is missing or has changed since it was trained; delete " + folder.string() +
                        " to train it again");
}

} // namespace

Tokenizer::Tokenizer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;

Tokenizer Tokenizer::load(const fs::path& model_file)
{
    std::string model;
    try {
        model = readFile(model_file);
    } catch (const Error& error) {
        throw DataError(std::string("tokenizer: ") + error.what());
    }
    auto impl = std::make_unique<Impl>();
    impl->file = model_file;
    impl->hash = sha256(model);
    parse(impl->processor, model, model_file);
    requireSpecialIds(impl->processor, model_file);
    if (countSentinels(impl->processor) == 0)
        parse(impl->processor, withSentinels(model), model_file); // T5 adds them outside
    impl->sentinels = countSentinels(impl->processor);
    impl->vocab_size = impl->processor.GetPieceSize();
    return Tokenizer(std::move(impl));
}

Tokenizer Tokenizer::forCorpus(const Corpus& corpus, int64_t vocab_size)
{
    const std::string key = sha256(corpus.hash + "\n" + std::to_string(vocab_size) + "\n" + tokenizer_training_version);
    const fs::path folder = homeDirectory() / "tokenizers" / key.substr(0, 32);
    if (!fs::exists(folder)) {
        const auto lock = lockForBuilding(folder);
        if (!fs::exists(folder)) trainInto(folder, corpus, vocab_size);
    }
    requireUndamaged(folder);
    Tokenizer tokenizer = load(folder / "tokenizer.model");
    warnWhenSmaller(tokenizer, corpus, vocab_size);
    return tokenizer;
}

const fs::path& Tokenizer::file() const
{
    return m_impl->file;
}
const std::string& Tokenizer::hash() const
{
    return m_impl->hash;
}
int64_t Tokenizer::vocabSize() const
{
    return m_impl->vocab_size;
}
int64_t Tokenizer::sentinels() const
{
    return m_impl->sentinels;
}

int32_t Tokenizer::sentinel(int64_t k) const
{
    if (k < 0 || k >= m_impl->sentinels)
        throw DataError("there is no sentinel " + std::to_string(k) + ": the tokenizer has " +
                        std::to_string(m_impl->sentinels));
    return static_cast<int32_t>(m_impl->vocab_size - 1 - k);
}

bool Tokenizer::isSentinel(int32_t id) const
{
    return id < m_impl->vocab_size && id >= m_impl->vocab_size - m_impl->sentinels;
}

std::vector<int32_t> Tokenizer::encode(std::string_view text) const
{
    if (const auto bad = firstInvalidUtf8(text))
        throw DataError("the text is not UTF-8: byte " + std::to_string(*bad) + " (from 0) is bad");
    std::vector<int> ids;
    const auto status = m_impl->processor.Encode(toNfc(text), &ids);
    if (!status.ok()) throw DataError("cannot tokenise: " + status.ToString());
    return {ids.begin(), ids.end()};
}

std::string Tokenizer::decode(const std::vector<int32_t>& ids) const
{
    for (const int32_t id : ids)
        if (id < 0 || id >= m_impl->vocab_size)
            throw DataError("token id " + std::to_string(id) + " is not in [0, " + std::to_string(m_impl->vocab_size) +
                            ")");
    std::string text;
    const auto status = m_impl->processor.Decode(std::vector<int>(ids.begin(), ids.end()), &text);
    if (!status.ok()) throw DataError("cannot decode: " + status.ToString());
    return text;
}

std::string Tokenizer::piece(int32_t id) const
{
    if (id < 0 || id >= m_impl->vocab_size)
        throw DataError("token id " + std::to_string(id) + " is not in [0, " + std::to_string(m_impl->vocab_size) +
                        ")");
    if (isSentinel(id)) return "<extra_id_" + std::to_string(m_impl->vocab_size - 1 - id) + ">";
    return m_impl->processor.IdToPiece(id);
}

} // namespace sy
