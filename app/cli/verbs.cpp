#include "app/cli/verbs.h"

#include "core/config/config_io.h"

#include <cmath>
#include <iostream>

namespace sy::cli {

StorePaths Common::paths() const
{
    return store.empty() ? StorePaths::inHome() : StorePaths::ofFile(store);
}

Verb::Verb(CLI::App& parent, Action& action, const std::string& name, const std::string& description)
    : app(parent.add_subcommand(name, description)), chosen(&action)
{
}

Verb& Verb::takesStore()
{
    app->add_option("--store", common->store, "the store's file; checkpoints lie beside it")->type_name("FILE");
    return *this;
}

Verb& Verb::givesJson()
{
    app->add_flag("--json", common->json, "one JSON document on standard output");
    return *this;
}

void Verb::does(Action action) const
{
    app->callback([chosen = chosen, action = std::move(action)] { *chosen = action; });
}

void takesConfig(const Verb& verb, std::string& config, std::vector<std::string>& assignments)
{
    verb.app->add_option("CONFIG", config, "a JSON file or a preset's name")->required();
    verb.app->add_option("--set", assignments, "PATH=VALUE overrides a setting")->allow_extra_args(false);
}

std::string presetOf(const std::string& config)
{
    for (const auto& preset : presets())
        if (preset.name == config) return preset.name;
    return "";
}

void printJson(const nlohmann::json& document)
{
    std::cout << document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
}

} // namespace sy::cli
