// What evaluations record against the same numbers found another way: one row at a time through the checkpoint.
#include "train_support.h"

#include "core/analysis/capacity_replay.h"
#include "core/analysis/specialization.h"
#include "core/base/random.h"
#include "core/model/model.h"
#include "core/text/import.h"
#include "core/train/checkpoint.h"
#include "core/train/evaluation_routes.h"
#include "core/train/model_runner.h"
#include "core/train/saved_run.h"
#include "core/train/update.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

namespace sy {
namespace {

using test::trainHome;

Store store()
{
    return Store::openExisting(trainHome().store());
}

/// Rows in turns of `languages`, as validation batches mix them.
EvaluationText mixedText(int64_t languages, int64_t batches, int64_t rows, int64_t width)
{
    EvaluationText text;
    text.corpus = "mixed";
    for (int64_t l = 0; l < languages; ++l) {
        text.languages.push_back("l" + std::to_string(l));
        text.run_language.push_back(static_cast<int32_t>(l));
    }
    for (int64_t b = 0; b < batches; ++b) {
        Batch batch;
        batch.rows = rows;
        batch.input_length = width;
        for (int64_t r = 0; r < rows; ++r) batch.language.push_back(static_cast<int32_t>((b * rows + r) % languages));
        text.batches.push_back(batch);
    }
    return text;
}

ExperimentConfig ofRows(int64_t rows)
{
    ExperimentConfig config;
    config.data.batch_size = rows;
    return config;
}

TEST(RecordedPasses, haveEveryLanguageEquallyOften)
{
    // Every third pass of 16 rows begins with the same of 24 languages.
    const auto text = mixedText(24, 24, 16, 128);
    const auto passes = recordedPasses(text, ofRows(16));
    ASSERT_EQ(passes.size(), 8U);
    EXPECT_TRUE(std::is_sorted(passes.begin(), passes.end()));
    EXPECT_LT(passes.front(), 8); // from all parts of the text
    EXPECT_GE(passes.back(), 16);
    std::map<int32_t, int> met;
    for (const int64_t pass : passes)
        for (const int32_t language : text.batches[static_cast<size_t>(pass)].language) ++met[language];
    ASSERT_EQ(met.size(), 24U);
    for (const auto& [language, rows] : met) EXPECT_NEAR(rows, 128.0 / 24, 1) << language;
    EXPECT_EQ(recordedPasses(text, ofRows(16)), passes);
}

TEST(RecordedPasses, areAllOfASmallTextOneOfLargePassesNoneOfHugeOnes)
{
    EXPECT_EQ(recordedPasses(mixedText(3, 4, 8, 32), ofRows(8)), (std::vector<int64_t>{0, 1, 2, 3}));
    EXPECT_EQ(recordedPasses(mixedText(3, 4, 64, 512), ofRows(64)).size(), 1U);
    EXPECT_TRUE(recordedPasses(mixedText(3, 4, 256, 512), ofRows(256)).empty());
    auto parts = ofRows(64);
    parts.train.micro_batches = 4; // 16 rows a pass: 8,192 tokens
    EXPECT_EQ(recordedPasses(mixedText(3, 4, 64, 512), parts).size(), 2U);
}

/// One token a row, each in expert 1 of two; the second token's gate is not a number.
LayerRouting diverged(const std::string& name)
{
    LayerRouting routing;
    routing.name = name;
    routing.expert_XK = torch::ones({2, 1}, torch::kInt64);
    routing.kept_XK = torch::ones({2, 1}, torch::kBool);
    routing.counted_X = torch::ones({2}, torch::kBool);
    routing.gate_XK = torch::tensor({0.5F, std::nanf("")}).unsqueeze(1);
    return routing;
}

TEST(DivergedRouter, leavesARecordThatTheStoreTakes)
{
    const auto gates = gatesByRow(diverged("encoder.1"), 2, 2);
    EXPECT_TRUE(gates.equal(torch::tensor({{0.0F, 0.5F}, {0.0F, 0.0F}}))) << gates;

    auto text = mixedText(2, 1, 2, 1);
    ModelInput input;
    input.input_BS = torch::tensor({{7}, {8}});
    ForwardResult result;
    result.layers = {diverged("encoder.1")};
    RouteRecording recording(text, {0});
    recording.add({0, {0, 0, 2, 0}, input, result});
    EXPECT_EQ(recording.take(1).layers.at(0).gate, (std::vector<float>{0.5F, 0}));
}

/// A run without drops, whose rows know nothing of each other.
class EvaluationRecord : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        auto config = test::tinyConfig();
        config.router.dropless = true;
        config.train.keep_checkpoints = 0;
        config.train.checkpoint_every = 8;
        test::trainTiny("dropless", config);
        config.router.dropless = false;
        config.router.capacity_factor_eval = 0.75;
        config.router.kind = RouterKind::Top2;
        config.model.decoder_sparse_step = 0;
        test::trainTiny("top2", config);
    }
};

