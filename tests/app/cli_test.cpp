// The command line as a user meets it: the real program, a home folder of its own, a corpus made here.
#include "cli_fixture.h"

#include <cmath>

using namespace sy;
using nlohmann::json;
using sy::test::Cli;

TEST_F(Cli, trainsRecordsAndAnswers)
{
    const auto trained = cliJson(tiny({"train", "demo", "--name", "first", "--tag", "toy", "--quiet"}));
    EXPECT_EQ(trained["status"], "finished");
    EXPECT_EQ(trained["step"], 30);

    const auto losses = seriesOf("first", "train/cross_entropy");
    ASSERT_EQ(losses["step"].size(), 30u); // every update has its row
    EXPECT_LT(losses["value"].back().get<double>(), losses["value"].front().get<double>());
    for (const auto* name : {"train/aux_loss", "train/z_loss", "train/learning_rate", "train/grad_norm",
                             "train/tokens_per_second", "train/drop_rate"})
        EXPECT_EQ(seriesOf("first", name)["step"].size(), 30u) << name;
    EXPECT_EQ(seriesOf("first", "valid/cross_entropy")["step"], json({10, 20, 30}));
    for (const auto* language : {"aa", "bb", "cc"})
        EXPECT_EQ(seriesOf("first", std::string("valid/cross_entropy/") + language)["step"].size(), 3u) << language;

    const auto listed = cliJson({"runs", "list"});
    EXPECT_TRUE(std::any_of(listed.begin(), listed.end(), [](const json& row) {
        return row["name"] == "first" && row["status"] == "finished" && row["steps"] == 30 &&
               row["id"].get<std::string>().size() == 26;
    }));
    const auto shown = cliJson({"runs", "show", "first"});
    EXPECT_EQ(shown["config"]["model"]["num_experts"], 4);

    const auto evaluated = cliJson({"evaluate", "first"});
    const double recorded = seriesOf("first", "valid/cross_entropy")["value"].back();
    EXPECT_NEAR(evaluated["cross_entropy"].get<double>(), recorded, 1e-5);
    EXPECT_NEAR(evaluated["perplexity"].get<double>(), std::exp(evaluated["cross_entropy"].get<double>()), 1e-6);
    EXPECT_EQ(evaluated["languages"].size(), 3u);

    const auto probed = cliJson({"probe", "first", "--text", "a probe of the router", "--language", "aa"});
    ASSERT_FALSE(probed["layers"].empty());
    size_t encoder_tokens = 0;
    for (const auto& token : probed["tokens"]) encoder_tokens += token["stack"] == "encoder";
    EXPECT_EQ(probed["layers"][0]["expert"].size(), encoder_tokens);
    for (const auto& dropped : probed["layers"][0]["dropped"]) EXPECT_EQ(dropped, 0); // probes are dropless
    EXPECT_TRUE(cliJson({"generate", "first", "--text", "a <extra_id_0> b", "--max-length", "5"}).contains("answer"));
}

TEST_F(Cli, aKilledRunIsInterruptedAndResumesToTheSameNumbers)
{
    const std::vector<std::string> more{"train.steps=60", "train.checkpoint_every=15"};
    ASSERT_EQ(cli(tiny({"train", "demo", "--name", "straight", "--quiet"}, more)).status, 0);
    {
        test::Process killed(SWITCHYARD_CLI, tiny({"train", "demo", "--name", "killed", "--quiet"}, more),
                             environment());
        ASSERT_TRUE(eventually([&] {
            const auto list = cliJson({"runs", "list"});
            return std::any_of(list.begin(), list.end(),
                               [](const json& row) { return row["name"] == "killed" && row["step"] >= 20; });
        }));
        killed.signal(SIGKILL);
        EXPECT_EQ(killed.wait().status, 128 + SIGKILL);
    }
    if (statusOf("killed") != "finished") { // it may have been quicker than the signal
        EXPECT_EQ(statusOf("killed"), "interrupted");
        const auto resumed = cliJson({"resume", "killed", "--quiet"});
        EXPECT_EQ(resumed["status"], "finished");
    }
    for (const auto* name :
         {"train/cross_entropy", "train/aux_loss", "train/grad_norm", "valid/cross_entropy", "valid/cross_entropy/bb"})
        EXPECT_EQ(seriesOf("straight", name)["value"], seriesOf("killed", name)["value"]) << name; // to the last bit
}

