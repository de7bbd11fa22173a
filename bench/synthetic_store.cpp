#include "bench/synthetic_store.h"

#include "core/base/random.h"
#include "core/config/config_io.h"
#include "core/config/cost_plan.h"
#include "core/store/registration.h"
#include "core/store/row_writer.h"

#include <array>
#include <cmath>
#include <limits>

namespace sy {

namespace {

constexpr std::array<const char*, 10> languages = {"en", "de", "fr", "ru", "zh", "ja", "ar", "hi", "fi", "sw"};
constexpr std::array<const char*, 8> leading = {"train/cross_entropy",     "valid/cross_entropy", "train/grad_norm",
                                                "train/drop_rate",         "train/aux_loss",      "train/z_loss",
                                                "train/tokens_per_second", "train/learning_rate"};

/// Series of a run, the well-known ones first.
std::vector<std::string> seriesNames(int64_t count)
{
    std::vector<std::string> names(leading.begin(), leading.end());
    for (const char* language : languages) names.push_back(std::string("valid/cross_entropy/") + language);
    for (int64_t i = 0; static_cast<int64_t>(names.size()) < count; ++i)
        names.push_back("train/load/encoder.1/expert." + std::to_string(i));
    names.resize(static_cast<size_t>(count));
    return names;
}

/// Draws in order.
class Draws {
public:
    explicit Draws(uint64_t key) : m_stream{mix64(key)} {}
    double uniform() { return static_cast<double>(m_stream.below(m_next++, 1U << 30)) / (1U << 30); }
    /// Nearly normal: mean 0, variance 1.
    double noise() { return (uniform() + uniform() + uniform() + uniform() - 2) * std::sqrt(3.0); }
    uint64_t below(uint64_t bound) { return m_stream.below(m_next++, bound); }

private:
    RandomStream m_stream;
    uint64_t m_next = 0;
};

ExperimentConfig configOf(uint64_t run, Draws& draws)
{
    ExperimentConfig config = loadConfig("demo", {});
    const int64_t experts[] = {1, 4, 8, 16, 32};
    const double capacities[] = {1.0, 1.25, 2.0};
    config.model.num_experts = experts[draws.below(5)];
    config.router.capacity_factor_train = capacities[draws.below(3)];
    config.router.aux_loss_weight = draws.below(4) == 0 ? 0.0 : 0.01;
    config.optimizer.learning_rate *= 1.0 + static_cast<double>(draws.below(3));
    config.train.seed = static_cast<int64_t>(run);
    return config;
}

NewRun describe(uint64_t run, int64_t points, Draws& draws)
{
    const ExperimentConfig config = configOf(run, draws);
    const CostPlan cost = costPlan(config);
    NewRun described;
    described.name = "e" + std::to_string(config.model.num_experts) + "-c" +
                     std::to_string(static_cast<int>(100 * config.router.capacity_factor_train)) + "-" +
                     std::to_string(run);
    described.config = toJson(config);
    described.preset = "demo";
    described.steps = points;
    described.tags = {draws.below(2) == 0 ? "sweep" : "baseline", "week-" + std::to_string(run / 50)};
    described.code_version = "0.1.0";
    described.corpus = "handbook";
    described.seed = config.train.seed;
    described.vocab_size = config.model.vocab_size;
    described.parameters_total = cost.parameters_total;
    described.parameters_active = cost.parameters_active;
    described.flops_per_token = cost.flops_per_token;
    described.languages.assign(languages.begin(), languages.end());
    described.sparse_layers = {"encoder.1", "encoder.3", "decoder.1"};
    described.num_experts = config.model.num_experts;
    described.environment = {{"device", "cpu"}, {"threads", 2}};
    return described;
}

/// How a series of this kind goes: falls as a power of the step, or stays about where it is.
struct Shape {
    double floor, height, power, noise;
};
Shape shapeOf(const std::string& name, Draws& draws)
{
    const double luck = 1 + 0.1 * draws.noise();
    if (name.starts_with("valid/cross_entropy/")) return {1.8 + 2 * draws.uniform(), 7 * luck, 0.3, 0.01};
    if (name == "valid/cross_entropy") return {2.4 * luck, 7, 0.3, 0.01};
    if (name == "train/cross_entropy") return {2.3 * luck, 7, 0.3, 0.08};
    if (name == "train/grad_norm") return {0.4, 4 * luck, 0.4, 0.3};
    if (name == "train/tokens_per_second") return {8000 * luck, 0, 1, 300};
    if (name == "train/learning_rate") return {0, 0.01, 0.5, 0};
    return {0.05 * luck, 0.4, 0.5, 0.02};
}

std::vector<Point> curveOf(const std::string& name, int64_t points, Draws& draws)
{
    const Shape shape = shapeOf(name, draws);
    const bool spikes = name == "train/grad_norm" || name == "train/cross_entropy";
    std::vector<Point> curve(static_cast<size_t>(points), {name, 0, 0});
    for (int64_t i = 0; i < points; ++i) {
        auto& point = curve[static_cast<size_t>(i)];
        point.step = i + 1;
        point.value = shape.floor + shape.height * std::pow(static_cast<double>(point.step), -shape.power) +
                      shape.noise * draws.noise();
        if (spikes && draws.below(5000) == 0) point.value *= 20;
        if (spikes && draws.below(4000) == 0) point.value = std::numeric_limits<double>::quiet_NaN();
    }
    return curve;
}

std::vector<ClockTick> clockOf(const NewRun& run, int64_t points, int64_t begin_ms)
{
    std::vector<ClockTick> ticks;
    for (int64_t step = 1; step <= points; ++step) {
        const int64_t tokens = step * 4096;
        ticks.push_back({step, tokens, static_cast<double>(tokens) * run.flops_per_token, begin_ms + step * 480,
                         0.48 * static_cast<double>(step)});
    }
    return ticks;
}

void writeRows(RowWriter& rows, const NewRun& run, const SyntheticStore& wanted, Draws& draws)
{
    const int64_t begin_ms = nowMs() - wanted.points * 480;
    rows.write(StatusChange{RunStatus::Running, "", begin_ms});
    rows.write(Event{0, begin_ms, "started", "started", nullptr});
    for (const auto& name : seriesNames(wanted.series)) rows.write(curveOf(name, wanted.points, draws));
    rows.write(clockOf(run, wanted.points, begin_ms));
    for (int64_t i = 0; i < std::min<int64_t>(wanted.points, 20); ++i)
        rows.write(SystemSamples{begin_ms + i * 5000,
                                 {{"system/cpu_percent", i + 1, 150 + 20 * draws.noise()},
                                  {"system/memory_bytes", i + 1, 1.2e9 + 1e7 * draws.noise()}}});
    rows.write(CheckpointRecord{wanted.points, "step-" + std::to_string(wanted.points), 52428800, "", true, 3.0, true});
    const bool failed = draws.below(20) == 0;
    rows.write(StatusChange{failed ? RunStatus::Failed : RunStatus::Finished, failed ? "out of memory" : "", nowMs()});
    rows.finish(wanted.points, nowMs());
}

} // namespace

void fillStore(const StorePaths& paths, const SyntheticStore& wanted)
{
    Store store = Store::open(paths);
    guardStore("fill the store", paths.database, [&] {
        SQLite::Database& database = store.database();
        database.exec("PRAGMA synchronous = OFF");
        for (int64_t i = 0; i < wanted.runs; ++i) {
            Draws draws(wanted.seed * 1000003 + static_cast<uint64_t>(i));
            const NewRun run = describe(static_cast<uint64_t>(i), wanted.points, draws);
            const int64_t key = registerRun(store, run, newUlid());
            SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
            RowWriter rows(database, key);
            writeRows(rows, run, wanted, draws);
            transaction.commit();
        }
        database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    });
}

} // namespace sy
