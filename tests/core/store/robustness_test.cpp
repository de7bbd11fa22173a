// Many processes at once, killed writers, full disks, locked stores.
#include "store_fixture.h"

#include <array>
#include <atomic>
#include <cstring>
#include <fstream>
#include <thread>

#include <csignal>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sy::test {

using RobustnessTest = StoreTest;

namespace {

/// Runs `body` in a process of its own.
template <class Body> pid_t inChild(Body&& body)
{
    const pid_t child = ::fork();
    if (child != 0) return child;
    try {
        body();
        ::_exit(0);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "child: %s\n", error.what());
        ::_exit(1);
    }
}

/// Two series at every step in one call, so that a torn batch would show.
void writeSteps(RunWriter& writer, int64_t first, int64_t last)
{
    for (int64_t step = first; step <= last; ++step) {
        writer.points({{"a", step, 1.0}, {"b", step, 2.0}});
        if (step % 50 == 0) writer.window(newWindow(step - 49, step, 0));
        writer.setStep(step);
        ::usleep(500);
    }
}

std::string integrity(const StorePaths& paths)
{
    return Store::openExisting(paths).database().execAndGet("PRAGMA integrity_check").getString();
}

/// Reads as a workbench does until told to stop; the number of rounds, -1 on an error.
int64_t readUntil(const StorePaths& paths, const std::atomic<bool>& stop)
{
    int64_t rounds = 0;
    try {
        const Store store = Store::open(paths);
        for (; !stop; ++rounds)
            for (const auto& run : store.runs()) {
                const auto a = store.series(run.id, "a"), b = store.series(run.id, "b");
                if (b.size() < a.size()) throw StoreError("half a batch: " + std::to_string(a.size() - b.size()));
                for (const auto& window : store.windows(run.id, 0))
                    if (window.load != newWindow(1, 2, 0).load) throw StoreError("a window is wrong");
            }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "reader: %s\n", error.what());
        return -1;
    }
    return rounds;
}

/// A small file system in a mount namespace of our own, so that nothing stays behind however the test ends.
class SmallDisk {
public:
    explicit SmallDisk(fs::path folder) : m_folder(std::move(folder))
    {
        fs::create_directory(m_folder);
        m_mounted = ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                    ::mount("tmpfs", m_folder.c_str(), "tmpfs", 0, "size=2m") == 0;
    }
    ~SmallDisk()
    {
        if (m_mounted) ::umount2(m_folder.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    bool mounted() const { return m_mounted; }
    void fill() const
    {
        std::ofstream filler(m_folder / "filler");
        while (filler << std::string(4096, 'x') << std::flush) {
        }
    }
    void free() const { fs::remove(m_folder / "filler"); }

private:
    fs::path m_folder;
    bool m_mounted = false;
};

} // namespace

TEST_F(RobustnessTest, TwoWritersAndTwoReadersShareAStore)
{
    constexpr int64_t steps = 2000;
    std::vector<pid_t> children;
    for (const char* name : {"one", "two"})
        children.push_back(inChild([&] { // both create the store
            RunWriter writer = RunWriter::create(paths, newRun(name), {.commit_every_ms = 5});
            writeSteps(writer, 1, steps);
            writer.setStatus(RunStatus::Finished);
        }));
    std::atomic<bool> stop{false};
    std::array<int64_t, 2> rounds{};
    std::vector<std::thread> readers;
    for (auto& count : rounds) readers.emplace_back([&] { count = readUntil(paths, stop); });
    for (const pid_t child : children) {
        int status = -1;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    stop = true;
    for (auto& reader : readers) reader.join();
    for (const int64_t count : rounds) EXPECT_GT(count, 0);
    EXPECT_EQ(integrity(paths), "ok");
    const Store store = Store::openExisting(paths);
    for (const char* name : {"one", "two"}) {
        EXPECT_EQ(store.series(name, "a").size(), static_cast<size_t>(steps));
        EXPECT_EQ(store.windows(name, 0).size(), static_cast<size_t>(steps / 50));
        EXPECT_EQ(store.run(name).status, RunStatus::Finished);
    }
}

TEST_F(RobustnessTest, AKilledWriterLeavesWholeBatchesAndAnInterruptedRun)
{
    for (int round = 0; round < 5; ++round) {
        const std::string name = "run-" + std::to_string(round);
        const pid_t child = inChild([&] {
            RunWriter writer = RunWriter::create(paths, newRun(name), {.commit_every_ms = 2});
            writer.setStatus(RunStatus::Running);
            writeSteps(writer, 1, 1000000);
        });
        const Store store = Store::open(paths);
        const auto begun = [&] {
            for (const auto& run : store.runs())
                if (run.name == name && run.step > 20) return true;
            return false;
        };
        for (int i = 0; i < 2000 && !begun(); ++i) ::usleep(5000);
        ::usleep(static_cast<useconds_t>(1000 * round));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status));

        EXPECT_EQ(integrity(paths), "ok");
        const RunSummary run = store.run(name);
        EXPECT_EQ(run.status, RunStatus::Interrupted);
        const auto a = store.series(name, "a"), b = store.series(name, "b");
        ASSERT_FALSE(a.empty());
        EXPECT_EQ(a.size(), b.size());
        EXPECT_EQ(a.back().step, static_cast<int64_t>(a.size())); // no holes
        EXPECT_GE(a.back().step, run.step);
        RunWriter resumed = RunWriter::resume(paths, run.id, 10);
        resumed.setStatus(RunStatus::Finished);
        EXPECT_EQ(store.series(name, "a").size(), 10U);
    }
}

TEST_F(RobustnessTest, ALockedStoreIsReportedAndLosesNothing)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"), {.commit_every_ms = 60000, .busy_timeout_ms = 20});
    writer.points({{"new series", 1, 1.0}});
    Store other = Store::openExisting(paths);
    {
        const SQLite::Transaction hold(other.database(), SQLite::TransactionBehavior::IMMEDIATE);
        EXPECT_TRUE(contains(storeErrorOf([&] { writer.flush(); }), "locked"));
        writer.points({{"new series", 2, 2.0}});
        EXPECT_TRUE(contains(storeErrorOf([&] {
                                 writer.checkpoint({2, "step-2", 1, "x", false, {}, false});
                             }),
                             "locked"));
    }
    writer.flush();
    EXPECT_EQ(other.series("one", "new series").size(), 2U);
    EXPECT_EQ(other.checkpoints("one").size(), 1U);
}

TEST_F(RobustnessTest, AFullDiskIsReportedAndLosesNothing)
{
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: mounts a small file system";
    const SmallDisk disk(folder() / "disk");
    if (!disk.mounted()) GTEST_SKIP() << "cannot mount a small file system here: " << std::strerror(errno);
    const StorePaths small = StorePaths::ofFile(folder() / "disk" / "store.sqlite");
    RunWriter writer = RunWriter::create(small, newRun("one"), {.commit_every_ms = 60000});
    disk.fill();
    for (int64_t step = 1; step <= 20000; ++step) writer.points({{"loss", step, static_cast<double>(step) / 3}});
    EXPECT_TRUE(contains(storeErrorOf([&] { writer.flush(); }), "the disk is full"));
    writer.points({{"loss", 20001, 1.0}});
    EXPECT_TRUE(contains(storeErrorOf([&] { writer.flush(); }), "the disk is full"));
    disk.free();
    writer.flush();
    EXPECT_EQ(Store::openExisting(small).series("one", "loss").size(), 20001U);
    EXPECT_EQ(integrity(small), "ok");
}

} // namespace sy::test
