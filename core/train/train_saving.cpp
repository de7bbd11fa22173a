// Evaluations, probes and checkpoints of the training loop.
#include "core/base/log.h"
#include "core/train/evaluation_routes.h"
#include "core/train/evaluation_specialization.h"
#include "core/train/guard.h"
#include "core/train/train_loop.h"

#include <cmath>

namespace sy {

namespace {

constexpr int64_t probe_top_k = 4;

NamedTensors copies(const std::vector<std::pair<std::string, torch::Tensor>>& tensors)
{
    NamedTensors out;
    for (const auto& [name, tensor] : tensors) out.emplace_back(name, tensor.detach());
    return out;
}

} // namespace

/// `counts`: one of the run's own evaluations, not one that somebody asked for; only those choose the best checkpoint,
/// so that asking changes nothing.
Evaluation TrainLoop::evaluate(bool counts)
{
    tell("evaluating");
    return guardEngine("evaluate step " + std::to_string(m_state.step), [&] {
        const auto compute = computeWeights(m_master, m_config.model, m_config.precision.mode, /*trainable=*/false);
        const auto evaluation = evaluateAndRecord(compute);
        recordProbes(compute);
        if (!counts) return evaluation;
        m_state.evaluated_step = m_state.step;
        m_state.last_valid = evaluation.cross_entropy;
        if (!std::isfinite(evaluation.cross_entropy)) {
            m_state.last_valid.reset();
        } else if (!m_state.best_valid || evaluation.cross_entropy < *m_state.best_valid) {
            m_state.best_valid = evaluation.cross_entropy;
            m_state.best_step = m_state.step;
        }
        return evaluation;
    });
}

Evaluation TrainLoop::evaluateAndRecord(const Weights& compute)
{
    const auto layers = sparseLayerNames(m_config.model);
    const int64_t experts = m_config.model.num_experts;
    const auto timed = [&](auto&& body) {
        const double before = processCpuSeconds();
        body();
        m_recording_seconds += processCpuSeconds() - before;
    };
    RouteRecording routes(m_session.validation, m_recorded_passes);
    GateRecording gates(experts);
    EvaluationObserver observer;
    observer.wants_logits = [&](int64_t pass) { return routes.wants(pass); };
    observer.seen = [&](const EvaluationPass& pass) {
        timed([&] {
            gates.add(pass);
            routes.add(pass);
        });
    };
    auto evaluation = evaluateModel(m_config, compute, m_session.validation, forwardOptions(m_config, false).routing,
                                    m_state.step, layers.empty() ? EvaluationObserver() : observer);
    timed([&] {
        auto recorded = routes.take(m_state.step);
        evaluation.gates = gates.take();
        const NullOptions null{permutationsFor(static_cast<int64_t>(layers.size())),
                               static_cast<uint64_t>(m_config.train.seed)};
        evaluation.specialization = specializationOf(evaluation, recorded, layers, experts, null);
        m_recorder.evaluation(evaluation);
        if (!recorded.layers.empty()) m_writer.evaluationRoutes(std::move(recorded));
    });
    return evaluation;
}

void TrainLoop::recordProbes(const Weights& compute)
{
    const ProbeModel model{m_config, compute, *m_session.tokenizer, probeRouting(m_config, "none")};
    std::vector<std::vector<int32_t>> inputs;
    int64_t longest = 1;
    for (const auto& text : m_session.probes) {
        inputs.push_back(encodeWithSentinels(model.tokenizer, text.text));
        longest = std::max(longest, static_cast<int64_t>(encodeWithSentinels(model.tokenizer, text.target).size()));
    }
    // What it would write where the target stands, a few tokens longer: a model that does not stop shows it.
    const auto predictions = generateGreedy(model, inputs, longest + 4);
    for (size_t i = 0; i < predictions.size(); ++i) {
        auto probe = probeText(model, m_session.probes[i], m_state.step, probe_top_k, /*predict=*/0);
        probe.prediction = model.tokenizer.decode(predictions[i]);
        m_writer.probe(std::move(probe));
    }
}

void TrainLoop::save()
{
    if (m_state.step == 0 || m_saved_step == m_state.step) return;
    tell("saving");
    drain(true);
    Checkpoint checkpoint{m_identity, m_state, copies(m_master.items()), copies(m_optimizer->state()),
                          copies(m_windows.openSums())};
    checkpoint.state.process_seconds = processSeconds();
    checkpoint.state.skipped_in_row = m_recorder.skippedInRow();
    checkpoint.state.window_first_step = m_windows.firstStep();
    CheckpointRecord record;
    record.step = m_state.step;
    record.best = m_state.best_step == m_state.step;
    if (m_state.evaluated_step == m_state.step) record.valid_cross_entropy = m_state.last_valid;
    guardEngine("checkpoint at step " + std::to_string(m_state.step), [&] {
        writeCheckpoint(m_writer.checkpointFolder(), checkpoint, record,
                        [&](const CheckpointRecord& written) { m_writer.checkpoint(written); });
    });
    m_saved_step = m_state.step;
    m_writer.event(
        {m_state.step, nowMs(), "checkpoint", "checkpoint " + checkpointName(m_state.step) + " written", nullptr});
    removeOldCheckpoints();
}

void TrainLoop::removeOldCheckpoints()
{
    const int64_t keep = m_config.train.keep_checkpoints;
    if (keep == 0) return;
    const auto steps = checkpointSteps(m_writer.checkpointFolder());
    for (size_t i = 0; i + static_cast<size_t>(keep) < steps.size(); ++i) {
        if (steps[i] == m_state.best_step) continue;
        removeCheckpoint(m_writer.checkpointFolder(), steps[i]);
        m_writer.checkpointRemoved(steps[i]);
    }
}

} // namespace sy
