// What every figure of the inspector means, in plain text: tooltips and docs/analysis.md say the same.
//
// Keys:
//   specialization. information normalized adjusted null by_gate given_token
//   matrix.         expert_given_language lift counts language_given_expert
//   load.           share utilization kept capacity_line drop_rate dead_experts max_violation cv load_entropy
//                   mean_probability_entropy mean_entropy entropy_gap confidence z_mean lse_max logit_range
//                   capacity_needed
//   tokens.         count lift share vocabulary_specialization class_share class_entropy
//   dynamics.       saturation chance plasticity transition transition_information locality
//   causes.         ablation random_baseline force swap
//   replay.         drop_rate factor_for_no_drops
//   probe.          probability entropy dropped changed
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sy {

struct FigureDefinition {
    std::string_view key;     ///< "load.drop_rate"
    std::string_view name;    ///< "Drop rate"
    std::string_view unit;    ///< "nats"; "" where it has none
    std::string_view formula; ///< one line; n(l, e) are choices of expert e by tokens of language l
    std::string_view source;  ///< paper and section; "" where it is our own
    std::string_view pitfall; ///< what it does not say; "" where it says what it seems to
};

/// Every figure, in the order of docs/analysis.md.
std::span<const FigureDefinition> definitions();

/// @throws Error for an unknown key.
const FigureDefinition& definition(std::string_view key);

/// Name, unit, formula, source and pitfall, one a line: plain text for a tooltip. @throws Error for an unknown key.
std::string definitionText(std::string_view key);

} // namespace sy
