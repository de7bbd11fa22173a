// Which tokens an expert takes, and which experts a token goes to.
//
// Shape suffixes: X tokens, N experts, C token classes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace sy {

/// One layer's choices of some tokens.
struct RoutedIds {
    int64_t experts = 0;
    std::span<const int32_t> id;     ///< [X]; negative = left out
    std::span<const int16_t> expert; ///< [X] first choice; negative = left out
};

struct TokenOfExpert {
    int32_t id = 0;
    int64_t count = 0; ///< n(x, e)
    int64_t total = 0; ///< n(x) over all experts
    double lift = 0;   ///< P(x | e) / P(x) = (n(x, e) / n(e)) / (n(x) / n)
    double share = 0;  ///< P(e | x) = n(x, e) / n(x): vocabulary specialization of Muennighoff et al. 2024
};

/// Counts of every (id, expert) that occurs, made once and asked often.
class TokenTable {
public:
    /// @throws Error where sizes do not fit or an expert is not below N.
    explicit TokenTable(const RoutedIds& routed);

    int64_t experts() const { return m_experts; }
    int64_t tokens() const { return m_tokens; }
    int64_t tokensOf(int64_t expert) const { return m_expert_totals[static_cast<size_t>(expert)]; }
    /// All ids of an expert with n(x) >= min_total, most taken first; by lift (then count) when asked.
    std::vector<TokenOfExpert> tokensOfExpert(int64_t expert, int64_t min_total = 1, bool by_lift = false) const;
    /// Counts by expert of one id, [N].
    std::vector<int64_t> expertsOf(int32_t id) const;
    std::vector<int32_t> ids() const; ///< rising
    int64_t total(int32_t id) const;  ///< n(x), 0 where it does not occur

    /// Vocabulary specialization: mean over ids with n(x) >= min_total of max_e P(e | x). NaN where there is none.
    double specialization(int64_t min_total = 10) const;
    /// What it would be by chance: the same with experts permuted over the tokens, mean of `permutations`.
    double specializationByChance(int64_t min_total = 10, int64_t permutations = 20, uint64_t seed = 1) const;

private:
    struct Cell {
        int16_t expert;
        int64_t count;
    };
    int64_t m_experts = 0, m_tokens = 0;
    std::vector<Cell> m_cells;   ///< by id, then expert
    std::vector<int32_t> m_ids;  ///< rising
    std::vector<size_t> m_first; ///< of each id's cells; one more at the end
    std::vector<int64_t> m_totals, m_expert_totals;
};

/// n(class, expert), [C, N]. @param class_of  of an id, below `classes`; negative = left out
std::vector<int64_t> classCounts(const RoutedIds& routed, int64_t classes,
                                 const std::function<int64_t(int32_t)>& class_of);

/// Entropy over experts of each class's choices, nats (ST-MoE, table 14: sentinels); NaN where a class has none. [C]
std::vector<double> classEntropies(std::span<const int64_t> counts, int64_t classes, int64_t experts);

} // namespace sy
