#include "train_support.h"

#include "core/base/log.h"
#include "core/base/random.h"
#include "core/config/config_io.h"
#include "core/text/import.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace sy::test {

namespace {

constexpr const char* child_variable = "SWITCHYARD_TEST_TRAIN_CHILD";

/// Runs the training that the variable describes. 0 = finished or stopped.
int childMain(const std::string& text)
{
    const auto order = nlohmann::json::parse(text);
    const StorePaths paths = StorePaths::ofFile(fs::path(order.at("store").get<std::string>()));
    std::ofstream told(order.at("progress").get<std::string>(), std::ios::app);
    const ProgressSink sink = [&](const TrainProgress& progress) {
        if (progress.stage == "training") told << progress.step << std::endl;
    };
    try {
        const std::string name = order.at("name");
        const auto outcome = order.at("resume").get<bool>()
                                 ? resumeTraining(paths, name, sink)
                                 : train(paths, {configFromJson(order.at("config")), "", name, {}}, sink);
        if (outcome.status == RunStatus::Failed) std::cerr << outcome.failure << '\n';
        return outcome.status == RunStatus::Failed ? 1 : 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}

/// The test program started again as a trainer: takes over before any test runs.
class ChildEnvironment : public ::testing::Environment {
    void SetUp() override
    {
        if (const char* order = std::getenv(child_variable)) {
            setStderrLevel(LogLevel::Error);
            const std::string text = order;
            ::unsetenv(child_variable);
            std::_Exit(childMain(text));
        }
    }
};
const auto* const child_environment = ::testing::AddGlobalTestEnvironment(new ChildEnvironment);

std::string toySentence(const std::vector<std::string>& words, RandomStream random)
{
    std::string text;
    for (uint64_t i = 0; i < 9 + random.below(0, 6); ++i)
        text += (i ? " " : "") + words[random.below(i + 1, words.size())];
    return text + ".";
}

} // namespace

void importTinyCorpus(const std::string& name, uint64_t seed)
{
    const std::vector<std::pair<std::string, std::vector<std::string>>> languages = {
        {"aa",
         {"the", "water", "river", "flows", "under", "stone", "bridge", "slowly", "every", "morning", "children",
          "watch"}},
        {"bb",
         {"der", "fluss", "unter", "alter", "brücke", "langsam", "jeden", "morgen", "kinder", "schauen", "wasser",
          "stein"}},
        {"cc",
         {"река", "течёт", "под", "мостом", "каждое", "утро", "дети", "смотрят", "вода", "камень", "медленно",
          "старый"}}};
    const fs::path source = trainHome().folder() / ("source-" + name);
    uint64_t site = seed;
    for (const auto& [code, words] : languages) {
        fs::create_directories(source / code);
        std::ofstream out(source / code / "text.txt");
        for (uint64_t line = 0; line < 500; ++line) out << toySentence(words, randomStream(seed, line, ++site)) << '\n';
    }
    ImportRequest request;
    request.source = source;
    request.name = name;
    request.valid_share = 0.2;
    importCorpus(request);
}

TrainHome::TrainHome()
{
    m_folder = fs::temp_directory_path() / ("sy-train-" + std::to_string(::getpid()));
    fs::remove_all(m_folder);
    fs::create_directories(m_folder);
    ::setenv("SWITCHYARD_HOME", m_folder.c_str(), 1);
}

TrainHome::~TrainHome()
{
    std::error_code ignored;
    fs::remove_all(m_folder, ignored);
}

TrainHome& trainHome()
{
    static TrainHome home;
    static bool imported = false;
    if (!imported) {
        imported = true;
        setStderrLevel(LogLevel::Error); // the small tokenizer warns at every start
        importTinyCorpus("tiny", 1);
    }
    return home;
}

ExperimentConfig tinyConfig()
{
    trainHome();
    ExperimentConfig config;
    config.model.num_experts = 4;
    config.model.d_model = 16;
    config.model.d_ff = 32;
    config.model.d_kv = 8;
    config.model.num_heads = 2;
    config.model.num_layers = 2;
    config.model.num_decoder_layers = 2;
    config.model.vocab_size = 512;
    config.data.corpus = "tiny";
    config.data.batch_size = 8;
    config.data.input_length = 32;
    config.data.target_length = 16;
    config.optimizer.warmup_steps = 4;
    config.train.steps = 24;
    config.train.eval_every = 8;
    config.train.eval_rows = 4;
    config.train.checkpoint_every = 6;
    config.train.log_every = 3;
    config.train.window_steps = 5;
    config.train.threads = 1;
    return config;
}

TrainOutcome trainTiny(const std::string& name, const ExperimentConfig& config)
{
    return train(trainHome().store(), {config, "", name, {}}, nullptr);
}

TrainProcess::TrainProcess(const std::string& name, const ExperimentConfig& config, bool resume)
    : m_progress(trainHome().folder() / (name + ".progress"))
{
    const nlohmann::json order = {{"store", trainHome().store().database.string()},
                                  {"progress", m_progress.string()},
                                  {"name", name},
                                  {"config", toJson(config)},
                                  {"resume", resume}};
    fs::remove(m_progress);
    ::setenv(child_variable, order.dump().c_str(), 1);
    m_pid = ::fork();
    if (m_pid == 0) {
        ::execl("/proc/self/exe", "test_core_train", "--gtest_filter=Schedule.*", nullptr);
        ::_exit(127);
    }
    ::unsetenv(child_variable);
}

TrainProcess::~TrainProcess()
{
    if (!ended()) {
        signal(SIGKILL);
        wait();
    }
}

bool TrainProcess::ended()
{
    int status = 0;
    if (m_pid > 0 && ::waitpid(m_pid, &status, WNOHANG) == m_pid) {
        m_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        m_pid = -1;
    }
    return m_pid < 0;
}

int64_t TrainProcess::toldStep() const
{
    std::ifstream in(m_progress);
    int64_t step = 0, next = 0;
    while (in >> next) step = next;
    return step;
}

bool TrainProcess::reach(int64_t step)
{
    while (toldStep() < step) {
        if (ended()) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

void TrainProcess::signal(int number) const
{
    if (m_pid > 0) ::kill(m_pid, number);
}

int TrainProcess::wait()
{
    while (!ended()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return m_status;
}

} // namespace sy::test
