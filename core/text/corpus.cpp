#include "core/text/corpus.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/text/corpus_manifest.h"

#include <algorithm>

namespace sy {

namespace {

constexpr int manifest_format = 1;

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::vector<std::string> codes(const Corpus& corpus)
{
    std::vector<std::string> result;
    for (const auto& language : corpus.languages) result.push_back(language.code);
    return result;
}

nlohmann::json splitJson(int64_t documents, int64_t bytes, const std::string& hash)
{
    return {{"documents", documents}, {"bytes", bytes}, {"sha256", hash}};
}

void readSplit(const nlohmann::json& json, int64_t& documents, int64_t& bytes, std::string& hash)
{
    documents = json.at("documents").get<int64_t>();
    bytes = json.at("bytes").get<int64_t>();
    hash = json.at("sha256").get<std::string>();
    if (documents < 0 || bytes < 0 || hash.size() != 64) throw DataError("a count or a SHA-256 is out of range");
}

CorpusLanguage languageFromJson(const nlohmann::json& json)
{
    CorpusLanguage language;
    language.code = json.at("code").get<std::string>();
    if (language.code.empty() || language.code.find('/') != std::string::npos || language.code[0] == '.')
        throw DataError("\"" + language.code + "\" is not a language code");
    readSplit(json.at("train"), language.train_documents, language.train_bytes, language.train_sha256);
    readSplit(json.at("valid"), language.valid_documents, language.valid_bytes, language.valid_sha256);
    return language;
}

void requireSize(const fs::path& file, int64_t bytes)
{
    std::error_code code;
    const auto size = fs::file_size(file, code);
    if (!code && size == static_cast<uintmax_t>(bytes)) return;
    throw DataError(
        "damaged corpus: " + file.string() +
        (code ? " is missing" : " has " + std::to_string(size) + " bytes, its manifest says " + std::to_string(bytes)) +
        "; import the corpus again");
}

} // namespace

fs::path corporaDirectory()
{
    return homeDirectory() / "corpora";
}

void requireCorpusName(const std::string& name)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    };
    if (!name.empty() && name.size() <= 100 && name[0] != '.' && std::all_of(name.begin(), name.end(), allowed)) return;
    throw DataError("\"" + name +
                    "\" cannot name a corpus: use 1 to 100 letters, digits, '.', '_' or '-', not starting with '.'");
}

std::string corpusHash(const std::vector<CorpusLanguage>& languages)
{
    std::string text = "switchyard corpus 1\n";
    for (const auto& language : languages)
        text += language.code + " " + language.train_sha256 + " " + language.valid_sha256 + "\n";
    return sha256(text);
}

nlohmann::json manifestToJson(const Corpus& corpus)
{
    auto languages = nlohmann::json::array();
    for (const auto& l : corpus.languages)
        languages.push_back({{"code", l.code},
                             {"train", splitJson(l.train_documents, l.train_bytes, l.train_sha256)},
                             {"valid", splitJson(l.valid_documents, l.valid_bytes, l.valid_sha256)}});
    return {{"format", manifest_format}, {"name", corpus.name}, {"hash", corpus.hash}, {"languages", languages}};
}

Corpus manifestFromFolder(const fs::path& folder)
{
    const fs::path file = folder / "manifest.json";
    Corpus corpus;
    corpus.name = folder.filename().string();
    corpus.folder = folder;
    try {
        const auto json = nlohmann::json::parse(readFile(file));
        if (const int format = json.at("format").get<int>(); format != manifest_format)
            throw DataError("it has format " + std::to_string(format) + ", this version reads " +
                            std::to_string(manifest_format));
        for (const auto& entry : json.at("languages")) corpus.languages.push_back(languageFromJson(entry));
        corpus.hash = json.at("hash").get<std::string>();
        if (corpus.languages.empty()) throw DataError("it lists no language");
        if (corpus.hash != corpusHash(corpus.languages)) throw DataError("its hash does not match its content");
    } catch (const nlohmann::json::exception& error) {
        throw DataError("damaged corpus: " + file.string() + ": " + error.what() + "; import the corpus again");
    } catch (const Error& error) {
        throw DataError("damaged corpus: " + file.string() + ": " + error.what() + "; import the corpus again");
    }
    for (const auto& language : corpus.languages) {
        requireSize(corpus.file(language.code, true), language.train_bytes);
        requireSize(corpus.file(language.code, false), language.valid_bytes);
    }
    return corpus;
}

fs::path Corpus::file(const std::string& language, bool train) const
{
    return folder / language / (train ? "train.txt" : "valid.txt");
}

size_t Corpus::index(const std::string& language) const
{
    for (size_t i = 0; i < languages.size(); ++i)
        if (languages[i].code == language) return i;
    throw DataError("corpus " + name + " has no language \"" + language + "\"; it has " + joined(codes(*this)));
}

Corpus openCorpus(const std::string& name)
{
    requireCorpusName(name);
    const fs::path folder = corporaDirectory() / name;
    if (fs::is_directory(folder)) return manifestFromFolder(folder);
    std::vector<std::string> names;
    for (const auto& corpus : listCorpora()) names.push_back(corpus.name);
    throw DataError("no corpus \"" + name + "\" in " + corporaDirectory().string() + " (" +
                    (names.empty() ? "there is none yet" : "there are " + joined(names)) +
                    "); import one with: switchyard-cli corpus import PATH --name " + name);
}

Corpus withLanguages(Corpus corpus, const std::vector<std::string>& languages)
{
    if (languages.empty()) return corpus;
    std::vector<CorpusLanguage> kept;
    for (const auto& code : languages) {
        const auto& language = corpus.languages[corpus.index(code)];
        const auto same = [&](const CorpusLanguage& other) { return other.code == code; };
        if (std::none_of(kept.begin(), kept.end(), same)) kept.push_back(language);
    }
    std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
    corpus.languages = std::move(kept);
    corpus.hash = corpusHash(corpus.languages);
    return corpus;
}

std::vector<Corpus> listCorpora()
{
    std::vector<Corpus> corpora;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(corporaDirectory(), code)) {
        if (!entry.is_directory() || entry.path().filename().string()[0] == '.') continue;
        try {
            corpora.push_back(manifestFromFolder(entry.path()));
        } catch (const DataError& error) {
            log(LogLevel::Warning, "corpus", error.what());
        }
    }
    std::sort(corpora.begin(), corpora.end(), [](const Corpus& a, const Corpus& b) { return a.name < b.name; });
    return corpora;
}

} // namespace sy
