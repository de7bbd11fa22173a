#include "core/analysis/label_information.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

namespace sy {

namespace {

constexpr size_t table_size = 1 << 16;

using Cell = LabelInformation::Cell;

auto placeOf(const Cell& cell)
{
    return std::tuple(cell.group, cell.sequence, cell.expert);
}

int32_t labelOf(const Cell& cell, std::span<const int32_t> language)
{
    return language[static_cast<size_t>(cell.sequence)];
}

/// Sorted, cells of one place added up.
void gather(std::vector<Cell>& cells)
{
    std::ranges::stable_sort(cells, {}, placeOf);
    size_t kept = 0;
    for (size_t i = 0; i < cells.size(); ++i) {
        if (kept > 0 && placeOf(cells[kept - 1]) == placeOf(cells[i]))
            cells[kept - 1].weight += cells[i].weight;
        else
            cells[kept++] = cells[i];
    }
    cells.resize(kept);
}

std::vector<Cell> ofSharedGroups(const std::vector<Cell>& cells, std::span<const int32_t> language)
{
    std::vector<Cell> shared;
    for (auto begin = cells.begin(); begin != cells.end();) {
        const auto end = std::find_if(begin, cells.end(), [&](const Cell& cell) { return cell.group != begin->group; });
        const int32_t first = labelOf(*begin, language);
        if (std::any_of(begin, end, [&](const Cell& cell) { return labelOf(cell, language) != first; }))
            shared.insert(shared.end(), begin, end);
        begin = end;
    }
    return shared;
}

} // namespace

LabelInformation::LabelInformation(int64_t experts, std::span<const int32_t> language, std::vector<Cell> cells,
                                   Groups groups, std::span<const int32_t> block)
    : m_experts(experts)
{
    gather(cells);
    std::erase_if(cells, [&](const Cell& cell) { return labelOf(cell, language) < 0; });
    if (groups == Groups::Shared) cells = ofSharedGroups(cells, language);
    split(cells, language);
    stratify(cells, block);
    setUpTable();
    setUpSums();
}

/// Sequences and languages that take part get numbers without gaps, in the order in which sequences are given.
void LabelInformation::split(const std::vector<Cell>& cells, std::span<const int32_t> language)
{
    std::map<int32_t, uint32_t> sequences, languages;
    for (const Cell& cell : cells) sequences[cell.sequence] = 0;
    for (auto& [sequence, number] : sequences) {
        number = static_cast<uint32_t>(m_parts_of_sequence.size());
        m_parts_of_sequence.emplace_back();
        languages.try_emplace(language[static_cast<size_t>(sequence)], static_cast<uint32_t>(languages.size()));
    }
    m_languages = static_cast<int64_t>(languages.size());
    for (size_t i = 0; i < cells.size(); ++i) {
        const Cell& cell = cells[i];
        const bool new_group = i == 0 || cell.group != cells[i - 1].group;
        if (new_group) m_cells.emplace_back(), m_totals.emplace_back();
        if (new_group || cell.sequence != cells[i - 1].sequence) {
            const auto part = static_cast<uint32_t>(m_label.size());
            m_parts_of_sequence[sequences.at(cell.sequence)].push_back(part);
            m_totals.back().push_back({part, 0, 0});
            m_label.push_back(languages.at(labelOf(cell, language)));
        }
        m_cells.back().push_back({m_totals.back().back().part, static_cast<uint32_t>(cell.expert), cell.weight});
        m_totals.back().back().weight += cell.weight;
        m_weight += cell.weight;
    }
}

void LabelInformation::stratify(const std::vector<Cell>& cells, std::span<const int32_t> block)
{
    std::map<std::pair<int32_t, int32_t>, std::vector<uint32_t>> parts_of;
    for (size_t i = 0, part = 0; i < cells.size(); ++i) {
        const bool same = i > 0 && cells[i].group == cells[i - 1].group && cells[i].sequence == cells[i - 1].sequence;
        if (same) continue;
        const int32_t in = block.empty() ? 0 : block[static_cast<size_t>(cells[i].sequence)];
        parts_of[{cells[i].group, in}].push_back(static_cast<uint32_t>(part++));
    }
    m_stratum.resize(m_label.size());
    for (const auto& [place, parts] : parts_of) {
        const size_t first = m_sorted_label.size();
        for (const uint32_t part : parts) {
            m_stratum[part] = static_cast<uint32_t>(m_first_label.size());
            m_sorted_label.push_back(m_label[part]);
        }
        m_first_label.push_back(static_cast<uint32_t>(first));
        std::sort(m_sorted_label.begin() + static_cast<std::ptrdiff_t>(first), m_sorted_label.end());
    }
}

void LabelInformation::setUpTable()
{
    for (const auto& group : m_cells)
        for (const Share& share : group)
            if (share.weight != std::floor(share.weight)) return;
    const auto size = static_cast<size_t>(std::min(m_weight, static_cast<double>(table_size - 1))) + 1;
    std::vector<double> table(size);
    for (size_t n = 2; n < size; ++n) table[n] = static_cast<double>(n) * std::log(static_cast<double>(n));
    m_n_log_n = std::move(table);
}

double LabelInformation::nLogN(double n) const
{
    if (n < static_cast<double>(m_n_log_n.size())) return m_n_log_n[static_cast<size_t>(n)];
    return n * std::log(n);
}

void LabelInformation::setUpSums()
{
    m_sums.assign(static_cast<size_t>(std::max<int64_t>(m_languages, 1) * m_experts), 0);
    m_expert_sum = sumOver(m_cells, std::vector<uint32_t>(m_label.size(), 0), static_cast<size_t>(m_experts));
    m_group_sum = sumOver(m_totals, std::vector<uint32_t>(m_label.size(), 0), 1);
}

/// Sum of n ln n over groups, labels and experts.
double LabelInformation::sumOver(const Groupwise& shares, const std::vector<uint32_t>& label, size_t experts)
{
    double sum = 0;
    for (const auto& group : shares) {
        m_touched.clear();
        for (const Share& share : group) {
            const size_t place = label[share.part] * experts + share.expert;
            if (m_sums[place] == 0) m_touched.push_back(place);
            m_sums[place] += share.weight;
        }
        for (const size_t place : m_touched) sum += nLogN(std::exchange(m_sums[place], 0));
    }
    return sum;
}

double LabelInformation::informationWith(const std::vector<uint32_t>& label)
{
    const double joint = sumOver(m_cells, label, static_cast<size_t>(m_experts));
    const double languages = sumOver(m_totals, label, 1);
    return std::max((joint - languages - m_expert_sum + m_group_sum) / m_weight, 0.0); // rounding may fall just below
}

double LabelInformation::expertEntropy() const
{
    return std::max((m_group_sum - m_expert_sum) / m_weight, 0.0);
}

double LabelInformation::languageEntropy()
{
    return std::max((m_group_sum - sumOver(m_totals, m_label, 1)) / m_weight, 0.0);
}

/// Sequences in a random order take the next label of each of their strata.
std::vector<uint32_t> LabelInformation::shuffledLabels(std::vector<uint32_t>& order, uint64_t seed,
                                                       uint64_t permutation) const
{
    const RandomStream random = randomStream(seed, permutation, siteId("language null"));
    for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i, i)]);
    auto next = m_first_label;
    std::vector<uint32_t> label(m_label.size());
    for (const uint32_t sequence : order)
        for (const uint32_t part : m_parts_of_sequence[sequence]) label[part] = m_sorted_label[next[m_stratum[part]]++];
    return label;
}

std::vector<double> LabelInformation::permuted(int64_t permutations, uint64_t seed)
{
    std::vector<uint32_t> order(m_parts_of_sequence.size());
    std::iota(order.begin(), order.end(), 0);
    std::vector<double> values;
    values.reserve(static_cast<size_t>(permutations));
    for (int64_t i = 0; i < permutations; ++i)
        values.push_back(informationWith(shuffledLabels(order, seed, static_cast<uint64_t>(i))));
    return values;
}

} // namespace sy
