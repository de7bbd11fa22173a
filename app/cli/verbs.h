// The command line's verbs: one file each, no logic that core lacks.
#pragma once

#include "core/store/store.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sy::cli {

/// What the chosen verb will do; its result is the exit status.
using Action = std::function<int()>;

/// The options that several verbs share.
struct Common {
    bool json = false;
    std::string store; ///< --store FILE; empty = the home directory's

    StorePaths paths() const;
};

/// A verb: its options live as long as the program, its action runs after the whole line was understood.
struct Verb {
    CLI::App* app = nullptr;
    std::shared_ptr<Common> common = std::make_shared<Common>();
    Action* chosen = nullptr;

    Verb(CLI::App& parent, Action& action, const std::string& name, const std::string& description);
    Verb& takesStore(); ///< --store FILE
    Verb& givesJson();  ///< --json
    void does(Action action) const;
};

/// CONFIG and `--set PATH=VALUE`, written into variables that live as long as the verb's action.
void takesConfig(const Verb& verb, std::string& config, std::vector<std::string>& assignments);

/// The name, where CONFIG is a preset's; empty for a file.
std::string presetOf(const std::string& config);

/// One JSON document on standard output. Numbers that are not finite become null.
void printJson(const nlohmann::json& document);

// Verbs that need no Torch.
void addCorpusVerbs(CLI::App& app, Action& action);
void addPlanVerb(CLI::App& app, Action& action);
void addRunsVerbs(CLI::App& app, Action& action);
void addControlVerbs(CLI::App& app, Action& action);
void addQueueVerbs(CLI::App& app, Action& action);
void addBundleVerbs(CLI::App& runs, Action& action); // of `runs`
void addSettingsVerb(CLI::App& app, Action& action);

// Verbs of the engine.
void addTrainVerbs(CLI::App& app, Action& action);
void addEvaluateVerb(CLI::App& app, Action& action);
void addModelVerbs(CLI::App& app, Action& action);
void addServeVerb(CLI::App& app, Action& action);
void addSpecializationVerb(CLI::App& app, Action& action);
void addDoctorVerb(CLI::App& app, Action& action);
void addBenchVerbs(CLI::App& app, Action& action);
void addCheckpointVerbs(CLI::App& app, Action& action);

} // namespace sy::cli
