// Commands and signals between steps.
#include "core/base/log.h"
#include "core/base/signals.h"
#include "core/store/probe_json.h"
#include "core/train/guard.h"
#include "core/train/model_json.h"
#include "core/train/train_loop.h"

#include <thread>

namespace sy {

using nlohmann::json;

namespace {

constexpr auto poll_interval = std::chrono::milliseconds(200);
constexpr auto pause_interval = std::chrono::milliseconds(50);
constexpr int64_t predicted_tokens = 32;

} // namespace

void TrainLoop::poll()
{
    if (Clock::now() - m_last_poll < poll_interval && SignalWatch::received() == 0) return;
    pollNow();
    waitWhilePaused();
}

void TrainLoop::pollNow()
{
    m_last_poll = Clock::now();
    m_monitor.poll(m_writer, m_state.step);
    for (const auto& command : m_writer.waitingCommands()) handle(command);
    if (const int signal = SignalWatch::received(); signal != 0 && !m_stop)
        m_stop = Stop{RunStatus::Stopped, "stopped by signal " + std::to_string(signal), {}};
}

void TrainLoop::waitWhilePaused()
{
    while (m_paused && !m_stop) {
        std::this_thread::sleep_for(pause_interval);
        pollNow();
    }
    if (m_paused) setPaused(false);
}

void TrainLoop::setPaused(bool paused)
{
    if (paused == m_paused) return;
    if (paused) m_state.process_seconds = processSeconds();
    m_running_since = Clock::now();
    m_paused = paused;
    if (paused) drain(true);
    m_writer.event({m_state.step, nowMs(), paused ? "paused" : "continued",
                    paused ? "paused" : "going on after a pause", nullptr});
    m_writer.setStatus(paused ? RunStatus::Paused : RunStatus::Running);
}

void TrainLoop::handle(const Command& command)
{
    json answer = {{"step", m_state.step}};
    try {
        if (command.verb == "pause" || command.verb == "resume") {
            setPaused(command.verb == "pause");
        } else if (command.verb == "checkpoint") {
            save();
            answer["folder"] = (fs::path(m_writer.id()) / checkpointName(m_state.step)).string();
            if (m_state.step == 0) throw EngineError("checkpoint: no step is done yet");
        } else if (command.verb == "evaluate") {
            answer = evaluationToJson(evaluate(false));
        } else if (command.verb == "probe") {
            answer = probe(command.payload);
        } else if (command.verb == "stop") {
            if (!m_stop) m_stop = Stop{RunStatus::Stopped, "stopped on request", command.id};
            return; // answered when all is saved
        } else {
            throw UsageError("\"" + command.verb +
                             "\" is not a command; there are pause, resume, checkpoint, evaluate, probe, stop");
        }
        m_writer.answer(command.id, true, answer);
    } catch (const StoreError&) {
        throw;
    } catch (const Error& error) {
        m_writer.answer(command.id, false, {{"error", error.what()}});
    }
}

json TrainLoop::probe(const json& payload)
{
    const auto options = probeOptionsFrom(payload);
    return guardEngine("probe", [&] {
        const auto compute = computeWeights(m_master, m_config.model, m_config.precision.mode, /*trainable=*/false);
        const ProbeModel model{m_config, compute, *m_session.tokenizer, probeRouting(m_config, options.capacity)};
        const auto probe = probeText(model, {options.text, options.language, options.target}, m_state.step,
                                     options.top_k, predicted_tokens);
        m_writer.probe(probe);
        return probeToJson(probe, sparseLayerNames(m_config.model));
    });
}

} // namespace sy
