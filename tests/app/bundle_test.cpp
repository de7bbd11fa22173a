// Bundles as a user meets them: files, pipes, following a live run, refusals.
#include "cli_fixture.h"

#include <cstdlib>

namespace sy::test {

namespace {

class Bundles : public Cli {
protected:
    void SetUp() override
    {
        m_folder = s_home / ("travel-" + newUlid());
        fs::create_directories(m_folder);
    }
    std::string there() const { return (m_folder / "there" / "store.sqlite").string(); }
    std::string file(const char* name = "runs.sybundle") const { return (m_folder / name).string(); }
    static std::string quoted(const std::string& text) { return "'" + text + "'"; }
    /// A shell line with the program as $CLI.
    static int shell(const std::string& line)
    {
        return std::system(
            ("export SWITCHYARD_HOME=" + quoted(s_home.string()) + " CLI=" + quoted(SWITCHYARD_CLI) + "; " + line)
                .c_str());
    }
    json showThere(const std::string& run, const std::string& series) const
    {
        return cliJson({"runs", "show", run, "--series", series, "--store", there()});
    }

    fs::path m_folder;
};

} // namespace

TEST_F(Bundles, aRunTravelsWithItsCheckpointsAndAnswersThere)
{
    ASSERT_EQ(cli(tiny({"train", "demo", "--name", "travels", "--quiet"})).status, 0);
    EXPECT_EQ(cli({"runs", "star", "travels"}).status, 0);
    const auto out = cliJson({"runs", "export", "travels", "--output", file(), "--checkpoints"});
    EXPECT_EQ(out["runs"].size(), 1u);
    EXPECT_GT(out["rows"], 100);
    const auto in = cliJson({"runs", "import", file(), "--store", there()});
    EXPECT_EQ(in["created"], out["runs"]);
    for (const char* series : {"train/cross_entropy", "valid/cross_entropy/bb", "train/drop_rate"})
        EXPECT_EQ(showThere("travels", series), seriesOf("travels", series)) << series;
    const auto run = cliJson({"runs", "show", "travels", "--store", there()});
    EXPECT_EQ(run["starred"], true);
    EXPECT_EQ(run["origin"], run["host"]);
    EXPECT_EQ(run["status"], "finished");
    EXPECT_EQ(cliJson({"evaluate", "travels", "--store", there()})["cross_entropy"],
              cliJson({"evaluate", "travels"})["cross_entropy"]);
    EXPECT_EQ(cli({"runs", "star", "travels", "--remove"}).status, 0);
    EXPECT_EQ(cliJson({"runs", "show", "travels"})["starred"], false);
}

TEST_F(Bundles, aLiveRunIsFollowedThroughPipes)
{
    Process trainer(SWITCHYARD_CLI,
                    tiny({"train", "demo", "--name", "followed", "--quiet"},
                         {"train.steps=1000000", "train.eval_every=0", "train.checkpoint_every=1000000"}),
                    environment());
    ASSERT_TRUE(eventually([&] { return statusOf("followed") == "running"; }));
    const std::string follow = "\"$CLI\" runs export followed --since " + quoted(file()) + " --output " +
                               quoted(file()) + " && cat " + quoted(file()) + " | \"$CLI\" runs import - --store " +
                               quoted(there());
    size_t seen = 0;
    for (int round = 0; round < 3; ++round) {
        const auto further = [&] { return cliJson({"runs", "show", "followed"})["step"] > seen + 10; };
        ASSERT_TRUE(eventually(further));
        ASSERT_EQ(shell(follow + " >/dev/null 2>&1"), 0);
        const size_t now = showThere("followed", "train/cross_entropy")["step"].size();
        EXPECT_GT(now, seen);
        seen = now;
        EXPECT_EQ(cliJson({"runs", "show", "followed", "--store", there()})["status"],
                  "interrupted"); // lives elsewhere
    }
    EXPECT_EQ(cli({"stop", "followed"}).status, 0);
    EXPECT_EQ(trainer.wait().status, 0);
    ASSERT_EQ(shell("\"$CLI\" runs export followed --output - 2>/dev/null | \"$CLI\" runs import - --store " +
                    quoted(there()) + " >/dev/null"),
              0);
    EXPECT_EQ(showThere("followed", "train/grad_norm"), seriesOf("followed", "train/grad_norm"));
    EXPECT_EQ(cliJson({"runs", "show", "followed", "--store", there()})["status"], "stopped");
    EXPECT_EQ(cli({"resume", "followed", "--store", there(), "--quiet"}).status, 1);
    for (const auto& entry : fs::directory_iterator(s_home))
        EXPECT_FALSE(entry.path().filename().string().starts_with("bundle-")) << entry.path();
}

TEST_F(Bundles, refusalsSayWhatIsWrong)
{
    ASSERT_EQ(cli(tiny({"train", "demo", "--name", "small", "--quiet"}, {"train.steps=2"})).status, 0);
    ASSERT_EQ(cli({"runs", "export", "small", "--output", file()}).status, 0);
    std::string bytes = readFile(file());
    bytes[bytes.size() / 2] ^= 1;
    writeFileAtomically(file("damaged"), bytes);
    writeFileAtomically(file("short"), bytes.substr(0, bytes.size() / 3));
    const std::pair<std::vector<std::string>, std::string> refused[] = {
        {{"runs", "import", file("damaged"), "--store", there()}, "damaged at part"},
        {{"runs", "import", file("short"), "--store", there()}, "was it copied whole?"},
        {{"runs", "import", file("missing"), "--store", there()}, "missing"},
        {{"runs", "export", "nobody", "--output", file()}, "'nobody'"},
        {{"runs", "export", "small", "--output", "/nonexistent/x"}, "/nonexistent/x"}};
    for (const auto& [arguments, says] : refused) {
        const auto done = cli(arguments);
        EXPECT_EQ(done.status, 1) << says;
        EXPECT_NE(done.err.find(says), std::string::npos) << done.err;
        EXPECT_EQ(done.out, "");
    }
    EXPECT_EQ(cli({"runs", "export", "small"}).status, 2);
}

} // namespace sy::test