/// A row of recorded text alone through the checkpoint.
struct OneRow {
    SavedRun saved;
    Weights compute;

    explicit OneRow(const std::string& run, int64_t step) : saved(openSavedRun(trainHome().store(), run))
    {
        const auto read = readCheckpoint(saved.folder, step, saved.identity, parameterSpecs(saved.config.model));
        Weights master;
        for (const auto& [name, tensor] : read.model) master.add(name, tensor);
        compute = computeWeights(master, saved.config.model, PrecisionMode::Float32, false);
    }
    static torch::Tensor ids(const RouteText& text, int64_t row)
    {
        std::vector<int64_t> real;
        for (int64_t x = row * text.width; x < (row + 1) * text.width; ++x)
            if (text.counted[static_cast<size_t>(x)]) real.push_back(text.token[static_cast<size_t>(x)]);
        return torch::tensor(real, torch::kInt64).unsqueeze(0);
    }
    ForwardResult run(const EvaluationRoutes& routes, int64_t row) const
    {
        const torch::NoGradGuard no_grad;
        ModelInput input;
        input.input_BS = ids(routes.encoder, row);
        input.mask_BS = torch::ones_like(input.input_BS, torch::kBool);
        input.decoder_BT = ids(routes.decoder, row);
        auto options = forwardOptions(saved.config, false);
        options.want_logits = true;
        return forward(saved.config.model, saved.config.router, PrecisionMode::Float32, compute, input, options);
    }
};

TEST_F(EvaluationRecord, routesAreThoseOfEachRowAlone)
{
    EXPECT_EQ(store().evaluationRouteSteps("dropless"), (std::vector<int64_t>{8, 16, 24}));
    const auto routes = *store().evaluationRoutes("dropless", 16);
    const OneRow alone("dropless", 16);
    ASSERT_EQ(routes.encoder.rows, 12);
    ASSERT_EQ(routes.decoder.rows, 12);
    EXPECT_EQ(routes.encoder.pass_rows, 8);
    ASSERT_EQ(routes.layers.size(), 2U);
    EXPECT_EQ(std::set<int32_t>(routes.encoder.row_language.begin(), routes.encoder.row_language.end()).size(), 3U);
    for (int64_t row = 0; row < 12; ++row) {
        const auto result = alone.run(routes, row);
        for (const size_t layer : {0, 1}) {
            const auto& text = layer == 0 ? routes.encoder : routes.decoder;
            int64_t at = 0;
            for (int64_t x = row * text.width; x < (row + 1) * text.width; ++x) {
                const auto i = static_cast<size_t>(x);
                const auto& recorded = routes.layers[layer];
                if (!text.counted[i]) {
                    EXPECT_EQ(recorded.expert[i], -1);
                    continue;
                }
                EXPECT_EQ(recorded.expert[i], result.layers[layer].expert_XK[at][0].item<int64_t>());
                EXPECT_NEAR(recorded.gate[i], result.layers[layer].gate_XK[at][0].item<float>(), 2e-5);
                EXPECT_EQ(recorded.kept[i], 1);
                if (layer == 1) {
                    EXPECT_EQ(routes.predicted[i], result.logits_BTV[0][at].argmax().item<int64_t>());
                }
                ++at;
            }
            EXPECT_GT(at, 4);
        }
    }
    for (size_t x = 0; x < routes.decoder.gold.size(); ++x) { // the next id, where there is one
        const bool last = (x + 1) % static_cast<size_t>(routes.decoder.width) == 0;
        if (last || !routes.decoder.counted[x] || !routes.decoder.counted[x + 1]) continue;
        EXPECT_EQ(routes.decoder.gold[x], routes.decoder.token[x + 1]);
    }
}

