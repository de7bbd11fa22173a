#include "core/analysis/dynamics.h"

#include "core/analysis/route_checks.h"
#include "core/analysis/routing_figures.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sy {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double share(int64_t part, int64_t whole)
{
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : nan;
}

/// sum_e (a_e / A) (b_e / B).
double chanceOf(const std::vector<int64_t>& a, const std::vector<int64_t>& b, int64_t all_a, int64_t all_b)
{
    double chance = 0;
    for (size_t e = 0; e < a.size(); ++e) chance += share(a[e], all_a) * share(b[e], all_b);
    return chance;
}

struct Margins {
    std::vector<int64_t> from, to;
};

Margins marginsOf(const Transitions& table)
{
    Margins sums{std::vector<int64_t>(static_cast<size_t>(table.from_experts)),
                 std::vector<int64_t>(static_cast<size_t>(table.to_experts))};
    for (size_t cell = 0; cell < table.count.size(); ++cell) {
        sums.from[cell / sums.to.size()] += table.count[cell];
        sums.to[cell % sums.to.size()] += table.count[cell];
    }
    return sums;
}

void setShares(Transitions& table, const Margins& sums)
{
    for (size_t cell = 0; cell < table.count.size(); ++cell) {
        const double conditional = share(table.count[cell], sums.from[cell / sums.to.size()]);
        const double all = share(sums.to[cell % sums.to.size()], table.tokens);
        table.conditional.push_back(conditional);
        table.lift.push_back(all > 0 ? conditional / all : nan);
    }
}

void setInformation(Transitions& table, const Margins& sums)
{
    if (table.tokens == 0) {
        table.information = table.normalized = nan;
        return;
    }
    for (size_t cell = 0; cell < table.count.size(); ++cell)
        if (table.count[cell] > 0)
            table.information += share(table.count[cell], table.tokens) * std::log(table.lift[cell]);
    table.information = std::max(table.information, 0.0); // rounding may fall just below
    const double bound = std::min(entropyOfCounts(sums.from), entropyOfCounts(sums.to));
    table.normalized = bound > 0 ? std::min(table.information / bound, 1.0) : 0;
}

} // namespace

Agreement agreement(std::span<const int16_t> before, std::span<const int16_t> after, int64_t experts)
{
    requireChoices(before, static_cast<int64_t>(after.size()), experts);
    requireChoices(after, static_cast<int64_t>(after.size()), experts);
    std::vector<int64_t> load_before(static_cast<size_t>(experts)), load_after(static_cast<size_t>(experts));
    int64_t same = 0;
    Agreement out;
    for (size_t x = 0; x < before.size(); ++x) {
        if (before[x] < 0 || after[x] < 0) continue;
        ++out.tokens;
        same += before[x] == after[x];
        ++load_before[static_cast<size_t>(before[x])];
        ++load_after[static_cast<size_t>(after[x])];
    }
    out.share = share(same, out.tokens);
    out.uniform_chance = 1 / static_cast<double>(experts);
    out.load_chance = chanceOf(load_before, load_after, out.tokens, out.tokens);
    return out;
}

Plasticity plasticity(std::span<const int16_t> before, std::span<const int16_t> after, const RouteText& text,
                      int64_t languages)
{
    constexpr int64_t any = std::numeric_limits<int16_t>::max() + 1;
    requireRouteText(text, languages);
    requireChoices(before, text.tokens(), any);
    requireChoices(after, text.tokens(), any);
    Plasticity out;
    out.tokens_of_language.assign(static_cast<size_t>(languages), 0);
    std::vector<int64_t> changed_of(static_cast<size_t>(languages));
    int64_t changed = 0, tokens = 0;
    for (size_t x = 0; x < before.size(); ++x) {
        if (text.counted[x] == 0 || before[x] < 0 || after[x] < 0) continue;
        const bool moved = before[x] != after[x];
        ++tokens;
        changed += moved;
        const int32_t language = text.row_language[x / static_cast<size_t>(text.width)];
        if (language < 0) continue;
        ++out.tokens_of_language[static_cast<size_t>(language)];
        changed_of[static_cast<size_t>(language)] += moved;
    }
    out.changed = share(changed, tokens);
    for (size_t l = 0; l < changed_of.size(); ++l)
        out.by_language.push_back(share(changed_of[l], out.tokens_of_language[l]));
    return out;
}

Transitions transitions(std::span<const int16_t> from, std::span<const int16_t> to, int64_t from_experts,
                        int64_t to_experts)
{
    requireChoices(from, static_cast<int64_t>(to.size()), from_experts);
    requireChoices(to, static_cast<int64_t>(to.size()), to_experts);
    Transitions out;
    out.from_experts = from_experts;
    out.to_experts = to_experts;
    out.count.assign(static_cast<size_t>(from_experts * to_experts), 0);
    for (size_t x = 0; x < from.size(); ++x) {
        if (from[x] < 0 || to[x] < 0) continue;
        ++out.count[static_cast<size_t>(from[x] * to_experts + to[x])];
        ++out.tokens;
    }
    const Margins sums = marginsOf(out);
    setShares(out, sums);
    setInformation(out, sums);
    return out;
}

Locality locality(std::span<const int16_t> expert, const RouteText& text, int64_t experts)
{
    requireRouteText(text, std::numeric_limits<int32_t>::max());
    requireChoices(expert, text.tokens(), experts);
    std::vector<int64_t> load(static_cast<size_t>(experts));
    const auto counts = [&](size_t x) { return text.counted[x] != 0 && expert[x] >= 0; };
    int64_t same = 0, tokens = 0;
    Locality out;
    for (size_t x = 0; x < expert.size(); ++x) {
        if (!counts(x)) continue;
        ++tokens;
        ++load[static_cast<size_t>(expert[x])];
        if (x % static_cast<size_t>(text.width) == 0 || !counts(x - 1)) continue;
        ++out.pairs;
        same += expert[x] == expert[x - 1];
    }
    out.share = share(same, out.pairs);
    out.uniform_chance = 1 / static_cast<double>(experts);
    out.load_chance = chanceOf(load, load, tokens, tokens);
    return out;
}

std::vector<int16_t> firstChoices(const LayerRoutes& routes, const RouteText& text)
{
    requireRouteText(text, std::numeric_limits<int32_t>::max());
    requireRoutes(text, routes, std::numeric_limits<int16_t>::max() + 1);
    std::vector<int16_t> first(static_cast<size_t>(text.tokens()), -1);
    for (size_t x = 0; x < first.size(); ++x)
        if (text.counted[x] != 0)
            first[x] = std::max<int16_t>(routes.expert[x * static_cast<size_t>(routes.choices)], -1);
    return first;
}

} // namespace sy
