// A probe as the JSON that `probe --json`, `serve` and the probe command of a live run answer with.
#pragma once

#include "core/store/records.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace sy {

/// @param layers  names of the run's sparse layers
nlohmann::json probeToJson(const Probe& probe, const std::vector<std::string>& layers);
/// The way back. @throws StoreError naming what is missing or of another type, or a layer that is not in `layers`.
Probe probeFromJson(const nlohmann::json& json, const std::vector<std::string>& layers);

nlohmann::json specializationToJson(const Specialization& specialization);
/// @throws StoreError naming the key.
Specialization specializationFromJson(const nlohmann::json& json);

} // namespace sy
