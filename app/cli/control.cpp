#include "app/cli/verbs.h"

#include "core/base/error.h"
#include "core/text/unicode.h"

#include <chrono>
#include <iostream>
#include <thread>

namespace sy::cli {

namespace {

struct ControlOptions {
    std::string run, verb, text, language, target, capacity = "none";
    int64_t top_k = 4;
    double timeout = 60;
};

using Clock = std::chrono::steady_clock;

Clock::time_point after(double seconds)
{
    return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

bool ended(const Command& command)
{
    return command.state == "done" || command.state == "failed";
}

/// Sends the command and waits for the trainer's answer. @throws StoreError when the run is or gets dead.
Command sendAndWait(const StorePaths& paths, const std::string& run, const std::string& verb,
                    const nlohmann::json& payload, double timeout)
{
    auto store = Store::openExisting(paths);
    const auto id = store.sendCommand(run, verb, payload);
    const auto end = after(timeout);
    while (Clock::now() < end) {
        if (const auto command = store.command(id); ended(command)) return command;
        if (!isAlive(paths, store.run(run))) {
            if (const auto command = store.command(id); ended(command)) return command; // its last word
            throw StoreError("run " + run + " ended before it answered " + verb);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    throw StoreError("run " + run + " did not answer " + verb + " within " +
                     std::to_string(static_cast<int64_t>(timeout)) + " s; the command stays queued");
}

/// After `stop` the process goes on for a moment; whoever resumes or deletes next wants it gone.
void waitForEnd(const StorePaths& paths, const std::string& run, double timeout)
{
    const auto store = Store::openExisting(paths);
    for (const auto end = after(timeout); Clock::now() < end && isAlive(paths, store.run(run));)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

int control(const Common& common, const ControlOptions& options)
{
    nlohmann::json payload = nlohmann::json::object();
    if (options.verb == "probe")
        payload = {{"text", options.text},
                   {"language", options.language},
                   {"target", options.target},
                   {"capacity", options.capacity},
                   {"top_k", options.top_k}};
    const auto command = sendAndWait(common.paths(), options.run, options.verb, payload, options.timeout);
    if (options.verb == "stop") waitForEnd(common.paths(), options.run, options.timeout);
    if (common.json)
        printJson({{"command", command.verb}, {"state", command.state}, {"answer", command.answer}});
    else
        std::cout << options.verb << ": " << command.state
                  << (command.answer.is_null() ? "" : " " + command.answer.dump()) << std::endl;
    if (command.state == "done") return 0;
    throw StoreError(options.verb + " failed: " + command.answer.value("error", command.answer.dump()));
}

} // namespace

void addControlVerbs(CLI::App& app, Action& action)
{
    Verb stop(app, action, "stop", "ask a live run to save a checkpoint and stop");
    stop.takesStore().givesJson();
    auto stop_options = std::make_shared<ControlOptions>();
    stop_options->verb = "stop";
    stop.app->add_option("RUN", stop_options->run, "a run's id or name")->required();
    stop.app->add_option("--timeout", stop_options->timeout, "seconds to wait for the answer")
        ->check(CLI::PositiveNumber);
    stop.does([stop_options, common = stop.common] { return control(*common, *stop_options); });

    Verb command(app, action, "command", "tell a live run to pause, resume, checkpoint, evaluate, probe or stop");
    command.takesStore().givesJson();
    auto options = std::make_shared<ControlOptions>();
    command.app->add_option("RUN", options->run, "a run's id or name")->required();
    command.app->add_option("VERB", options->verb, "what it shall do")
        ->required()
        ->check(CLI::IsMember({"pause", "resume", "checkpoint", "evaluate", "probe", "stop"}));
    command.app->add_option("--text", options->text, "probe: the text");
    command.app->add_option("--language", options->language, "probe: its language");
    command.app->add_option("--target", options->target, "probe: what the decoder is fed");
    command.app->add_option("--capacity", options->capacity, "probe: none drops nothing; eval and train, the run's")
        ->check(CLI::IsMember({"none", "eval", "train"}));
    command.app->add_option("--top", options->top_k, "probe: experts told per token")->check(CLI::PositiveNumber);
    command.app->add_option("--timeout", options->timeout, "seconds to wait for the answer")
        ->check(CLI::PositiveNumber);
    command.does([options, common = command.common] {
        if (options->verb == "probe" && options->text.empty()) throw UsageError("command RUN probe needs --text");
        for (const auto& [name, text] : {std::pair{"--text", &options->text}, std::pair{"--target", &options->target}})
            if (const auto bad = firstInvalidUtf8(*text)) // JSON would replace it in silence
                throw DataError(std::string(name) + " is not UTF-8: byte " + std::to_string(*bad) + " (from 0) is bad");
        return control(*common, *options);
    });
}

} // namespace sy::cli
