#include "app/cli/format.h"
#include "app/cli/verbs.h"

#include "core/base/error.h"
#include "core/config/config_io.h"
#include "core/text/import.h"
#include "core/text/preview.h"

#include <csignal>
#include <cstdio>
#include <iostream>

#include <unistd.h>

namespace sy::cli {

namespace {

nlohmann::json corpusJson(const Corpus& corpus)
{
    auto languages = nlohmann::json::array();
    for (const auto& l : corpus.languages)
        languages.push_back({{"code", l.code},
                             {"train_documents", l.train_documents},
                             {"valid_documents", l.valid_documents},
                             {"train_bytes", l.train_bytes},
                             {"valid_bytes", l.valid_bytes}});
    return {{"name", corpus.name}, {"hash", corpus.hash}, {"folder", corpus.folder.string()}, {"languages", languages}};
}

std::string languagesText(const Corpus& corpus)
{
    Table table({"language", "documents", "text", "validation"}, {false, true, true, true});
    for (const auto& l : corpus.languages)
        table.row({l.code, std::to_string(l.train_documents), bytesText(static_cast<double>(l.train_bytes)),
                   bytesText(static_cast<double>(l.valid_bytes))});
    return table.text();
}

nlohmann::json reportJson(const ImportReport& report)
{
    auto document = corpusJson(report.corpus);
    auto left_out = nlohmann::json::array(), ignored = nlohmann::json::array(), skipped = nlohmann::json::array();
    for (const auto& l : report.languages)
        if (!l.left_out.empty()) left_out.push_back({{"code", l.code}, {"source", l.source}, {"reason", l.left_out}});
    for (const auto& path : report.ignored) ignored.push_back(path.string());
    for (const auto& [place, fault] : report.skipped_where) skipped.push_back({{"place", place}, {"fault", fault}});
    document["format"] = toString(report.format);
    document["left_out"] = left_out;
    document["ignored"] = ignored;
    document["skipped"] = report.skipped;
    document["skipped_where"] = skipped;
    document["seconds"] = report.seconds;
    return document;
}

void printReport(const ImportReport& report)
{
    std::cout << "Corpus " << report.corpus.name << ": " << report.corpus.languages.size() << " languages in "
              << durationText(report.seconds) << ", format " << toString(report.format) << "\n"
              << languagesText(report.corpus);
    for (const auto& l : report.languages)
        if (!l.left_out.empty()) std::cout << "left out " << l.source << ": " << l.left_out << "\n";
    for (const auto& path : report.ignored) std::cout << "ignored " << path.string() << "\n";
    if (report.skipped > 0) std::cout << "skipped " << report.skipped << " broken lines\n";
    for (const auto& [place, fault] : report.skipped_where) std::cout << "  " << place << ": " << fault << "\n";
    std::cout << "Stored in " << report.corpus.folder.string() << "\n";
}

void showProgress(const ImportProgress& progress)
{
    const double share = progress.bytes_total > 0
                             ? static_cast<double>(progress.bytes_read) / static_cast<double>(progress.bytes_total)
                             : 0;
    std::fprintf(stderr, "\r\033[Kreading %s  %s  %lld documents", progress.language.c_str(),
                 percentText(share, 0).c_str(), static_cast<long long>(progress.documents));
    std::fflush(stderr);
}

/// For programs: one JSON document a line, with the fields of ImportProgress.
void writeProgress(const ImportProgress& progress)
{
    const nlohmann::json line = {{"bytes_read", progress.bytes_read},
                                 {"bytes_total", progress.bytes_total},
                                 {"documents", progress.documents},
                                 {"language", progress.language}};
    std::fputs((line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n").c_str(), stderr);
    std::fflush(stderr);
}

volatile std::sig_atomic_t cancelled = 0;

/// SIGINT and SIGTERM end the import by an exception, so that its temporary folder goes.
std::function<void(const ImportProgress&)> cancellable(std::function<void(const ImportProgress&)> show)
{
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, [](int) { cancelled = 1; });
    return [show = std::move(show)](const ImportProgress& progress) {
        if (cancelled) throw DataError("the import was cancelled: nothing was kept of it");
        if (show) show(progress);
    };
}

void addImport(CLI::App& corpus, Action& action)
{
    Verb verb(corpus, action, "import", "take text in: a folder or file per language, JSON lines, or an HTML tree");
    verb.givesJson();
    auto request = std::make_shared<ImportRequest>();
    auto format = std::make_shared<std::string>("auto");
    auto progress = std::make_shared<bool>(false);
    verb.app->add_option("PATH", request->source, "a folder or a file")->required();
    verb.app->add_option("--name", request->name, "the corpus's name")->required();
    verb.app->add_option("--format", *format, "auto, folders, files, jsonl or html");
    verb.app->add_flag("--replace", request->replace, "replace the corpus of that name");
    verb.app->add_flag("--skip-invalid", request->skip_invalid, "skip and count lines that are not UTF-8 or not JSON");
    verb.app->add_option("--valid-share", request->valid_share,
                         "share of documents for validation where the source gives no split");
    verb.app->add_option("--min-documents", request->min_documents, "leave out languages with fewer");
    verb.app->add_option("--min-bytes", request->min_bytes, "leave out languages with less text");
    verb.app->add_option("--language-field", request->language_field, "of JSON lines");
    verb.app->add_option("--text-field", request->text_field, "of JSON lines");
    verb.app->add_flag("--progress", *progress, "progress on standard error, a JSON document a line");
    verb.does([request, format, progress, common = verb.common] {
        request->format = importFormat(*format);
        const bool terminal = isatty(STDERR_FILENO) != 0 && !*progress;
        std::function<void(const ImportProgress&)> show;
        if (*progress) show = writeProgress;
        if (terminal) show = showProgress;
        const auto report = importCorpus(*request, cancellable(show));
        if (terminal) std::fputs("\r\033[K", stderr);
        if (common->json)
            printJson(reportJson(report));
        else
            printReport(report);
        return 0;
    });
}

void printPreview(const TextPreview& preview)
{
    std::cout << "tokenizer: " << preview.vocab_size << " pieces, " << preview.sentinels << " of them sentinels, "
              << preview.tokenizer_file << "\n\n";
    Table languages({"language", "tokens", "validation", "sampled"}, {false, true, true, true});
    for (const auto& l : preview.languages)
        languages.row({l.code, std::to_string(l.tokens_train), std::to_string(l.tokens_valid), percentText(l.weight)});
    std::cout << languages.text();
    for (const auto& l : preview.languages)
        for (const auto& line : l.lines) std::cout << l.code << "  " << line << "\n";
    if (!preview.pieces.empty()) std::cout << "\n";
    for (const auto& p : preview.pieces) std::cout << p.piece << " ";
    std::cout << "\n\nfirst training batch\n";
    for (const auto& row : preview.batch)
        std::cout << row.language << "  input   " << row.input << "\n"
                  << padded("", displayWidth(row.language)) << "  target  " << row.target << "\n";
}

void addPreview(CLI::App& corpus, Action& action)
{
    Verb verb(corpus, action, "preview", "what a trainer will read: tokens, sampling weights, the first batch");
    verb.givesJson();
    auto config = std::make_shared<std::string>();
    auto assignments = std::make_shared<std::vector<std::string>>();
    auto request = std::make_shared<PreviewRequest>();
    takesConfig(verb, *config, *assignments);
    verb.app->add_option("--text", request->text, "a text to split into tokens");
    verb.app->add_option("--rows", request->rows, "rows of the first batch (8)");
    verb.app->add_option("--lines", request->lines, "sample lines per language (3)");
    verb.does([config, assignments, request, common = verb.common] {
        const auto preview = previewText(loadConfig(*config, *assignments), *request);
        if (common->json)
            printJson(toJson(preview));
        else
            printPreview(preview);
        return 0;
    });
}

int list(bool json)
{
    const auto corpora = listCorpora();
    auto document = nlohmann::json::array();
    Table table({"name", "languages", "documents", "text"}, {false, true, true, true});
    for (const auto& corpus : corpora) {
        document.push_back(corpusJson(corpus));
        int64_t documents = 0, bytes = 0;
        for (const auto& l : corpus.languages) documents += l.train_documents, bytes += l.train_bytes;
        table.row({corpus.name, std::to_string(corpus.languages.size()), std::to_string(documents),
                   bytesText(static_cast<double>(bytes))});
    }
    if (json)
        printJson(document);
    else if (corpora.empty())
        std::cout << "No corpora yet. Import one: switchyard-cli corpus import PATH --name NAME\n";
    else
        std::cout << table.text();
    return 0;
}

} // namespace

void addCorpusVerbs(CLI::App& app, Action& action)
{
    auto* corpus = app.add_subcommand("corpus", "import, list and show corpora");
    corpus->require_subcommand(1);
    addImport(*corpus, action);
    addPreview(*corpus, action);

    Verb all(*corpus, action, "list", "every imported corpus");
    all.givesJson();
    all.does([common = all.common] { return list(common->json); });

    Verb one(*corpus, action, "show", "one corpus: languages and sizes");
    one.givesJson();
    auto name = std::make_shared<std::string>();
    one.app->add_option("NAME", *name, "the corpus's name")->required();
    one.does([name, common = one.common] {
        const auto opened = openCorpus(*name);
        if (common->json)
            printJson(corpusJson(opened));
        else
            std::cout << languagesText(opened) << opened.folder.string() << "\n";
        return 0;
    });
}

} // namespace sy::cli
