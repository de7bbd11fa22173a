// runs export, runs import: runs on their way between machines.
#include "app/cli/format.h"
#include "app/cli/verbs.h"

#include "core/base/error.h"
#include "core/store/bundle.h"

#include <fstream>
#include <iostream>

#include <unistd.h>

namespace sy::cli {

namespace {

constexpr const char* standard_stream = "-";

struct BundleWords {
    std::vector<std::string> runs;
    std::string file, since;
    bool checkpoints = false;
};

/// A file beside the store that goes with the scope: a slow pipe must not keep the store's picture open.
class PassingFile {
public:
    explicit PassingFile(const StorePaths& paths)
        : m_path(paths.database.parent_path() / ("bundle-" + newUlid() + ".tmp"))
    {
        std::error_code code;
        fs::create_directories(m_path.parent_path(), code);
    }
    ~PassingFile()
    {
        std::error_code ignored;
        fs::remove(m_path, ignored);
    }
    PassingFile(const PassingFile&) = delete;
    PassingFile& operator=(const PassingFile&) = delete;
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

void copyStream(std::istream& in, std::ostream& out, const std::string& what)
{
    std::string buffer(1 << 20, '\0');
    while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0)
        if (!out.write(buffer.data(), in.gcount())) throw Error("cannot write " + what);
    if (!out.flush()) throw Error("cannot write " + what);
}

/// On a terminal alone.
BundleProgress progressLine(const char* what)
{
    if (isatty(STDERR_FILENO) == 0) return {};
    return [what, shown = std::make_shared<int>(-1)](double share) {
        const int percent = static_cast<int>(100 * share);
        if (percent == *shown) return;
        *shown = percent;
        std::cerr << "\r\033[K" << what << " " << percent << " %" << (percent == 100 ? "\n" : "") << std::flush;
    };
}

nlohmann::json reportJson(const BundleReport& report)
{
    return {{"runs", report.runs},       {"rows", report.rows},       {"bytes", report.bytes},
            {"created", report.created}, {"updated", report.updated}, {"unchanged", report.unchanged}};
}

std::string countOf(size_t number, const char* thing)
{
    return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

int exportRuns(const Common& common, const BundleWords& words)
{
    const auto paths = common.paths();
    const bool piped = words.file == standard_stream;
    if (piped && isatty(STDOUT_FILENO) != 0) throw UsageError("a bundle is not for a terminal: name a file, or a pipe");
    BundleOptions options;
    options.checkpoints = words.checkpoints;
    if (!words.since.empty() && fs::exists(words.since)) options.since = words.since;
    const PassingFile passing(paths);
    const auto report = exportBundle(paths, words.runs, piped ? passing.path() : fs::path(words.file), options,
                                     progressLine("exporting"));
    if (piped) {
        std::ifstream in(passing.path(), std::ios::binary);
        copyStream(in, std::cout, "to standard output");
    }
    if (common.json && !piped)
        printJson(reportJson(report));
    else
        std::cerr << countOf(report.runs.size(), "run") << ", " << countOf(static_cast<size_t>(report.rows), "row")
                  << ", " << bytesText(static_cast<double>(report.bytes)) << std::endl;
    return 0;
}

int importRuns(const Common& common, const BundleWords& words)
{
    const auto paths = common.paths();
    const bool piped = words.file == standard_stream;
    const PassingFile passing(paths);
    if (piped) {
        std::ofstream out(passing.path(), std::ios::binary);
        copyStream(std::cin, out, passing.path().string());
    }
    const auto report = importBundle(paths, piped ? passing.path() : fs::path(words.file), progressLine("importing"));
    if (common.json) {
        printJson(reportJson(report));
        return 0;
    }
    const auto store = Store::openExisting(paths);
    const auto show = [&](const char* what, const std::vector<std::string>& ids) {
        for (const auto& id : ids) std::cout << what << store.run(id).name << "  (" << id << ")\n";
    };
    show("new        ", report.created);
    show("updated    ", report.updated);
    show("unchanged  ", report.unchanged);
    return 0;
}

} // namespace

void addBundleVerbs(CLI::App& runs, Action& action)
{
    auto words = std::make_shared<BundleWords>();
    Verb out(runs, action, "export", "write runs into one file for another machine; growing ones as they are now");
    out.takesStore().givesJson();
    out.app->add_option("RUN", words->runs, "ids or names")->required();
    out.app->add_option("--output", words->file, "the bundle; - = standard output")->required()->type_name("FILE");
    out.app->add_flag("--checkpoints", words->checkpoints, "with the files of their checkpoints");
    out.app->add_option("--since", words->since, "an earlier bundle: only later rows; where it is missing, all")
        ->type_name("FILE");
    out.app->footer("Follow a run on a server, from the second call on its new rows alone:\n"
                    "  ssh SERVER 'switchyard-cli runs export RUN --since f.sybundle --output f.sybundle && cat "
                    "f.sybundle' | switchyard-cli runs import -");
    out.does([words, common = out.common] { return exportRuns(*common, *words); });

    auto from = std::make_shared<BundleWords>();
    Verb in(runs, action, "import", "take a bundle in; later rows of runs that are here already");
    in.takesStore().givesJson();
    in.app->add_option("FILE", from->file, "the bundle; - = standard input")->required();
    in.does([from, common = in.common] { return importRuns(*common, *from); });
}

} // namespace sy::cli
