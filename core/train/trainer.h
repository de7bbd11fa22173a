// Training as the command line and the queue call it. Torch-free.
#pragma once

#include "core/config/experiment.h"
#include "core/store/store.h"

#include <functional>
#include <string>
#include <vector>

namespace sy {

struct TrainRequest {
    ExperimentConfig config;
    std::string preset; ///< what the configuration started from; may be empty
    std::string name;   ///< unique; refused before any work when taken
    std::vector<std::string> tags;
};

/// What the progress line shows. Sent after every drain of the device's measurements, from the training thread.
struct TrainProgress {
    std::string stage; ///< "preparing", "training", "evaluating", "saving"
    int64_t step = 0, steps = 0;
    double cross_entropy = 0; ///< mean of the steps since the last one, nats per target token
    double tokens_per_second = 0;
    double drop_rate = 0; ///< share of routed tokens that found no slot
    double seconds_left = 0;
};

struct TrainOutcome {
    std::string run, name;
    RunStatus status = RunStatus::Finished; ///< Finished, Stopped or Failed
    int64_t step = 0;
    std::string failure; ///< the diagnosis of a failed run
};

using ProgressSink = std::function<void(const TrainProgress&)>;

/// Trains a new run to its end, a stop command, or SIGINT/SIGTERM (both: checkpoint, then stop).
/// @throws ConfigError, DataError, StoreError, EngineError before the run is registered; afterwards failures are
/// recorded in the run and come back in the outcome.
TrainOutcome train(const StorePaths& paths, const TrainRequest& request, const ProgressSink& progress);

/// Goes on from a checkpoint ("last", "best" or a step's number) with the same numbers, to the last bit on the CPU, as
/// a run that was never interrupted; later checkpoints and rows are deleted. A run that was ended before its first
/// checkpoint starts again from its seed, which gives the same numbers too.
/// @throws StoreError: alive or finished already, no such checkpoint; DataError: the corpus or tokenizer changed;
/// EngineError: a corrupt or foreign checkpoint, naming file, rule and the older ones there are.
TrainOutcome resumeTraining(const StorePaths& paths, const std::string& run, const ProgressSink& progress,
                            const std::string& checkpoint = "last");

} // namespace sy
