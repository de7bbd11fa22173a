#include "core/text/import_reader.h"

#include "core/base/error.h"
#include "core/text/html_reader.h"
#include "core/text/line_reader.h"
#include "core/text/locale_codes.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sy {

namespace {

constexpr int64_t largest_page = int64_t{64} << 20;
constexpr size_t skips_told = 20;

std::string badByte(std::string_view text, size_t offset_in_text, int64_t offset_in_file)
{
    static constexpr const char* digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(text[offset_in_text]);
    return "byte " + std::to_string(offset_in_file) + " of the file (from 0) is 0x" + digits[byte >> 4] +
           digits[byte & 15] + ", which is not UTF-8 there";
}

} // namespace

ImportReader::ImportReader(const ImportRequest& request, ImportReport& report, std::function<void(int64_t)> advance)
    : m_request(request), m_report(report), m_advance(std::move(advance))
{
}

void ImportReader::read(const SourceFile& file, ImportFormat format, const Visit& visit)
{
    if (format == ImportFormat::Html)
        readPage(file, visit);
    else if (format == ImportFormat::JsonLines || file.path.extension() == ".jsonl")
        readJsonLines(file, visit);
    else
        readLines(file, visit);
}

void ImportReader::refuse(const std::string& where, const std::string& fault)
{
    if (!m_request.skip_invalid)
        throw DataError(where + ": " + fault + "; correct the file, or skip such lines (skip invalid)");
    ++m_report.skipped;
    if (m_report.skipped_where.size() < skips_told) m_report.skipped_where.emplace_back(where, fault);
}

bool ImportReader::isValid(std::string_view line, const LineReader& reader)
{
    const auto bad = firstInvalidUtf8(line);
    if (bad) refuse(reader.where(), badByte(line, *bad, reader.lineOffset() + static_cast<int64_t>(*bad)));
    return !bad;
}

void ImportReader::readLines(const SourceFile& file, const Visit& visit)
{
    LineReader reader(file.path);
    for (std::string_view line; reader.next(line);) {
        m_advance(reader.bytesRead() - reader.lineOffset());
        if (isValid(line, reader)) visit(file.language, cleanText(line));
    }
}

void ImportReader::readJsonLines(const SourceFile& file, const Visit& visit)
{
    LineReader reader(file.path);
    for (std::string_view line; reader.next(line);) {
        m_advance(reader.bytesRead() - reader.lineOffset());
        if (!isValid(line, reader) || line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        visitObject(std::string(line), file, reader.where(), visit);
    }
}

void ImportReader::visitObject(const std::string& line, const SourceFile& file, const std::string& where,
                               const Visit& visit)
{
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object()) return refuse(where, "is not a JSON object");
    const auto text = json.find(m_request.text_field);
    if (text == json.end() || !text->is_string())
        return refuse(where, "has no text in \"" + m_request.text_field + "\"");
    std::string language = file.language;
    if (language.empty()) {
        auto field = json.find(m_request.language_field);
        if (field == json.end()) field = json.find("lang");
        if (field == json.end() || !field->is_string())
            return refuse(where, "has no language in \"" + m_request.language_field + "\"");
        language = normalisedCode(field->get_ref<const std::string&>());
        if (!isUsableCode(language))
            return refuse(where,
                          "\"" + language + "\" cannot be a language code (letters, digits, '-' and '_', at most 40)");
    }
    visit(language, cleanText(text->get_ref<const std::string&>()));
}

void ImportReader::readPage(const SourceFile& file, const Visit& visit)
{
    m_advance(file.bytes);
    if (file.bytes > largest_page) return refuse(file.path.string(), "is a page of more than 64 MiB");
    const std::string page = readFile(file.path);
    if (const auto bad = firstInvalidUtf8(page)) {
        const auto line = 1 + std::count(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(*bad), '\n');
        return refuse(file.path.string() + ", line " + std::to_string(line),
                      badByte(page, *bad, static_cast<int64_t>(*bad)));
    }
    readHtml(page, [&](std::string_view text) {
        const std::string document = cleanText(text);
        if (hasLetter(document)) visit(file.language, document);
    });
}

} // namespace sy
