// What the monitor writes of the machine and the run's GPU.
#include "core/train/system_monitor.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace sy {

namespace {

class SystemMonitorTest : public ::testing::Test {
protected:
    SystemMonitorTest()
    {
        std::string pattern = (fs::temp_directory_path() / "sy-monitor-XXXXXX").string();
        m_folder = ::mkdtemp(pattern.data());
    }
    ~SystemMonitorTest() override { fs::remove_all(m_folder); }

    /// Series -> value of one sample of a run on `device`.
    std::map<std::string, double> sampled(const std::string& device)
    {
        const StorePaths paths = StorePaths::ofFile(m_folder / "store.sqlite");
        NewRun run;
        run.name = "on " + device;
        run.config = nlohmann::json::object();
        RunWriter writer = RunWriter::create(paths, run);
        SystemMonitor monitor(m_folder, device, 0, m_nvml);
        monitor.poll(writer, 7);
        writer.flush();
        std::map<std::string, double> values;
        for (const auto& [series, summary] : Store::openExisting(paths).seriesSummaries(run.name)) {
            EXPECT_EQ(summary.last_step, 7) << series;
            values[series] = summary.last;
        }
        return values;
    }

    fs::path m_folder;
    Nvml m_nvml{SWITCHYARD_FAKE_NVML};
};

} // namespace

TEST_F(SystemMonitorTest, WritesProcessAndMachine)
{
    const auto values = sampled("cpu");
    for (const char* series :
         {"system/cpu_percent", "system/memory_bytes", "system/memory_available_bytes", "system/disk_free_bytes"})
        EXPECT_TRUE(values.contains(series)) << series;
    EXPECT_GT(values.at("system/memory_bytes"), 1e6);
    for (const auto& [series, value] : values) EXPECT_FALSE(series.starts_with("system/gpu")) << series;
}

TEST_F(SystemMonitorTest, WritesTheRunsOwnGpu)
{
    const auto values = sampled("cuda:1");
    EXPECT_EQ(values.at("system/gpu1/utilisation_percent"), 41);
    EXPECT_EQ(values.at("system/gpu1/memory_bytes"), 29.0 * (1 << 30));
    EXPECT_EQ(values.at("system/gpu1/power_watts"), 250.501);
    EXPECT_EQ(values.at("system/gpu1/temperature_celsius"), 61);
    EXPECT_FALSE(values.contains("system/gpu0/power_watts"));
    EXPECT_EQ(sampled("cuda").at("system/gpu0/temperature_celsius"), 60);
}

} // namespace sy
