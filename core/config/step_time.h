// How long an update will take on a measured machine.
#pragma once

#include "core/config/cost_plan.h"

#include <map>
#include <optional>
#include <string>

namespace sy {

/// What a setting `device` names on its machine: "cuda" is "cuda:0".
std::string deviceName(const std::string& device);

/// Seconds of an update: its FLOPs over planned_gemm_share of the measured rate of matrix products.
/// @param matrix_peak  precision ("float32", "bfloat16") -> FLOP/s, as `doctor` measures it. Nothing where the
/// experiment's precision is not in it.
std::optional<double> stepSeconds(const ExperimentConfig& config, const CostPlan& plan,
                                  const std::map<std::string, double>& matrix_peak);

} // namespace sy
