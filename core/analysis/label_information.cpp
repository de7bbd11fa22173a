#include "core/analysis/label_information.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

namespace sy {

namespace {

constexpr size_t table_size = 1 << 16;

auto placeOf(const LabelInformation::Cell& cell)
{
    return std::tuple(cell.group, cell.sequence, cell.expert);
}

/// Sorted, cells of one place added up.
void gather(std::vector<LabelInformation::Cell>& cells)
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

/// A uniform permutation: Fisher and Yates.
void shuffle(std::vector<int32_t>& values, const RandomStream& random)
{
    for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random.below(i, i)]);
}

} // namespace

LabelInformation::LabelInformation(int64_t experts, std::span<const int32_t> language, std::vector<Cell> cells,
                                   Groups groups)
    : m_experts(experts)
{
    gather(cells);
    keepLabelled(language, cells, groups);
    number(language, cells);
    split(cells);
    setUpTable();
    setUpSums();
}

void LabelInformation::keepLabelled(std::span<const int32_t> language, std::vector<Cell>& cells, Groups groups) const
{
    const auto labelOf = [&](const Cell& cell) { return language[static_cast<size_t>(cell.sequence)]; };
    std::erase_if(cells, [&](const Cell& cell) { return labelOf(cell) < 0; });
    if (groups == Groups::All) return;
    std::vector<Cell> shared;
    for (auto begin = cells.begin(); begin != cells.end();) {
        const auto end = std::find_if(begin, cells.end(), [&](const Cell& cell) { return cell.group != begin->group; });
        if (std::any_of(begin, end, [&](const Cell& cell) { return labelOf(cell) != labelOf(*begin); }))
            shared.insert(shared.end(), begin, end);
        begin = end;
    }
    cells = std::move(shared);
}

/// Sequences and languages that take part get numbers without gaps.
void LabelInformation::number(std::span<const int32_t> language, std::vector<Cell>& cells)
{
    std::vector<int32_t> number_of(language.size(), -1);
    std::map<int32_t, int32_t> languages;
    for (const Cell& cell : cells) number_of[static_cast<size_t>(cell.sequence)] = 0;
    for (size_t row = 0; row < language.size(); ++row) {
        if (number_of[row] < 0) continue;
        number_of[row] = static_cast<int32_t>(m_language.size());
        m_language.push_back(
            languages.try_emplace(language[row], static_cast<int32_t>(languages.size())).first->second);
    }
    for (Cell& cell : cells) cell.sequence = number_of[static_cast<size_t>(cell.sequence)];
    m_languages = static_cast<int64_t>(languages.size());
}

void LabelInformation::split(const std::vector<Cell>& cells)
{
    for (size_t i = 0; i < cells.size(); ++i) {
        if (i == 0 || cells[i].group != cells[i - 1].group) m_cells.emplace_back(), m_totals.emplace_back();
        const Cell& cell = cells[i];
        m_cells.back().push_back({cell.sequence, cell.expert, cell.weight});
        auto& totals = m_totals.back();
        if (totals.empty() || totals.back().sequence != cell.sequence) totals.push_back({cell.sequence, 0, 0});
        totals.back().weight += cell.weight;
        m_weight += cell.weight;
    }
}

void LabelInformation::setUpTable()
{
    for (const auto& group : m_cells)
        for (const Part& part : group)
            if (part.weight != std::floor(part.weight)) return;
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
    m_expert_sum = sumOver(m_cells, std::vector<int32_t>(m_language.size(), 0), static_cast<size_t>(m_experts));
    for (const auto& group : m_totals) {
        double total = 0;
        for (const Part& part : group) total += part.weight;
        m_group_sum += nLogN(total);
    }
}

/// Sum of n ln n over groups, languages and experts.
double LabelInformation::sumOver(const Parts& parts, const std::vector<int32_t>& language, size_t experts)
{
    double sum = 0;
    for (const auto& group : parts) {
        m_touched.clear();
        for (const Part& part : group) {
            const size_t place = static_cast<size_t>(language[static_cast<size_t>(part.sequence)]) * experts +
                                 static_cast<size_t>(part.expert);
            if (m_sums[place] == 0) m_touched.push_back(place);
            m_sums[place] += part.weight;
        }
        for (const size_t place : m_touched) sum += nLogN(std::exchange(m_sums[place], 0));
    }
    return sum;
}

double LabelInformation::informationWith(const std::vector<int32_t>& language)
{
    const double joint = sumOver(m_cells, language, static_cast<size_t>(m_experts));
    const double languages = sumOver(m_totals, language, 1);
    return std::max((joint - languages - m_expert_sum + m_group_sum) / m_weight, 0.0); // rounding may fall just below
}

double LabelInformation::expertEntropy() const
{
    return std::max((m_group_sum - m_expert_sum) / m_weight, 0.0);
}

double LabelInformation::languageEntropy()
{
    return std::max((m_group_sum - sumOver(m_totals, m_language, 1)) / m_weight, 0.0);
}

std::vector<double> LabelInformation::permuted(int64_t permutations, uint64_t seed)
{
    std::vector<double> values;
    values.reserve(static_cast<size_t>(permutations));
    for (int64_t i = 0; i < permutations; ++i) {
        auto language = m_language;
        shuffle(language, randomStream(seed, static_cast<uint64_t>(i), siteId("language null")));
        values.push_back(informationWith(language));
    }
    return values;
}

} // namespace sy
