#include "core/text/import_sources.h"

#include "core/base/error.h"
#include "core/text/line_reader.h"
#include "core/text/locale_codes.h"

#include <algorithm>
#include <array>
#include <set>

namespace sy {

namespace {

constexpr std::array format_names = {std::pair{ImportFormat::Auto, "auto"}, std::pair{ImportFormat::Folders, "folders"},
                                     std::pair{ImportFormat::Files, "files"},
                                     std::pair{ImportFormat::JsonLines, "jsonl"},
                                     std::pair{ImportFormat::Html, "html"}};

bool startsWith(const std::string& text, std::string_view start)
{
    return text.compare(0, start.size(), start) == 0;
}

bool isText(const fs::path& file)
{
    return file.extension() == ".txt" || file.extension() == ".jsonl";
}
bool isHtml(const fs::path& file)
{
    return file.extension() == ".html" || file.extension() == ".htm" || file.extension() == ".xhtml";
}

std::vector<fs::path> sortedEntries(const fs::path& folder)
{
    std::vector<fs::path> entries;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().filename().string()[0] != '.') entries.push_back(entry.path());
    std::sort(entries.begin(), entries.end());
    return entries;
}

std::vector<fs::path> filesBelow(const fs::path& folder)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().filename().string()[0] != '.') files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::optional<SplitRule> splitOfName(const std::string& name)
{
    if (startsWith(name, "test")) return std::nullopt;
    return startsWith(name, "train")   ? SplitRule::Train
           : startsWith(name, "valid") ? SplitRule::Valid
                                       : SplitRule::ByHash;
}

/// Training files without validation files (or the reverse) are no split: divide all by hash.
void requireBothSplits(std::vector<SourceFile>& files)
{
    const auto has = [&](SplitRule rule) {
        return std::any_of(files.begin(), files.end(), [&](const SourceFile& file) { return file.split == rule; });
    };
    if (has(SplitRule::Train) && has(SplitRule::Valid)) return;
    for (auto& file : files) file.split = SplitRule::ByHash;
}

void addLanguage(ImportSources& sources, const std::string& code, std::vector<SourceFile> files)
{
    requireBothSplits(files);
    std::stable_sort(files.begin(), files.end(), [](const SourceFile& a, const SourceFile& b) {
        return (a.split == SplitRule::Valid) > (b.split == SplitRule::Valid);
    });
    for (auto& file : files) {
        file.bytes = static_cast<int64_t>(fs::file_size(file.path));
        sources.bytes += file.bytes;
    }
    sources.files.insert(sources.files.end(), files.begin(), files.end());
    sources.languages.push_back(code);
}

using FilesOfLanguage = std::map<std::string, std::vector<SourceFile>>;

ImportSources grouped(ImportFormat format, FilesOfLanguage languages, std::vector<fs::path> ignored)
{
    ImportSources sources;
    sources.format = format;
    sources.ignored = std::move(ignored);
    for (auto& [code, files] : languages) addLanguage(sources, code, std::move(files));
    return sources;
}

/// A folder per language, of text files or of pages.
ImportSources languageFolders(const fs::path& source, ImportFormat format)
{
    FilesOfLanguage languages;
    std::vector<fs::path> ignored;
    for (const auto& entry : sortedEntries(source)) {
        const std::string name = entry.filename().string();
        if (!fs::is_directory(entry) || !isUsableCode(name)) {
            ignored.push_back(entry);
            continue;
        }
        const std::string code = normalisedCode(name);
        std::vector<SourceFile> files;
        std::vector<fs::path> others;
        for (const auto& file : filesBelow(entry)) {
            const auto split = splitOfName(file.filename().string());
            if (format == ImportFormat::Html && isHtml(file))
                files.push_back({file, code});
            else if (format == ImportFormat::Folders && isText(file) && split)
                files.push_back({file, code, *split});
            else if (format == ImportFormat::Folders)
                others.push_back(file);
        }
        if (files.empty() && !looksLikeLanguageCode(name)) {
            ignored.push_back(entry);
            continue;
        }
        auto& all = languages[code];
        all.insert(all.end(), files.begin(), files.end());
        ignored.insert(ignored.end(), others.begin(), others.end());
    }
    return grouped(format, std::move(languages), std::move(ignored));
}

