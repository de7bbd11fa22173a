#include "train_support.h"

#include "core/base/error.h"
#include "core/train/checkpoint.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace sy {
namespace {

using namespace std::chrono_literals;
using test::trainHome;

Command answered(const Store& store, int64_t id)
{
    for (int i = 0; i < 3000; ++i) {
        auto command = store.command(id);
        if (command.state != "waiting") return command;
        std::this_thread::sleep_for(10ms);
    }
    return store.command(id);
}

/// A run without end in a thread of its own, driven through the store.
class Control : public ::testing::Test {
protected:
    void SetUp() override
    {
        auto config = test::tinyConfig();
        config.train.steps = 1000000;
        config.train.eval_every = 0;
        config.train.checkpoint_every = 0;
        config.train.keep_checkpoints = 0;
        Store::open(trainHome().store());
        m_thread = std::thread([this, config] { m_outcome = test::trainTiny("controlled", config); });
        while (true) {
            const auto runs = Store::openExisting(trainHome().store()).runs();
            if (!runs.empty() && runs.front().status == RunStatus::Running && runs.front().step > 3) break;
            std::this_thread::sleep_for(10ms);
        }
    }
    void TearDown() override
    {
        if (m_thread.joinable()) {
            send("stop");
            m_thread.join();
        }
        auto store = Store::openExisting(trainHome().store());
        store.softDelete("controlled");
        store.purge("controlled");
    }
    Command send(const std::string& verb, const nlohmann::json& payload = nlohmann::json::object())
    {
        auto store = Store::openExisting(trainHome().store());
        return answered(store, store.sendCommand("controlled", verb, payload));
    }
    static RunSummary run() { return Store::openExisting(trainHome().store()).run("controlled"); }

    std::thread m_thread;
    TrainOutcome m_outcome;
};

TEST_F(Control, AnswersEveryCommandAndStops)
{
    const auto paused = send("pause");
    ASSERT_EQ(paused.state, "done") << paused.answer.dump();
    const int64_t at = paused.answer["step"];
    EXPECT_EQ(run().status, RunStatus::Paused);
    std::this_thread::sleep_for(300ms);

    const auto evaluated = send("evaluate");
    ASSERT_EQ(evaluated.state, "done") << evaluated.answer.dump();
    EXPECT_EQ(evaluated.answer["step"], at);
    EXPECT_GT(evaluated.answer["cross_entropy"].get<double>(), 0);
    EXPECT_EQ(evaluated.answer["languages"].size(), 3U);

    const auto probed = send("probe", {{"text", "the river flows <extra_id_0> stone"}, {"language", "aa"}});
    ASSERT_EQ(probed.state, "done") << probed.answer.dump();
    EXPECT_EQ(probed.answer["layers"][0]["layer"], "encoder.1");
    EXPECT_EQ(probed.answer["layers"][0]["top_k"], 4);
    EXPECT_EQ(probed.answer["language"], "aa");
    const auto narrow =
        send("probe", {{"text", "the river flows"}, {"target", "stone"}, {"capacity", "eval"}, {"top_k", 2}});
    ASSERT_EQ(narrow.state, "done") << narrow.answer.dump();
    EXPECT_EQ(narrow.answer["layers"][0]["top_k"], 2);
    EXPECT_EQ(narrow.answer["target"], "stone");
    EXPECT_EQ(send("probe").state, "failed");
    EXPECT_EQ(send("probe", {{"text", 3}}).state, "failed");
    EXPECT_EQ(send("probe", {{"text", "a"}, {"capacity", "some"}}).state, "failed");
    EXPECT_EQ(send("probe", {{"text", "a"}, {"topk", 2}}).state, "failed");
    EXPECT_EQ(send("probe", {{"text", "a <extra_id_900>"}}).state, "failed");

    const auto saved = send("checkpoint");
    ASSERT_EQ(saved.state, "done") << saved.answer.dump();
    EXPECT_EQ(saved.answer["step"], at);
    EXPECT_TRUE(
        fs::exists(trainHome().store().checkpoints / saved.answer["folder"].get<std::string>() / "manifest.json"));
    EXPECT_EQ(run().step, at); // nothing trained meanwhile

    EXPECT_EQ(send("resume").state, "done");
    EXPECT_EQ(run().status, RunStatus::Running);
    while (run().step <= at + 3) std::this_thread::sleep_for(10ms);

    const auto stopped = send("stop");
    ASSERT_EQ(stopped.state, "done") << stopped.answer.dump();
    m_thread.join();
    EXPECT_EQ(m_outcome.status, RunStatus::Stopped);
    EXPECT_EQ(stopped.answer["step"], m_outcome.step);
    EXPECT_EQ(checkpointSteps(trainHome().store().checkpoints / m_outcome.run).back(), m_outcome.step);
    const auto store = Store::openExisting(trainHome().store());
    EXPECT_EQ(store.series("controlled", "valid/cross_entropy").size(), 1U);
    EXPECT_GE(store.probes("controlled").size(), 1U);
    // Pauses are not process time.
    const auto clock = store.clock("controlled");
    const double wall = 1e-3 * static_cast<double>(clock.back().wall_ms - clock.front().wall_ms);
    EXPECT_LT(clock.back().process_s - clock.front().process_s, wall - 0.25);
}

} // namespace
} // namespace sy
