// The worker with small shell scripts in place of the trainer; tests/app drives it with the real one.
#include "core/base/error.h"
#include "core/queue/queue_worker.h"
#include "core/queue/trainer_process.h"
#include "core/store/queue_rows.h"
#include "core/store/run_writer.h"

#include <gtest/gtest.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <atomic>
#include <csignal>
#include <set>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace sy {

namespace {

class QueueWorkerTest : public ::testing::Test {
protected:
    QueueWorkerTest()
    {
        std::string pattern = (fs::temp_directory_path() / "sy-queue-XXXXXX").string();
        m_folder = ::mkdtemp(pattern.data());
        paths = StorePaths::ofFile(m_folder / "store.sqlite");
        work = {.device = "cpu", .linger_seconds = 0, .poll_seconds = 0.01, .program = m_folder / "trainer"};
    }
    ~QueueWorkerTest() override { fs::remove_all(m_folder); }

    void trainerDoes(const std::string& script)
    {
        writeFileAtomically(work.program, "#!/bin/sh\n" + script);
        fs::permissions(work.program, fs::perms::owner_all);
    }
    int64_t enqueue(const std::string& name, const std::string& device = "cpu")
    {
        QueueRequest request;
        request.device = device;
        request.name = name;
        request.preset = "demo";
        request.tags = {"t1", "t 2"};
        request.config = {{"device", "cuda:5"}, {"train", {{"steps", 3}}}};
        return Store::open(paths).enqueue(request);
    }
    QueueEntry entry(int64_t key) const
    {
        for (const auto& found : Store::openExisting(paths).queue())
            if (found.key == key) return found;
        throw std::runtime_error("no such entry");
    }
    /// Registers a run as the trainer of this process would.
    RunWriter run(const std::string& name) const
    {
        NewRun wanted;
        wanted.name = name;
        wanted.config = {{"device", "cpu"}};
        return RunWriter::create(paths, wanted);
    }
    /// As if the entry's process had registered it.
    void beTheTrainersRun(const std::string& id, int64_t key) const
    {
        Store::open(paths).database().exec("UPDATE run SET pid = " + std::to_string(entry(key).pid) + " WHERE id = '" +
                                           id + "'");
    }
    /// The worker as a process of its own.
    pid_t workInChild() const
    {
        const pid_t child = ::fork();
        if (child != 0) return child;
        try {
            workQueue(paths, work);
            ::_exit(0);
        } catch (...) {
            ::_exit(1);
        }
    }
    std::string waitForGo() const { return "while [ ! -e " + (m_folder / "go").string() + " ]; do sleep 0.02; done\n"; }
    void go() const { writeFileAtomically(m_folder / "go", ""); }
    template <class Condition> static bool eventually(Condition&& condition)
    {
        for (int i = 0; i < 2000 && !condition(); ++i) ::usleep(5000);
        return condition();
    }

    fs::path m_folder;
    StorePaths paths;
    QueueWork work;
};

} // namespace

TEST_F(QueueWorkerTest, TrainsOneAfterTheOtherWithWhatWasAsked)
{
    trainerDoes("printf '%s|' \"$@\" >> " + (m_folder / "calls").string() + "\necho >> " +
                (m_folder / "calls").string() + "\ncat \"$2\" >> " + (m_folder / "configs").string() +
                "\necho trained \"$6\" >&2\n");
    const int64_t first = enqueue("one"), second = enqueue(""), other = enqueue("elsewhere", "cuda:1");
    const QueueReport report = workQueue(paths, work);
    EXPECT_EQ(report.done, 2);
    EXPECT_EQ(report.failed, 0);
    const std::string store = paths.database.string(), folder = (m_folder / "queue").string();
    EXPECT_EQ(readFile(m_folder / "calls"),
              "train|" + folder + "/1.json|--store|" + store + "|--name|one|--preset|demo|--tag|t1|--tag|t 2|\n" +
                  "train|" + folder + "/2.json|--store|" + store + "|--name|demo|--preset|demo|--tag|t1|--tag|t 2|\n");
    EXPECT_EQ(readFile(m_folder / "configs").find("cuda:5"), std::string::npos); // the queue's device is forced
    EXPECT_NE(readFile(m_folder / "configs").find("\"device\": \"cpu\""), std::string::npos);
    EXPECT_EQ(entry(first).state, QueueState::Done);
    EXPECT_EQ(entry(first).exit_status, 0);
    EXPECT_EQ(entry(first).log_tail, "trained one");
    EXPECT_EQ(entry(first).host, thisHost());
    EXPECT_GT(entry(first).pid, 0);
    EXPECT_GT(entry(first).ended_ms, 0);
    EXPECT_EQ(entry(second).request.name, "demo");
    EXPECT_EQ(entry(other).state, QueueState::Waiting);
    EXPECT_TRUE(fs::is_empty(m_folder / "queue"));
}

