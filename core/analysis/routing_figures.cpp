#include "core/analysis/routing_figures.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

namespace sy {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void require(std::span<const int64_t> values, int64_t size, const char* name)
{
    if (static_cast<int64_t>(values.size()) != size)
        throw Error(std::string("routing counts: ") + name + " has " + std::to_string(values.size()) +
                    " values where the languages and experts need " + std::to_string(size));
    if (const auto bad = std::ranges::find_if(values, [](int64_t v) { return v < 0; }); bad != values.end())
        throw Error(std::string("routing counts: ") + name + " must not be negative, got " + std::to_string(*bad));
}

int64_t sum(std::span<const int64_t> values)
{
    return std::accumulate(values.begin(), values.end(), int64_t{0});
}

struct Marginals {
    std::vector<int64_t> expert, language;
};

Marginals marginals(std::span<const int64_t> values, int64_t languages, int64_t experts)
{
    Marginals result{std::vector<int64_t>(static_cast<size_t>(experts)),
                     std::vector<int64_t>(static_cast<size_t>(languages))};
    for (size_t i = 0; i < values.size(); ++i) {
        result.expert[i % static_cast<size_t>(experts)] += values[i];
        result.language[i / static_cast<size_t>(experts)] += values[i];
    }
    return result;
}

/// sum p(l, e) ln(p(l, e) / (p(l) p(e))), with p = counts / total.
double mutualInformation(std::span<const int64_t> joint, const Marginals& sides, double total)
{
    double information = 0;
    for (size_t i = 0; i < joint.size(); ++i) {
        if (joint[i] == 0) continue;
        const auto n = static_cast<double>(joint[i]);
        const auto language = static_cast<double>(sides.language[i / sides.expert.size()]);
        const auto expert = static_cast<double>(sides.expert[i % sides.expert.size()]);
        information += n / total * std::log(n * total / (language * expert));
    }
    return std::max(information, 0.0); // rounding may fall just below
}

void setBalance(RoutingFigures& figures)
{
    double squares = 0;
    for (const double utilization : figures.utilization) squares += (utilization - 1) * (utilization - 1);
    figures.max_violation = *std::ranges::max_element(figures.utilization) - 1;
    figures.load_cv = std::sqrt(squares / static_cast<double>(figures.utilization.size()));
}

/// Of sum_l importance(l, e) taken as shares. It holds whatever the capacity, so also where nothing was chosen.
double meanProbabilityEntropy(std::span<const double> importance, int64_t languages, int64_t experts)
{
    if (importance.empty()) return nan;
    if (static_cast<int64_t>(importance.size()) != languages * experts)
        throw Error("routing counts: importance has " + std::to_string(importance.size()) +
                    " values where the languages and experts need " + std::to_string(languages * experts));
    std::vector<double> sums(static_cast<size_t>(experts));
    double total = 0;
    for (size_t i = 0; i < importance.size(); ++i) {
        if (!std::isfinite(importance[i]) || importance[i] < 0)
            throw Error("routing counts: importance must be finite and not negative, got " +
                        std::to_string(importance[i]));
        sums[i % sums.size()] += importance[i];
        total += importance[i];
    }
    if (!(total > 0)) return nan;
    double entropy = 0;
    for (const double sum_e : sums)
        if (sum_e > 0) entropy -= sum_e / total * std::log(sum_e / total);
    return std::max(entropy, 0.0);
}

void setNothingRouted(RoutingFigures& figures)
{
    figures.drop_rate = figures.max_violation = figures.load_cv = nan;
    figures.load_entropy = figures.mutual_information = figures.normalized_mutual_information = nan;
}

} // namespace

std::vector<double> utilizationOf(std::span<const int64_t> load)
{
    const auto total = static_cast<double>(sum(load));
    std::vector<double> utilization;
    for (const int64_t count : load)
        utilization.push_back(total > 0 ? static_cast<double>(count) * static_cast<double>(load.size()) / total : nan);
    return utilization;
}

double entropyOfCounts(std::span<const int64_t> counts)
{
    const auto total = static_cast<double>(sum(counts));
    if (total == 0) return nan;
    double entropy = 0;
    for (const int64_t count : counts)
        if (count > 0) entropy -= static_cast<double>(count) / total * std::log(static_cast<double>(count) / total);
    return std::max(entropy, 0.0); // not -0.0
}

RoutingFigures routingFigures(const RoutingCounts& counts)
{
    if (counts.languages < 1 || counts.experts < 1)
        throw Error("routing counts: languages and experts must be at least 1, got " +
                    std::to_string(counts.languages) + " and " + std::to_string(counts.experts));
    require(counts.load, counts.languages * counts.experts, "load");
    require(counts.kept, counts.languages * counts.experts, "kept");
    require(counts.tokens, counts.languages, "tokens");

    const Marginals load = marginals(counts.load, counts.languages, counts.experts);
    const Marginals kept = marginals(counts.kept, counts.languages, counts.experts);
    RoutingFigures figures;
    figures.load = load.expert;
    figures.kept = kept.expert;
    figures.language_load = load.language;
    figures.language_kept = kept.language;
    figures.utilization = utilizationOf(load.expert);
    figures.dead_experts = std::ranges::count(load.expert, 0);

    figures.mean_probability_entropy = meanProbabilityEntropy(counts.importance, counts.languages, counts.experts);
    const auto tokens = static_cast<double>(sum(counts.tokens));
    figures.mean_entropy = tokens > 0 ? counts.entropy_sum / tokens : nan;
    figures.mean_confidence = tokens > 0 ? counts.confidence_sum / tokens : nan;
    figures.z_mean = tokens > 0 ? counts.z_sum / tokens : nan;

    const auto total = static_cast<double>(sum(counts.load));
    if (total == 0) {
        setNothingRouted(figures);
        return figures;
    }
    figures.drop_rate = 1 - static_cast<double>(sum(counts.kept)) / total;
    setBalance(figures);
    figures.load_entropy = entropyOfCounts(load.expert);
    figures.mutual_information = mutualInformation(counts.load, load, total);
    const double smaller = std::min(figures.load_entropy, entropyOfCounts(load.language));
    figures.normalized_mutual_information =
        smaller > 0 ? std::min(figures.mutual_information / smaller, 1.0) : 0; // rounding may pass 1
    return figures;
}

} // namespace sy
