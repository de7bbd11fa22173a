#include "core/analysis/specialization.h"

#include "core/analysis/label_information.h"
#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

namespace sy {

namespace {

void require(bool holds, const std::string& message)
{
    if (!holds) throw Error("specialization: " + message);
}

void requireWeights(std::span<const double> weights)
{
    for (const double weight : weights)
        require(std::isfinite(weight) && weight >= 0,
                "a weight is " + std::to_string(weight) + "; it must be finite and at least 0");
}

void requireSize(size_t size, size_t needed, const char* name)
{
    require(size == needed,
            std::string(name) + " has " + std::to_string(size) + " values where " + std::to_string(needed) + " belong");
}

void requireOptions(int64_t experts, size_t sequences, const NullOptions& null)
{
    if (!null.block.empty()) requireSize(null.block.size(), sequences, "block");
    require(experts >= 1, "experts must be at least 1, got " + std::to_string(experts));
    require(null.permutations >= fewest_permutations && null.permutations <= 1'000'000,
            "permutations must be " + std::to_string(fewest_permutations) +
                " (fewer have no 2.5 % quantile) to 1000000, got " + std::to_string(null.permutations));
}

void requireTokens(const TokenChoices& choices)
{
    const size_t tokens = choices.sequence.size();
    requireSize(choices.id.size(), tokens, "id");
    requireSize(choices.expert.size(), tokens, "expert");
    if (!choices.weight.empty()) requireSize(choices.weight.size(), tokens, "weight");
    requireWeights(choices.weight);
    for (size_t x = 0; x < tokens; ++x) {
        const auto sequence = choices.sequence[x];
        require(sequence >= 0 && static_cast<size_t>(sequence) < choices.language.size(),
                "a token's sequence is " + std::to_string(sequence) + " where there are " +
                    std::to_string(choices.language.size()));
        require(x == 0 || sequence >= choices.sequence[x - 1], "the tokens' sequences must not fall");
        require(choices.expert[x] < choices.experts, "a token's expert is " + std::to_string(choices.expert[x]) +
                                                         " where there are " + std::to_string(choices.experts));
    }
}

/// Between the order statistics around place (P + 1) q, so that a value exchangeable with the sorted ones lies
/// below it with probability q.
double quantile(const std::vector<double>& sorted, double q)
{
    const double place = q * static_cast<double>(sorted.size() + 1) - 1;
    const double below = std::clamp(std::floor(place), 0.0, static_cast<double>(sorted.size() - 1));
    const auto i = static_cast<size_t>(below);
    const double part = std::clamp(place - below, 0.0, 1.0);
    return sorted[i] + part * (sorted[std::min(i + 1, sorted.size() - 1)] - sorted[i]);
}

Specialization nothingChosen(int64_t permutations)
{
    Specialization out;
    for (double* value : {&out.information, &out.null_mean, &out.null_low, &out.null_high, &out.p_value, &out.bound,
                          &out.expert_entropy, &out.language_entropy})
        *value = std::numeric_limits<double>::quiet_NaN();
    out.permutations = permutations;
    return out;
}

void setNull(Specialization& out, std::vector<double> null)
{
    // Permutations that only rename labels give the same value but for the order of its sum.
    constexpr double same = 1e-12;
    for (double& value : null)
        if (std::abs(value - out.information) < same) value = out.information;
    const auto as_large = std::ranges::count_if(null, [&](double value) { return value >= out.information; });
    out.permutations = static_cast<int64_t>(null.size());
    out.p_value = static_cast<double>(1 + as_large) / static_cast<double>(1 + out.permutations);
    out.null_mean = std::accumulate(null.begin(), null.end(), 0.0) / static_cast<double>(out.permutations);
    std::ranges::sort(null);
    out.null_low = quantile(null, 0.025);
    out.null_high = quantile(null, 0.975);
}

Specialization against(LabelInformation& labels, const NullOptions& null)
{
    if (!(labels.weight() > 0)) return nothingChosen(null.permutations);
    Specialization out;
    out.weight = labels.weight();
    out.sequences = labels.sequences();
    out.languages = labels.languages();
    out.expert_entropy = labels.expertEntropy();
    out.language_entropy = labels.languageEntropy();
    out.bound = std::min(out.expert_entropy, out.language_entropy);
    out.information = labels.information();
    setNull(out, labels.permuted(null.permutations, null.seed));
    return out;
}

} // namespace

double Specialization::normalized() const
{
    if (std::isnan(information)) return information;
    return bound > 0 ? std::min(information / bound, 1.0) : 0; // rounding may pass 1
}

double Specialization::corrected() const
{
    return information - null_mean;
}

double Specialization::adjusted() const
{
    if (std::isnan(information)) return information;
    return bound > null_mean ? std::min(corrected() / (bound - null_mean), 1.0) : 0;
}

double Specialization::normalizedLow() const
{
    if (std::isnan(null_low)) return null_low;
    return bound > 0 ? null_low / bound : 0;
}

double Specialization::normalizedHigh() const
{
    if (std::isnan(null_high)) return null_high;
    return bound > 0 ? null_high / bound : 0;
}

Specialization specialization(const SequenceChoices& choices, const NullOptions& null)
{
    requireOptions(choices.experts, choices.language.size(), null);
    const auto experts = static_cast<size_t>(choices.experts);
    requireSize(choices.weight.size(), choices.language.size() * experts, "weight");
    requireWeights(choices.weight);
    std::vector<LabelInformation::Cell> cells;
    for (size_t row = 0; row < choices.language.size(); ++row)
        for (size_t e = 0; e < experts; ++e)
            if (const double weight = choices.weight[row * experts + e]; weight > 0)
                cells.push_back({0, static_cast<int32_t>(row), static_cast<int32_t>(e), weight});
    LabelInformation labels(choices.experts, choices.language, std::move(cells), LabelInformation::Groups::All,
                            null.block);
    return against(labels, null);
}

Specialization specializationGivenToken(const TokenChoices& choices, const NullOptions& null)
{
    requireOptions(choices.experts, choices.language.size(), null);
    requireTokens(choices);
    std::vector<LabelInformation::Cell> cells;
    for (size_t x = 0; x < choices.id.size(); ++x) {
        const double weight = choices.weight.empty() ? 1 : choices.weight[x];
        if (choices.expert[x] >= 0 && weight > 0)
            cells.push_back({choices.id[x], choices.sequence[x], choices.expert[x], weight});
    }
    LabelInformation labels(choices.experts, choices.language, std::move(cells), LabelInformation::Groups::Shared,
                            null.block);
    return against(labels, null);
}

std::vector<double> holmAdjusted(std::span<const double> p_values)
{
    std::vector<size_t> order;
    for (size_t i = 0; i < p_values.size(); ++i) {
        if (std::isnan(p_values[i])) continue;
        if (p_values[i] < 0 || p_values[i] > 1)
            throw Error("Holm's adjustment: a p-value is " + std::to_string(p_values[i]) + "; it must be in [0, 1]");
        order.push_back(i);
    }
    std::ranges::stable_sort(order, {}, [&](size_t i) { return p_values[i]; });
    std::vector<double> adjusted(p_values.begin(), p_values.end());
    double largest = 0;
    for (size_t place = 0; place < order.size(); ++place) {
        const auto tests_left = static_cast<double>(order.size() - place);
        largest = std::max(largest, std::min(tests_left * p_values[order[place]], 1.0));
        adjusted[order[place]] = largest;
    }
    return adjusted;
}

} // namespace sy
