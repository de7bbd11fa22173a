// soak [--seconds N] [--cli FILE]: two trainers and several clients on one store. Clients read as workbenches do, tag,
// note, star and send commands, and one follows the runs into another store; a trainer is killed and resumed. In the
// end nothing may be lost: every step has its rows, summaries are those of the points, the copy is equal, the file is
// whole.
#include "bench/soak_client.h"
#include "core/store/bundle.h"
#include "tests/support/process.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <thread>

#include <csignal>

namespace sy::soak {

namespace {

using Clock = std::chrono::steady_clock;
using test::Process;

struct Settings {
    double seconds = 600;
    fs::path cli, self;
};

/// Lines of made-up words, so that no data need be there.
std::string text(char vowel)
{
    std::string lines;
    for (int line = 0; line < 300; ++line) {
        for (int word = 0; word < 9; ++word)
            lines += std::string(1, "bdfgklmnprst"[(line * 7 + word * 5) % 12]) + vowel +
                     "bdfgklmnprst"[(line + word * word) % 12] + vowel + " ";
        lines += std::to_string(line) + ".\n";
    }
    return lines;
}

class Soak {
public:
    explicit Soak(Settings settings)
        : m_settings(std::move(settings)), m_home(fs::temp_directory_path() / ("sy-soak-" + newUlid())),
          m_paths(StorePaths::ofFile(m_home / "store.sqlite")),
          m_copy(StorePaths::ofFile(m_home / "copy" / "store.sqlite"))
    {
        fs::create_directories(m_home / "text");
        for (const auto& [code, vowel] : {std::pair{"aa", 'a'}, {"oo", 'o'}})
            writeFileAtomically(m_home / "text" / (std::string(code) + ".txt"), text(vowel));
    }
    ~Soak()
    {
        std::error_code ignored;
        fs::remove_all(m_home, ignored);
    }
    Soak(const Soak&) = delete;
    Soak& operator=(const Soak&) = delete;

    nlohmann::json run();

private:
    std::map<std::string, std::string> environment() const { return {{"SWITCHYARD_HOME", m_home.string()}}; }
    std::unique_ptr<Process> start(const std::vector<std::string>& arguments) const
    {
        return std::make_unique<Process>(m_settings.cli.string(), arguments, environment());
    }
    std::unique_ptr<Process> trainer(const std::string& name) const;
    std::unique_ptr<Process> client(int number) const;
    void waitForSteps(const std::string& run, int64_t steps, Process& trainer) const;
    void killAndResume(std::unique_ptr<Process>& victim);
    void stop(const std::string& run, Process& process) const;
    void end(Process& process, const std::string& what) const;

    Settings m_settings;
    fs::path m_home;
    StorePaths m_paths, m_copy;
};

void require(bool holds, const std::string& what)
{
    if (!holds) throw Error(what);
}

std::unique_ptr<Process> Soak::trainer(const std::string& name) const
{
    std::vector<std::string> arguments{"train", "demo", "--name", name, "--quiet"};
    for (const char* setting :
         {"data.corpus=soak", "model.vocab_size=400", "model.d_model=16", "model.d_ff=32", "model.d_kv=8",
          "model.num_heads=2", "model.num_experts=4", "data.batch_size=4", "data.input_length=32",
          "data.target_length=16", "train.steps=100000000", "train.eval_every=200", "train.eval_rows=4",
          "train.checkpoint_every=100", "train.window_steps=20", "train.log_every=10"})
        arguments.insert(arguments.end(), {"--set", setting});
    return start(arguments);
}

std::unique_ptr<Process> Soak::client(int number) const
{
    return std::make_unique<Process>(m_settings.self.string(),
                                     std::vector<std::string>{"client", m_paths.database.string(),
                                                              std::to_string(number),
                                                              std::to_string(m_settings.seconds)},
                                     environment());
}

void Soak::waitForSteps(const std::string& run, int64_t steps, Process& trainer) const
{
    for (int i = 0; i < 1200; ++i) {
        if (!trainer.running()) end(trainer, "the trainer of " + run);
        for (const auto& found : Store::open(m_paths).runs())
            if (found.name == run && found.step >= steps) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    throw Error(run + " did not come to step " + std::to_string(steps) + " within a minute");
}

void Soak::killAndResume(std::unique_ptr<Process>& victim)
{
    victim->signal(SIGKILL);
    victim->wait();
    const RunSummary dead = Store::open(m_paths).run("one");
    require(dead.status == RunStatus::Interrupted, "the killed run is " + std::string(toString(dead.status)));
    victim = start({"resume", "one", "--quiet"});
    waitForSteps("one", dead.step + 20, *victim);
}

void Soak::end(Process& process, const std::string& what) const
{
    const auto ended = process.wait(60);
    require(ended.status == 0, what + " ended with status " + std::to_string(ended.status) + ": " + ended.err);
}

void Soak::stop(const std::string& run, Process& process) const
{
    end(*start({"stop", run}), "stop " + run);
    end(process, "the trainer of " + run);
}

nlohmann::json Soak::run()
{
    end(*start({"corpus", "import", (m_home / "text").string(), "--name", "soak"}), "corpus import");
    auto one = trainer("one"), two = trainer("two");
    waitForSteps("one", 120, *one);
    waitForSteps("two", 120, *two);
    std::vector<std::unique_ptr<Process>> clients;
    for (int i = 0; i < 3; ++i) clients.push_back(client(i));

    const auto begin = Clock::now();
    const auto passed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
    const fs::path bundle = m_home / "follow.sybundle";
    int64_t follows = 0, kills = 0;
    for (double next_kill = m_settings.seconds / 3; passed() < m_settings.seconds; ++follows) {
        exportBundle(m_paths, {"one", "two"}, bundle, {false, follows == 0 ? fs::path() : bundle});
        importBundle(m_copy, bundle);
        if (passed() > next_kill) {
            killAndResume(one);
            next_kill += std::max(60.0, m_settings.seconds / 3);
            ++kills;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    for (size_t i = 0; i < clients.size(); ++i) end(*clients[i], "client " + std::to_string(i));
    stop("one", *one);
    stop("two", *two);
    exportBundle(m_paths, {"one", "two"}, bundle, {false, bundle});
    importBundle(m_copy, bundle);

    nlohmann::json result{{"seconds", passed()}, {"follows", follows}, {"kills", kills}};
    for (const char* name : {"one", "two"}) result[name] = checkRun(m_paths, m_copy, name);
    checkClients(m_paths, static_cast<int>(clients.size()));
    for (const auto& paths : {m_paths, m_copy}) checkFile(paths);
    return result;
}

} // namespace

} // namespace sy::soak

int main(int argc, char** argv)
try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() == 4 && words[0] == "client") {
        sy::soak::runClient(sy::StorePaths::ofFile(words[1]), std::stoi(words[2]), std::stod(words[3]));
        return 0;
    }
    sy::soak::Settings settings{600, SWITCHYARD_CLI, sy::fs::read_symlink("/proc/self/exe")};
    for (size_t i = 0; i < words.size(); i += 2) {
        if (i + 1 == words.size()) throw sy::UsageError("soak [--seconds N] [--cli FILE]");
        if (words[i] == "--seconds")
            settings.seconds = std::stod(words[i + 1]);
        else if (words[i] == "--cli")
            settings.cli = words[i + 1];
        else
            throw sy::UsageError("soak has no option " + words[i]);
    }
    std::cout << sy::soak::Soak(settings).run().dump(2) << std::endl;
    return 0;
} catch (const std::exception& error) {
    std::cerr << "soak: " << error.what() << std::endl;
    return 1;
}
