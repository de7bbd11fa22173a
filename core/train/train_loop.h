// The step loop of one run: updates, recording, evaluation, checkpoints, control.
#pragma once

#include "core/store/run_writer.h"
#include "core/train/recorder.h"
#include "core/train/session.h"
#include "core/train/system_monitor.h"
#include "core/train/trainer.h"

#include <chrono>
#include <memory>
#include <optional>

namespace sy {

class TrainLoop {
public:
    /// Fresh: step 0, initial weights of the run's seed. All arguments outlive the loop.
    TrainLoop(const Session& session, RunWriter& writer, CheckpointIdentity identity, torch::Device device, int threads,
              const ProgressSink& progress);

    /// Goes on from a checkpoint. @throws EngineError where its tensors do not fit.
    void restore(const Checkpoint& checkpoint);
    /// To the end of the run, a stop, or too many skipped steps. What it throws fails the run.
    TrainOutcome run();
    /// CPU seconds of what evaluations do for the record alone: routes, gates, figures of specialization. Those of
    /// other threads of the process meanwhile count too.
    double recordingSeconds() const { return m_recording_seconds; }

private:
    using Clock = std::chrono::steady_clock;
    struct Stop {
        RunStatus status = RunStatus::Stopped;
        std::string reason;
        std::optional<int64_t> command; ///< to answer when all is saved
    };

    // train_loop.cpp
    void openStream();
    void oneStep();
    bool due(int64_t every) const { return every > 0 && m_state.step % every == 0; }
    void drain(bool all);
    void tell(const std::string& stage) const;
    TrainOutcome finish();
    double processSeconds() const;

    // train_saving.cpp
    Evaluation evaluate(bool counts);
    Evaluation evaluateAndRecord(const Weights& compute);
    void recordProbes(const Weights& compute);
    void save();
    void removeOldCheckpoints();

    // train_control.cpp
    void poll();
    void pollNow();
    void waitWhilePaused();
    void setPaused(bool paused);
    void handle(const Command& command);
    nlohmann::json probe(const nlohmann::json& payload);

    const Session& m_session;
    const ExperimentConfig& m_config;
    RunWriter& m_writer;
    CheckpointIdentity m_identity;
    torch::Device m_device;
    const ProgressSink& m_progress;
    std::vector<ParameterSpec> m_specs;
    Weights m_master;
    std::unique_ptr<Optimizer> m_optimizer;
    std::unique_ptr<BatchStream> m_stream;
    MetricsRing m_ring;
    RoutingWindows m_windows;
    Recorder m_recorder;
    SystemMonitor m_monitor;
    std::vector<int64_t> m_recorded_passes; ///< of every evaluation
    double m_recording_seconds = 0;
    TrainState m_state;
    double m_flops_per_token = 0;
    int64_t m_saved_step = 0;
    bool m_paused = false;
    std::optional<Stop> m_stop;
    Clock::time_point m_running_since = Clock::now(); ///< process seconds count from here
    Clock::time_point m_last_poll{};
};

} // namespace sy
