// What is asked of a model and what it answers, as JSON: `serve`, the probe command of live runs, `evaluate --json`.
// docs/serve.md has the keys. Torch-free.
#pragma once

#include "core/train/model_runner.h"

#include <nlohmann/json.hpp>

namespace sy {

/// The verb's keys of a request; "verb" and "id" belong to every request.
/// @throws UsageError naming the key, the value and the rule: a key that is missing, unknown or of the wrong type, a
/// number out of range.
ProbeOptions probeOptionsFrom(const nlohmann::json& request);
GenerateOptions generateOptionsFrom(const nlohmann::json& request);
EvaluateOptions evaluateOptionsFrom(const nlohmann::json& request);
SpecializationOptions specializationOptionsFrom(const nlohmann::json& request);

/// Without counts and routes. Perplexities beside cross entropies.
nlohmann::json evaluationToJson(const Evaluation& evaluation);
nlohmann::json specializationToJson(const ParallelSpecialization& result, const std::vector<std::string>& layers);

} // namespace sy
