#include "core/train/trainer.h"

#include "core/base/log.h"
#include "core/base/signals.h"
#include "core/config/config_io.h"
#include "core/config/cost_plan.h"
#include "core/train/device.h"
#include "core/train/guard.h"
#include "core/train/run_log.h"
#include "core/train/saved_run.h"
#include "core/train/train_loop.h"
#include "switchyard_version.h"

#include <ATen/Version.h>
#include <torch/version.h>

#include <cstdio>

#include <unistd.h>

namespace sy {

namespace {

/// The import of a large bundle keeps the store for a minute: a training does not end for that.
constexpr RunWriterOptions writer_options{.busy_timeout_ms = 300000};

void requireFreeName(const StorePaths& paths, const std::string& name)
{
    for (const auto& run : Store::open(paths).runs(/*with_deleted=*/true))
        if (run.name == name || run.id == name)
            throw StoreError("there is a run with the name '" + name + "' already" + (run.deleted ? " (deleted)" : "") +
                             "; choose another");
}

void tell(const ProgressSink& progress, const std::string& stage, int64_t step, int64_t steps)
{
    if (progress) progress({stage, step, steps});
}

NewRun newRun(const TrainRequest& request, const Session& session, int threads)
{
    const auto cost = costPlan(session.config);
    NewRun run;
    run.name = request.name;
    run.config = toJson(session.config);
    run.preset = request.preset;
    run.steps = session.config.train.steps;
    run.tags = request.tags;
    run.code_version = code_version;
    run.code_revision = code_revision;
    run.corpus = session.corpus.name;
    run.corpus_hash = session.corpus.hash;
    run.tokenizer_hash = session.tokenizer->hash();
    run.seed = session.config.train.seed;
    run.vocab_size = session.tokenizer->vocabSize();
    run.parameters_total = cost.parameters_total;
    run.parameters_active = cost.parameters_active;
    run.flops_per_token = cost.flops_per_token;
    run.languages = session.languages();
    run.sparse_layers = sparseLayerNames(session.config.model);
    run.num_experts = session.config.model.num_experts;
    run.environment = {{"device", session.config.device},
                       {"threads", threads},
                       {"torch", TORCH_VERSION},
                       {"cpu_capability", at::get_cpu_capability()},
                       {"tokenizer", session.tokenizer->file().string()}};
    return run;
}

/// `beside`: what the loop did for the record, beside the writer.
void reportRecordingCost(const RunWriter& writer, double beside)
{
    const double recording = writer.cpuSeconds() + beside, all = processCpuSeconds();
    char text[96];
    std::snprintf(text, sizeof text, "recording took %.2f s of %.1f s CPU time (%.2f %%)", recording, all,
                  100 * recording / all);
    log(LogLevel::Info, "train", text);
}

void recordFailure(RunWriter& writer, const TrainOutcome& outcome)
{
    try {
        writer.event({outcome.step, nowMs(), "failed", outcome.failure, nullptr});
        writer.setStatus(RunStatus::Failed, outcome.failure);
    } catch (const std::exception& error) {
        log(LogLevel::Warning, "train", std::string("the failure could not be recorded: ") + error.what());
    }
}

/// From here on failures are recorded in the run and come back in the outcome.
TrainOutcome runRegistered(RunWriter& writer, const Session& session, const CheckpointIdentity& identity,
                           torch::Device device, int threads, const Checkpoint* from, const ProgressSink& progress)
{
    const RunLog run_log(writer);
    const SignalWatch signals;
    TrainOutcome outcome;
    try {
        outcome = guardEngine("training", [&] {
            TrainLoop loop(session, writer, identity, device, threads, progress);
            if (from) loop.restore(*from);
            auto ended = loop.run();
            reportRecordingCost(writer, loop.recordingSeconds());
            return ended;
        });
    } catch (const std::exception& error) {
        outcome.status = RunStatus::Failed;
        outcome.failure = error.what();
        recordFailure(writer, outcome);
    }
    outcome.run = writer.id();
    return outcome;
}

std::string defaultName(const std::string& preset)
{
    return (preset.empty() ? "run" : preset) + "-" + newUlid().substr(20);
}

/// Rows and checkpoints after `step` belong to a past that does not happen again. Folders that a killed process took
/// away without telling the store are told now.
void rewindCheckpoints(RunWriter& writer, const SavedRun& saved, int64_t step)
{
    removeCheckpointLeftovers(saved.folder);
    for (const int64_t later : checkpointSteps(saved.folder))
        if (later > step) removeCheckpoint(saved.folder, later);
    for (const auto& record : saved.checkpoints)
        if (record.step <= step && !record.removed && !fs::exists(saved.folder / checkpointName(record.step)))
            writer.checkpointRemoved(record.step);
}

void requireResumable(const StorePaths& paths, const SavedRun& saved)
{
    if (isAlive(paths, saved.summary))
        throw StoreError("the run '" + saved.summary.name + "' is alive: it needs no resuming");
    if (saved.summary.status == RunStatus::Finished)
        throw StoreError("the run '" + saved.summary.name + "' has finished all of its " +
                         std::to_string(saved.summary.steps) + " steps");
}

Corpus corpusOf(const SavedRun& saved)
{
    auto corpus = corpusFor(saved.config);
    if (corpus.hash != saved.identity.corpus_hash)
        throw DataError("run " + saved.summary.name + ": the corpus \"" + corpus.name +
                        "\" is not the one it was trained on (it was imported again with other text)");
    return corpus;
}

} // namespace

TrainOutcome train(const StorePaths& paths, const TrainRequest& wanted, const ProgressSink& progress)
{
    TrainRequest request = wanted;
    if (auto issues = validate(request.config); !issues.empty()) throw ConfigError(std::move(issues));
    if (request.name.empty()) request.name = defaultName(request.preset);
    requireFreeName(paths, request.name);
    const auto& config = request.config;
    const auto device = openDevice(config.device);
    const int threads = setThreads(config.train.threads);
    tell(progress, "preparing", 0, config.train.steps);
    auto corpus = corpusFor(config);
    auto tokenizer = tokenizerFor(config, corpus);
    const auto session = prepareSession(config, std::move(corpus), std::move(tokenizer));
    auto writer = RunWriter::create(paths, newRun(request, session, threads), writer_options);
    writeFileAtomically(writer.checkpointFolder() / tokenizer_file, readFile(session.tokenizer->file()));
    writer.event({0, nowMs(), "started", "started on " + config.device, nullptr});
    auto outcome =
        runRegistered(writer, session, openSavedRun(paths, writer.id()).identity, device, threads, nullptr, progress);
    outcome.name = request.name;
    return outcome;
}

TrainOutcome resumeTraining(const StorePaths& paths, const std::string& run, const ProgressSink& progress,
                            const std::string& checkpoint)
{
    const auto saved = openSavedRun(paths, run);
    requireResumable(paths, saved);
    const auto device = openDevice(saved.config.device);
    const int threads = setThreads(saved.config.train.threads);
    tell(progress, "preparing", saved.summary.step, saved.config.train.steps);
    const auto session = prepareSession(saved.config, corpusOf(saved), tokenizerOf(saved));
    const auto step = chooseCheckpoint(saved, checkpoint);
    std::optional<Checkpoint> from;
    if (step)
        from = guardEngine("load the checkpoint", [&] {
            return readCheckpoint(saved.folder, *step, saved.identity, parameterSpecs(session.config.model));
        });
    auto writer = RunWriter::resume(paths, saved.summary.id, step.value_or(0), writer_options);
    rewindCheckpoints(writer, saved, step.value_or(0));
    if (!fs::exists(saved.folder / tokenizer_file))
        writeFileAtomically(saved.folder / tokenizer_file, readFile(session.tokenizer->file()));
    auto outcome = runRegistered(writer, session, saved.identity, device, threads, from ? &*from : nullptr, progress);
    outcome.name = saved.summary.name;
    return outcome;
}

} // namespace sy