/// Documents that are longer than rows, of words that are tokens: rows read as texts give the same ids.
void importLongDocuments()
{
    const fs::path source = trainHome().folder() / "source-long";
    for (const auto& [code, words] : {std::pair{"aa", "river stone bridge morning water children"},
                                      {"bb", "fluss stein bruecke morgen wasser kinder"}}) {
        fs::create_directories(source / code);
        std::vector<std::string> word(6);
        std::istringstream(words) >> word[0] >> word[1] >> word[2] >> word[3] >> word[4] >> word[5];
        std::ofstream out(source / code / "text.txt");
        for (uint64_t line = 0; line < 60; ++line) {
            for (uint64_t i = 0; i < 400; ++i) out << word[randomStream(3, line, siteId(code)).below(i, 6)] << ' ';
            out << "\n";
        }
    }
    ImportRequest request;
    request.source = source;
    request.name = "long";
    request.valid_share = 0.2;
    importCorpus(request);
}

TEST(EvaluationProbe, routesAreThoseThatProbesOfTheSameTextFind)
{
    auto config = test::tinyConfig();
    importLongDocuments();
    config.data.corpus = "long";
    config.router.dropless = true;
    ASSERT_EQ(test::trainTiny("probed", config).status, RunStatus::Finished);
    const auto routes = *store().evaluationRoutes("probed", 24);
    const auto runner = ModelRunner::load(trainHome().store(), "probed", "24");
    const auto tokenizer = tokenizerOf(openSavedRun(trainHome().store(), "probed"));
    const auto textOf = [&](const RouteText& text, int64_t row, int64_t skip, int64_t end) {
        const auto ids_1S = OneRow::ids(text, row);
        std::vector<int32_t> ids;
        for (int64_t i = skip; i < ids_1S.size(1) - end; ++i) ids.push_back(ids_1S[0][i].item<int32_t>());
        return tokenizer->decode(ids);
    };
    ASSERT_EQ(routes.encoder.rows, 8);
    for (int64_t row = 0; row < 8; ++row) {
        ProbeOptions options;
        options.text = textOf(routes.encoder, row, 0, 1);   // less the end of text
        options.target = textOf(routes.decoder, row, 1, 0); // less the start
        const auto probe = runner.probe(options);
        size_t at[2] = {0, 0};
        for (const auto& token : probe.tokens) {
            const auto& text = token.decoder ? routes.decoder : routes.encoder;
            auto& i = at[token.decoder];
            const auto x = static_cast<size_t>(row * text.width) + i;
            ASSERT_EQ(token.id, text.token[x]) << probe.text;
            EXPECT_EQ(routes.layers[token.decoder].expert[x], probe.routes[token.decoder].expert[i]);
            EXPECT_NEAR(routes.layers[token.decoder].gate[x], probe.routes[token.decoder].probability[i], 2e-5);
            ++i;
        }
        EXPECT_GT(at[0], 20U);
        EXPECT_GT(at[1], 5U);
    }
}

