// I(expert; language | group) again and again for other labels of the sequences: what the permutation null of
// core/analysis/specialization.h asks for. The expert side does not change with the labels, so a permutation costs one
// walk over the cells.
//
// Labels are permuted within each group over the sequences that have it, so that every group keeps its languages: a
// null that gave an id of two languages to all of them would have another bias than the figure. One shuffle of the
// sequences rules all groups, since what a sequence does in one group it tends to do in others. With a single group
// this is the plain permutation of labels over sequences. Blocks of sequences keep their labels too: a stratum is what
// a group has in a block.
//
// Shape suffixes: R sequences, P parts (a sequence in a group).
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
        Shared ///< groups that occur in at least two languages
    };
    /// @param language  of each sequence, negative = left out. The caller has checked it and the cells.
    /// @param block     of each sequence; empty = all in one
    LabelInformation(int64_t experts, std::span<const int32_t> language, std::vector<Cell> cells, Groups groups,
                     std::span<const int32_t> block = {});

    double weight() const { return m_weight; }
    int64_t sequences() const { return static_cast<int64_t>(m_parts_of_sequence.size()); } ///< labelled, with a cell
    int64_t languages() const { return m_languages; }                                      ///< of those
    double information() { return informationWith(m_label); }
    double expertEntropy() const; ///< H(E | group), nats
    double languageEntropy();     ///< H(L | group), nats
    /// `information` with the labels permuted, each time anew.
    std::vector<double> permuted(int64_t permutations, uint64_t seed);

private:
    /// A weight that adds to the label of a part: of one expert, or in all (`expert` 0).
    struct Share {
        uint32_t part, expert;
        double weight;
    };
    using Groupwise = std::vector<std::vector<Share>>;

    void split(const std::vector<Cell>& cells, std::span<const int32_t> language);
    void stratify(const std::vector<Cell>& cells, std::span<const int32_t> block);
    void setUpTable();
    void setUpSums();
    double nLogN(double n) const;
    double sumOver(const Groupwise& shares, const std::vector<uint32_t>& label, size_t experts);
    double informationWith(const std::vector<uint32_t>& label);
    std::vector<uint32_t> shuffledLabels(std::vector<uint32_t>& order, uint64_t seed, uint64_t permutation) const;

    int64_t m_experts = 0, m_languages = 0;
    double m_weight = 0;
    Groupwise m_cells;                                      ///< of each group, by part and expert
    Groupwise m_totals;                                     ///< of each group, by part
    std::vector<uint32_t> m_label;                          ///< [P] 0 .. languages - 1, group after group
    std::vector<uint32_t> m_stratum;                        ///< [P]
    std::vector<uint32_t> m_first_label;                    ///< of each stratum, in m_sorted_label
    std::vector<uint32_t> m_sorted_label;                   ///< [P] each stratum's labels in order
    std::vector<std::vector<uint32_t>> m_parts_of_sequence; ///< [R]
    double m_expert_sum = 0;       ///< sum over groups and experts of n ln n: labels do not change it
    double m_group_sum = 0;        ///< the same over groups
    std::vector<double> m_n_log_n; ///< of small whole numbers; empty where weights are not whole
    std::vector<double> m_sums;    ///< scratch, [languages, experts], zero between uses
    std::vector<size_t> m_touched; ///< scratch
};

} // namespace sy
