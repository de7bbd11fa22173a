#include "app/cli/format.h"
#include "app/cli/verbs.h"

#include "core/base/error.h"
#include "core/config/config_io.h"
#include "core/config/cost_plan.h"
#include "core/config/expected_drops.h"
#include "core/config/step_time.h"

#include <iostream>

namespace sy::cli {

namespace {

struct PlanOptions {
    std::string config;
    std::vector<std::string> assignments;
};

/// Null where `doctor` has not measured this machine.
nlohmann::json measuredStepSeconds(const StorePaths& paths, const ExperimentConfig& config, const CostPlan& plan)
{
    if (!fs::exists(paths.database)) return nullptr;
    for (const auto& device : Store::openExisting(paths).machines()) {
        if (device.host != thisHost() || device.device != deviceName(config.device)) continue;
        if (const auto seconds = stepSeconds(config, plan, device.matrix_peak)) return *seconds;
    }
    return nullptr;
}

nlohmann::json planJson(const ExperimentConfig& config, const CostPlan& plan, const nlohmann::json& seconds)
{
    const auto drops = expectedDropRate(config, plan);
    return {{"parameters_total", plan.parameters_total},
            {"parameters_active", plan.parameters_active},
            {"flops_per_token", plan.flops_per_token},
            {"forward_flops_per_token", plan.forward_flops_per_token},
            {"router_flops_per_token", plan.router_flops_per_token},
            {"flops_per_step", plan.flops_per_step},
            {"positions_per_step", plan.positions_per_step},
            {"tokens_per_expert", plan.tokens_per_expert},
            {"expert_capacity", plan.expert_capacity},
            {"expected_drop_rate", drops ? nlohmann::json(*drops) : nlohmann::json(nullptr)},
            {"bytes", plan.bytes},
            {"step_seconds", seconds},
            {"equal_flops_with_dense_twin", equalFlops(plan, costPlan(denseTwin(config)))},
            {"config", toJson(config)}};
}

void printPlan(const ExperimentConfig& config, const CostPlan& plan, const nlohmann::json& seconds)
{
    Table table({"what", "value"}, {false, true});
    table.row({"parameters, in all", countText(static_cast<double>(plan.parameters_total))});
    table.row({"parameters a token meets", countText(static_cast<double>(plan.parameters_active))});
    table.row({"training FLOPs per token", countText(plan.flops_per_token)});
    table.row({"  beside it, router (forward)", countText(plan.router_flops_per_token)});
    table.row({"training FLOPs per step", countText(plan.flops_per_step)});
    table.row({"positions per step", std::to_string(plan.positions_per_step)});
    table.row({"slots per expert (encoder, training)", std::to_string(plan.expert_capacity)});
    if (const auto drops = expectedDropRate(config, plan))
        table.row({"  choices they drop if routing is even", percentText(*drops)});
    for (const auto& [part, size] : plan.bytes)
        if (part != "total") table.row({"memory: " + part, bytesText(static_cast<double>(size))});
    table.row({"memory in all", bytesText(static_cast<double>(plan.bytes.at("total")))});
    const bool known = seconds.is_number();
    table.row({"time per step", known ? durationText(seconds.get<double>()) : "run `switchyard-cli doctor` first"});
    if (known)
        table.row({"time for " + std::to_string(config.train.steps) + " steps",
                   durationText(seconds.get<double>() * static_cast<double>(config.train.steps))});
    std::cout << table.text();
}

} // namespace

void addPlanVerb(CLI::App& app, Action& action)
{
    Verb verb(app, action, "plan", "what an experiment costs: parameters, FLOPs, memory, time");
    verb.takesStore().givesJson();
    auto options = std::make_shared<PlanOptions>();
    takesConfig(verb, options->config, options->assignments);
    verb.does([options, common = verb.common] {
        const auto config = loadConfig(options->config, options->assignments);
        const auto plan = costPlan(config);
        const auto seconds = measuredStepSeconds(common->paths(), config, plan);
        if (common->json)
            printJson(planJson(config, plan, seconds));
        else
            printPlan(config, plan, seconds);
        return 0;
    });
}

void addSettingsVerb(CLI::App& app, Action& action)
{
    Verb verb(app, action, "settings", "every setting with its default, and the presets");
    verb.givesJson();
    verb.does([common = verb.common] {
        nlohmann::json document{{"settings", nlohmann::json::array()}, {"presets", nlohmann::json::array()}};
        Table table({"setting", "default", "unit", "meaning"});
        for (const auto& setting : settings()) {
            document["settings"].push_back({{"path", setting.path},
                                            {"default", setting.fallback},
                                            {"unit", setting.field.unit},
                                            {"doc", setting.field.doc},
                                            {"choices", setting.choices}});
            table.row({setting.path, setting.fallback.dump(), setting.field.unit, setting.field.doc});
        }
        Table names({"preset", "what it is"});
        for (const auto& preset : presets()) {
            document["presets"].push_back({{"name", preset.name}, {"summary", preset.summary}});
            names.row({preset.name, preset.summary});
        }
        if (common->json)
            printJson(document);
        else
            std::cout << table.text() << "\n" << names.text();
        return 0;
    });
}

} // namespace sy::cli