TEST_F(EvaluationRecord, countsAndGatesAreSumsOfTheRoutes)
{
    for (const std::string run : {"dropless", "top2"}) {
        const auto routes = *store().evaluationRoutes(run, 24);
        const auto evaluation = *store().evaluationAt(run, 24);
        ASSERT_EQ(routes.encoder.rows,
                  static_cast<int64_t>(evaluation.row_language.size())); // all rows of this small text
        ASSERT_EQ(evaluation.gates.size(), evaluation.counts.size());
        EXPECT_EQ(routes.layers.at(0).choices, run == "top2" ? 2 : 1);
        for (size_t m = 0; m < routes.layers.size(); ++m) {
            const auto& layer = routes.layers[m];
            const auto& text = m == 0 ? routes.encoder : routes.decoder;
            std::vector<double> counts(evaluation.row_language.size() * 4), gates(counts.size());
            for (size_t i = 0; i < layer.expert.size(); ++i) {
                if (layer.expert[i] < 0) continue;
                const size_t token = i / static_cast<size_t>(layer.choices);
                const size_t row = token / static_cast<size_t>(text.width);
                counts[row * 4 + static_cast<size_t>(layer.expert[i])] += 1;
                gates[row * 4 + static_cast<size_t>(layer.expert[i])] += layer.gate[i];
            }
            for (size_t i = 0; i < counts.size(); ++i) {
                EXPECT_EQ(evaluation.counts[m * counts.size() + i], counts[i]);
                EXPECT_NEAR(evaluation.gates[m * counts.size() + i], gates[i], 2e-3);
            }
        }
    }
    EXPECT_EQ(store().evaluationRoutes("top2", 24)->decoder.rows, 0); // its decoder has no router
    EXPECT_TRUE(store().evaluationRoutes("top2", 24)->predicted.empty());
}

TEST_F(EvaluationRecord, keptChoicesAreThoseOfAReplayUnderTheSameRule)
{
    const auto routes = *store().evaluationRoutes("top2", 24);
    ReplayRule rule;
    rule.factor = 0.75;
    const auto replay = replayCapacity(routes.encoder, routes.layers.at(0), 4, 3, rule);
    EXPECT_EQ(replay.kept, routes.layers.at(0).kept);
    EXPECT_GT(replay.dropped, 0);
    EXPECT_NEAR(replay.drop_rate, store().evaluationAt("top2", 24)->drop_rate, 1e-12);
}

TEST_F(EvaluationRecord, specializationIsThatOfTheStoredCounts)
{
    const auto recorded = store().specializations("dropless");
    ASSERT_EQ(recorded.size(), 3U);
    const auto evaluation = *store().evaluationAt("dropless", 24);
    const auto routes = *store().evaluationRoutes("dropless", 24);
    ASSERT_EQ(recorded.back().layers.size(), 2U);
    const NullOptions null{.seed = 1}; // the run's
    for (size_t m = 0; m < 2; ++m) {
        const auto& layer = recorded.back().layers[m];
        EXPECT_EQ(layer.layer, static_cast<int64_t>(m));
        const size_t size = evaluation.row_language.size() * 4;
        const std::vector<double> counts(evaluation.counts.begin() + static_cast<ptrdiff_t>(m * size),
                                         evaluation.counts.begin() + static_cast<ptrdiff_t>((m + 1) * size));
        EXPECT_EQ(layer.by_count, specialization({4, evaluation.row_language, counts}, null));
        const auto& text = m == 0 ? routes.encoder : routes.decoder;
        std::vector<int32_t> sequence, id;
        std::vector<int16_t> expert;
        for (size_t x = 0; x < text.token.size(); ++x) {
            sequence.push_back(static_cast<int32_t>(x / static_cast<size_t>(text.width)));
            id.push_back(text.token[x]);
            expert.push_back(routes.layers[m].expert[x]);
        }
        EXPECT_EQ(layer.given_token, specializationGivenToken({4, sequence, id, expert, {}, text.row_language}, null));
        EXPECT_EQ(layer.by_count.permutations, 400);
        EXPECT_GT(layer.by_gate.weight, 0);
    }
}

TEST_F(EvaluationRecord, windowsHaveLogitRangesTheCapacityNeededAndMeanProbabilities)
{
    for (const auto& window : store().windowFigures("top2", 0)) {
        EXPECT_LT(window.logit_min, window.logit_max);
        EXPECT_GE(window.lse_max, window.logit_max);
        EXPECT_GE(window.capacity_needed, 2); // two choices a token: at least twice the even share of one
        EXPECT_LE(window.capacity_needed, 4);
        EXPECT_GE(window.figures.mean_probability_entropy, window.figures.mean_entropy - 1e-9);
        EXPECT_LE(window.figures.mean_probability_entropy, std::log(4) + 1e-9);
    }
    EXPECT_FALSE(store().windowFigures("top2", 0).empty());
}

} // namespace
} // namespace sy
