// Specialization on parallel sentences against counts of probes, one sentence at a time.
#include "train_support.h"

#include "core/base/error.h"
#include "core/train/model_runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace sy {
namespace {

using test::trainHome;

const std::vector<std::map<std::string, std::string>> sentences = {
    {{"aa", "the river flows under the bridge"}, {"bb", "der fluss unter brücke"}, {"cc", "река течёт под мостом"}},
    {{"aa", "children watch water every morning"}, {"bb", "kinder schauen wasser"}, {"cc", "дети смотрят вода утро"}},
    {{"aa", "only here"}, {"bb", "nur hier"}}, // incomplete
    {{"aa", "stone"},
     {"bb", "stein alter langsam jeden morgen unter der brücke wasser fluss der kinder schauen"},
     {"cc", "камень"}},
    {{"aa", "water slowly"}, {"bb", "wasser langsam"}, {"cc", "вода медленно"}, {"dd", "xx"}}};

class Parallel : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        auto config = test::tinyConfig();
        test::trainTiny("parallel", config);
        config.model.num_experts = 1;
        config.train.steps = 2;
        test::trainTiny("parallel-dense", config);
        std::ofstream out(file());
        for (const auto& sentence : sentences) out << nlohmann::json{{"texts", sentence}}.dump() << "\n";
    }
    static fs::path file() { return trainHome().folder() / "parallel.jsonl"; }
    static ModelRunner load(const std::string& run = "parallel")
    {
        return ModelRunner::load(trainHome().store(), run, "last");
    }
    static SpecializationOptions options()
    {
        SpecializationOptions out;
        out.file = file();
        out.permutations = 99;
        return out;
    }
};

TEST_F(Parallel, countsAreThoseOfProbes)
{
    const auto model = load();
    double last = 0;
    const auto result = model.specialization(options(), [&](double share) {
        EXPECT_GE(share, last);
        last = share;
    });
    EXPECT_EQ(last, 1);
    EXPECT_EQ(result.sentences, 4); // one lacks a language
    EXPECT_EQ(result.languages, (std::vector<std::string>{"aa", "bb", "cc"}));
    ASSERT_EQ(result.layers.size(), 2U);
    for (size_t m = 0; m < 2; ++m) {
        std::vector<int64_t> counts(12);
        double gates = 0;
        for (const auto& sentence : sentences) {
            if (!sentence.contains("cc")) continue;
            for (size_t l = 0; l < 3; ++l) {
                ProbeOptions probed;
                probed.text = probed.target = sentence.at(result.languages[l]);
                const auto route = model.probe(probed).routes.at(m);
                // The decoder reads at most target_length tokens, its start among them.
                const size_t read = m == 0 ? route.expert.size() : std::min<size_t>(route.expert.size(), 16);
                for (size_t i = 0; i < read; ++i) {
                    ++counts[l * 4 + static_cast<size_t>(route.expert[i])];
                    gates += route.probability[i];
                }
            }
        }
        EXPECT_EQ(result.count[m], counts);
        EXPECT_EQ(result.layers[m].by_count.sequences, 12);
        EXPECT_EQ(result.layers[m].by_count.languages, 3);
        EXPECT_EQ(result.layers[m].by_count.permutations, 99);
        EXPECT_NEAR(result.layers[m].by_gate.weight, gates, 1e-3);
        double total = 0;
        for (const int64_t count : counts) total += static_cast<double>(count);
        EXPECT_EQ(result.layers[m].by_count.weight, total);
    }
}

TEST_F(Parallel, takesTheFirstSentencesAndTheNamedLanguages)
{
    auto wanted = options();
    wanted.sentences = 2;
    wanted.languages = {"dd", "aa"};
    const auto result = load().specialization(wanted);
    EXPECT_EQ(result.sentences, 1);
    EXPECT_EQ(result.languages, wanted.languages);
    wanted.languages = {"bb", "aa"};
    EXPECT_EQ(load().specialization(wanted).sentences, 2);
}

TEST_F(Parallel, permutesLanguagesWithinSentences)
{
    // One sentence: permuting its languages exchanges whole rows of the table, which leaves information as it is.
    auto wanted = options();
    wanted.sentences = 1;
    for (const auto& layer : load().specialization(wanted).layers) {
        EXPECT_GT(layer.by_count.information, 0);
        EXPECT_NEAR(layer.by_count.null_low, layer.by_count.information, 1e-12);
        EXPECT_NEAR(layer.by_count.null_high, layer.by_count.information, 1e-12);
    }
    wanted.permutations = 0;
    EXPECT_EQ(load().specialization(wanted).layers.at(0).by_count.permutations, 400);
}

TEST_F(Parallel, isEmptyForADenseModel)
{
    EXPECT_TRUE(load("parallel-dense").specialization(options()).layers.empty());
}

TEST_F(Parallel, refusesWhatMakesNoComparison)
{
    auto wanted = options();
    wanted.languages = {"aa", "zz"};
    EXPECT_THROW(load().specialization(wanted), DataError);
    wanted.languages = {"aa"};
    EXPECT_THROW(load().specialization(wanted), DataError);
    wanted.languages = {"aa", "aa"};
    EXPECT_THROW(load().specialization(wanted), DataError);
    wanted = options();
    wanted.sentences = -1;
    EXPECT_THROW(load().specialization(wanted), UsageError);
    wanted = options();
    wanted.permutations = 10;
    EXPECT_THROW(load().specialization(wanted), UsageError);
    wanted = options();
    wanted.file = "/nonexistent.tsv";
    EXPECT_THROW(load().specialization(wanted), DataError);
}

} // namespace
} // namespace sy
