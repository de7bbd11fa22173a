// The cost of one training step of a configuration, measured. Needs no corpus. Torch-free header.
#pragma once

#include "core/config/cost_plan.h"

#include <cstdint>

namespace sy {

struct StepBench {
    double step_seconds = 0; ///< median of the measured steps
    double step_seconds_min = 0;
    double tokens_per_second = 0; ///< input and target positions
    double forward_seconds = 0;   ///< median of an evaluation forward pass over one update's rows
    double flops_per_step = 0;    ///< docs/compute.md
    double gemm_peak = 0;         ///< FLOP/s of a large matrix product, measured in the same process
    double gemm_share = 0;        ///< flops_per_step / step_seconds / gemm_peak
    int64_t peak_bytes = 0;       ///< CPU: the process's largest resident set; CUDA: the allocator's peak
    int64_t steps = 0;
    int threads = 0;
};

/// Trains on uniformly random ids without padding, `warmup` + `steps` updates.
/// @throws EngineError (device, memory).
StepBench benchStep(const ExperimentConfig& config, int64_t steps, int64_t warmup);

} // namespace sy
