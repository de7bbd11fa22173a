// A home folder with a corpus made here, and the real program.
#pragma once

#include "core/base/files.h"
#include "core/store/store.h"
#include "tests/support/made_up_text.h"
#include "tests/support/process.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <thread>

namespace sy::test {

using nlohmann::json;

class Cli : public ::testing::Test {
protected:
    static inline fs::path s_home;

    static void SetUpTestSuite()
    {
        s_home = fs::temp_directory_path() / ("sy-cli-" + newUlid());
        fs::create_directories(s_home / "text");
        for (const auto& [code, number] : {std::pair{"aa", 1}, {"bb", 2}, {"cc", 3}})
            writeFileAtomically(s_home / "text" / (std::string(code) + ".txt"),
                                madeUpText(static_cast<uint64_t>(number), 600));
        const auto imported = cli({"corpus", "import", (s_home / "text").string(), "--name", "toy"});
        ASSERT_EQ(imported.status, 0) << imported.err;
        Store::open(StorePaths::ofFile(s_home / "store.sqlite")); // "no such run" needs a store to look into
    }
    static void TearDownTestSuite() { fs::remove_all(s_home); }

    static std::map<std::string, std::string> environment() { return {{"SWITCHYARD_HOME", s_home.string()}}; }
    static Finished cli(const std::vector<std::string>& arguments, double seconds = 240)
    {
        return run(SWITCHYARD_CLI, arguments, environment(), seconds);
    }
    static json cliJson(std::vector<std::string> arguments)
    {
        arguments.emplace_back("--json");
        const auto done = cli(arguments);
        EXPECT_EQ(done.status, 0) << done.err;
        return json::parse(done.out, nullptr, false);
    }
    static std::vector<std::string> tiny(std::vector<std::string> arguments, const std::vector<std::string>& more = {})
    {
        std::vector<std::string> settings{
            "data.corpus=toy",      "model.vocab_size=400",      "model.d_model=32",     "model.d_ff=64",
            "model.d_kv=8",         "model.num_heads=4",         "model.num_experts=4",  "data.batch_size=8",
            "data.input_length=48", "data.target_length=16",     "train.steps=30",       "train.eval_every=10",
            "train.eval_rows=4",    "train.checkpoint_every=10", "train.window_steps=5", "train.log_every=5"};
        settings.insert(settings.end(), more.begin(), more.end());
        for (const auto& setting : settings) {
            arguments.emplace_back("--set");
            arguments.push_back(setting);
        }
        return arguments;
    }
    static json seriesOf(const std::string& run, const std::string& name)
    {
        return cliJson({"runs", "show", run, "--series", name});
    }
    static std::string statusOf(const std::string& run)
    {
        for (const auto& row : cliJson({"runs", "list"}))
            if (row["name"] == run) return row["status"];
        return "absent";
    }
    /// Waits until the condition holds; false after a minute.
    template <class Condition> static bool eventually(Condition&& condition)
    {
        for (int i = 0; i < 600; ++i) {
            if (condition()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        return false;
    }
};

} // namespace sy::test
