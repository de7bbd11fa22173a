#include "core/train/checkpoint.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

#include <fstream>

#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace sy {
namespace {

class Checkpoints : public ::testing::Test {
protected:
    void SetUp() override
    {
        m_folder = fs::temp_directory_path() / ("sy-checkpoint-" + std::to_string(::getpid()));
        fs::remove_all(m_folder);
        fs::create_directories(m_folder / "run");
    }
    void TearDown() override { fs::remove_all(m_folder); }

    fs::path run() const { return m_folder / "run"; }

    static std::vector<ParameterSpec> specs()
    {
        return {{"a.weight", {3, 4}, false, false, false, false}, {"b.weight", {5}, true, false, false, false}};
    }
    static Checkpoint sample(int64_t step)
    {
        Checkpoint checkpoint;
        checkpoint.identity = {"RUN", "config", "corpus", "tokenizer", 7};
        checkpoint.state.step = step;
        checkpoint.state.stream = {step * 8, {5, 6, 7}};
        checkpoint.state.tokens = 12345;
        checkpoint.state.flops = 1.0 / 3;
        checkpoint.state.process_seconds = 0.1;
        checkpoint.state.best_valid = 4.2000000000000002;
        checkpoint.state.best_step = 3;
        checkpoint.state.torch_version = "2";
        checkpoint.model = {{"a.weight", torch::randn({3, 4})}, {"b.weight", torch::randn({5})}};
        checkpoint.optimizer = {{"step", torch::tensor(3.0F)}, {"row.a.weight", torch::randn({3})}};
        checkpoint.windows = {{"counts", torch::ones({2, 3}, torch::kInt64)},
                              {"sums", torch::rand({2}, torch::kFloat64)}};
        return checkpoint;
    }
    void write(const Checkpoint& checkpoint) const
    {
        writeCheckpoint(run(), checkpoint, {}, [](const CheckpointRecord&) {});
    }
    Checkpoint read(int64_t step) const { return readCheckpoint(run(), step, sample(step).identity, specs()); }
    std::string refusal(int64_t step, const CheckpointIdentity& identity, const std::vector<ParameterSpec>& of) const
    {
        try {
            readCheckpoint(run(), step, identity, of);
        } catch (const EngineError& error) {
            return error.what();
        }
        return "";
    }
    std::string refusal(int64_t step) const { return refusal(step, sample(step).identity, specs()); }
    static bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