TEST_F(QueueWorkerTest, AFailureKeepsItsStatusAndLastLines)
{
    trainerDoes("for i in $(seq 100); do echo line $i >&2; done; exit 3\n");
    const int64_t key = enqueue("one");
    EXPECT_EQ(workQueue(paths, work).failed, 1);
    EXPECT_EQ(entry(key).state, QueueState::Failed);
    EXPECT_EQ(entry(key).exit_status, 3);
    EXPECT_FALSE(entry(key).signal);
    EXPECT_EQ(entry(key).log_tail.substr(0, 8), "line 61\n");
    EXPECT_TRUE(entry(key).log_tail.ends_with("line 100"));
    EXPECT_EQ(entry(key).run, "");
    EXPECT_TRUE(fs::exists(m_folder / "queue" / "1.log")); // the whole log
    EXPECT_FALSE(fs::exists(m_folder / "queue" / "1.json"));
}

TEST_F(QueueWorkerTest, ASignalIsTold)
{
    trainerDoes("kill -9 $$\n");
    const int64_t key = enqueue("one"), next = enqueue("two");
    EXPECT_EQ(workQueue(paths, work).failed, 2);
    EXPECT_EQ(entry(key).signal, SIGKILL);
    EXPECT_FALSE(entry(key).exit_status);
    EXPECT_EQ(entry(next).signal, SIGKILL);
}

TEST_F(QueueWorkerTest, AProgramThatIsNotThereFailsItsEntry)
{
    work.program = m_folder / "nothing";
    const int64_t key = enqueue("one");
    EXPECT_EQ(workQueue(paths, work).failed, 1);
    EXPECT_NE(entry(key).log_tail.find("cannot start"), std::string::npos);
}

TEST_F(QueueWorkerTest, ASecondWorkerIsRefused)
{
    const auto lock = FileLock::tryLock(queueLock(paths, "cpu"));
    EXPECT_TRUE(queueHasWorker(paths, "cpu"));
    EXPECT_FALSE(queueHasWorker(paths, "cuda"));
    try {
        workQueue(paths, work);
        ADD_FAILURE() << "was not refused";
    } catch (const StoreError& error) {
        EXPECT_NE(std::string(error.what()).find("has a worker already"), std::string::npos);
    }
    work.device = "cuda:0";
    EXPECT_NO_THROW(workQueue(paths, work));
}

TEST_F(QueueWorkerTest, ResumesWithTheRunsId)
{
    std::string id;
    {
        RunWriter writer = run("old");
        id = writer.id();
        writer.setStatus(RunStatus::Stopped);
    }
    trainerDoes("printf '%s|' \"$@\" > " + (m_folder / "calls").string() + "\n");
    QueueRequest request;
    request.resume = "old";
    const int64_t key = Store::open(paths).enqueue(request);
    workQueue(paths, work);
    EXPECT_EQ(readFile(m_folder / "calls"), "resume|" + id + "|--store|" + paths.database.string() + "|");
    EXPECT_EQ(entry(key).run, id);
}

TEST_F(QueueWorkerTest, TheRunIsNotedWhileItTrains)
{
    trainerDoes(waitForGo());
    const int64_t key = enqueue("one");
    std::thread worker([&] { workQueue(paths, work); });
    EXPECT_TRUE(eventually([&] { return entry(key).pid != 0; }));
    EXPECT_EQ(entry(key).state, QueueState::Starting);
    {
        RunWriter writer = run("one");
        Store store = Store::open(paths);
        EXPECT_FALSE(noteQueuedRun(store, entry(key))); // another process's run, whatever its name
        beTheTrainersRun(writer.id(), key);
        EXPECT_TRUE(eventually([&] { return entry(key).state == QueueState::Running; }));
        EXPECT_EQ(entry(key).run, writer.id());
    }
    go();
    worker.join();
    EXPECT_EQ(entry(key).state, QueueState::Done);
}

TEST_F(QueueWorkerTest, AKilledWorkerHarmsNoTrainerAndItsSuccessorWaits)
{
    trainerDoes("echo began \"$6\" >> " + (m_folder / "order").string() + "\n" + waitForGo() + "echo ended \"$6\" >> " +
                (m_folder / "order").string() + "\necho last words >&2\n");
    const int64_t first = enqueue("one"), second = enqueue("two");
    const pid_t killed = workInChild();
    ASSERT_TRUE(eventually([&] { return entry(first).pid != 0; }));
    ::kill(killed, SIGKILL);
    ::waitpid(killed, nullptr, 0);
    EXPECT_FALSE(queueHasWorker(paths, "cpu"));
    EXPECT_EQ(::kill(static_cast<pid_t>(entry(first).pid), 0), 0); // lives on
    {
        RunWriter writer = run("one");
        beTheTrainersRun(writer.id(), first);
        writer.setStatus(RunStatus::Finished);
    }
    std::thread successor([&] { workQueue(paths, work); });
    EXPECT_TRUE(eventually([&] { return entry(first).state == QueueState::Running; }));
    EXPECT_EQ(entry(second).state, QueueState::Waiting);
    go();
    successor.join();
    EXPECT_EQ(readFile(m_folder / "order"), "began one\nended one\nbegan two\nended two\n");
    EXPECT_EQ(entry(first).state, QueueState::Done); // the run tells; the status nobody saw
    EXPECT_FALSE(entry(first).exit_status || entry(first).signal);
    EXPECT_EQ(entry(first).log_tail, "last words");
    EXPECT_EQ(entry(second).exit_status, 0);
}

