// The queue as a user meets it: the real worker, real trainers, killed here and there.
#include "cli_fixture.h"

namespace sy::test {

namespace {

class Queue : public Cli {
protected:
    void SetUp() override
    {
        for (const char* name : {"store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "checkpoints", "queue"})
            fs::remove_all(s_home / name);
    }
    void TearDown() override // after a failure: no trainer stays behind
    {
        for (const auto& row : entries())
            if ((row["state"] == "starting" || row["state"] == "running") && row["pid"] > 0)
                ::kill(row["pid"].get<pid_t>(), SIGKILL);
    }
    static json entries() { return cliJson({"queue", "list", "--all"}); }
    static json entry(int64_t key)
    {
        for (const auto& row : entries())
            if (row["key"] == key) return row;
        ADD_FAILURE() << "no entry " << key;
        return {};
    }
    static int64_t add(const std::string& name, const std::vector<std::string>& more = {})
    {
        const auto added = cliJson(tiny({"queue", "add", "demo", "--name", name, "--tag", "queued"}, more));
        return added.value("key", int64_t{0});
    }
    static std::vector<std::string> endless() { return {"train.steps=1000000", "train.eval_every=0"}; }
    static bool trains(int64_t key)
    {
        return eventually(
            [&] { return entry(key)["state"] == "running" && statusOf(entry(key)["name"]) == "running"; });
    }
    static void signalTrainer(int64_t key, int number) { ::kill(entry(key)["pid"].get<pid_t>(), number); }
};

} // namespace

TEST_F(Queue, twoRunsOneAfterTheOther)
{
    const int64_t first = add("first"), second = add("second"), removed = add("removed");
    EXPECT_EQ(add("elsewhere", {"device=cuda"}), removed + 1);
    EXPECT_EQ(entry(removed + 1)["device"], "cuda:0");
    EXPECT_EQ(cli({"queue", "remove", std::to_string(removed)}).status, 0);
    EXPECT_EQ(cli({"queue", "remove", std::to_string(removed)}).status, 1);
    EXPECT_EQ(cli(tiny({"queue", "add", "demo", "--name", "first"})).status, 1); // it waits already
    const auto worked = cliJson({"queue", "work", "--device", "cpu"});
    EXPECT_EQ(worked, json({{"done", 2}, {"failed", 0}}));
    for (const int64_t key : {first, second}) {
        EXPECT_EQ(entry(key)["state"], "done");
        EXPECT_EQ(entry(key)["exit_status"], 0);
        const auto run = cliJson({"runs", "show", entry(key)["name"]});
        EXPECT_EQ(run["id"], entry(key)["run"]);
        EXPECT_EQ(run["status"], "finished");
        EXPECT_EQ(run["tags"], json({"queued"}));
        EXPECT_EQ(run["details"]["preset"], "demo");
        EXPECT_EQ(run["config"]["train"]["steps"], 30);
    }
    EXPECT_GE(entry(second)["started_ms"].get<int64_t>(), entry(first)["ended_ms"].get<int64_t>());
    EXPECT_EQ(entry(removed)["state"], "removed");
    EXPECT_EQ(entry(removed + 1)["state"], "waiting");
    EXPECT_NE(cli({"queue", "list"}).out.find("second"), std::string::npos);
}

TEST_F(Queue, aKilledTrainerIsToldAndResumedThroughTheQueue)
{
    const int64_t key = add("victim", endless()), next = add("next");
    Process worker(SWITCHYARD_CLI, {"queue", "work", "--device", "cpu", "--json"}, environment());
    ASSERT_TRUE(trains(key));
    EXPECT_EQ(cli({"queue", "remove", std::to_string(key)}).status, 1); // it has begun
    ASSERT_EQ(cli({"command", "victim", "checkpoint"}).status, 0);
    signalTrainer(key, SIGKILL);
    const auto ended = worker.wait();
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(json::parse(ended.out), json({{"done", 1}, {"failed", 1}}));
    EXPECT_EQ(entry(key)["signal"], 9);
    EXPECT_TRUE(entry(key)["exit_status"].is_null());
    EXPECT_NE(entry(key)["log_tail"].get<std::string>().find("step"), std::string::npos);
    EXPECT_EQ(statusOf("victim"), "interrupted");
    EXPECT_EQ(entry(next)["state"], "done");

    const int64_t again = cliJson({"queue", "add", "--resume", "victim"})["key"];
    Process second(SWITCHYARD_CLI, {"queue", "work", "--device", "cpu"}, environment());
    ASSERT_TRUE(trains(again));
    EXPECT_EQ(entry(again)["run"], entry(key)["run"]);
    EXPECT_EQ(cli({"stop", "victim"}).status, 0);
    EXPECT_EQ(second.wait().status, 0);
    EXPECT_EQ(entry(again)["state"], "done");
    EXPECT_EQ(statusOf("victim"), "stopped");
}

TEST_F(Queue, aKilledWorkerHarmsNoRunAndASecondIsRefusedWhileOneLives)
{
    const int64_t key = add("survivor", endless()), next = add("next");
    {
        Process worker(SWITCHYARD_CLI, {"queue", "work", "--device", "cpu"}, environment());
        ASSERT_TRUE(trains(key));
        const auto refused = cli({"queue", "work", "--device", "cpu"});
        EXPECT_EQ(refused.status, 1);
        EXPECT_NE(refused.err.find("has a worker already"), std::string::npos) << refused.err;
        worker.signal(SIGKILL);
        worker.wait();
    }
    EXPECT_EQ(statusOf("survivor"), "running");
    Process successor(SWITCHYARD_CLI, {"queue", "work", "--device", "cpu"}, environment());
    ASSERT_TRUE(eventually([&] { return queueHasWorker(StorePaths::ofFile(s_home / "store.sqlite"), "cpu"); }));
    EXPECT_EQ(entry(next)["state"], "waiting");
    EXPECT_EQ(statusOf("survivor"), "running");
    EXPECT_EQ(cli({"stop", "survivor"}).status, 0);
    EXPECT_EQ(successor.wait().status, 0);
    EXPECT_EQ(entry(key)["state"], "done");
    EXPECT_EQ(entry(next)["state"], "done");
}

TEST_F(Queue, aWorkerThatIsAskedToStopLeavesItsTrainerAlone)
{
    const int64_t key = add("current", endless()), next = add("next");
    Process worker(SWITCHYARD_CLI, {"queue", "work", "--device", "cpu"}, environment());
    ASSERT_TRUE(trains(key));
    worker.signal(SIGTERM);
    EXPECT_EQ(cli({"command", "current", "checkpoint"}).status, 0); // still answers
    EXPECT_EQ(statusOf("current"), "running");
    EXPECT_EQ(cli({"stop", "current"}).status, 0);
    EXPECT_EQ(worker.wait().status, 0);
    EXPECT_EQ(entry(key)["state"], "done");
    EXPECT_EQ(entry(next)["state"], "waiting");
}

TEST_F(Queue, whatCannotStartFailsWithItsMessageAndTheRestGoesOn)
{
    const int64_t no_corpus = add("lost", {"data.corpus=nowhere"}), taken = add("taken"), good = add("good");
    ASSERT_EQ(cli(tiny({"train", "demo", "--name", "taken", "--quiet"}, {"train.steps=1"})).status, 0);
    const auto worked = cliJson({"queue", "work", "--device", "cpu"});
    EXPECT_EQ(worked, json({{"done", 1}, {"failed", 2}}));
    EXPECT_EQ(entry(no_corpus)["state"], "failed");
    EXPECT_EQ(entry(no_corpus)["exit_status"], 1);
    EXPECT_EQ(entry(no_corpus)["run"], "");
    EXPECT_NE(entry(no_corpus)["log_tail"].get<std::string>().find("nowhere"), std::string::npos);
    EXPECT_NE(entry(taken)["log_tail"].get<std::string>().find("taken"), std::string::npos);
    EXPECT_EQ(entry(taken)["run"], "");
    EXPECT_EQ(entry(good)["state"], "done");
}

TEST_F(Queue, refusesWhatCannotBeQueued)
{
    const std::pair<std::vector<std::string>, std::string> refused[] = {
        {{"queue", "add", "dmeo"}, "dmeo"},
        {{"queue", "add", "demo", "--set", "model.num_experts=0"}, "at least 1"},
        {{"queue", "add", "demo", "--device", "tpu"}, "tpu"},
        {{"queue", "add", "--resume", "nobody"}, "nobody"},
        {{"queue", "add"}, "CONFIG"},
        {{"queue", "add", "demo", "--resume", "x"}, "--resume goes without"},
        {{"queue", "work", "--device", "cuda:x"}, "cuda:x"},
        {{"queue", "remove", "99"}, "no entry 99"}};
    for (const auto& [arguments, says] : refused) {
        const auto done = cli(arguments);
        EXPECT_NE(done.status, 0) << says;
        EXPECT_NE(done.err.find(says), std::string::npos) << done.err;
    }
    EXPECT_TRUE(entries().empty());
}

} // namespace sy::test
