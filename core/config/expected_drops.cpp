#include "core/config/expected_drops.h"

#include <algorithm>
#include <cmath>

namespace sy {

namespace {

double logTerm(int64_t trials, double probability, int64_t k)
{
    const auto n = static_cast<double>(trials), x = static_cast<double>(k);
    return std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1) + x * std::log(probability) +
           (n - x) * std::log1p(-probability);
}

/// sum over k of distance(k) * P(X = k), from `first` on in steps of `direction`, away from the mean: the terms fall.
double tail(int64_t trials, double probability, int64_t first, int direction)
{
    const double odds = probability / (1 - probability);
    double term = std::exp(logTerm(trials, probability, first)), sum = 0;
    int64_t distance = 1;
    for (int64_t k = first; k >= 0 && k <= trials; k += direction, ++distance) {
        const double part = static_cast<double>(distance) * term;
        sum += part;
        if (part <= 1e-17 * sum) break;
        if (direction > 0)
            term *= odds * static_cast<double>(trials - k) / static_cast<double>(k + 1);
        else
            term *= static_cast<double>(k) / (odds * static_cast<double>(trials - k + 1));
    }
    return sum;
}

} // namespace

double expectedOverflow(int64_t trials, double probability, int64_t capacity)
{
    if (trials <= 0 || probability <= 0 || capacity >= trials) return 0;
    const double mean = static_cast<double>(trials) * probability;
    if (capacity <= 0) return mean;
    if (probability >= 1) return static_cast<double>(trials - capacity);
    // Below the mean: (X - C)+ = X - C + (C - X)+, whose terms fall the other way.
    if (static_cast<double>(capacity) < mean)
        return mean - static_cast<double>(capacity) + tail(trials, probability, capacity - 1, -1);
    return tail(trials, probability, capacity + 1, 1);
}

std::optional<double> expectedDropRate(const ExperimentConfig& config, const CostPlan& plan)
{
    if (config.router.kind == RouterKind::ExpertChoice) return std::nullopt;
    const int64_t experts = config.model.num_experts;
    if (experts <= 1 || config.router.dropless || plan.capacity_tokens <= 0) return 0;
    const double choices = config.router.kind == RouterKind::Top2 ? 2 : 1;
    const double lost =
        expectedOverflow(plan.capacity_tokens, choices / static_cast<double>(experts), plan.expert_capacity);
    return static_cast<double>(experts) * lost / (choices * static_cast<double>(plan.capacity_tokens));
}

} // namespace sy
