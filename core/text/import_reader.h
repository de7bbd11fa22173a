// Reads the files of an import and hands out cleaned documents.
#pragma once

#include "core/text/import.h"
#include "core/text/import_sources.h"

#include <functional>
#include <string>
#include <string_view>

namespace sy {

class LineReader;

class ImportReader {
public:
    using Visit = std::function<void(const std::string& language, const std::string& document)>;
    /// `advance(bytes)` is told what was read. Skipped lines are added to `report`.
    ImportReader(const ImportRequest& request, ImportReport& report, std::function<void(int64_t bytes)> advance);

    /// Every document of the file, an empty one too (a language that is only named exists).
    /// @throws DataError naming file, line and byte.
    void read(const SourceFile& file, ImportFormat format, const Visit& visit);

private:
    void readLines(const SourceFile& file, const Visit& visit);
    void readJsonLines(const SourceFile& file, const Visit& visit);
    void readPage(const SourceFile& file, const Visit& visit);
    void visitObject(const std::string& line, const SourceFile& file, const std::string& where, const Visit& visit);
    void refuse(const std::string& where, const std::string& fault);
    bool isValid(std::string_view line, const LineReader& reader);

    const ImportRequest& m_request;
    ImportReport& m_report;
    std::function<void(int64_t)> m_advance;
};

} // namespace sy
