// Finding, editing, deleting runs; status; commands.
#include "core/store/connection.h"
#include "core/store/flat_config.h"
#include "core/store/names.h"
#include "store_fixture.h"

#include <unistd.h>

namespace sy::test {

using RunsTest = StoreTest;

TEST_F(RunsTest, FindsByIdAndNameAndSuggestsCloseNames)
{
    const RunWriter a = RunWriter::create(paths, newRun("demo-e8")), b = RunWriter::create(paths, newRun("demo-dense"));
    const Store store = Store::openExisting(paths);
    EXPECT_EQ(store.run("demo-e8").id, a.id());
    EXPECT_EQ(store.run(b.id()).name, "demo-dense");
    ASSERT_EQ(store.runs().size(), 2U);
    EXPECT_EQ(store.runs()[0].name, "demo-e8");
    const std::string error = storeErrorOf([&] { (void)store.run("demo-e9"); });
    EXPECT_TRUE(contains(error, "'demo-e9'"));
    EXPECT_TRUE(contains(error, "close: 'demo-e8'"));
    EXPECT_TRUE(contains(storeErrorOf([&] { (void)store.run("something else entirely"); }), "the 2 that there are"));
    EXPECT_TRUE(contains(storeErrorOf([&] { (void)store.series("nobody", "x"); }), "nobody"));
}

TEST_F(RunsTest, AnEmptyStoreSaysSo)
{
    const Store store = Store::open(paths);
    EXPECT_TRUE(store.runs().empty());
    EXPECT_TRUE(contains(storeErrorOf([&] { (void)store.run("x"); }), "no runs"));
}

TEST(CloseNames, MeasuresEdits)
{
    EXPECT_EQ(editDistance("kitten", "sitting"), 3U);
    EXPECT_EQ(editDistance("", "abc"), 3U);
    EXPECT_EQ(editDistance("same", "same"), 0U);
    EXPECT_EQ(closeNames("demo", {"demo-e8", "other", "dema"}), (std::vector<std::string>{"demo-e8", "dema"}));
    EXPECT_TRUE(closeNames("", {"a"}).empty());
    EXPECT_TRUE(closeNames(std::string(100000, 'a'), {std::string(100000, 'b')}).empty());
}

TEST(FlatConfig, IsTheInverseOfNested)
{
    const nlohmann::json config = {{"a", {{"b", 1}, {"c", {{"d", "x"}}}}},
                                   {"e", {1, 2}},
                                   {"f", nlohmann::json::object()},
                                   {"g", nullptr},
                                   {"h", 0.1}};
    EXPECT_EQ(nestedConfig(flatConfig(config)), config);
    EXPECT_EQ(flatConfig(config).size(), 6U);
    EXPECT_TRUE(contains(storeErrorOf([] { nestedConfig({{"a", 1}, {"a.b", 2}}); }), "runs through a value"));
}

TEST_F(RunsTest, StatusIsDerivedFromTheLock)
{
    {
        RunWriter writer = RunWriter::create(paths, newRun("one"));
        const Store store = Store::openExisting(paths);
        writer.setStatus(RunStatus::Running);
        EXPECT_EQ(store.run("one").status, RunStatus::Running);
        EXPECT_GT(store.run("one").started_ms, 0);
        writer.setStatus(RunStatus::Paused);
        EXPECT_EQ(store.runs().at(0).status, RunStatus::Paused);
        EXPECT_TRUE(isAlive(paths, store.run("one")));
    }
    const Store store = Store::openExisting(paths);
    EXPECT_EQ(store.run("one").status, RunStatus::Interrupted);
    EXPECT_EQ(store.details("one")["status"], "paused"); // never written
    {
        RunWriter writer = RunWriter::resume(paths, store.run("one").id, 0);
        writer.setStatus(RunStatus::Failed, "out of memory");
    }
    EXPECT_EQ(store.run("one").status, RunStatus::Failed);
    EXPECT_EQ(store.run("one").failure, "out of memory");
    EXPECT_GT(store.run("one").ended_ms, 0);
}

TEST_F(RunsTest, ElsewhereTheHeartbeatTells)
{
    {
        RunWriter::create(paths, newRun("one")).setStatus(RunStatus::Running);
    }
    const Store store = Store::openExisting(paths);
    const auto set = [&](int64_t age_ms) {
        store.database().exec("UPDATE run SET host = 'elsewhere', heartbeat_ms = " + std::to_string(nowMs() - age_ms));
        return store.run("one").status;
    };
    EXPECT_EQ(set(0), RunStatus::Running);
    EXPECT_EQ(set(20000), RunStatus::Running);
    EXPECT_EQ(set(31000), RunStatus::Interrupted);
}

TEST_F(RunsTest, TheHeartbeatGoesOnWithoutRecords)
{
    const RunWriter writer = RunWriter::create(paths, newRun("one"), {.commit_every_ms = 5, .heartbeat_every_ms = 5});
    const Store store = Store::openExisting(paths);
    const int64_t before = store.run("one").heartbeat_ms;
    for (int i = 0; i < 500 && store.run("one").heartbeat_ms <= before; ++i) ::usleep(10000);
    EXPECT_GT(store.run("one").heartbeat_ms, before);
}

TEST_F(RunsTest, TagsAndNotes)
{
    {
        const RunWriter writer = RunWriter::create(paths, newRun("one"));
    }
    Store store = Store::openExisting(paths);
    store.tag("one", "second");
    store.tag("one", "second");
    store.untag("one", "first");
    store.setNote("one", "draft");
    store.setNote("one", "final\nnote");
    EXPECT_EQ(store.run("one").tags, std::vector<std::string>{"second"});
    EXPECT_EQ(store.run("one").note, "final\nnote");
    EXPECT_TRUE(contains(storeErrorOf([&] { store.tag("one", ""); }), "empty"));
    EXPECT_TRUE(contains(storeErrorOf([&] { store.tag("two", "x"); }), "'two'"));
}

TEST_F(RunsTest, DeletionIsSoftUntilPurged)
{
    std::string id;
    {
        RunWriter writer = RunWriter::create(paths, newRun("one"));
        id = writer.id();
        writeEverything(writer, 10);
        writeFileAtomically(writer.checkpointFolder() / "weights", "x");
        Store store = Store::openExisting(paths);
        EXPECT_TRUE(contains(storeErrorOf([&] { store.softDelete("one"); }), "is alive"));
        EXPECT_TRUE(contains(storeErrorOf([&] { store.purge("one"); }), "is not deleted"));
    }
    Store store = Store::openExisting(paths);
    store.softDelete("one");
    EXPECT_TRUE(store.runs().empty());
    ASSERT_EQ(store.runs(true).size(), 1U);
    EXPECT_TRUE(store.run("one").deleted);
    store.undelete("one");
    EXPECT_EQ(store.runs().size(), 1U);
    EXPECT_EQ(store.series("one", "train/cross_entropy").size(), 1U);

    store.softDelete("one");
    store.purge(id);
    EXPECT_TRUE(store.runs(true).empty());
    EXPECT_FALSE(fs::exists(paths.checkpoints / id));
    SQLite::Statement tables(store.database(), "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN "
                                               "('series') AND name NOT LIKE 'sqlite_%'");
    while (tables.executeStep()) {
        const std::string name = tables.getColumn(0).getString();
        EXPECT_EQ(store.database().execAndGet("SELECT count(*) FROM " + name).getInt(), 0) << name;
    }
    EXPECT_EQ(store.database().execAndGet("SELECT count(*) FROM pragma_foreign_key_check").getInt(), 0);
}

TEST_F(RunsTest, ADamagedIdNamesNoOtherFolder)
{
    {
        const RunWriter writer = RunWriter::create(paths, newRun("one"));
    }
    Store store = Store::openExisting(paths);
    store.softDelete("one");
    store.database().exec("UPDATE run SET id = '../../victim'");
    EXPECT_TRUE(contains(storeErrorOf([&] { store.purge("one"); }), "not a ULID"));
}

TEST_F(RunsTest, ACommandGoesThereAndItsAnswerBack)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    Store store = Store::openExisting(paths);
    EXPECT_TRUE(writer.waitingCommands().empty());
    const int64_t probe = store.sendCommand("one", "probe", {{"text", "Hallo"}, {"language", "de"}});
    const int64_t stop = store.sendCommand("one", "stop", nullptr);
    const auto waiting = writer.waitingCommands();
    ASSERT_EQ(waiting.size(), 2U);
    EXPECT_EQ(waiting[0].id, probe);
    EXPECT_EQ(waiting[0].verb, "probe");
    EXPECT_EQ(waiting[0].payload["text"], "Hallo");
    EXPECT_EQ(store.command(probe).state, "waiting");
    writer.answer(probe, true, {{"step", 3}});
    EXPECT_EQ(store.command(probe).state, "done");
    EXPECT_EQ(store.command(probe).answer["step"], 3);
    EXPECT_EQ(writer.waitingCommands().size(), 1U);
    writer.setStatus(RunStatus::Stopped);
    EXPECT_EQ(store.command(stop).state, "failed"); // nobody will answer any more
    EXPECT_TRUE(contains(store.command(stop).answer["error"].get<std::string>(), "stopped"));
}

