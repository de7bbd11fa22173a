#include "core/analysis/capacity_replay.h"

#include "core/analysis/route_checks.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/routing/scope.h"
#include "core/routing/slots.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <string>

namespace sy {

namespace {

void require(bool holds, const std::string& message)
{
    if (!holds) throw Error("capacity replay: " + message);
}

void requireRule(const ReplayRule& rule, bool decoder)
{
    require(std::isfinite(rule.factor) && rule.factor > 0,
            "the capacity factor must be above 0, got " + std::to_string(rule.factor));
    require(rule.minimum >= 0, "the minimum must be at least 0, got " + std::to_string(rule.minimum));
    require(rule.fixed >= 0, "the fixed capacity must be at least 0, got " + std::to_string(rule.fixed));
    require(rule.group_size >= 1, "the group size must be at least 1, got " + std::to_string(rule.group_size));
    require(!decoder || rule.priority != OverflowPriority::Probability,
            "a decoder cannot give slots out by probability: a token would see later ones");
}

void requireGates(const RouteText& text, const LayerRoutes& routes, const ReplayRule& rule)
{
    if (rule.priority != OverflowPriority::Probability) return;
    require(routes.gate.size() == static_cast<size_t>(text.tokens() * routes.choices),
            "gate has " + std::to_string(routes.gate.size()) + " values where " +
                std::to_string(text.tokens() * routes.choices) + " belong");
}

/// What a (group, expert) is asked for, and by how many tokens of the group.
struct Demand {
    int64_t tokens = 0, choices = 0;
};

CapacityRule capacityRule(const ReplayRule& rule, int64_t experts)
{
    CapacityRule out;
    out.kind = rule.kind;
    out.factor = rule.factor;
    out.experts = experts;
    out.minimum = rule.minimum;
    out.fixed = rule.fixed;
    return out;
}

/// Rows that went through the model together.
class PassReplay {
public:
    PassReplay(const RouteText& text, const LayerRoutes& routes, int64_t experts, const ReplayRule& rule,
               int64_t first_row, int64_t rows)
        : m_text(text), m_routes(routes), m_rule(rule), m_experts(experts), m_first(first_row * text.width),
          m_groups(tokenGroups(rule.scope, rule.group_size, rows, text.width))
    {
        const auto choices = static_cast<size_t>(m_groups.tokens() * routes.choices);
        m_expert.assign(choices, -1);
        m_eligible = std::make_unique<bool[]>(choices);
        m_taken.assign(static_cast<size_t>(m_groups.groups() * experts), 0);
        m_counted.assign(static_cast<size_t>(m_groups.groups()), 0);
        readChoices();
    }

    void giveSlots(uint8_t* kept)
    {
        const CapacityRule capacity_rule = capacityRule(m_rule, m_experts);
        std::vector<int64_t> capacity;
        for (const int64_t tokens : m_counted) capacity.push_back(capacity_rule.slots(tokens));
        const std::vector<int64_t> order = priorityOrder();
        SlotPass pass;
        pass.groups = m_groups;
        pass.experts = m_experts;
        pass.order = order.empty() ? nullptr : order.data();
        pass.capacity = capacity.data();
        // A decoder's token takes all its slots before the next one; in the encoder first choices come first.
        const bool together = m_text.decoder || m_routes.choices == 1;
        pass.width = together ? m_routes.choices : 1;
        for (int64_t k = 0; k < (together ? 1 : m_routes.choices); ++k) giveSlots(pass, k, together, kept);
    }

    void addDemands(std::vector<Demand>& demands) const
    {
        std::vector<Demand> mine(m_taken.size());
        for (size_t choice = 0; choice < m_expert.size(); ++choice)
            if (m_eligible[choice]) ++mine[placeOf(choice)].choices;
        for (size_t place = 0; place < mine.size(); ++place)
            mine[place].tokens = m_counted[place / static_cast<size_t>(m_experts)];
        std::ranges::copy_if(mine, std::back_inserter(demands),
                             [](const Demand& demand) { return demand.choices > 0; });
    }

private:
    size_t width() const { return static_cast<size_t>(m_routes.choices); }
    size_t placeOf(size_t choice) const
    {
        return static_cast<size_t>(m_groups.groupOf(static_cast<int64_t>(choice / width())) * m_experts +
                                   m_expert[choice]);
    }

    void readChoices()
    {
        for (int64_t token = 0; token < m_groups.tokens(); ++token) {
            const auto recorded = static_cast<size_t>(m_first + token);
            const bool counts = m_rule.count_padding || m_text.counted[recorded] != 0;
            m_counted[static_cast<size_t>(m_groups.groupOf(token))] += counts;
            for (size_t k = 0; k < width(); ++k) {
                const size_t choice = static_cast<size_t>(token) * width() + k;
                m_expert[choice] = m_routes.expert[recorded * width() + k];
                m_eligible[choice] = counts && m_expert[choice] >= 0;
            }
        }
    }

    /// Tokens by falling key, earlier ones first among equals, group after group; empty = by position.
    std::vector<int64_t> priorityOrder() const
    {
        if (m_rule.priority == OverflowPriority::Position) return {};
        std::vector<double> key;
        const RandomStream random = randomStream(m_rule.seed, 0, siteId("capacity replay"));
        for (int64_t token = 0; token < m_groups.tokens(); ++token) {
            const auto recorded = static_cast<size_t>(m_first + token);
            key.push_back(m_rule.priority == OverflowPriority::Random
                              ? random.uniformDouble(recorded)
                              : static_cast<double>(m_routes.gate[recorded * width()]));
        }
        std::vector<int64_t> order(key.size());
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, [&](int64_t a, int64_t b) {
            const int64_t group_a = m_groups.groupOf(a), group_b = m_groups.groupOf(b);
            return group_a != group_b ? group_a < group_b : key[static_cast<size_t>(a)] > key[static_cast<size_t>(b)];
        });
        return order;
    }

