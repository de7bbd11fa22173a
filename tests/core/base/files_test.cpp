#include "core/base/error.h"
#include "core/base/files.h"

#include <gtest/gtest.h>

#include <set>

#include <sys/wait.h>
#include <unistd.h>

using namespace sy;

namespace {

class Files : public ::testing::Test {
protected:
    fs::path folder = fs::temp_directory_path() / ("sy-files-" + newUlid());
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
    size_t entries() const { return static_cast<size_t>(std::distance(fs::directory_iterator(folder), {})); }
};

} // namespace

TEST_F(Files, atomicWriteReplacesWhole)
{
    writeFileAtomically(folder / "a", "first");
    writeFileAtomically(folder / "a", "second");
    EXPECT_EQ(readFile(folder / "a"), "second");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(Files, failedWriteKeepsTheOldContentAndLeavesNothingBehind)
{
    writeFileAtomically(folder / "a", "old");
    EXPECT_THROW(writeFileAtomically(folder / "a",
                                     [](std::ostream& out) {
                                         out << "half";
                                         throw Error("stopped half-way");
                                     }),
                 Error);
    EXPECT_THROW(writeFileAtomically(folder / "a", [](std::ostream& out) { out.setstate(std::ios::badbit); }), Error);
    EXPECT_EQ(readFile(folder / "a"), "old");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(Files, messagesNameTheFile)
{
    try {
        readFile(folder / "missing");
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("missing"), std::string::npos);
    }
    EXPECT_THROW(readFile(folder), Error);
    EXPECT_THROW(MappedFile(folder / "missing"), Error);
    EXPECT_THROW(writeFileAtomically(folder / "no" / "such" / "folder", "x"), Error);
}

TEST_F(Files, hashesMatchKnownValues)
{
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    writeFileAtomically(folder / "abc", "abc");
    EXPECT_EQ(sha256File(folder / "abc"), sha256("abc"));
    Sha256 pieces;
    pieces.update("a");
    pieces.update("bc");
    EXPECT_EQ(pieces.hex(), sha256("abc"));
}

TEST_F(Files, mapsShowTheBytes)
{
    writeFileAtomically(folder / "a", "bytes");
    const MappedFile map(folder / "a");
    ASSERT_EQ(map.bytes().size(), 5u);
    EXPECT_EQ(static_cast<char>(map.bytes()[0]), 'b');
    writeFileAtomically(folder / "empty", "");
    EXPECT_TRUE(MappedFile(folder / "empty").bytes().empty());
}

TEST_F(Files, aLockHasOneHolderAndDiesWithItsProcess)
{
    const auto path = folder / "lock";
    EXPECT_FALSE(FileLock::isHeld(path));
    {
        const auto mine = FileLock::tryLock(path);
        ASSERT_TRUE(mine.has_value());
        EXPECT_FALSE(FileLock::tryLock(path).has_value());
        EXPECT_TRUE(FileLock::isHeld(path));
    }
    EXPECT_FALSE(FileLock::isHeld(path));
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        const auto held = FileLock::tryLock(path);
        const char done = held ? 'y' : 'n';
        if (write(ready[1], &done, 1) != 1) _exit(1);
        pause();
    }
    char done = 0;
    ASSERT_EQ(read(ready[0], &done, 1), 1);
    EXPECT_EQ(done, 'y');
    EXPECT_TRUE(FileLock::isHeld(path));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_FALSE(FileLock::isHeld(path));
    EXPECT_TRUE(FileLock::tryLock(path).has_value());
}

TEST(Ulid, sortsByTimeAndNeverRepeats)
{
    std::set<std::string> seen;
    std::string last_time;
    for (int i = 0; i < 1000; ++i) {
        const auto id = newUlid();
        EXPECT_EQ(id.size(), 26u);
        EXPECT_GE(id.substr(0, 10), last_time);
        last_time = id.substr(0, 10);
        EXPECT_TRUE(seen.insert(id).second);
    }
}

TEST(FreeSpace, refusesWhatCannotFit)
{
    EXPECT_NO_THROW(requireFreeSpace("/", 1));
    EXPECT_THROW(requireFreeSpace("/", UINT64_MAX), Error);
}
