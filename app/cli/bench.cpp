#include "app/cli/format.h"
#include "app/cli/verbs.h"

#include "core/config/config_io.h"
#include "core/train/step_bench.h"

#include <iostream>

namespace sy::cli {

namespace {

struct BenchOptions {
    std::string config;
    std::vector<std::string> assignments;
    int64_t steps = 10, warmup = 3;
};

nlohmann::json benchJson(const StepBench& bench, const ExperimentConfig& config)
{
    return {{"tokens_per_second", bench.tokens_per_second},
            {"step_seconds", bench.step_seconds},
            {"step_seconds_min", bench.step_seconds_min},
            {"forward_seconds", bench.forward_seconds},
            {"flops_per_step", bench.flops_per_step},
            {"gemm_share", bench.gemm_share},
            {"gemm_peak", bench.gemm_peak},
            {"peak_bytes", bench.peak_bytes},
            {"steps", bench.steps},
            {"threads", bench.threads},
            {"config", toJson(config)}};
}

void printBench(const StepBench& bench, const ExperimentConfig& config)
{
    Table table({"what", "value"}, {false, true});
    table.row({"step", fixed(1000 * bench.step_seconds, 1) + " ms"});
    table.row({"fastest step", fixed(1000 * bench.step_seconds_min, 1) + " ms"});
    table.row({"forward pass alone", fixed(1000 * bench.forward_seconds, 1) + " ms"});
    table.row({"tokens per second", countText(bench.tokens_per_second)});
    table.row({"achieved", fixed(bench.flops_per_step / bench.step_seconds / 1e9, 1) + " GFLOP/s"});
    table.row({"measured peak of matrix products", fixed(bench.gemm_peak / 1e9, 1) + " GFLOP/s"});
    table.row({"share of the peak", percentText(bench.gemm_share)});
    table.row({"peak memory", bytesText(static_cast<double>(bench.peak_bytes))});
    std::cout << table.text() << "\n" << toJson(config).dump() << "\n";
}

} // namespace

void addBenchVerbs(CLI::App& app, Action& action)
{
    auto* bench = app.add_subcommand("bench", "measure");
    bench->require_subcommand(1);
    Verb verb(*bench, action, "step", "time, speed and memory of one training step, on random ids");
    verb.givesJson();
    auto options = std::make_shared<BenchOptions>();
    takesConfig(verb, options->config, options->assignments);
    verb.app->add_option("--steps", options->steps, "measured steps")->check(CLI::Range(1, 1000000));
    verb.app->add_option("--warmup", options->warmup, "steps before them")->check(CLI::Range(0, 1000000));
    verb.does([options, common = verb.common] {
        const auto config = loadConfig(options->config, options->assignments);
        const auto result = benchStep(config, options->steps, options->warmup);
        if (common->json)
            printJson(benchJson(result, config));
        else
            printBench(result, config);
        return 0;
    });
}

} // namespace sy::cli
