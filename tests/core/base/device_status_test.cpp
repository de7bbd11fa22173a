// The machine from /proc, GPUs from a small library that stands in for NVIDIA's.
#include "core/base/nvml.h"
#include "core/base/processor.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

namespace sy {

namespace {

/// What the stand-in does; it reads the environment at each call.
class NvmlTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        for (const char* name : {"FAKE_NVML_FAIL", "FAKE_NVML_COUNT"}) ::unsetenv(name);
    }
    void TearDown() override { SetUp(); }
};

} // namespace

TEST_F(NvmlTest, TellsEveryFigureOfEveryGpu)
{
    const Nvml nvml(SWITCHYARD_FAKE_NVML);
    const auto gpus = nvml.devices();
    ASSERT_EQ(gpus.size(), 2U);
    EXPECT_EQ(gpus[0].device, "cuda:0");
    EXPECT_EQ(gpus[0].name, "Fake 0");
    EXPECT_EQ(gpus[0].memory_total, int64_t{80} << 30);
    EXPECT_EQ(gpus[0].memory_free, int64_t{50} << 30);
    EXPECT_EQ(gpus[0].utilisation_percent, 40);
    EXPECT_EQ(gpus[0].power_watts, 250.5);
    EXPECT_EQ(gpus[0].temperature_celsius, 60);
    EXPECT_EQ(gpus[1].device, "cuda:1");
    EXPECT_EQ(gpus[1].name, "Fake 1");
    EXPECT_EQ(gpus[1].memory_free, int64_t{51} << 30);
    EXPECT_EQ(gpus[1].temperature_celsius, 61);
}

TEST_F(NvmlTest, SeesWhatCudaSees)
{
    const Nvml nvml(SWITCHYARD_FAKE_NVML);
    const auto names = [&](const char* visible) {
        std::string text;
        for (const auto& gpu : nvml.devices(visible)) text += gpu.device + "=" + gpu.name + " ";
        return text;
    };
    EXPECT_EQ(names("1"), "cuda:0=Fake 1 ");
    EXPECT_EQ(names("1,0"), "cuda:0=Fake 1 cuda:1=Fake 0 ");
    EXPECT_EQ(names("GPU-1111,GPU-0000"), "cuda:0=Fake 1 cuda:1=Fake 0 ");
    EXPECT_EQ(names(""), "");
    EXPECT_EQ(names("-1"), "");
    EXPECT_EQ(names("0,7,1"), "cuda:0=Fake 0 ");
    EXPECT_EQ(names("0,,1"), "cuda:0=Fake 0 ");
    EXPECT_EQ(names("99999999999999999999999"), "");
}

TEST_F(NvmlTest, WhatTheDriverDoesNotTellIsEmpty)
{
    const Nvml nvml(SWITCHYARD_FAKE_NVML);
    ::setenv("FAKE_NVML_FAIL", "utilization power temperature name", 1);
    const auto gpus = nvml.devices();
    ASSERT_EQ(gpus.size(), 2U);
    EXPECT_EQ(gpus[0].name, "");
    EXPECT_EQ(gpus[0].memory_total, int64_t{80} << 30);
    EXPECT_FALSE(gpus[0].utilisation_percent || gpus[0].power_watts || gpus[0].temperature_celsius);
}

TEST_F(NvmlTest, AGpuThatDoesNotAnswerIsLeftOutAndTheOthersKeepTheirNumbers)
{
    const Nvml nvml(SWITCHYARD_FAKE_NVML);
    ::setenv("FAKE_NVML_FAIL", "handle0", 1);
    const auto gpus = nvml.devices();
    ASSERT_EQ(gpus.size(), 1U);
    EXPECT_EQ(gpus[0].device, "cuda:1");
    ::setenv("FAKE_NVML_FAIL", "memory", 1);
    EXPECT_TRUE(nvml.devices().empty());
    ::setenv("FAKE_NVML_FAIL", "count", 1);
    EXPECT_TRUE(nvml.devices().empty());
}

TEST_F(NvmlTest, WithoutTheLibraryThereAreNoGpus)
{
    EXPECT_TRUE(Nvml("/nowhere/libnvidia-ml.so.1").devices().empty());
    EXPECT_TRUE(Nvml("libz.so.1").devices("0").empty()); // a library without the functions
    ::setenv("FAKE_NVML_FAIL", "init", 1);
    EXPECT_TRUE(Nvml(SWITCHYARD_FAKE_NVML).devices().empty());
}

TEST_F(NvmlTest, FiguresThatTheLibraryLacksAreEmpty)
{
    const auto gpus = Nvml(SWITCHYARD_OLD_NVML).devices();
    ASSERT_EQ(gpus.size(), 2U);
    EXPECT_EQ(gpus[1].memory_free, int64_t{51} << 30);
    EXPECT_FALSE(gpus[1].utilisation_percent || gpus[1].power_watts || gpus[1].temperature_celsius);
    EXPECT_TRUE(Nvml(SWITCHYARD_OLD_NVML).devices("GPU-1111").empty()); // it cannot tell UUIDs
}

TEST(Processor, ReadsItsName)
{
    std::istringstream info("processor\t: 0\nmodel name\t: A CPU @ 2 GHz\nmodel name\t: second\n");
    EXPECT_EQ(processorName(info), "A CPU @ 2 GHz");
    std::istringstream other("processor\t: 0\nmodel name\t:\nHardware\t: x\n");
    EXPECT_EQ(processorName(other), "unknown");
}

TEST(Processor, ReadsTheMemory)
{
    std::istringstream info("MemTotal:       16000 kB\nMemFree:   100 kB\nMemAvailable:    9000 kB\nnonsense\n");
    const MachineMemory memory = machineMemory(info);
    EXPECT_EQ(memory.total, 16000 * 1024);
    EXPECT_EQ(memory.available, 9000 * 1024);
    std::istringstream nothing("");
    EXPECT_EQ(machineMemory(nothing).total, 0);
    EXPECT_GT(machineMemory().total, machineMemory().available);
}

TEST(Processor, LoadIsTheShareSinceTheLastCall)
{
    ProcessorLoad load;
    const auto percent = [&](const char* text) {
        std::istringstream stat(text);
        return load.percent(stat);
    };
    EXPECT_FALSE(percent("cpu 100 0 100 700 100 0 0 0 0 0\ncpu0 1 2 3\n"));
    EXPECT_EQ(percent("cpu 130 10 110 800 150 0 0 0 0 0\n"), 25.0); // 50 busy of 200
    EXPECT_FALSE(percent("cpu 130 10 110 800 150 0 0 0 0 0\n"));    // no time has passed
    EXPECT_FALSE(percent("something else"));
    EXPECT_FALSE(percent("cpu 1 2 3\n"));
}

TEST(DeviceStatus, BeginsWithTheProcessor)
{
    const auto devices = deviceStatus();
    ASSERT_FALSE(devices.empty());
    EXPECT_EQ(devices[0].device, "cpu");
    EXPECT_FALSE(devices[0].name.empty());
    EXPECT_GT(devices[0].memory_total, 0);
    EXPECT_GT(devices[0].memory_free, 0);
}

} // namespace sy
