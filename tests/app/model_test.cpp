// Verbs that load a saved model, as a user or a script meets them.
#include "cli_fixture.h"

#include <sstream>

using namespace sy;
using nlohmann::json;

namespace {

class Models : public test::Cli {
protected:
    static void SetUpTestSuite()
    {
        Cli::SetUpTestSuite();
        const auto trained = cli(tiny({"train", "demo", "--name", "model", "--quiet"}, {"train.steps=10"}));
        ASSERT_EQ(trained.status, 0) << trained.err;
        writeFileAtomically(s_home / "parallel.jsonl",
                            "{\"texts\": {\"aa\": \"one two three\", \"bb\": \"uno due tre\"}}\n"
                            "{\"texts\": {\"aa\": \"four five\", \"bb\": \"quattro cinque\", \"cc\": \"vier\"}}\n");
    }
    /// Lines that a served model answers to these.
    static std::vector<json> served(const std::string& requests)
    {
        writeFileAtomically(s_home / "requests", requests);
        const auto done = test::run(
            "/bin/sh", {"-c", "exec \"$0\" serve model < \"$1\"", SWITCHYARD_CLI, (s_home / "requests").string()},
            environment());
        EXPECT_EQ(done.status, 0) << done.err;
        std::vector<json> lines;
        std::istringstream in(done.out);
        for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
        return lines;
    }
};

TEST_F(Models, servesLineByLineWhatTheVerbsPrint)
{
    const auto lines = served("{\"id\": 1, \"verb\": \"probe\", \"text\": \"a word\", \"language\": \"aa\"}\n"
                              "{\"verb\": \"probe\", \"text\": \"\xff\"}\n"
                              "{\"id\": 2, \"verb\": \"evaluate\"}\n"
                              "{\"id\": 3, \"verb\": \"specialization\", \"file\": \"" +
                              (s_home / "parallel.jsonl").string() + "\", \"permutations\": 50}\n");
    ASSERT_GE(lines.size(), 5u);
    EXPECT_EQ(lines[0]["ready"]["name"], "model");
    EXPECT_EQ(lines[1]["result"], cliJson({"probe", "model", "--text", "a word", "--language", "aa"}));
    EXPECT_TRUE(lines[2].contains("error"));
    const auto evaluated = std::find_if(lines.begin(), lines.end(),
                                        [](const json& line) { return line["id"] == 2 && line.contains("result"); });
    ASSERT_NE(evaluated, lines.end());
    EXPECT_EQ((*evaluated)["result"], cliJson({"evaluate", "model"}));
    auto judged = cliJson(
        {"specialization", "model", "--parallel", (s_home / "parallel.jsonl").string(), "--permutations", "50"});
    EXPECT_EQ(judged["step"], 10);
    judged.erase("step");
    EXPECT_EQ(lines.back()["result"], judged);
}

TEST_F(Models, judgesSpecializationOnParallelSentences)
{
    const auto file = (s_home / "parallel.jsonl").string();
    const auto all = cliJson({"specialization", "model", "--parallel", file, "--permutations", "50"});
    EXPECT_EQ(all["sentences"], 1);
    EXPECT_EQ(all["languages"], json({"aa", "bb", "cc"}));
    const auto two = cliJson({"specialization", "model", "--parallel", file, "--languages", "bb,aa", "--sentences", "2",
                              "--checkpoint", "last"});
    EXPECT_EQ(two["sentences"], 2);
    ASSERT_EQ(two["layers"].size(), 2u);
    const auto& layer = two["layers"][0];
    EXPECT_EQ(layer["layer"], "encoder.1");
    ASSERT_EQ(layer["count"].size(), 2u);
    EXPECT_EQ(layer["count"][0].size(), 4u);
    EXPECT_EQ(layer["by_count"]["permutations"], 400);
    EXPECT_EQ(layer["by_count"]["sequences"], 4);
    const auto table = cli({"specialization", "model", "--parallel", file});
    EXPECT_NE(table.out.find("p (Holm)"), std::string::npos);
    EXPECT_NE(table.out.find("given token"), std::string::npos);
}

TEST_F(Models, evaluatesOtherCapacitiesAndInterventions)
{
    const auto loss = [](std::vector<std::string> options) {
        options.insert(options.begin(), {"evaluate", "model"});
        return cliJson(options)["cross_entropy"].get<double>();
    };
    const double plain = loss({});
    EXPECT_NE(loss({"--ablate", "encoder.1:1"}), plain);
    const double random = loss({"--ablate-random", "encoder.1:1"});
    EXPECT_NE(random, plain);
    EXPECT_EQ(loss({"--ablate-random", "encoder.1:1", "--seed", "1"}), random);
    EXPECT_NE(loss({"--ablate-random", "encoder.1:1", "--seed", "2"}), random);
    EXPECT_EQ(cliJson({"evaluate", "model", "--dropless"})["drop_rate"], 0);
    EXPECT_GT(cliJson({"evaluate", "model", "--capacity-factor", "0.5", "--capacity-scope", "group", "--group-size",
                       "96"})["drop_rate"],
              0.4);
}

struct RefusedWords {
    const char* name;
    std::vector<std::string> arguments;
    int status;
    std::string part;
    friend std::ostream& operator<<(std::ostream& out, const RefusedWords& row) { return out << row.name; }
};

class RefusedModelWords : public Models, public ::testing::WithParamInterface<RefusedWords> {};

TEST_P(RefusedModelWords, sayWhatIsWrong)
{
    const auto done = cli(GetParam().arguments);
    EXPECT_EQ(done.status, GetParam().status) << done.out << done.err;
    EXPECT_NE(done.err.find(GetParam().part), std::string::npos) << done.err;
    EXPECT_EQ(done.out, "");
}

INSTANTIATE_TEST_SUITE_P(
    Cli, RefusedModelWords,
    ::testing::Values(
        RefusedWords{
            "two_interventions", {"evaluate", "model", "--ablate", "a:1", "--ablate-random", "a:1"}, 2, "one of"},
        RefusedWords{"random_layer", {"evaluate", "model", "--ablate-random", "encoder.0:1"}, 2, "not a sparse layer"},
        RefusedWords{
            "later_tokens", {"evaluate", "model", "--overflow-priority", "probability"}, 1, "looks at later tokens"},
        RefusedWords{
            "dropless_capacity", {"evaluate", "model", "--dropless", "--capacity-scope", "row"}, 2, "no capacity"},
        RefusedWords{"scope", {"evaluate", "model", "--capacity-scope", "rows"}, 2, "rows"},
        RefusedWords{"served_nobody", {"serve", "nobody"}, 1, "nobody"},
        RefusedWords{"served_checkpoint", {"serve", "model", "--checkpoint", "7"}, 1, "\"7\""},
        RefusedWords{
            "no_parallel_file", {"specialization", "model", "--parallel", "/nonexistent.tsv"}, 1, "nonexistent"},
        RefusedWords{"permutations", {"specialization", "model", "--parallel", "x", "--permutations", "5"}, 2, "39"},
        RefusedWords{"probe_target_not_utf8",
                     {"command", "x", "probe", "--text", "a", "--target", "b\xff"},
                     1,
                     "--target is not UTF-8"}),
    [](const auto& row) { return std::string(row.param.name); });

} // namespace
