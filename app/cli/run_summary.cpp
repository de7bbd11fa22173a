#include "app/cli/run_summary.h"

#include "app/cli/format.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace sy::cli {

namespace {

std::string headline(const RunSummary& run)
{
    std::string text = "Run " + run.name + " " + std::string(toString(run.status)) + " at step " +
                       std::to_string(run.step) + " of " + std::to_string(run.steps) + ".\n";
    if (!run.failure.empty()) text += "  " + run.failure + "\n";
    return text;
}

std::string perplexities(const Store& store, const std::string& run)
{
    const auto evaluations = store.evaluations(run);
    if (evaluations.empty()) return "No evaluation was made yet.\n";
    const auto& first = evaluations.front();
    const auto& last = evaluations.back();
    std::ostringstream out;
    out << "\nValidation perplexity at step " << last.step << ": " << fixed(std::exp(last.cross_entropy), 1) << " ("
        << fixed(last.cross_entropy, 3) << " nats per token)\n";
    Table table(
        {"language", "perplexity", evaluations.size() > 1 ? "at step " + std::to_string(first.step) : "", "tokens"},
        {false, true, true, true});
    for (size_t i = 0; i < last.languages.size(); ++i) {
        const auto& language = last.languages[i];
        std::string before;
        if (evaluations.size() > 1 && i < first.languages.size())
            before = fixed(std::exp(first.languages[i].cross_entropy), 1);
        table.row(
            {language.language, fixed(std::exp(language.cross_entropy), 1), before, std::to_string(language.tokens)});
    }
    out << table.text();
    return out.str();
}

std::string loadOfLayer(const RoutingFigures& figures, const std::string& layer)
{
    const double total = static_cast<double>(std::accumulate(figures.load.begin(), figures.load.end(), int64_t{0}));
    if (total == 0) return "";
    std::ostringstream out;
    out << padded(layer, 11);
    const size_t shown = std::min<size_t>(figures.load.size(), 16);
    for (size_t e = 0; e < shown; ++e)
        out << padded(fixed(100 * static_cast<double>(figures.load[e]) / total, 0), 4, true);
    if (shown < figures.load.size()) out << " …";
    out << "   dropped " << percentText(figures.drop_rate) << "\n";
    return out.str();
}

std::string expertLoad(const Store& store, const RunSummary& run, const nlohmann::json& details)
{
    const auto layers = details.value("sparse_layers", std::vector<std::string>{});
    std::string rows;
    for (size_t i = 0; i < layers.size(); ++i) {
        const auto windows = store.windowFigures(run.id, static_cast<int64_t>(i));
        if (!windows.empty()) rows += loadOfLayer(windows.back().figures, layers[i]);
    }
    if (rows.empty()) return "";
    return "\nExpert load, % of tokens, last recorded steps (an even share is " +
           fixed(100.0 / std::max<double>(1, details.value("num_experts", 1.0)), 1) + " %)\n" + rows;
}

/// The dense twin's preset, where the run came from a sparse one.
std::string denseTwin(const nlohmann::json& details)
{
    const auto preset = details.value("preset", std::string());
    return preset.empty() || preset.ends_with("-dense") ? "" : preset + "-dense";
}

std::string nextSteps(const Store& store, const RunSummary& run, const nlohmann::json& details)
{
    std::error_code code;
    const auto program = fs::read_symlink("/proc/self/exe", code);
    std::string text = "\nStored in " + store.paths().database.string() + " (run " + run.id + ")\nNext, with " +
                       (code ? "switchyard-cli" : program.string()) + ":\n";
    const auto suggest = [&](const std::string& words, const std::string& why) {
        text += "  " + padded(words, 44) + why + "\n";
    };
    if (run.step < run.steps && run.status != RunStatus::Running)
        suggest("resume " + run.name, "go on from the last checkpoint");
    suggest("runs show " + run.name, "settings, events, series");
    suggest("probe " + run.name + " --text \"…\"", "which expert takes which token");
    suggest("evaluate " + run.name + " --capacity-factor 1", "the loss with fewer slots per expert");
    if (const auto twin = denseTwin(details); !twin.empty())
        suggest("train " + twin + " --name " + run.name + "-dense", "the dense model of equal FLOPs");
    return text;
}

} // namespace

std::string runSummaryText(const Store& store, const std::string& run_id)
{
    const auto run = store.run(run_id);
    const auto details = store.details(run.id);
    return headline(run) + perplexities(store, run.id) + expertLoad(store, run, details) +
           nextSteps(store, run, details);
}

} // namespace sy::cli