TEST_F(RunsTest, CommandsNobodyWouldAnswerAreRefused)
{
    std::string id;
    {
        RunWriter writer = RunWriter::create(paths, newRun("one"));
        id = writer.id();
        Store store = Store::openExisting(paths);
        EXPECT_TRUE(
            contains(storeErrorOf([&] { store.sendCommand("one", "dance", nullptr); }), "unknown command 'dance'"));
        store.sendCommand("one", "pause", nullptr);
    }
    Store store = Store::openExisting(paths);
    EXPECT_TRUE(contains(storeErrorOf([&] { store.sendCommand("one", "pause", nullptr); }), "not alive (interrupted)"));
    EXPECT_TRUE(contains(storeErrorOf([&] { (void)store.command(99); }), "no command 99"));
    RunWriter writer = RunWriter::resume(paths, id, 0);
    EXPECT_TRUE(writer.waitingCommands().empty()); // the old one was not for this trainer
    EXPECT_EQ(store.command(1).state, "failed");
}

TEST_F(RunsTest, MachinesAreReplaced)
{
    Store store = Store::open(paths);
    store.saveMachine({"host", "cpu", "A CPU", 1 << 30, {{"float32", 1e11}}, 1e10, 1});
    store.saveMachine({"host", "cpu", "A CPU", 1 << 30, {{"float32", 2e11}, {"bfloat16", 5e11}}, 1e10, 2});
    ASSERT_EQ(store.machines().size(), 1U);
    EXPECT_EQ(store.machines()[0].matrix_peak.at("bfloat16"), 5e11);
    EXPECT_EQ(store.machines()[0].measured_ms, 2);
}

} // namespace sy::test