TEST_F(Cli, stopsOnSignalAndCommandAndGoesOn)
{
    test::Process trainer(
        SWITCHYARD_CLI,
        tiny({"train", "demo", "--name", "long", "--quiet", "--json"}, {"train.steps=100000", "train.eval_every=0"}),
        environment());
    ASSERT_TRUE(eventually([&] { return statusOf("long") == "running"; }));
    EXPECT_EQ(cli({"runs", "delete", "long"}).status, 1); // alive
    EXPECT_EQ(cli({"resume", "long", "--quiet"}).status, 1);
    EXPECT_EQ(cli({"command", "long", "pause"}).status, 0);
    EXPECT_EQ(statusOf("long"), "paused");
    EXPECT_EQ(cli({"command", "long", "probe", "--text", "hello"}).status, 0);
    EXPECT_EQ(cli({"command", "long", "resume"}).status, 0);
    EXPECT_EQ(cli({"command", "long", "checkpoint"}).status, 0);
    EXPECT_EQ(cli({"command", "long", "evaluate"}).status, 0);
    EXPECT_EQ(cli({"stop", "long"}).status, 0);
    EXPECT_EQ(statusOf("long"), "stopped");
    const auto ended = trainer.wait();
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(json::parse(ended.out)["status"], "stopped");

    test::Process again(SWITCHYARD_CLI, {"resume", "long", "--quiet", "--json"}, environment());
    ASSERT_TRUE(eventually([&] { return statusOf("long") == "running"; }));
    again.signal(SIGTERM);
    EXPECT_EQ(again.wait().status, 0);
    EXPECT_EQ(statusOf("long"), "stopped");
    EXPECT_EQ(cli({"stop", "long"}).status, 1); // not alive
}

TEST_F(Cli, plansWithoutACorpus)
{
    const auto plan = cliJson({"plan", "switch-base-8"});
    EXPECT_NEAR(plan["parameters_total"].get<double>() / 1e6, 620, 5);
    EXPECT_TRUE(plan["equal_flops_with_dense_twin"]);
    EXPECT_TRUE(plan.contains("step_seconds"));
    EXPECT_GT(plan["bytes"]["total"].get<int64_t>(), plan["bytes"]["weights"].get<int64_t>());
}

TEST_F(Cli, managesRuns)
{
    ASSERT_EQ(cli(tiny({"train", "demo", "--name", "kept", "--quiet"}, {"train.steps=2"})).status, 0);
    ASSERT_EQ(cli(tiny({"train", "demo", "--name", "other", "--quiet"}, {"train.steps=2", "router.aux_loss_weight=0"}))
                  .status,
              0);
    const auto diff = cliJson({"runs", "diff", "kept", "other"});
    ASSERT_EQ(diff["settings"].size(), 1u);
    EXPECT_EQ(diff["settings"][0]["path"], "router.aux_loss_weight");
    EXPECT_EQ(cli({"runs", "tag", "kept", "good"}).status, 0);
    EXPECT_EQ(cli({"runs", "note", "kept", "a <b>note</b>"}).status, 0);
    const auto shown = cliJson({"runs", "show", "kept"});
    EXPECT_EQ(shown["tags"], json({"good"}));
    EXPECT_EQ(shown["note"], "a <b>note</b>");
    EXPECT_EQ(cli({"runs", "delete", "other"}).status, 0);
    EXPECT_EQ(statusOf("other"), "absent");
    EXPECT_EQ(cli({"runs", "undelete", "other"}).status, 0);
    EXPECT_EQ(statusOf("other"), "finished");
    EXPECT_EQ(cli({"runs", "delete", "other", "--purge"}).status, 0);
    EXPECT_EQ(cli({"runs", "show", "other"}).status, 1);
}

