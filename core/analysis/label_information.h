// I(expert; language | group) again and again for other labels of the sequences: what the permutation null of
// core/analysis/specialization.h asks for. The expert side does not change with the labels, so a permutation costs one
// walk over the cells.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sy {

class LabelInformation {
public:
    struct Cell {
        int32_t group = 0; ///< token id, or 0 for all
        int32_t sequence = 0, expert = 0;
        double weight = 0; ///< above 0
    };
    enum class Groups {
        All,   ///< every group counts
        Shared ///< groups that occur in at least two languages, as labelled
    };
    /// @param language  [R], negative = left out. The caller has checked it and the cells.
    LabelInformation(int64_t experts, std::span<const int32_t> language, std::vector<Cell> cells, Groups groups);

    double weight() const { return m_weight; }
    int64_t sequences() const { return static_cast<int64_t>(m_language.size()); } ///< labelled ones that have a cell
    int64_t languages() const { return m_languages; }                             ///< of those
    double information() { return informationWith(m_language); }
    double expertEntropy() const; ///< H(E | group), nats
    double languageEntropy();     ///< H(L | group) as labelled, nats
    /// `information` with the languages permuted over the sequences, each time anew.
    std::vector<double> permuted(int64_t permutations, uint64_t seed);

private:
    /// What a sequence has in a group: of one expert, or in all (`expert` 0).
    struct Part {
        int32_t sequence, expert;
        double weight;
    };
    using Parts = std::vector<std::vector<Part>>;

    void keepLabelled(std::span<const int32_t> language, std::vector<Cell>& cells, Groups groups) const;
    void number(std::span<const int32_t> language, std::vector<Cell>& cells);
    void split(const std::vector<Cell>& cells);
    void setUpTable();
    void setUpSums();
    double nLogN(double n) const;
    double sumOver(const Parts& parts, const std::vector<int32_t>& language, size_t experts);
    double informationWith(const std::vector<int32_t>& language);

    int64_t m_experts = 0, m_languages = 0;
    double m_weight = 0;
    std::vector<int32_t> m_language; ///< of each sequence, 0 .. languages - 1
    Parts m_cells;                   ///< of each group, by sequence and expert
    Parts m_totals;                  ///< of each group, by sequence
    double m_expert_sum = 0;         ///< sum over groups and experts of n ln n: labels do not change it
    double m_group_sum = 0;          ///< the same over groups
    std::vector<double> m_n_log_n;   ///< of small whole numbers; empty where weights are not whole
    std::vector<double> m_sums;      ///< scratch, [languages, experts], zero between uses
    std::vector<size_t> m_touched;   ///< scratch
};

} // namespace sy
