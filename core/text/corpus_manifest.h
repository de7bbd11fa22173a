// The manifest of a corpus folder: what the importer writes and openCorpus reads.
#pragma once

#include "core/text/corpus.h"

namespace sy {

/// <home>/corpora
fs::path corporaDirectory();
/// SHA-256 of languages and file hashes, the name left out: the same text has the same hash under any name.
std::string corpusHash(const std::vector<CorpusLanguage>& languages);
nlohmann::json manifestToJson(const Corpus& corpus);
/// @throws DataError naming the file and what is wrong with it.
Corpus manifestFromFolder(const fs::path& folder);
/// @throws DataError unless letters, digits, '.', '_' and '-', not starting with '.'; at most 100.
void requireCorpusName(const std::string& name);

} // namespace sy
