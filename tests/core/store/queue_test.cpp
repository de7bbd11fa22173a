// The queue's rows: order, refusals, what is kept.
#include "store_fixture.h"

namespace sy::test {

using QueueTest = StoreTest;

namespace {

QueueRequest request(const std::string& name, const std::string& device = "cpu")
{
    QueueRequest wanted;
    wanted.device = device;
    wanted.config = newRun(name).config;
    wanted.preset = "demo";
    wanted.name = name;
    wanted.tags = {"a", "b"};
    return wanted;
}

} // namespace

TEST_F(QueueTest, KeepsWhatWasAskedInOrder)
{
    Store store = Store::open(paths);
    const int64_t first = store.enqueue(request("one")), second = store.enqueue(request("", "cuda:1"));
    const int64_t third = store.enqueue(request("")); // unnamed ones never collide
    const auto entries = store.queue();
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[0].key, first);
    EXPECT_EQ(entries[0].request.config, newRun("one").config);
    EXPECT_EQ(entries[0].request.preset, "demo");
    EXPECT_EQ(entries[0].request.name, "one");
    EXPECT_EQ(entries[0].request.tags, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(entries[0].state, QueueState::Waiting);
    EXPECT_GT(entries[0].added_ms, 0);
    EXPECT_FALSE(entries[0].exit_status || entries[0].signal);
    EXPECT_EQ(entries[1].key, second);
    EXPECT_EQ(entries[1].request.device, "cuda:1");
    EXPECT_EQ(entries[2].key, third);
    EXPECT_EQ(toString(QueueState::Removed), "removed");
}

TEST_F(QueueTest, RefusesTakenNames)
{
    const RunWriter writer = RunWriter::create(paths, newRun("taken"));
    Store store = Store::open(paths);
    EXPECT_TRUE(contains(storeErrorOf([&] { store.enqueue(request("taken")); }), "'taken' already"));
    EXPECT_TRUE(contains(storeErrorOf([&] { store.enqueue(request(writer.id())); }), writer.id()));
    const int64_t key = store.enqueue(request("mine"));
    EXPECT_TRUE(contains(storeErrorOf([&] { store.enqueue(request("mine")); }), "entry 1 of the queue has the name"));
    store.removeQueued(key);
    EXPECT_NO_THROW(store.enqueue(request("mine")));
}

TEST_F(QueueTest, RefusesWhatIsIncomplete)
{
    Store store = Store::open(paths);
    EXPECT_TRUE(contains(storeErrorOf([&] { store.enqueue(request("x", "")); }), "device"));
    QueueRequest nothing;
    EXPECT_TRUE(contains(storeErrorOf([&] { store.enqueue(nothing); }), "a configuration or a run"));
    EXPECT_TRUE(store.queue().empty());
}

TEST_F(QueueTest, ResumesOnlyWhatCanGoOn)
{
    QueueRequest wanted;
    {
        RunWriter writer = RunWriter::create(paths, newRun("one"));
        wanted.resume = writer.id();
        writer.setStatus(RunStatus::Running);
        Store store = Store::open(paths);
        EXPECT_TRUE(contains(storeErrorOf([&] { store.enqueue(wanted); }), "is alive (running)"));
    }
    Store store = Store::open(paths);
    wanted.resume = "nobody";
    EXPECT_TRUE(contains(storeErrorOf([&] { store.enqueue(wanted); }), "'nobody'"));
    wanted.resume = "one"; // names are as good as ids
    const int64_t key = store.enqueue(wanted);
    EXPECT_EQ(store.queue().at(0).request.resume, store.run("one").id);
    EXPECT_EQ(store.queue().at(0).run, store.run("one").id);
    EXPECT_EQ(store.queue().at(0).request.name, "one");
    EXPECT_TRUE(store.queue().at(0).request.config.is_null());
    EXPECT_TRUE(contains(storeErrorOf([&] { store.enqueue(wanted); }), "waits in the queue already, as entry 1"));
    // Begun, and its run has ended since: the worker has yet to close the entry, the next one may wait.
    store.database().exec("UPDATE queue SET state = 'starting' WHERE key = 1");
    EXPECT_TRUE(contains(storeErrorOf([&] { store.enqueue(wanted); }), "waits in the queue already"));
    store.database().exec("UPDATE queue SET state = 'running' WHERE key = 1");
    const int64_t next = store.enqueue(wanted);
    store.removeQueued(next);
    store.database().exec("UPDATE queue SET state = 'waiting' WHERE key = 1");
    store.removeQueued(key);
    for (const char* change :
         {"status = 'finished'", "deleted_ms = 1, status = 'stopped'", "deleted_ms = NULL, origin = 'server'"}) {
        store.database().exec(std::string("UPDATE run SET ") + change);
        EXPECT_THROW(store.enqueue(wanted), StoreError) << change;
    }
    store.database().exec("UPDATE run SET origin = ''");
    EXPECT_NO_THROW(store.enqueue(wanted));
}

TEST_F(QueueTest, OnlyWaitingEntriesAreRemoved)
{
    Store store = Store::open(paths);
    const int64_t key = store.enqueue(request("one"));
    store.removeQueued(key);
    EXPECT_EQ(store.queue().at(0).state, QueueState::Removed);
    EXPECT_GT(store.queue().at(0).ended_ms, 0);
    EXPECT_TRUE(contains(storeErrorOf([&] { store.removeQueued(key); }), "it is removed"));
    EXPECT_TRUE(contains(storeErrorOf([&] { store.removeQueued(99); }), "no entry 99"));
    const int64_t begun = store.enqueue(request("two"));
    store.database().exec("UPDATE queue SET state = 'running' WHERE key = " + std::to_string(begun));
    EXPECT_TRUE(contains(storeErrorOf([&] { store.removeQueued(begun); }), "has begun"));
}

TEST_F(QueueTest, EndedOnesAreShownUpToALimit)
{
    Store store = Store::open(paths);
    for (int i = 0; i < 5; ++i) store.removeQueued(store.enqueue(request("")));
    store.enqueue(request(""));
    EXPECT_EQ(store.queue().size(), 6U);
    const auto some = store.queue(2);
    ASSERT_EQ(some.size(), 3U);
    EXPECT_EQ(some[0].key, 4);
    EXPECT_EQ(some[2].key, 6);
    EXPECT_EQ(store.queue(0).size(), 1U);
    EXPECT_EQ(store.queue(-1).size(), 1U);
}

} // namespace sy::test
