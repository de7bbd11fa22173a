// Do experts specialise by language? Mutual information of expert and language against languages permuted over
// sequences. docs/analysis.md derives every figure.
//
// Shape suffixes: R sequences, N experts, X tokens.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sy {

/// What every sequence chose. Weights are counts of choices, or sums of gates.
struct SequenceChoices {
    int64_t experts = 0;               ///< N
    std::span<const int32_t> language; ///< [R]; negative = left out
    std::span<const double> weight;    ///< [R, N], not negative
};

/// Choices token by token, for I(expert; language | token id).
struct TokenChoices {
    int64_t experts = 0;
    std::span<const int32_t> sequence; ///< [X] index into `language`, not falling
    std::span<const int32_t> id;       ///< [X]
    std::span<const int16_t> expert;   ///< [X]; negative = left out
    std::span<const double> weight;    ///< [X]; empty = 1 each
    std::span<const int32_t> language; ///< [R]; negative = left out
};

/// Fewer have no 2.5 % quantile.
inline constexpr int64_t fewest_permutations = 39;

struct NullOptions {
    int64_t permutations = 400;
    uint64_t seed = 1;
    /// [R] languages are permuted within blocks of sequences that say the same, one sentence in several languages:
    /// they stand for each other, and their common content is no noise. Empty = over all sequences.
    std::span<const int32_t> block = {};
};

/// Enough for one perfect layer of `layers` to pass Holm's adjustment with room, p = layers / (1 + permutations) <
/// 0.025; 400 at least. With the 400 alone no layer of 21 could fall below 0.05, however special.
constexpr int64_t permutationsFor(int64_t layers)
{
    return layers > 10 ? 40 * layers : 400;
}

/// I in nats, plug-in. The null distribution is I with the languages permuted over sequences: tokens of one sequence
/// belong together, so a null over tokens would call any run specialised. NaN where nothing was chosen.
struct Specialization {
    double information = 0;      ///< I(expert; language), or given the token id
    double null_mean = 0;        ///< its mean under the null: the bias of finite samples, clustering included
    double null_low = 0;         ///< 2.5 % quantile of the null
    double null_high = 0;        ///< 97.5 % quantile
    double p_value = 1;          ///< (1 + permutations with I at least as large) / (1 + permutations)
    double bound = 0;            ///< min(H(E), H(L)), or given the token id; what I can be at most
    double expert_entropy = 0;   ///< H(E), nats
    double language_entropy = 0; ///< H(L), nats
    int64_t sequences = 0, languages = 0, permutations = 0;
    double weight = 0; ///< sum that it rests on: tokens by count
    bool operator==(const Specialization&) const = default;

    double normalized() const; ///< I / bound, in [0, 1]; 0 where the bound is 0
    double corrected() const;  ///< I - null_mean, nats; may fall below 0
    /// (I - null_mean) / (bound - null_mean): 0 at chance, 1 where experts tell the language (adjusted mutual
    /// information; Vinh, Epps, Bailey, JMLR 11 (2010), with our null). 0 where the bound does not exceed null_mean.
    double adjusted() const;
    double normalizedLow() const;  ///< null_low / bound
    double normalizedHigh() const; ///< null_high / bound
    bool outsideNull() const { return information > null_high || information < null_low; }
};

/// @throws Error where sizes do not fit (a block has R values or none), a weight is negative or not finite, or
/// permutations < 39 (no 2.5 % quantile).
Specialization specialization(const SequenceChoices& choices, const NullOptions& null = {});

/// I(expert; language | token id) over the ids that occur in at least two languages: token identity alone separates
/// scripts. The null permutes languages over the sequences that have the id, one shuffle of the sequences for all ids,
/// so that each id keeps its languages and with them the bias of the figure. (A plain permutation would spread an id of
/// two languages over all of them.)
Specialization specializationGivenToken(const TokenChoices& choices, const NullOptions& null = {});

/// Holm's step-down adjustment: many layers are many tests. Same order as given; NaN stays.
std::vector<double> holmAdjusted(std::span<const double> p_values);

} // namespace sy