TEST_F(QueueWorkerTest, EntriesWhoseTrainerIsGoneAreClosed)
{
    trainerDoes("exit 0\n");
    const int64_t unfinished = enqueue("one"), nothing = enqueue("two"), elsewhere = enqueue("three");
    Store store = Store::open(paths);
    for (int i = 0; i < 3; ++i) takeQueued(store, "cpu"); // by a worker that died before it started anything
    {
        RunWriter writer = run("one"); // its trainer registered the run and was killed; the worker had noted no process
        writer.setStatus(RunStatus::Running);
    }
    store.database().exec("UPDATE queue SET host = 'another machine' WHERE key = " + std::to_string(elsewhere));
    EXPECT_EQ(workQueue(paths, work).failed, 2);
    EXPECT_EQ(entry(unfinished).state, QueueState::Failed);
    EXPECT_EQ(entry(unfinished).run, store.run("one").id);
    EXPECT_EQ(entry(nothing).state, QueueState::Failed);
    EXPECT_EQ(entry(nothing).run, "");
    EXPECT_EQ(entry(elsewhere).state, QueueState::Starting); // not ours to judge
}

TEST_F(QueueWorkerTest, AskedToStopItStartsNoMoreAndWaitsForTheTrainer)
{
    trainerDoes(waitForGo());
    const int64_t first = enqueue("one"), second = enqueue("two");
    std::atomic<bool> stop{false};
    work.stop = [&] { return stop.load(); };
    QueueReport report;
    std::thread worker([&] { report = workQueue(paths, work); });
    ASSERT_TRUE(eventually([&] { return entry(first).pid != 0; }));
    stop = true;
    go();
    worker.join();
    EXPECT_EQ(report.done, 1);
    EXPECT_EQ(entry(first).state, QueueState::Done);
    EXPECT_EQ(entry(second).state, QueueState::Waiting);
}

TEST_F(QueueWorkerTest, StayingItWaitsForMore)
{
    trainerDoes("exit 0\n");
    std::atomic<bool> stop{false};
    work.stop = [&] { return stop.load(); };
    work.stay = true;
    std::thread worker([&] { workQueue(paths, work); });
    ASSERT_TRUE(eventually([&] { return queueHasWorker(paths, "cpu"); }));
    for (const char* name : {"one", "two"}) {
        const int64_t key = enqueue(name);
        EXPECT_TRUE(eventually([&] { return entry(key).state == QueueState::Done; }));
    }
    stop = true;
    worker.join();
}

TEST_F(QueueWorkerTest, EveryEntryGoesToOneWorker)
{
    for (int i = 0; i < 40; ++i) enqueue("");
    std::vector<std::thread> takers;
    std::array<std::vector<int64_t>, 4> taken;
    for (auto& mine : taken)
        takers.emplace_back([this, &mine] {
            Store store = Store::open(paths);
            while (const auto got = takeQueued(store, "cpu")) mine.push_back(got->key);
        });
    for (auto& taker : takers) taker.join();
    std::set<int64_t> all;
    for (const auto& mine : taken) all.insert(mine.begin(), mine.end());
    EXPECT_EQ(all.size(), 40U);
    EXPECT_EQ(taken[0].size() + taken[1].size() + taken[2].size() + taken[3].size(), 40U);
    std::set<std::string> names;
    for (const auto& one : Store::open(paths).queue()) names.insert(one.request.name);
    EXPECT_EQ(names.size(), 40U);
}

TEST(LastLines, AreTheLast)
{
    const fs::path file = fs::temp_directory_path() / ("sy-lines-" + newUlid());
    const auto of = [&](const std::string& text, size_t lines) {
        writeFileAtomically(file, text);
        return lastLines(file, lines);
    };
    EXPECT_EQ(of("", 3), "");
    EXPECT_EQ(of("a", 3), "a");
    EXPECT_EQ(of("a\nb\n", 3), "a\nb");
    EXPECT_EQ(of("a\nb\nc\nd\n\n", 3), "b\nc\nd");
    EXPECT_EQ(of("a\nb", 1), "b");
    EXPECT_EQ(of(std::string(100000, 'x'), 3).size(), 16384U);
    fs::remove(file);
    EXPECT_EQ(lastLines(file, 3), "");
}

} // namespace sy
