#include "core/base/log.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

using namespace sy;

TEST(Log, reachesEverySinkUntilItIsRemoved)
{
    std::vector<LogLine> lines;
    setStderrEnabled(false);
    const int id = addLogSink([&](const LogLine& line) { lines.push_back(line); });
    log(LogLevel::Info, "train", "step 3 {not a format}");
    removeLogSink(id);
    log(LogLevel::Info, "train", "after");
    setStderrEnabled(true);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].area, "train");
    EXPECT_EQ(lines[0].text, "step 3 {not a format}");
    EXPECT_GT(lines[0].time_ms, 0);
}

TEST(Log, takesLinesFromManyThreads)
{
    int count = 0; // sinks run under the log's lock
    setStderrEnabled(false);
    const int id = addLogSink([&](const LogLine&) { ++count; });
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([] {
            for (int i = 0; i < 250; ++i) log(LogLevel::Debug, "test", "line");
        });
    for (auto& thread : threads) thread.join();
    removeLogSink(id);
    setStderrEnabled(true);
    EXPECT_EQ(count, 1000);
}
