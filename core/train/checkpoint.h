// Checkpoints: checkpoints/<run>/step-0000001234/ with model.safetensors (float32 master weights),
// optimizer.safetensors, windows.safetensors (open routing windows), state.json and manifest.json, which has size and
// SHA-256 of all the others. Written into a folder that ends in .tmp, flushed, and published by one rename.
#pragma once

#include "core/base/files.h"
#include "core/model/parameters.h"
#include "core/model/tensor_files.h"
#include "core/store/records.h"
#include "core/text/batch.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sy {

/// What a checkpoint must share with the run that loads it.
struct CheckpointIdentity {
    std::string run, config_hash, corpus_hash, tokenizer_hash;
    int64_t seed = 0;
    bool operator==(const CheckpointIdentity&) const = default;
};

/// Where training stands, apart from tensors.
struct TrainState {
    int64_t step = 0; ///< updates done
    StreamState stream;
    int64_t tokens = 0; ///< input and target positions so far, padding left out
    double flops = 0, process_seconds = 0, train_seconds = 0;
    int64_t skipped_in_row = 0;
    std::optional<double> best_valid, last_valid; ///< nats per target token
    int64_t best_step = 0, evaluated_step = 0;    ///< 0 = never
    int64_t window_first_step = 0;                ///< of the open routing window; 0 = empty
    int64_t threads = 0;                          ///< that trained up to here; others may round differently
    std::string torch_version;
    bool operator==(const TrainState&) const = default;
};

struct Checkpoint {
    CheckpointIdentity identity;
    TrainState state;
    NamedTensors model, optimizer, windows;
};

/// "step-0000001234".
std::string checkpointName(int64_t step);
/// Steps of the published checkpoints in a run's folder, ascending.
std::vector<int64_t> checkpointSteps(const fs::path& run_folder);
/// Deletes what killed writes and removals left behind.
void removeCheckpointLeftovers(const fs::path& run_folder);
/// In a way that a kill leaves the checkpoint whole or not there.
void removeCheckpoint(const fs::path& run_folder, int64_t step);

/// Writes and publishes. `commit` is called when all files are on disk, before the rename; what it throws cancels the
/// checkpoint. A checkpoint of this step that is there already is left as it is. On any failure nothing is left.
/// @throws Error naming file and reason (no disk space, ...).
void writeCheckpoint(const fs::path& run_folder, const Checkpoint& checkpoint, CheckpointRecord record,
                     const std::function<void(const CheckpointRecord&)>& commit);

/// Verifies every file against the manifest, the identity and the shapes.
/// @throws EngineError naming file and rule, and which older checkpoints there are.
Checkpoint readCheckpoint(const fs::path& run_folder, int64_t step, const CheckpointIdentity& expected,
                          const std::vector<ParameterSpec>& specs);

} // namespace sy
