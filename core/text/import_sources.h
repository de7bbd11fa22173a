// What an import reads: files, their languages and splits, told from the source's layout before any text is read.
#pragma once

#include "core/text/import.h"

namespace sy {

enum class SplitRule { ByHash, Train, Valid };

struct SourceFile {
    fs::path path;
    std::string language; ///< normalised code; empty where each line names its own
    SplitRule split = SplitRule::ByHash;
    int64_t bytes = 0;
};

struct ImportSources {
    ImportFormat format = ImportFormat::Auto; ///< never Auto
    std::vector<SourceFile> files;            ///< grouped by language; validation first, so that it stays as given
    std::vector<std::string> languages;       ///< those without a file too; empty for JsonLines
    std::vector<fs::path> ignored;
    int64_t bytes = 0;
};

/// @throws DataError: no such path, or nothing that fits the format; says what was looked for.
ImportSources findSources(const ImportRequest& request);

} // namespace sy
