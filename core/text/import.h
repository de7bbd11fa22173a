// Imports text of any size into <home>/corpora/<name>, streaming.
#pragma once

#include "core/text/corpus.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sy {

/// How languages are told apart. Auto looks at the path.
enum class ImportFormat {
    Auto,
    Folders,   ///< a folder per language, with .txt (a document a line) or .jsonl files ("text" field)
    Files,     ///< a file per language: en.txt, de.jsonl; en.train.txt and en.valid.txt are splits as given
    JsonLines, ///< .jsonl with a language and a text field in every line
    Html       ///< a folder per locale with HTML pages; paragraphs, headings and list items are documents
};
std::string_view toString(ImportFormat format); ///< "auto", "folders", "files", "jsonl", "html"
/// @throws DataError listing the names there are.
ImportFormat importFormat(std::string_view name);

struct ImportRequest {
    fs::path source;
    std::string name; ///< of the corpus
    ImportFormat format = ImportFormat::Auto;
    bool replace = false;             ///< a corpus of this name is replaced once the new one is whole
    bool skip_invalid = false;        ///< lines that are not UTF-8 or not JSON (HTML: pages) are skipped and counted
    double valid_share = 0.03;        ///< of documents, by their hash, where the source gives no split; in (0, 1)
    int64_t min_documents = 1;        ///< a language with fewer, or fewer bytes, is left out and listed
    std::optional<int64_t> min_bytes; ///< unset: 100,000 for Html, 0 otherwise
    std::string base_language = "en"; ///< Html: documents of other languages that repeat its wording are left out
    std::string language_field = "language"; ///< of JSON lines; "lang" is understood too
    std::string text_field = "text";
};

struct ImportProgress {
    int64_t bytes_read = 0, bytes_total = 0;
    int64_t documents = 0;
    std::string language; ///< being read
};

struct ImportedLanguage {
    std::string code;                 ///< in the corpus
    std::string source;               ///< code in the source, such as the locale "de-DE"
    int64_t documents = 0, bytes = 0; ///< kept, both splits
    int64_t duplicates = 0;           ///< left out: the same text again in this language
    int64_t repeats = 0;              ///< left out: only repeats the base language
    std::string left_out;             ///< why the whole language was left out; empty = it is in the corpus
};

struct ImportReport {
    Corpus corpus;
    ImportFormat format = ImportFormat::Auto; ///< as found, never Auto
    std::vector<ImportedLanguage> languages;  ///< the left-out ones too, in code order
    std::vector<fs::path> ignored;            ///< files and folders of the source that hold no language
    int64_t skipped = 0;                      ///< lines (pages) skipped by `skip_invalid`
    std::vector<std::pair<std::string, std::string>> skipped_where; ///< the first 20: place, fault
    double seconds = 0;
};

/// Reads `request.source`, cleans (NFC, white space, control characters), leaves duplicates out by 64-bit hash,
/// splits, and publishes the corpus by one rename: on any failure nothing is left behind. An exception of
/// `progress`, which is called about once a megabyte, cancels the import.
///
/// A language's files named train* and valid* are those splits as given, where both exist; test* files are
/// ignored; all other text is split by hash. Codes are folder or file names or field values; a locale is reduced to
/// its language where that is the only one (de-DE -> de), except Portuguese and Chinese, whose regions differ in
/// writing.
///
/// @throws DataError: taken or impossible name and unknown layout (before work starts), text that is not UTF-8 (file,
/// line, byte), bad JSON line, a language without text (its name), a share out of range, no disk space.
ImportReport importCorpus(const ImportRequest& request,
                          const std::function<void(const ImportProgress&)>& progress = {});

} // namespace sy
