// Learning rate by step.
#pragma once

#include "core/config/experiment.h"

namespace sy {

/// Learning rate of the update `step` (1-based) of a run of `steps` updates, unitless.
///
/// Steps up to w = warmup_steps rise linearly from 0 (step w has the peak). After that, with p the share
/// (step - w) / (steps - w) of the way: inverse_sqrt peak * sqrt(w / step) (T5: arXiv:1910.10683 sec. 3.1.2; w = 1
/// where warmup_steps = 0), constant peak, linear peak * (1 - (1 - final_fraction) p), cosine peak * (final_fraction +
/// (1 - final_fraction) (1 + cos(pi p)) / 2). Steps past `steps` keep the last value.
double learningRate(const OptimizerConfig& optimizer, int64_t step, int64_t steps);

} // namespace sy