    void giveSlots(SlotPass& pass, int64_t k, bool together, uint8_t* kept)
    {
        const size_t step = together ? 1 : width();
        const size_t choices = m_expert.size() / step;
        std::vector<int64_t> expert(choices), slot(choices);
        const auto eligible = std::make_unique<bool[]>(choices);
        for (size_t i = 0; i < choices; ++i) {
            expert[i] = m_expert[i * step + static_cast<size_t>(k)];
            eligible[i] = m_eligible[i * step + static_cast<size_t>(k)];
        }
        pass.expert = expert.data();
        pass.eligible = eligible.get();
        assignSlots(pass, m_taken.data(), slot.data());
        for (size_t i = 0; i < choices; ++i)
            kept[static_cast<size_t>(m_first) * width() + i * step + static_cast<size_t>(k)] = slot[i] >= 0;
    }

    const RouteText& m_text;
    const LayerRoutes& m_routes;
    const ReplayRule& m_rule;
    int64_t m_experts, m_first;
    TokenGroups m_groups;
    std::vector<int64_t> m_expert; ///< [X, K] of the pass
    std::unique_ptr<bool[]> m_eligible;
    std::vector<int64_t> m_taken, m_counted; ///< [G, N], [G]
};

/// Whether two capacity factors as bits lie in the order of their values: they do, above 0. Halving the bits finds the
/// smallest factor that does, whatever the rule's rounding.
double smallestFactor(const std::vector<Demand>& demands, const ReplayRule& rule, int64_t experts)
{
    CapacityRule capacity = capacityRule(rule, experts);
    if (capacity.kind == CapacityKind::Fixed || capacity.kind == CapacityKind::None)
        capacity.kind = CapacityKind::Paper;
    double enough = 0;
    for (const Demand& demand : demands) {
        const auto suffices = [&](double factor) {
            capacity.factor = factor;
            return capacity.slots(demand.tokens) >= demand.choices;
        };
        if (suffices(enough)) continue;
        auto low = std::bit_cast<uint64_t>(enough);
        auto high =
            std::bit_cast<uint64_t>(static_cast<double>(experts) *
                                    (static_cast<double>(demand.choices) / static_cast<double>(demand.tokens) + 1));
        while (high - low > 1) {
            const uint64_t middle = low + (high - low) / 2;
            (suffices(std::bit_cast<double>(middle)) ? high : low) = middle;
        }
        enough = std::bit_cast<double>(high);
    }
    return enough;
}

void count(Replay& out, const RouteText& text, const LayerRoutes& routes)
{
    for (int64_t choice = 0; choice < static_cast<int64_t>(routes.expert.size()); ++choice) {
        const int64_t token = choice / routes.choices;
        const int16_t expert = routes.expert[static_cast<size_t>(choice)];
        if (expert < 0 || text.counted[static_cast<size_t>(token)] == 0) continue;
        const int64_t dropped = out.kept[static_cast<size_t>(choice)] ? 0 : 1;
        const auto add = [dropped](std::vector<int64_t>& choices, std::vector<int64_t>& drops, int64_t place) {
            ++choices[static_cast<size_t>(place)];
            drops[static_cast<size_t>(place)] += dropped;
        };
        ++out.choices;
        out.dropped += dropped;
        add(out.expert_choices, out.expert_dropped, expert);
        add(out.position_choices, out.position_dropped, token % text.width);
        if (const int32_t language = text.row_language[static_cast<size_t>(token / text.width)]; language >= 0)
            add(out.language_choices, out.language_dropped, language);
    }
    out.drop_rate = out.choices > 0 ? static_cast<double>(out.dropped) / static_cast<double>(out.choices)
                                    : std::numeric_limits<double>::quiet_NaN();
}

} // namespace

Replay replayCapacity(const RouteText& text, const LayerRoutes& routes, int64_t experts, int64_t languages,
                      const ReplayRule& rule)
{
    requireRouteText(text, languages);
    requireRoutes(text, routes, experts);
    requireRule(rule, text.decoder);
    requireGates(text, routes, rule);
    require(text.rows == 0 || text.pass_rows >= 1,
            "rows of a pass must be at least 1, got " + std::to_string(text.pass_rows));
    Replay out;
    out.kept.assign(routes.expert.size(), 0);
    for (auto* counts : {&out.expert_choices, &out.expert_dropped}) counts->assign(static_cast<size_t>(experts), 0);
    for (auto* counts : {&out.language_choices, &out.language_dropped})
        counts->assign(static_cast<size_t>(languages), 0);
    for (auto* counts : {&out.position_choices, &out.position_dropped})
        counts->assign(static_cast<size_t>(text.width), 0);
    std::vector<Demand> demands;
    for (int64_t row = 0; row < text.rows; row += text.pass_rows) {
        PassReplay pass(text, routes, experts, rule, row, std::min(text.pass_rows, text.rows - row));
        pass.giveSlots(out.kept.data());
        pass.addDemands(demands);
    }
    out.factor_for_no_drops = smallestFactor(demands, rule, experts);
    count(out, text, routes);
    return out;
}

} // namespace sy
