#include "core/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sy {

namespace {

double shareDone(int64_t step, int64_t warmup, int64_t steps)
{
    if (steps <= warmup) return 1;
    return std::min(1.0, static_cast<double>(step - warmup) / static_cast<double>(steps - warmup));
}

double factor(const OptimizerConfig& optimizer, int64_t step, int64_t steps)
{
    const double last = optimizer.final_fraction;
    const double done = shareDone(step, optimizer.warmup_steps, steps);
    switch (optimizer.schedule) {
    case Schedule::InverseSqrt:
        return std::sqrt(static_cast<double>(std::max<int64_t>(optimizer.warmup_steps, 1)) / static_cast<double>(step));
    case Schedule::Linear:
        return 1 - (1 - last) * done;
    case Schedule::Cosine:
        return last + (1 - last) * (1 + std::cos(std::numbers::pi * done)) / 2;
    case Schedule::Constant:
        break;
    }
    return 1;
}

} // namespace

double learningRate(const OptimizerConfig& optimizer, int64_t step, int64_t steps)
{
    step = std::max<int64_t>(step, 1);
    if (step <= optimizer.warmup_steps)
        return optimizer.learning_rate * static_cast<double>(step) / static_cast<double>(optimizer.warmup_steps);
    return optimizer.learning_rate * factor(optimizer, step, steps);
}

} // namespace sy
