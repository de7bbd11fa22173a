#include "app/cli/verbs.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "switchyard_version.h"

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
#ifdef SWITCHYARD_ENGINE
    addModelVerbs(app, action);
    addCheckpointVerbs(app, action);
    addBenchVerbs(app, action);
#endif
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
        return app.exit(error) == 0 ? 0 : misused;
    }
    if (verbose) sy::setStderrLevel(sy::LogLevel::Debug);
    return runAction(action);
}
