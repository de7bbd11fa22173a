#include "core/config/step_time.h"

namespace sy {

std::string deviceName(const std::string& device)
{
    return device == "cuda" ? "cuda:0" : device;
}

std::optional<double> stepSeconds(const ExperimentConfig& config, const CostPlan& plan,
                                  const std::map<std::string, double>& matrix_peak)
{
    const auto peak = matrix_peak.find(config.precision.mode == PrecisionMode::Float32 ? "float32" : "bfloat16");
    if (peak == matrix_peak.end() || !(peak->second > 0)) return std::nullopt;
    return plan.flops_per_step / (peak->second * planned_gemm_share);
}

} // namespace sy
