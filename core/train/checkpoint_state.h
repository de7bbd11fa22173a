// Inside of checkpoints: state.json and manifest.json.
#pragma once

#include "core/train/checkpoint.h"

#include <nlohmann/json.hpp>

namespace sy {

inline constexpr const char* checkpoint_format = "switchyard-checkpoint";
inline constexpr int checkpoint_version = 1;

nlohmann::json stateJson(const Checkpoint& checkpoint);
/// @throws EngineError naming `file` and the key.
void readStateJson(const fs::path& file, Checkpoint& checkpoint);

/// Size and hash of every file in the folder.
nlohmann::json manifestJson(const fs::path& folder, int64_t step);
/// @throws EngineError naming the file that is missing, surplus, of another size or of another hash.
void verifyManifest(const fs::path& folder, int64_t step);

} // namespace sy
