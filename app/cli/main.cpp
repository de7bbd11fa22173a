#include "app/cli/verbs.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "switchyard_version.h"

#include <algorithm>
#include <iostream>

namespace {

constexpr int failed = 1;
constexpr int misused = 2;

void addVerbs(CLI::App& app, sy::cli::Action& action)
{
    using namespace sy::cli;
    addCorpusVerbs(app, action);
    addPlanVerb(app, action);
    addSettingsVerb(app, action);
#ifdef SWITCHYARD_ENGINE
    addDoctorVerb(app, action);
    addTrainVerbs(app, action);
#endif
    addControlVerbs(app, action);
    addRunsVerbs(app, action);
    addQueueVerbs(app, action);
#ifdef SWITCHYARD_ENGINE
    addEvaluateVerb(app, action);
    addModelVerbs(app, action);
    addSpecializationVerb(app, action);
    addServeVerb(app, action);
    addCheckpointVerbs(app, action);
    addBenchVerbs(app, action);
#endif
}

/// The first word that is no verb where a verb is due; CLI11 says only that one is required.
std::string unknownVerb(const CLI::App& app, int argc, char** argv)
{
    const CLI::App* at = &app;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word.starts_with("-")) continue;
        const auto verbs = at->get_subcommands([](const CLI::App*) { return true; });
        if (verbs.empty()) return ""; // what follows are the verb's own words
        const auto found = std::ranges::find(verbs, word, [](const CLI::App* verb) { return verb->get_name(); });
        if (found == verbs.end()) return word;
        at = *found;
    }
    return "";
}

int explain(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv)
{
    const auto word = unknownVerb(app, argc, argv);
    if (error.get_exit_code() != 0 && !word.empty()) {
        std::cerr << "switchyard-cli: there is no verb \"" << word << "\" here";
#ifndef SWITCHYARD_ENGINE
        std::cerr << " (this build has no engine: it cannot train or load models)";
#endif
        std::cerr << "; see switchyard-cli --help" << std::endl;
        return misused;
    }
    return app.exit(error) == 0 ? 0 : misused;
}

int runAction(const sy::cli::Action& action)
{
    try {
        return action();
    } catch (const sy::UsageError& error) {
        std::cerr << "switchyard-cli: " << error.what() << std::endl;
        return misused;
    } catch (const std::exception& error) {
        std::cerr << "switchyard-cli: " << error.what() << std::endl;
        return failed;
    }
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Switchyard: train, inspect and compare Switch Transformers", "switchyard-cli");
    app.set_version_flag("--version", std::string(sy::code_version) + " (" + sy::code_revision + ")");
    app.require_subcommand(1);
    bool verbose = false;
    app.add_flag("-v,--verbose", verbose, "log more on standard error");
    sy::cli::Action action;
    addVerbs(app, action);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return explain(app, error, argc, argv);
    }
    if (verbose) sy::setStderrLevel(sy::LogLevel::Debug);
    return runAction(action);
}
