#include "core/text/import.h"

#include "core/base/error.h"
#include "core/text/corpus_manifest.h"
#include "core/text/import_reader.h"
#include "core/text/language_writer.h"
#include "core/text/locale_codes.h"
#include "core/text/repeat_filter.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>

#include <fcntl.h>

namespace sy {

namespace {

constexpr int64_t html_min_bytes = 100'000;
constexpr int64_t progress_step = int64_t{1} << 20;

/// A folder that goes with its owner, unless it was published.
class TemporaryFolder {
public:
    explicit TemporaryFolder(fs::path path) : m_path(std::move(path))
    {
        fs::remove_all(m_path); // of an import that was killed
        fs::create_directories(m_path);
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

class Importer {
public:
    Importer(const ImportRequest& request, const std::function<void(const ImportProgress&)>& progress)
        : m_request(request), m_progress(progress), m_sources(findSources(request)),
          m_folder(corporaDirectory() / (".import-" + request.name)),
          m_reader(request, m_report, [this](int64_t bytes) { advance(bytes); })
    {
        m_report.format = m_sources.format;
        m_report.ignored = m_sources.ignored;
        m_now.bytes_total = m_sources.bytes;
    }

    ImportReport run()
    {
        const auto started = std::chrono::steady_clock::now();
        requireFreeSpace(m_folder.path(), static_cast<uint64_t>(m_sources.bytes));
        readAll();
        settleLanguages();
        publish();
        m_report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        return std::move(m_report);
    }

private:
    bool isBase(const std::string& language) const
    {
        return language == m_request.base_language || language.rfind(m_request.base_language + "-", 0) == 0;
    }

    LanguageWriter& writer(const std::string& language)
    {
        auto& place = m_writers[language];
        if (!place) place = std::make_unique<LanguageWriter>(m_folder.path() / language, m_request.valid_share);
        return *place;
    }

    void readAll()
    {
        auto& files = m_sources.files;
        if (m_sources.format == ImportFormat::Html) // what others repeat must be known first
            std::stable_partition(files.begin(), files.end(),
                                  [&](const SourceFile& file) { return isBase(file.language); });
        for (const auto& language : m_sources.languages) writer(language);
        for (size_t i = 0; i < files.size(); ++i) {
            const SourceFile& file = files[i];
            m_now.language = file.language;
            m_reader.read(file, m_sources.format, [&](const std::string& language, const std::string& document) {
                add(language, document, file.split);
            });
            const bool last = i + 1 == files.size() || files[i + 1].language != file.language;
            if (last && !file.language.empty()) writer(file.language).finish();
        }
        for (const auto& [language, out] : m_writers)
            if (out->language().train_sha256.empty()) out->finish();
        if (m_progress) m_progress(m_now);
    }

    void add(const std::string& language, const std::string& document, SplitRule split)
    {
        auto& out = writer(language);
        if (document.empty()) return;
        if (m_sources.format == ImportFormat::Html) {
            if (isBase(language))
                m_base.learn(document);
            else if (m_base.repeats(document))
                return out.countRepeat();
        }
        out.add(document, split);
        ++m_now.documents;
    }

    void advance(int64_t bytes)
    {
        m_now.bytes_read += bytes;
        if (!m_progress || m_now.bytes_read < m_next_progress) return;
        m_next_progress = m_now.bytes_read + progress_step;
        m_progress(m_now);
    }

    /// Why a language is not imported; empty = it is.
    std::string reasonToLeaveOut(const LanguageWriter& out, const std::string& language) const
    {
        const bool html = m_sources.format == ImportFormat::Html;
        if (out.language().train_documents == 0) {
            const std::string text = out.documents() > 0 ? "training text" : "text";
            if (!html)
                throw DataError("language \"" + language + "\" in " + m_request.source.string() + " has no " + text +
                                (out.documents() > 0 ? " that is not in its validation text too" : "") +
                                ": add some, or take it away");
            return out.repeats() > 0 ? "has nothing but repeats of " + m_request.base_language : "has no text";
        }
        const int64_t min_bytes = m_request.min_bytes.value_or(html ? html_min_bytes : 0);
        if (out.documents() < m_request.min_documents)
            return "has " + std::to_string(out.documents()) + " documents, fewer than " +
                   std::to_string(m_request.min_documents);
        if (out.bytes() < min_bytes)
            return "has " + std::to_string(out.bytes()) + " bytes, fewer than " + std::to_string(min_bytes);
        return "";
    }

    void settleLanguages()
    {
        std::set<std::string> codes;
        for (const auto& entry : m_writers) codes.insert(entry.first);
        const auto reduced = reducedCodes(codes);
        for (const auto& [source, out] : m_writers) {
            const std::string& code = reduced.at(source);
            const std::string reason = reasonToLeaveOut(*out, source);
            m_report.languages.push_back(
                {code, source, out->documents(), out->bytes(), out->duplicates(), out->repeats(), reason});
            if (!reason.empty()) {
                fs::remove_all(out->folder());
                continue;
            }
            if (code != source) fs::rename(out->folder(), m_folder.path() / code);
            m_report.corpus.languages.push_back(out->language());
            m_report.corpus.languages.back().code = code;
        }
        const auto by_code = [](const auto& a, const auto& b) { return a.code < b.code; };
        std::sort(m_report.languages.begin(), m_report.languages.end(), by_code);
        std::sort(m_report.corpus.languages.begin(), m_report.corpus.languages.end(), by_code);
        if (!m_report.corpus.languages.empty()) return;
        throw DataError("nothing to import from " + m_request.source.string() +
                        (m_report.languages.empty() ? ": it has no text"
                                                    : ": language \"" + m_report.languages[0].source + "\" " +
                                                          m_report.languages[0].left_out));
    }

    void publish()
    {
        auto& corpus = m_report.corpus;
        corpus.name = m_request.name;
        corpus.folder = corporaDirectory() / corpus.name;
        corpus.hash = corpusHash(corpus.languages);
        auto manifest = manifestToJson(corpus);
        manifest["import"] = {{"format", toString(m_report.format)},
                              {"valid_share", m_request.valid_share},
                              {"skipped", m_report.skipped}};
        writeFileAtomically(m_folder.path() / "manifest.json", manifest.dump(2) + "\n");
        // An old corpus changes places with the new one in one step and goes with the temporary folder.
        const auto from = m_folder.path(), to = corpus.folder;
        if (m_request.replace && fs::exists(to) &&
            ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0)
            return syncDirectory(corporaDirectory());
        if (m_request.replace) fs::remove_all(to);
        fs::rename(from, to);
        syncDirectory(corporaDirectory());
    }

    const ImportRequest& m_request;
    const std::function<void(const ImportProgress&)>& m_progress;
    ImportSources m_sources;
    ImportReport m_report;
    ImportProgress m_now;
    int64_t m_next_progress = progress_step;
    TemporaryFolder m_folder;
    ImportReader m_reader;
    std::map<std::string, std::unique_ptr<LanguageWriter>> m_writers;
    RepeatFilter m_base;
};

void requireSensible(const ImportRequest& request)
{
    requireCorpusName(request.name);
    if (!(request.valid_share > 0 && request.valid_share < 1))
        throw DataError("the validation share must be above 0 and below 1, got " + std::to_string(request.valid_share));
}

void requireFreeName(const ImportRequest& request)
{
    if (request.replace || !fs::exists(corporaDirectory() / request.name)) return;
    throw DataError("there is a corpus \"" + request.name + "\" already: choose another name, or replace it");
}

} // namespace

ImportReport importCorpus(const ImportRequest& request, const std::function<void(const ImportProgress&)>& progress)
{
    requireSensible(request);
    requireFreeName(request);
    try {
        fs::create_directories(corporaDirectory());
        const auto lock = FileLock::tryLock(corporaDirectory() / (".import-" + request.name + ".lock"));
        if (!lock)
            throw DataError("another import of corpus \"" + request.name +
                            "\" is running: wait for it, or choose another name");
        requireFreeName(request);
        return Importer(request, progress).run();
    } catch (const fs::filesystem_error& error) {
        throw DataError("cannot import " + request.source.string() + " as corpus \"" + request.name +
                        "\": " + error.what());
    }
}

} // namespace sy
