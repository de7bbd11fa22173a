#include "app/cli/format.h"
#include "app/cli/run_summary.h"
#include "app/cli/verbs.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/config/config_io.h"
#include "core/store/queue_rows.h"
#include "core/train/trainer.h"

#include <cmath>
#include <cstdio>
#include <iostream>

#include <unistd.h>

namespace sy::cli {

namespace {

struct TrainOptions {
    std::string config = "demo", name, preset;
    std::vector<std::string> assignments, tags;
    bool quiet = false;
};

std::string progressText(const TrainProgress& p)
{
    const std::string step = "step " + std::to_string(p.step) + "/" + std::to_string(p.steps);
    if (p.stage != "training") return step + "  " + p.stage + " …";
    return step + "  loss " + fixed(p.cross_entropy, 3) + "  ppl " + fixed(std::exp(p.cross_entropy), 1) + "  " +
           countText(p.tokens_per_second) + " tokens/s  dropped " + percentText(p.drop_rate) + "  " +
           durationText(p.seconds_left) + " left";
}

/// One line on a terminal that is written over; a line now and then elsewhere.
class ProgressLine {
public:
    explicit ProgressLine(bool quiet) : m_quiet(quiet), m_terminal(isatty(STDERR_FILENO) != 0)
    {
        if (m_terminal && !m_quiet) m_sink = addLogSink([this](const LogLine& line) { clearFor(line); });
    }
    ~ProgressLine()
    {
        if (m_sink) removeLogSink(m_sink);
        if (m_shown) std::fputs("\n", stderr);
    }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const TrainProgress& progress)
    {
        if (m_quiet) return;
        const auto text = progressText(progress);
        if (m_terminal) {
            std::fprintf(stderr, "\r\033[K%s", text.c_str());
            m_shown = true;
        } else if (progress.stage != "training" || due()) {
            std::fprintf(stderr, "%s\n", text.c_str());
        }
        std::fflush(stderr);
    }

private:
    bool due()
    {
        const int64_t now = nowMs();
        if (now - m_last < 5000) return false;
        m_last = now;
        return true;
    }
    void clearFor(const LogLine&)
    {
        if (m_shown) std::fputs("\n", stderr);
        m_shown = false;
    }

    bool m_quiet, m_terminal, m_shown = false;
    int m_sink = 0;
    int64_t m_last = 0;
};

int report(const StorePaths& paths, const TrainOutcome& outcome, bool json)
{
    if (json)
        printJson({{"run", outcome.run},
                   {"name", outcome.name},
                   {"status", toString(outcome.status)},
                   {"step", outcome.step}});
    else
        std::cout << runSummaryText(Store::openExisting(paths), outcome.run);
    if (outcome.status != RunStatus::Failed) return 0;
    std::cerr << "switchyard-cli: run " << outcome.name << " failed: " << outcome.failure << std::endl;
    return 1;
}

void addTrain(CLI::App& app, Action& action)
{
    Verb verb(app, action, "train", "train a new run, in the foreground");
    verb.takesStore().givesJson();
    auto options = std::make_shared<TrainOptions>();
    takesConfig(verb, options->config, options->assignments);
    verb.app->add_option("--name", options->name, "the run's name; must be free (default: after the configuration)");
    verb.app->add_option("--tag", options->tags, "a tag of the run")->allow_extra_args(false);
    verb.app->add_option("--preset", options->preset, "the preset that a file started from, recorded with the run");
    verb.app->add_flag("--quiet", options->quiet, "no progress line");
    verb.does([options, common = verb.common] {
        const auto paths = common->paths();
        TrainRequest request{loadConfig(options->config, options->assignments),
                             options->preset.empty() ? presetOf(options->config) : options->preset, options->name,
                             options->tags};
        if (request.name.empty()) request.name = freeRunName(Store::open(paths), fs::path(options->config).stem());
        TrainOutcome outcome;
        {
            ProgressLine line(options->quiet);
            outcome = train(paths, request, [&](const TrainProgress& progress) { line.show(progress); });
        }
        return report(paths, outcome, common->json);
    });
}

void addResume(CLI::App& app, Action& action)
{
    Verb verb(app, action, "resume", "go on with a run from its last checkpoint, to the same numbers");
    verb.takesStore().givesJson();
    auto run = std::make_shared<std::string>();
    auto quiet = std::make_shared<bool>(false);
    verb.app->add_option("RUN", *run, "a run's id or name")->required();
    verb.app->add_flag("--quiet", *quiet, "no progress line");
    verb.does([run, quiet, common = verb.common] {
        const auto paths = common->paths();
        TrainOutcome outcome;
        {
            ProgressLine line(*quiet);
            outcome = resumeTraining(paths, *run, [&](const TrainProgress& progress) { line.show(progress); });
        }
        return report(paths, outcome, common->json);
    });
}

} // namespace

void addTrainVerbs(CLI::App& app, Action& action)
{
    addTrain(app, action);
    addResume(app, action);
}

} // namespace sy::cli