    fs::path m_folder;
};

void damage(const fs::path& file, int64_t at)
{
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekg(at);
    const auto byte = static_cast<char>(out.get() ^ 1);
    out.seekp(at);
    out.put(byte);
}

TEST_F(Checkpoints, ComeBackBitByBit)
{
    const auto written = sample(1234);
    CheckpointRecord record;
    writeCheckpoint(run(), written, record, [&](const CheckpointRecord& done) {
        record = done;
        EXPECT_FALSE(fs::exists(run() / "step-0000001234")); // rows first, then the rename
    });
    EXPECT_EQ(record.folder, "run/step-0000001234");
    EXPECT_EQ(record.hash, sha256File(run() / "step-0000001234" / "manifest.json"));
    const auto back = read(1234);
    EXPECT_EQ(back.identity, written.identity);
    EXPECT_EQ(back.state, written.state);
    for (const auto part : {&Checkpoint::model, &Checkpoint::optimizer, &Checkpoint::windows}) {
        ASSERT_EQ((back.*part).size(), (written.*part).size());
        for (size_t i = 0; i < (back.*part).size(); ++i) {
            EXPECT_EQ((back.*part)[i].first, (written.*part)[i].first);
            EXPECT_TRUE((back.*part)[i].second.equal((written.*part)[i].second));
        }
    }
}

TEST_F(Checkpoints, EveryDamagedFileIsRefusedByNameWithTheOlderChoice)
{
    write(sample(5));
    for (const auto* name : {"model.safetensors", "optimizer.safetensors", "windows.safetensors", "state.json"}) {
        write(sample(9));
        const auto file = run() / "step-0000000009" / name;
        damage(file, static_cast<int64_t>(fs::file_size(file)) - 2);
        EXPECT_TRUE(has(refusal(9), file.string() + " is corrupt")) << refusal(9);
        EXPECT_TRUE(has(refusal(9), "--checkpoint 5")) << refusal(9);
        fs::resize_file(file, 10);
        EXPECT_TRUE(has(refusal(9), "has 10 bytes")) << refusal(9);
        fs::remove(file);
        EXPECT_TRUE(has(refusal(9), "is missing")) << refusal(9);
        removeCheckpoint(run(), 9);
    }
    write(sample(9));
    std::ofstream(run() / "step-0000000009" / "manifest.json") << "{";
    EXPECT_TRUE(has(refusal(9), "manifest.json is not a JSON object")) << refusal(9);
    EXPECT_TRUE(has(refusal(11), "manifest.json")) << refusal(11);
    EXPECT_EQ(refusal(5), "");
}

TEST_F(Checkpoints, ForeignOnesAreRefusedWithTheRule)
{
    write(sample(5));
    const auto own = sample(5).identity;
    const auto with = [&](auto CheckpointIdentity::*field, auto value) {
        auto other = own;
        other.*field = value;
        return refusal(5, other, specs());
    };
    EXPECT_TRUE(has(with(&CheckpointIdentity::run, "OTHER"), "belongs to run RUN, not to OTHER"));
    EXPECT_TRUE(has(with(&CheckpointIdentity::tokenizer_hash, "x"), "another tokenizer"));
    EXPECT_TRUE(has(with(&CheckpointIdentity::corpus_hash, "x"), "another corpus"));
    EXPECT_TRUE(has(with(&CheckpointIdentity::config_hash, "x"), "another configuration"));
    EXPECT_TRUE(has(with(&CheckpointIdentity::seed, 8), "another seed"));
    auto other = specs();
    other[0].shape = {4, 3};
    EXPECT_TRUE(has(refusal(5, own, other), "a.weight must be float32 [4, 3]")) << refusal(5, own, other);
    other.pop_back();
    EXPECT_TRUE(has(refusal(5, own, other), "has 2 tensors"));
}

TEST_F(Checkpoints, AFailedWriteLeavesNothing)
{
    write(sample(5));
    EXPECT_THROW(writeCheckpoint(run(), sample(6), {}, [](const CheckpointRecord&) { throw StoreError("disk full"); }),
                 StoreError);
    EXPECT_EQ(checkpointSteps(run()), std::vector<int64_t>{5});
    EXPECT_FALSE(fs::exists(run() / "step-0000000006.tmp"));
}

TEST_F(Checkpoints, LeftoversOfKilledWritesAreCleanedAndNeverListed)
{
    write(sample(5));
    fs::create_directories(run() / "step-0000000007.tmp");
    std::ofstream(run() / "step-0000000007.tmp" / "model.safetensors") << "half";
    EXPECT_EQ(checkpointSteps(run()), std::vector<int64_t>{5});
    removeCheckpointLeftovers(run());
    EXPECT_FALSE(fs::exists(run() / "step-0000000007.tmp"));
    write(sample(7));
    EXPECT_EQ(checkpointSteps(run()), (std::vector<int64_t>{5, 7}));
    removeCheckpoint(run(), 5);
    EXPECT_EQ(checkpointSteps(run()), std::vector<int64_t>{7});
}

TEST_F(Checkpoints, AFullDiskLosesNothing)
{
    const fs::path disk = m_folder / "disk";
    fs::create_directories(disk);
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0)
        GTEST_SKIP() << "a small file system cannot be mounted here (needs root): " << std::strerror(errno);
    const fs::path folder = disk / "run";
    fs::create_directories(folder);
    const auto good = sample(5);
    std::string message;
    try {
        writeCheckpoint(folder, good, {}, [](const CheckpointRecord&) {});
        std::ofstream(disk / "filler") << std::string(900 * 1024, 'x');
        auto large = sample(6);
        large.model[0].second = torch::zeros({100, 1000});
        writeCheckpoint(folder, large, {}, [](const CheckpointRecord&) {});
    } catch (const Error& error) {
        message = error.what();
    }
    const auto steps = checkpointSteps(folder);
    std::string older;
    try {
        readCheckpoint(folder, 5, good.identity, specs());
    } catch (const Error& error) {
        older = error.what();
    }
    const bool clean = !fs::exists(folder / "step-0000000006.tmp");
    ::umount2(disk.c_str(), MNT_DETACH);
    EXPECT_TRUE(has(message, "bytes") || has(message, "space")) << message;
    EXPECT_EQ(steps, std::vector<int64_t>{5});
    EXPECT_EQ(older, "");
    EXPECT_TRUE(clean);
}

} // namespace
} // namespace sy
