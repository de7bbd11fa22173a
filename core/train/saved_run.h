// What is needed to take up a stored run: its configuration, tokenizer, corpus and checkpoints.
#pragma once

#include "core/config/experiment.h"
#include "core/store/store.h"
#include "core/text/tokenizer.h"
#include "core/train/checkpoint.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sy {

struct SavedRun {
    RunSummary summary;
    ExperimentConfig config;
    CheckpointIdentity identity;
    std::vector<std::string> languages;
    fs::path folder;                           ///< checkpoints/<run>
    std::string tokenizer_path;                ///< where the tokenizer was when the run began
    std::vector<CheckpointRecord> checkpoints; ///< as the store knows them
};

/// @throws StoreError: no such run or store.
SavedRun openSavedRun(const StorePaths& paths, const std::string& run);

/// The tokenizer the run was trained with. @throws DataError where it is gone or another one.
std::shared_ptr<const Tokenizer> tokenizerOf(const SavedRun& run);

/// The step that "last", "best" or a number names; empty for "last" where there is no checkpoint yet.
/// @throws StoreError naming what was asked and the steps there are.
std::optional<int64_t> chooseCheckpoint(const SavedRun& run, const std::string& choice);

} // namespace sy
