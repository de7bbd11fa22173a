#include "core/analysis/token_shares.h"

#include "core/analysis/routing_figures.h"
#include "core/base/error.h"
#include "core/base/random.h"

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

namespace sy {

namespace {

void requireRouted(const RoutedIds& routed)
{
    if (routed.experts < 1 || routed.experts > std::numeric_limits<int16_t>::max())
        throw Error("token table: experts must be in 1 .. 32767, got " + std::to_string(routed.experts));
    if (routed.id.size() != routed.expert.size())
        throw Error("token table: " + std::to_string(routed.id.size()) + " ids but " +
                    std::to_string(routed.expert.size()) + " experts; a token has one each");
    for (const int16_t expert : routed.expert)
        if (expert >= routed.experts)
            throw Error("token table: a token goes to expert " + std::to_string(expert) + " of " +
                        std::to_string(routed.experts));
}

double ratio(int64_t part, int64_t whole)
{
    return static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace

TokenTable::TokenTable(const RoutedIds& routed)
{
    requireRouted(routed);
    m_experts = routed.experts;
    m_expert_totals.assign(static_cast<size_t>(m_experts), 0);
    std::vector<std::pair<int32_t, int16_t>> pairs;
    for (size_t x = 0; x < routed.id.size(); ++x)
        if (routed.id[x] >= 0 && routed.expert[x] >= 0) pairs.emplace_back(routed.id[x], routed.expert[x]);
    std::ranges::sort(pairs);
    m_tokens = static_cast<int64_t>(pairs.size());
    for (const auto& [id, expert] : pairs) {
        if (m_ids.empty() || m_ids.back() != id) {
            m_ids.push_back(id);
            m_first.push_back(m_cells.size());
            m_totals.push_back(0);
        }
        if (m_cells.size() == m_first.back() || m_cells.back().expert != expert) m_cells.push_back({expert, 0});
        ++m_cells.back().count;
        ++m_totals.back();
        ++m_expert_totals[static_cast<size_t>(expert)];
    }
    m_first.push_back(m_cells.size());
}

std::vector<TokenOfExpert> TokenTable::tokensOfExpert(int64_t expert, int64_t min_total, bool by_lift) const
{
    if (expert < 0 || expert >= m_experts)
        throw Error("token table: there is no expert " + std::to_string(expert) + " of " + std::to_string(m_experts));
    std::vector<TokenOfExpert> tokens;
    for (size_t i = 0; i < m_ids.size(); ++i) {
        if (m_totals[i] < min_total) continue;
        for (size_t c = m_first[i]; c < m_first[i + 1]; ++c) {
            if (m_cells[c].expert != expert) continue;
            const double share = ratio(m_cells[c].count, m_totals[i]);
            const double lift = share / ratio(tokensOf(expert), m_tokens);
            tokens.push_back({m_ids[i], m_cells[c].count, m_totals[i], lift, share});
        }
    }
    std::ranges::sort(tokens, [by_lift](const TokenOfExpert& a, const TokenOfExpert& b) {
        return by_lift ? std::tuple(b.lift, b.count, a.id) < std::tuple(a.lift, a.count, b.id)
                       : std::tuple(b.count, b.lift, a.id) < std::tuple(a.count, a.lift, b.id);
    });
    return tokens;
}

std::vector<int64_t> TokenTable::expertsOf(int32_t id) const
{
    std::vector<int64_t> counts(static_cast<size_t>(m_experts));
    const auto found = std::ranges::lower_bound(m_ids, id);
    if (found == m_ids.end() || *found != id) return counts;
    const auto i = static_cast<size_t>(found - m_ids.begin());
    for (size_t c = m_first[i]; c < m_first[i + 1]; ++c)
        counts[static_cast<size_t>(m_cells[c].expert)] = m_cells[c].count;
    return counts;
}

std::vector<int32_t> TokenTable::ids() const
{
    return m_ids;
}

int64_t TokenTable::total(int32_t id) const
{
    const auto found = std::ranges::lower_bound(m_ids, id);
    return found == m_ids.end() || *found != id ? 0 : m_totals[static_cast<size_t>(found - m_ids.begin())];
}

double TokenTable::specialization(int64_t min_total) const
{
    double sum = 0;
    int64_t ids = 0;
    for (size_t i = 0; i < m_ids.size(); ++i) {
        if (m_totals[i] < min_total) continue;
        int64_t most = 0;
        for (size_t c = m_first[i]; c < m_first[i + 1]; ++c) most = std::max(most, m_cells[c].count);
        sum += ratio(most, m_totals[i]);
        ++ids;
    }
    return ids > 0 ? sum / static_cast<double>(ids) : std::numeric_limits<double>::quiet_NaN();
}

double TokenTable::specializationByChance(int64_t min_total, int64_t permutations, uint64_t seed) const
{
    if (permutations < 1)
        throw Error("token table: permutations must be at least 1, got " + std::to_string(permutations));
    std::vector<int16_t> expert;
    for (size_t e = 0; e < m_expert_totals.size(); ++e)
        expert.insert(expert.end(), static_cast<size_t>(m_expert_totals[e]), static_cast<int16_t>(e));
    std::vector<int64_t> counts(m_expert_totals.size());
    double sum = 0;
    int64_t ids = 0;
    for (int64_t p = 0; p < permutations; ++p) {
        const RandomStream random = randomStream(seed, static_cast<uint64_t>(p), siteId("vocabulary null"));
        for (size_t i = expert.size(); i > 1; --i) std::swap(expert[i - 1], expert[random.below(i, i)]);
        auto next = expert.begin();
        for (const int64_t total : m_totals) {
            const auto end = next + total;
            if (total >= min_total) {
                std::ranges::fill(counts, 0);
                for (auto e = next; e != end; ++e) ++counts[static_cast<size_t>(*e)];
                sum += ratio(std::ranges::max(counts), total);
                ++ids;
            }
            next = end;
        }
    }
    return ids > 0 ? sum / static_cast<double>(ids) : std::numeric_limits<double>::quiet_NaN();
}

std::vector<int64_t> classCounts(const RoutedIds& routed, int64_t classes,
                                 const std::function<int64_t(int32_t)>& class_of)
{
    requireRouted(routed);
    if (classes < 1) throw Error("token classes: there must be at least 1, got " + std::to_string(classes));
    std::vector<int64_t> counts(static_cast<size_t>(classes * routed.experts));
    for (size_t x = 0; x < routed.id.size(); ++x) {
        if (routed.id[x] < 0 || routed.expert[x] < 0) continue;
        const int64_t kind = class_of(routed.id[x]);
        if (kind >= classes)
            throw Error("token classes: id " + std::to_string(routed.id[x]) + " is of class " + std::to_string(kind) +
                        " of " + std::to_string(classes));
        if (kind >= 0) ++counts[static_cast<size_t>(kind * routed.experts + routed.expert[x])];
    }
    return counts;
}

std::vector<double> classEntropies(std::span<const int64_t> counts, int64_t classes, int64_t experts)
{
    if (classes < 0 || experts < 1 || static_cast<int64_t>(counts.size()) != classes * experts)
        throw Error("token classes: " + std::to_string(counts.size()) + " counts where " + std::to_string(classes) +
                    " classes and " + std::to_string(experts) + " experts need one each");
    std::vector<double> entropies;
    for (int64_t c = 0; c < classes; ++c)
        entropies.push_back(
            entropyOfCounts(counts.subspan(static_cast<size_t>(c * experts), static_cast<size_t>(experts))));
    return entropies;
}

} // namespace sy