/// en.txt, de.jsonl, fr.train.txt, fr.valid.txt
ImportSources languageFiles(const fs::path& source)
{
    FilesOfLanguage languages;
    std::vector<fs::path> ignored;
    for (const auto& entry : sortedEntries(source)) {
        const std::string stem = entry.stem().string();
        const size_t dot = stem.find('.');
        const std::string code = normalisedCode(stem.substr(0, dot));
        const auto split = splitOfName(dot == std::string::npos ? "" : stem.substr(dot + 1));
        if (fs::is_regular_file(entry) && isText(entry) && looksLikeLanguageCode(code) && split)
            languages[code].push_back({entry, code, *split});
        else
            ignored.push_back(entry);
    }
    return grouped(ImportFormat::Files, std::move(languages), std::move(ignored));
}

/// One file, or a folder of them; valid* files are the validation split where train* files are there too.
ImportSources jsonLines(const fs::path& source)
{
    ImportSources sources;
    sources.format = ImportFormat::JsonLines;
    std::vector<SourceFile> files;
    const auto entries = fs::is_directory(source) ? sortedEntries(source) : std::vector<fs::path>{source};
    for (const auto& entry : entries) {
        const auto split = splitOfName(entry.filename().string());
        if (fs::is_regular_file(entry) && (entry == source || (entry.extension() == ".jsonl" && split)))
            files.push_back({entry, "", split.value_or(SplitRule::ByHash)});
        else
            sources.ignored.push_back(entry);
    }
    if (!files.empty()) addLanguage(sources, "", std::move(files));
    sources.languages.clear();
    return sources;
}

/// Whether the first line of a .jsonl file names its language: "all.jsonl" is no language, though it could be one.
bool namesLanguages(const fs::path& file, const ImportRequest& request)
{
    if (file.extension() != ".jsonl") return false;
    LineReader reader(file);
    std::string_view line;
    while (reader.next(line) && line.find_first_not_of(" \t\r") == std::string_view::npos) {
    }
    const auto json = nlohmann::json::parse(line, nullptr, false);
    return json.is_object() && (json.contains(request.language_field) || json.contains("lang"));
}

ImportFormat detectFormat(const fs::path& source, const ImportRequest& request)
{
    if (fs::is_regular_file(source)) return ImportFormat::JsonLines;
    bool folders = false, files = false, lines = false;
    for (const auto& entry : sortedEntries(source)) {
        if (fs::is_directory(entry) && isUsableCode(entry.filename().string())) {
            const auto below = filesBelow(entry);
            if (std::any_of(below.begin(), below.end(), isText))
                folders = true;
            else if (std::any_of(below.begin(), below.end(), isHtml))
                return ImportFormat::Html;
        } else if (fs::is_regular_file(entry) && isText(entry)) {
            const std::string stem = entry.stem().string();
            if (namesLanguages(entry, request))
                lines = true;
            else if (looksLikeLanguageCode(stem.substr(0, stem.find('.'))))
                files = true;
        }
    }
    return folders ? ImportFormat::Folders
           : lines ? ImportFormat::JsonLines
           : files ? ImportFormat::Files
                   : ImportFormat::Auto;
}

ImportSources sourcesOf(ImportFormat format, const fs::path& source)
{
    switch (format) {
    case ImportFormat::Files:
        return languageFiles(source);
    case ImportFormat::JsonLines:
        return jsonLines(source);
    default:
        return languageFolders(source, format);
    }
}

} // namespace

std::string_view toString(ImportFormat format)
{
    for (const auto& [value, name] : format_names)
        if (value == format) return name;
    return "?";
}

ImportFormat importFormat(std::string_view name)
{
    std::string names;
    for (const auto& [value, known] : format_names) {
        if (name == known) return value;
        names += (names.empty() ? "" : ", ") + std::string(known);
    }
    throw DataError("\"" + std::string(name) + "\" is not an import format; there are " + names);
}

ImportSources findSources(const ImportRequest& request)
{
    const auto& source = request.source;
    if (!fs::exists(source)) throw DataError("cannot import " + source.string() + ": there is no such file or folder");
    const auto format = request.format == ImportFormat::Auto ? detectFormat(source, request) : request.format;
    if (format != ImportFormat::Auto && format != ImportFormat::JsonLines && !fs::is_directory(source))
        throw DataError("cannot import " + source.string() + " as " + std::string(toString(format)) +
                        ": it is not a folder");
    auto sources = format == ImportFormat::Auto ? ImportSources{} : sourcesOf(format, source);
    if (!sources.files.empty()) return sources;
    if (!sources.languages.empty())
        throw DataError("language \"" + sources.languages.front() + "\" in " + source.string() + " has no text");
    throw DataError(
        "cannot import " + source.string() +
        (format == ImportFormat::Auto ? "" : " as " + std::string(toString(format))) +
        ": nothing there is a folder per language with .txt, .jsonl or .html files (en/, de-DE/), a file per "
        "language (en.txt, de.jsonl) or JSON lines with a language field");
}

} // namespace sy
