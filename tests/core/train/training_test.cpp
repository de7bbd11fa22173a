#include "train_support.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/train/checkpoint.h"

#include <gtest/gtest.h>

#include <bit>
#include <csignal>
#include <thread>

namespace sy {
namespace {

using test::tinyConfig;
using test::trainHome;
using test::trainTiny;

Store store()
{
    return Store::openExisting(trainHome().store());
}

/// Bits of a series: NaN would equal NaN, -0 would not equal 0.
std::vector<std::pair<int64_t, uint64_t>> bits(const std::string& run, const std::string& series)
{
    std::vector<std::pair<int64_t, uint64_t>> out;
    for (const auto& point : store().series(run, series))
        out.emplace_back(point.step, std::bit_cast<uint64_t>(point.value));
    return out;
}

fs::path runFolder(const std::string& name)
{
    return trainHome().store().checkpoints / store().run(name).id;
}

void expectSameRun(const std::string& left, const std::string& right, const ExperimentConfig& config)
{
    for (const auto* series :
         {"train/cross_entropy", "train/aux_loss", "train/z_loss", "train/grad_norm", "train/drop_rate",
          "train/learning_rate", "valid/cross_entropy", "valid/cross_entropy/aa", "valid/cross_entropy/cc"}) {
        EXPECT_EQ(bits(left, series), bits(right, series)) << series;
        EXPECT_FALSE(bits(left, series).empty()) << series;
    }
    EXPECT_EQ(bits(left, "train/cross_entropy").size(), static_cast<size_t>(config.train.steps));
    const auto last = checkpointName(config.train.steps);
    for (const auto* file : {"model.safetensors", "optimizer.safetensors", "windows.safetensors"})
        EXPECT_EQ(sha256File(runFolder(left) / last / file), sha256File(runFolder(right) / last / file)) << file;
    for (int64_t layer = 0; layer < 2; ++layer) {
        const auto a = store().windows(left, layer), b = store().windows(right, layer);
        ASSERT_EQ(a.size(), b.size());
        EXPECT_EQ(static_cast<int64_t>(a.size()), (config.train.steps + 4) / 5); // the last one may be short
        for (size_t i = 0; i < a.size(); ++i) {
            EXPECT_EQ(a[i].first_step, b[i].first_step);
            EXPECT_EQ(a[i].load, b[i].load);
            EXPECT_EQ(a[i].kept, b[i].kept);
            EXPECT_EQ(a[i].importance, b[i].importance);
            EXPECT_EQ(a[i].top_tokens, b[i].top_tokens);
        }
    }
    EXPECT_EQ(store().clock(left).back().tokens, store().clock(right).back().tokens);
}

struct ResumeCase {
    const char* name;
    OptimizerKind optimizer;
    PrecisionMode precision;
    int64_t micro_batches;
    std::vector<int64_t> kills; ///< steps; 0 = at once
};

class Resume : public ::testing::TestWithParam<ResumeCase> {};

TEST_P(Resume, AfterSigkillGivesTheSameBitsAsARunNeverInterrupted)
{
    const auto& with = GetParam();
    auto config = tinyConfig();
    config.optimizer.kind = with.optimizer;
    if (with.optimizer == OptimizerKind::AdamW) config.optimizer.learning_rate = 0.002;
    config.precision.mode = with.precision;
    config.train.micro_batches = with.micro_batches;
    config.optimizer.grad_clip = 1;
    config.train.steps = 61; // far from the last kill
    const std::string straight = std::string("straight-") + with.name, killed = std::string("killed-") + with.name;
    ASSERT_EQ(trainTiny(straight, config).status, RunStatus::Finished);
    const auto random = randomStream(static_cast<uint64_t>(::getpid()), 0, 0);
    bool started = false;
    for (size_t i = 0; i < with.kills.size(); ++i) {
        test::TrainProcess process(killed, config, started);
        ASSERT_TRUE(process.reach(with.kills[i])) << "status " << process.wait();
        std::this_thread::sleep_for(std::chrono::microseconds(random.below(i, 20000)));
        process.signal(SIGKILL);
        process.wait();
        started = true;
    }
    test::TrainProcess last(killed, config, started);
    EXPECT_EQ(last.wait(), 0);
    EXPECT_EQ(store().run(killed).status, RunStatus::Finished);
    expectSameRun(straight, killed, config);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Resume,
    ::testing::Values(ResumeCase{"adafactor", OptimizerKind::Adafactor, PrecisionMode::Float32, 1, {3, 9, 17, 31}},
                      ResumeCase{"adamw_selective_2", OptimizerKind::AdamW, PrecisionMode::Selective, 2, {12, 32}}),
    [](const auto& row) { return row.param.name; });

TEST(Training, SigtermSavesAndStopsAndResumeFinishes)
{
    auto config = tinyConfig();
    config.train.steps = 120;
    test::TrainProcess process("terminated", config, false);
    ASSERT_TRUE(process.reach(3));
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(), 0);
    const auto stopped = store().run("terminated");
    EXPECT_EQ(stopped.status, RunStatus::Stopped);
    EXPECT_EQ(checkpointSteps(runFolder("terminated")).back(), stopped.step);
    const auto outcome = resumeTraining(trainHome().store(), "terminated", nullptr);
    EXPECT_EQ(outcome.status, RunStatus::Finished);
    EXPECT_EQ(outcome.step, 120);
    EXPECT_THROW(resumeTraining(trainHome().store(), "terminated", nullptr), StoreError); // finished
    EXPECT_THROW(trainTiny("terminated", config), StoreError);                            // the name is taken
}

TEST(Training, RecordsEveryStepAndCountsTokens)
{
    const auto config = tinyConfig();
    std::vector<TrainProgress> told;
    ASSERT_EQ(train(trainHome().store(), {config, "demo", "recorded", {"t"}},
                    [&](const TrainProgress& p) { told.push_back(p); })
                  .status,
              RunStatus::Finished);
    const auto from = store();
    const auto clock = from.clock("recorded");
    ASSERT_EQ(clock.size(), 24U);
    for (const auto* series : {"train/tokens_per_second", "train/cross_entropy"})
        EXPECT_EQ(from.series("recorded", series).size(), 24U);
    // Packed rows: at most batch * (input + target) positions a step, and never fewer than three quarters of them.
    EXPECT_LE(clock.back().tokens, 24 * 8 * (32 + 16));
    EXPECT_GE(clock.back().tokens, 24 * 8 * (32 + 16) * 3 / 4);
    for (size_t i = 1; i < clock.size(); ++i) EXPECT_GT(clock[i].tokens, clock[i - 1].tokens);
    EXPECT_GT(clock.back().flops, 0);
    EXPECT_GE(clock.back().process_s, clock.front().process_s);
    int64_t counted = 0;
    for (const auto& window : from.windows("recorded", 0)) { // encoder
        int64_t load = 0, tokens = 0;
        for (const int64_t n : window.load) load += n;
        for (const int64_t n : window.tokens) tokens += n;
        double importance = 0;
        for (const double p : window.importance) importance += p;
        EXPECT_EQ(load, tokens);
        EXPECT_NEAR(importance, static_cast<double>(tokens), 1e-3 * static_cast<double>(tokens));
        EXPECT_EQ(tokens + window.padding, (window.last_step - window.first_step + 1) * 8 * 32);
        EXPECT_EQ(window.top_tokens.size(), 4U);
        counted += tokens;
    }
    EXPECT_LT(counted, clock.back().tokens);
    EXPECT_EQ(from.routeSamples("recorded").size(), 10U); // five windows, two stacks
    const auto evaluations = from.evaluations("recorded");
    ASSERT_EQ(evaluations.size(), 3U);
    EXPECT_EQ(evaluations[0].languages.size(), 3U);
    EXPECT_EQ(evaluations[0].counts.size(), 2 * evaluations[0].row_language.size() * 4);
    EXPECT_EQ(from.probes("recorded").size(), 3U * 6U); // two sentences of three languages
    const auto config_saved = from.config("recorded");
    EXPECT_EQ(config_saved["model"]["vocab_size"], from.details("recorded")["vocab_size"]);
    EXPECT_EQ(told.back().step, 24);
    // Two newest and the best are kept.
    const auto steps = checkpointSteps(runFolder("recorded"));
    EXPECT_LE(steps.size(), 3U);
    EXPECT_EQ(steps.back(), 24);
    int64_t there = 0, best = 0;
    for (const auto& record : from.checkpoints("recorded"))
        there += record.removed ? 0 : 1, best += record.best && !record.removed ? 1 : 0;
    EXPECT_EQ(there, static_cast<int64_t>(steps.size()));
    EXPECT_GE(best, 1);
}

TEST(Training, LossFallsForEveryLanguage)
{
    auto config = tinyConfig();
    config.train.steps = 150;
    config.train.eval_every = 0;
    config.train.checkpoint_every = 0;
    config.optimizer.learning_rate = 0.05;
    config.optimizer.warmup_steps = 20;
    ASSERT_EQ(trainTiny("learns", config).status, RunStatus::Finished);
    const auto loss = store().series("learns", "train/cross_entropy");
    EXPECT_LT(store().evaluations("learns").back().cross_entropy, loss.front().value - 1);
    for (const auto& language : store().evaluations("learns").back().languages)
        EXPECT_LT(language.cross_entropy, loss.front().value - 0.5);
}

TEST(Training, TooManyNonFiniteStepsStopWithADiagnosis)
{
    auto config = tinyConfig();
    config.optimizer.learning_rate = 1e30;
    config.optimizer.schedule = Schedule::Constant;
    config.optimizer.warmup_steps = 0;
    config.train.max_skipped_steps = 4;
    config.train.eval_every = 0;
    config.train.checkpoint_every = 0;
    const auto outcome = trainTiny("diverged", config);
    EXPECT_EQ(outcome.status, RunStatus::Failed);
    EXPECT_NE(outcome.failure.find("steps in a row were not finite (train.max_skipped_steps = 4)"), std::string::npos)
        << outcome.failure;
    EXPECT_NE(outcome.failure.find("first parameter with a non-finite gradient: "), std::string::npos)
        << outcome.failure;
    const auto run = store().run("diverged");
    EXPECT_EQ(run.status, RunStatus::Failed);
    EXPECT_EQ(run.failure, outcome.failure);
    int64_t skipped = 0;
    for (const auto& event : store().events("diverged")) skipped += event.kind == "skipped_step" ? 1 : 0;
    EXPECT_GE(skipped, 4);
    EXPECT_TRUE(checkpointSteps(runFolder("diverged")).empty());
}

TEST(Training, RefusesBeforeTheRunIsRegistered)
{
    auto config = tinyConfig();
    config.data.corpus = "nowhere";
    EXPECT_THROW(trainTiny("refused", config), DataError);
    config = tinyConfig();
    config.data.languages = {"aa", "xx"};
    EXPECT_THROW(trainTiny("refused", config), DataError);
    config = tinyConfig();
    config.train.steps = 0;
    EXPECT_THROW(trainTiny("refused", config), ConfigError);
    config = tinyConfig();
    config.data.tokenizer = (trainHome().folder() / "corpora" / "tiny" / "manifest.json").string();
    EXPECT_THROW(trainTiny("refused", config), DataError);
    if (!torch::cuda::is_available()) {
        config = tinyConfig();
        config.device = "cuda";
        EXPECT_THROW(trainTiny("refused", config), EngineError);
    }
    for (const auto& run : Store::open(trainHome().store()).runs(true)) EXPECT_NE(run.name, "refused");
}

TEST(Training, ResumeRefusesAnotherCorpusOrTokenizer)
{
    test::importTinyCorpus("changing", 5);
    auto config = tinyConfig();
    config.data.corpus = "changing";
    config.train.steps = 2000;
    test::TrainProcess process("changed", config, false);
    ASSERT_TRUE(process.reach(3));
    process.signal(SIGTERM);
    process.wait();
    ASSERT_EQ(store().run("changed").status, RunStatus::Stopped);
    const auto tokenizer = runFolder("changed") / "tokenizer.model";
    const auto kept = readFile(tokenizer);
    writeFileAtomically(tokenizer,
                        readFile(store().details("changed")["environment"]["tokenizer"].get<std::string>()) + "x");
    EXPECT_THROW(resumeTraining(trainHome().store(), "changed", nullptr), DataError);
    writeFileAtomically(tokenizer, kept);
    fs::remove_all(trainHome().folder() / "corpora" / "changing");
    fs::remove_all(trainHome().folder() / "source-changing");
    test::importTinyCorpus("changing", 6);
    EXPECT_THROW(resumeTraining(trainHome().store(), "changed", nullptr), DataError);
}

} // namespace
} // namespace sy
