#include "train_support.h"

#include "core/base/error.h"
#include "core/train/model_runner.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sy {
namespace {

using test::trainHome;

class Runner : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        auto config = test::tinyConfig();
        config.train.keep_checkpoints = 0;
        test::trainTiny("loaded", config);
    }
    static ModelRunner load(const std::string& checkpoint = "last")
    {
        return ModelRunner::load(trainHome().store(), "loaded", checkpoint);
    }
};

TEST_F(Runner, EvaluationEqualsTheOneOfTraining)
{
    const auto recorded = Store::openExisting(trainHome().store()).evaluations("loaded");
    for (const auto& evaluation : recorded) {
        const auto again = load(std::to_string(evaluation.step)).evaluate({});
        EXPECT_EQ(again.cross_entropy, evaluation.cross_entropy) << "step " << evaluation.step;
        EXPECT_EQ(again.counts, evaluation.counts);
    }
}

TEST_F(Runner, ChoosesCheckpoints)
{
    EXPECT_EQ(load("last").step(), 24);
    EXPECT_EQ(load("12").step(), 12);
    EXPECT_EQ(load("best").step(), *Store::openExisting(trainHome().store()).run("loaded").best_step);
    EXPECT_THROW(load("13"), StoreError);
    EXPECT_THROW(load("newest"), StoreError);
    EXPECT_THROW(ModelRunner::load(trainHome().store(), "nobody", "last"), StoreError);
}

TEST_F(Runner, CapacityAndInterventionsChangeWhatTheySay)
{
    const auto runner = load();
    EvaluateOptions narrow;
    narrow.capacity_factor = 0.25;
    const auto dropped = runner.evaluate(narrow);
    EXPECT_GT(dropped.drop_rate, 0.5);
    narrow.capacity_factor = 4.0;
    EXPECT_EQ(runner.evaluate(narrow).drop_rate, 0);
    EvaluateOptions forced;
    forced.intervention = Intervention{Intervention::Kind::Force, "encoder.1", 2, 0};
    const auto evaluation = runner.evaluate(forced);
    const size_t rows = evaluation.row_language.size();
    for (size_t row = 0; row < rows; ++row)
        for (const size_t expert : {0, 1, 3}) EXPECT_EQ(evaluation.counts[row * 4 + expert], 0) << row;
    for (const auto kind : {Intervention::Kind::Ablate, Intervention::Kind::Swap}) {
        EvaluateOptions changed;
        changed.intervention = Intervention{kind, "decoder.1", 0, 1};
        EXPECT_NE(runner.evaluate(changed).cross_entropy, runner.evaluate({}).cross_entropy);
    }
    forced.intervention->layer = "encoder.0";
    EXPECT_THROW(runner.evaluate(forced), UsageError);
    forced.intervention = Intervention{Intervention::Kind::Force, "encoder.1", 4, 0};
    EXPECT_THROW(runner.evaluate(forced), UsageError);
}

TEST_F(Runner, EvaluatesAnotherCorpusByLanguageCode)
{
    test::importTinyCorpus("other", 9);
    EvaluateOptions options;
    options.corpus = "other";
    const auto evaluation = load().evaluate(options);
    EXPECT_EQ(evaluation.corpus, "other");
    ASSERT_EQ(evaluation.languages.size(), 3U);
    EXPECT_EQ(evaluation.languages[1].language, "bb");
    options.corpus = "nowhere";
    EXPECT_THROW(load().evaluate(options), DataError);
}

TEST_F(Runner, RecordedPredictionsAreThoseOfEachSentenceAlone)
{
    const auto runner = load();
    const auto store = Store::openExisting(trainHome().store());
    const auto probes = store.probes("loaded");
    ASSERT_FALSE(probes.empty());
    const int64_t last = probes.back().step;
    const auto ofDecoder = [](const Probe& probe) {
        return std::count_if(probe.tokens.begin(), probe.tokens.end(), [](const ProbeToken& t) { return t.decoder; });
    };
    int64_t longest = 0;
    for (const auto& probe : probes) longest = std::max<int64_t>(longest, ofDecoder(probe) - 1); // less the start
    int compared = 0;
    for (const auto& probe : probes) {
        if (probe.step != last) continue;
        GenerateOptions options;
        options.text = probe.text;
        options.max_length = longest + 4;
        EXPECT_EQ(probe.prediction, runner.generate(options)) << probe.text;
        EXPECT_FALSE(probe.target.empty());
        ++compared;
    }
    EXPECT_EQ(compared, 6); // two sentences of three languages
}

TEST_F(Runner, ProbesAndGenerates)
{
    const auto runner = load();
    EXPECT_EQ(runner.sparseLayers(), (std::vector<std::string>{"encoder.1", "decoder.1"}));
    ProbeOptions options;
    options.text = "the river <extra_id_0> under";
    options.target = "<extra_id_0> flows <extra_id_1>";
    const auto probe = runner.probe(options);
    ASSERT_EQ(probe.routes.size(), 2U);
    for (const auto& route : probe.routes) {
        for (size_t i = 0; i < route.expert.size(); ++i) {
            EXPECT_EQ(route.dropped[i], 0);
            EXPECT_EQ(route.top_expert[i * 4], route.expert[i]);
            EXPECT_NEAR(route.top_probability[i * 4], route.probability[i], 1e-6);
            EXPECT_GE(route.entropy[i], 0);
        }
    }
    EXPECT_EQ(probe.tokens.front().decoder, false);
    EXPECT_EQ(probe.tokens.back().decoder, true);
    EXPECT_EQ(runner.probe(options).routes[0].probability, probe.routes[0].probability);
    options.text = "";
    EXPECT_THROW(runner.probe(options), DataError);
    options.text = "a <extra_id_100>";
    EXPECT_THROW(runner.probe(options), DataError);
    GenerateOptions generate;
    generate.text = "the water <extra_id_0>";
    generate.max_length = 5;
    EXPECT_EQ(runner.generate(generate), runner.generate(generate));
    generate.capacity = "some";
    EXPECT_THROW(runner.generate(generate), UsageError);
}

} // namespace
} // namespace sy
