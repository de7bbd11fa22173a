#include "core/train/train_loop.h"

#include "core/base/log.h"
#include "core/config/cost_plan.h"
#include "core/train/evaluation_routes.h"
#include "core/train/guard.h"
#include "core/train/schedule.h"

#include <torch/version.h>

namespace sy {

TrainLoop::TrainLoop(const Session& session, RunWriter& writer, CheckpointIdentity identity, torch::Device device,
                     int threads, const ProgressSink& progress)
    : m_session(session), m_config(session.config), m_writer(writer), m_identity(std::move(identity)), m_device(device),
      m_progress(progress), m_specs(parameterSpecs(m_config.model)),
      m_master(initialWeights(m_config.model, static_cast<uint64_t>(m_config.train.seed), device)),
      m_optimizer(makeOptimizer(m_config.optimizer, m_specs, device)), m_ring(m_config.train.log_every, device),
      m_windows(sparseLayerNames(m_config.model), static_cast<int64_t>(session.languages().size()),
                m_config.model.num_experts, device),
      m_recorder(writer, m_config, m_specs), m_monitor(writer.checkpointFolder(), m_config.device),
      m_recorded_passes(recordedPasses(session.validation, m_config)),
      m_flops_per_token(costPlan(m_config).flops_per_token)
{
    m_state.threads = threads;
    m_state.torch_version = TORCH_VERSION;
}

void TrainLoop::openStream()
{
    m_stream = trainingStream(m_session.cache, *m_session.tokenizer, m_config.data,
                              static_cast<uint64_t>(m_config.train.seed), m_state.stream);
}

void TrainLoop::restore(const Checkpoint& checkpoint)
{
    const torch::NoGradGuard no_grad;
    for (const auto& [name, tensor] : checkpoint.model) m_master.at(name).detach().copy_(tensor);
    loadOptimizerState(*m_optimizer, checkpoint.optimizer);
    m_windows.restore(checkpoint.state.window_first_step, checkpoint.windows);
    const auto threads = m_state.threads;
    const auto version = m_state.torch_version;
    m_state = checkpoint.state;
    if (m_state.threads != threads || m_state.torch_version != version)
        log(LogLevel::Warning, "train",
            "the checkpoint was trained with " + std::to_string(m_state.threads) + " threads and LibTorch " +
                m_state.torch_version + ", this process has " + std::to_string(threads) + " and " + version +
                ": later bits may differ");
    m_state.threads = threads;
    m_state.torch_version = version;
    m_saved_step = m_state.step;
    m_recorder.resumeFrom(m_state.skipped_in_row, m_state.train_seconds);
}

double TrainLoop::processSeconds() const
{
    if (m_paused) return m_state.process_seconds;
    return m_state.process_seconds + std::chrono::duration<double>(Clock::now() - m_running_since).count();
}

void TrainLoop::oneStep()
{
    const auto started = Clock::now();
    const auto batch = m_stream->next();
    const int64_t step = m_state.step + 1;
    const bool last_of_window = step % m_config.train.window_steps == 0 || step == m_config.train.steps;
    const auto languages = static_cast<int64_t>(m_session.languages().size());
    const auto row = guardEngine("train step " + std::to_string(step), [&] {
        return trainUpdate(m_config, m_master, *m_optimizer, batch, step, languages,
                           [&](int64_t micro_batch, const ModelInput& input, const ForwardResult& result) {
                               m_windows.add(step, input, result);
                               if (last_of_window && micro_batch == 0) m_windows.sample(step, input, result);
                           });
    });
    m_state.step = step;
    m_state.stream = m_stream->state();
    const int64_t tokens = batch.input_tokens + batch.target_tokens;
    m_state.tokens += tokens;
    m_state.flops += static_cast<double>(tokens) * m_flops_per_token;
    m_state.train_seconds += std::chrono::duration<double>(Clock::now() - started).count();
    m_ring.add({{step, m_state.tokens, m_state.flops, nowMs(), processSeconds()},
                learningRate(m_config.optimizer, step, m_config.train.steps),
                m_state.train_seconds,
                tokens},
               row);
    if (last_of_window) m_windows.close(step);
}

void TrainLoop::drain(bool all)
{
    guardEngine("read the measurements up to step " + std::to_string(m_state.step), [&] {
        const auto records = m_ring.drain(all);
        m_recorder.steps(records);
        m_recorder.windows(m_windows.drain(all));
        if (!records.empty() && m_progress) m_progress(m_recorder.progress());
    });
    if (m_recorder.diagnosis() && !m_stop) m_stop = Stop{RunStatus::Failed, *m_recorder.diagnosis(), {}};
}

void TrainLoop::tell(const std::string& stage) const
{
    if (!m_progress) return;
    TrainProgress progress = m_recorder.progress();
    progress.stage = stage;
    progress.step = m_state.step;
    m_progress(progress);
}

TrainOutcome TrainLoop::run()
{
    openStream();
    m_running_since = Clock::now();
    m_writer.setStep(m_state.step);
    m_writer.setStatus(RunStatus::Running);
    while (m_state.step < m_config.train.steps && !m_stop) {
        poll();
        if (m_stop) break;
        oneStep();
        drain(false);
        if (m_stop) break;
        if (due(m_config.train.eval_every)) evaluate(true);
        if (due(m_config.train.checkpoint_every) || m_state.best_step == m_state.step)
            save(); // best: it must exist to be loaded
    }
    return finish();
}

TrainOutcome TrainLoop::finish()
{
    drain(true);
    if (m_stop && m_stop->status == RunStatus::Failed) throw EngineError(m_stop->reason);
    const bool done = m_state.step >= m_config.train.steps;
    if (done && m_state.evaluated_step != m_state.step) evaluate(true);
    save();
    const RunStatus status = done ? RunStatus::Finished : RunStatus::Stopped;
    if (!done) m_writer.event({m_state.step, nowMs(), "stopped", m_stop->reason, nullptr});
    // Answered first: commands that still wait when a run ends are marked failed.
    if (m_stop && m_stop->command)
        m_writer.answer(*m_stop->command, true, {{"step", m_state.step}, {"status", toString(status)}});
    m_writer.setStatus(status);
    TrainOutcome outcome;
    outcome.status = status;
    outcome.step = m_state.step;
    return outcome;
}

} // namespace sy
