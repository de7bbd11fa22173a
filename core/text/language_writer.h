// Writes one language of a corpus: train.txt, valid.txt, counts and hashes.
#pragma once

#include "core/text/corpus.h"
#include "core/text/hash_set.h"
#include "core/text/import_sources.h"

#include <fstream>

namespace sy {

class LanguageWriter {
public:
    /// Makes `folder`. @throws DataError when it cannot.
    LanguageWriter(fs::path folder, double valid_share);

    /// Adds a cleaned document of one line, unless this language has it already. @throws DataError: no disk space.
    void add(const std::string& document, SplitRule rule);
    void countRepeat() { ++m_repeats; }
    /// Ends the files and frees the memory. A text of two documents or more gets at least one of each split,
    /// a single document is for training: where chance gave none, the one with the least hash goes over.
    void finish();

    const CorpusLanguage& language() const { return m_language; } ///< code left empty
    int64_t documents() const { return m_language.train_documents + m_language.valid_documents; }
    int64_t bytes() const { return m_language.train_bytes + m_language.valid_bytes; }
    int64_t duplicates() const { return m_duplicates; }
    int64_t repeats() const { return m_repeats; }
    const fs::path& folder() const { return m_folder; }

private:
    fs::path file(bool train) const { return m_folder / (train ? "train.txt" : "valid.txt"); }
    void write(const std::string& document, bool train);
    void close();
    void moveOneTo(bool train);
    void hashFiles();

    fs::path m_folder;
    double m_valid_share;
    std::ofstream m_train, m_valid;
    HashSet64 m_seen;
    CorpusLanguage m_language;
    int64_t m_duplicates = 0, m_repeats = 0;
    uint64_t m_least = ~uint64_t{0}; ///< least split hash of all documents
    bool m_by_hash = false;
};

} // namespace sy
