// Imported corpora: <home>/corpora/<name>/{manifest.json, <language>/{train,valid}.txt}, one document a line
// (a paragraph or a sentence), Unicode NFC.
#pragma once

#include "core/base/files.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

namespace sy {

struct CorpusLanguage {
    std::string code;
    int64_t train_documents = 0, valid_documents = 0;
    int64_t train_bytes = 0, valid_bytes = 0;
    std::string train_sha256, valid_sha256;
};

struct Corpus {
    std::string name;
    fs::path folder;
    std::string hash;                      ///< of the manifest's languages and file hashes
    std::vector<CorpusLanguage> languages; ///< in code order

    fs::path file(const std::string& language, bool train) const;
    size_t index(const std::string& language) const; ///< @throws DataError naming the language and those there are
};

/// @throws DataError: no such corpus (names those there are and how to import one), damaged manifest.
Corpus openCorpus(const std::string& name);
/// The corpus with only these languages. Empty = all. @throws DataError for a language it lacks.
Corpus withLanguages(Corpus corpus, const std::vector<std::string>& languages);
std::vector<Corpus> listCorpora();

} // namespace sy