namespace {

struct Refused {
    const char* name;
    std::vector<std::string> arguments;
    int status;
    std::vector<std::string> says; ///< parts of the message
    friend std::ostream& operator<<(std::ostream& out, const Refused& row) { return out << row.name; }
};

class RefusedCalls : public Cli, public ::testing::WithParamInterface<Refused> {};

} // namespace

TEST_P(RefusedCalls, sayWhatIsWrong)
{
    const auto& row = GetParam();
    const auto done = cli(row.arguments);
    EXPECT_EQ(done.status, row.status) << done.out << done.err;
    for (const auto& part : row.says)
        EXPECT_NE(done.err.find(part), std::string::npos) << part << " is not in: " << done.err;
    EXPECT_EQ(done.out, "");
}

INSTANTIATE_TEST_SUITE_P(
    Cli, RefusedCalls,
    ::testing::Values(
        Refused{"no_verb", {}, 2, {}}, Refused{"unknown_verb", {"trian"}, 2, {"trian"}},
        Refused{"unknown_inner_verb", {"runs", "lst"}, 2, {"lst"}},
        Refused{"unknown_option", {"train", "demo", "--sett", "x"}, 2, {"--sett"}},
        Refused{"unknown_preset", {"train", "dmeo"}, 1, {"dmeo", "demo"}},
        Refused{"unknown_setting",
                {"train", "demo", "--set", "model.num_expert=4"},
                1,
                {"model.num_expert", "not a known setting"}},
        Refused{"all_at_once",
                {"train", "demo", "--set", "model.num_experts=0", "--set", "router.capacity_factor_train=-1", "--set",
                 "train.steps=x"},
                1,
                {"model.num_experts", "at least 1, got 0", "router.capacity_factor_train", "above 0, got -1",
                 "train.steps"}},
        Refused{"missing_corpus", {"train", "demo", "--set", "data.corpus=nowhere", "--quiet"}, 1, {"nowhere", "toy"}},
        Refused{"missing_language",
                {"train", "demo", "--set", "data.corpus=toy", "--set", "data.languages=aa,xx", "--quiet"},
                1,
                {"xx", "aa"}},
        Refused{"unknown_run", {"resume", "nobody"}, 1, {"nobody"}},
        Refused{"unknown_run_shown", {"runs", "show", "nobody"}, 1, {"nobody"}},
        Refused{"missing_store",
                {"runs", "show", "x", "--store", "/nonexistent/store.sqlite"},
                1,
                {"/nonexistent/store.sqlite"}},
        Refused{"no_gpu_or_bad_index",
                {"train", "demo", "--set", "data.corpus=toy", "--set", "device=cuda:99", "--quiet"},
                1,
                {"cuda:99"}},
        Refused{"bad_expert", {"evaluate", "x", "--ablate", "encoder.1"}, 2, {"LAYER:EXPERT"}},
        Refused{"probe_not_utf8", {"command", "x", "probe", "--text", "a\xff"}, 1, {"not UTF-8", "byte 1"}},
        Refused{"missing_folder", {"corpus", "import", "/nonexistent/text", "--name", "n"}, 1, {"/nonexistent/text"}},
        Refused{"taken_corpus", {"corpus", "import", "/tmp", "--name", "toy"}, 1, {"toy"}},
        Refused{"corpus_name", {"corpus", "import", "/tmp", "--name", "../up"}, 1, {"../up"}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(Cli, aTakenNameIsRefusedBeforeWorkStarts)
{
    ASSERT_EQ(cli(tiny({"train", "demo", "--name", "taken", "--quiet"}, {"train.steps=2"})).status, 0);
    const auto second = cli(tiny({"train", "demo", "--name", "taken", "--quiet"}, {"train.steps=2"}));
    EXPECT_EQ(second.status, 1);
    EXPECT_NE(second.err.find("taken"), std::string::npos);
}
