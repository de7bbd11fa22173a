// Capacity replay against the paper's rule in a slow loop, for all scopes, priorities and padding policies.
#include "core/analysis/capacity_replay.h"

#include "core/base/error.h"
#include "core/routing/scope.h"
#include "route_samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace sy::test {

namespace {

/// Rows that share slots: those of one pass, split by the scope.
std::vector<std::vector<int64_t>> groupsOfRows(const RouteText& text, const ReplayRule& rule)
{
    std::vector<std::vector<int64_t>> groups;
    for (int64_t first = 0; first < text.rows; first += text.pass_rows) {
        const int64_t end = std::min(first + text.pass_rows, text.rows);
        int64_t size = end - first;
        if (rule.scope == Scope::Row) size = 1;
        if (rule.scope == Scope::Group) size = std::max<int64_t>(1, rule.group_size / text.width);
        for (int64_t row = first; row < end; row += size) {
            groups.emplace_back();
            for (int64_t r = row; r < std::min(row + size, end); ++r) groups.back().push_back(r);
        }
    }
    return groups;
}

int64_t capacityOf(const ReplayRule& rule, int64_t tokens, int64_t experts)
{
    const double share = rule.factor * static_cast<double>(tokens) / static_cast<double>(experts);
    switch (rule.kind) {
    case CapacityKind::None:
        return tokens;
    case CapacityKind::Fixed:
        return rule.fixed;
    case CapacityKind::T5x:
        return std::max(rule.minimum, static_cast<int64_t>(std::nearbyint(share)));
    case CapacityKind::Paper:
        break;
    }
    return std::max(rule.minimum, static_cast<int64_t>(std::ceil(share - 1e-9)));
}

/// Arithmetic of Switch sec. 2.2, group by group: every expert counts up to its capacity.
std::vector<uint8_t> keptBySlowLoop(const RouteText& text, const LayerRoutes& routes, int64_t experts,
                                    const ReplayRule& rule)
{
    const auto choices = static_cast<size_t>(routes.choices);
    std::vector<uint8_t> kept(routes.expert.size());
    for (const auto& rows : groupsOfRows(text, rule)) {
        std::vector<size_t> tokens;
        for (const int64_t row : rows)
            for (int64_t t = 0; t < text.width; ++t)
                if (rule.count_padding || text.counted[static_cast<size_t>(row * text.width + t)])
                    tokens.push_back(static_cast<size_t>(row * text.width + t));
        const int64_t capacity = capacityOf(rule, static_cast<int64_t>(tokens.size()), experts);
        if (rule.priority == OverflowPriority::Probability)
            std::ranges::stable_sort(tokens, std::greater{}, [&](size_t x) { return routes.gate[x * choices]; });
        std::vector<int64_t> taken(static_cast<size_t>(experts));
        const auto take = [&](size_t token, size_t k) {
            const int16_t expert = routes.expert[token * choices + k];
            if (expert >= 0 && taken[static_cast<size_t>(expert)] < capacity) {
                ++taken[static_cast<size_t>(expert)];
                kept[token * choices + k] = 1;
            }
        };
        if (text.decoder) {
            for (const size_t token : tokens)
                for (size_t k = 0; k < choices; ++k) take(token, k);
        } else {
            for (size_t k = 0; k < choices; ++k)
                for (const size_t token : tokens) take(token, k);
        }
    }
    return kept;
}

template <class Visit> void forEveryRule(Visit&& visit)
{
    for (const CapacityKind kind : {CapacityKind::Paper, CapacityKind::T5x, CapacityKind::Fixed, CapacityKind::None})
        for (const Scope scope : {Scope::Row, Scope::Group, Scope::Batch, Scope::Global})
            for (const OverflowPriority priority : {OverflowPriority::Position, OverflowPriority::Probability})
                for (const bool padding : {false, true})
                    for (const double factor : {0.3, 0.75, 1.0, 1.25, 2.0, 4.0}) {
                        ReplayRule rule;
                        rule.kind = kind;
                        rule.scope = scope;
                        rule.priority = priority;
                        rule.count_padding = padding;
                        rule.factor = factor;
                        rule.group_size = 21;
                        rule.fixed = 2;
                        visit(rule);
                    }
}

RouteText textOf(uint64_t seed, bool decoder)
{
    RouteText text = randomText(seed, 11, 9, 4, 3); // three passes, the last of three rows
    text.decoder = decoder;
    return text;
}

} // namespace

TEST(CapacityReplay, EqualsTheSlowLoop)
{
    for (uint64_t seed = 0; seed < 6; ++seed)
        for (const bool decoder : {false, true})
            for (const int64_t choices : {1, 2}) {
                const RouteText text = textOf(seed, decoder);
                const LayerRoutes routes = randomRoutes(seed + 1, text, 5, choices);
                forEveryRule([&](const ReplayRule& rule) {
                    if (decoder && rule.priority == OverflowPriority::Probability) return;
                    EXPECT_EQ(replayCapacity(text, routes, 5, 3, rule).kept, keptBySlowLoop(text, routes, 5, rule))
                        << seed << " decoder " << decoder << " choices " << choices << " factor " << rule.factor;
                });
            }
}

TEST(CapacityReplay, PaddingWithRecordedChoicesTakesSlotsWhereItCounts)
{
    const RouteText text = textOf(20, false);
    LayerRoutes routes = randomRoutes(21, text, 5, 1);
    for (auto& expert : routes.expert) expert = std::max<int16_t>(expert, 0);
    ReplayRule rule;
    rule.factor = 0.5;
    EXPECT_EQ(replayCapacity(text, routes, 5, 3, rule).kept, keptBySlowLoop(text, routes, 5, rule));
    rule.count_padding = true;
    const Replay counted = replayCapacity(text, routes, 5, 3, rule);
    EXPECT_EQ(counted.kept, keptBySlowLoop(text, routes, 5, rule));
    const auto real = std::accumulate(text.counted.begin(), text.counted.end(), int64_t{0});
    EXPECT_EQ(counted.choices, real) << "padding is never counted itself";
}

TEST(CapacityReplay, CountsByExpertLanguageAndPosition)
{
    const RouteText text = textOf(3, false);
    const LayerRoutes routes = randomRoutes(4, text, 5, 2);
    ReplayRule rule;
    rule.factor = 0.6;
    const Replay replay = replayCapacity(text, routes, 5, 3, rule);
    std::vector<int64_t> expert_choices(5), expert_dropped(5), language_choices(3), language_dropped(3),
        position_choices(9), position_dropped(9);
    int64_t choices = 0, dropped = 0;
    for (size_t c = 0; c < routes.expert.size(); ++c) {
        if (routes.expert[c] < 0) continue;
        const size_t token = c / 2, position = token % 9;
        const auto expert = static_cast<size_t>(routes.expert[c]);
        const int32_t language = text.row_language[token / 9];
        const int64_t drop = replay.kept[c] ? 0 : 1;
        ++choices, dropped += drop;
        ++expert_choices[expert], expert_dropped[expert] += drop;
        ++position_choices[position], position_dropped[position] += drop;
        if (language < 0) continue;
        ++language_choices[static_cast<size_t>(language)], language_dropped[static_cast<size_t>(language)] += drop;
    }
    EXPECT_EQ(replay.choices, choices);
    EXPECT_EQ(replay.dropped, dropped);
    EXPECT_GT(dropped, 0);
    EXPECT_EQ(replay.drop_rate, static_cast<double>(dropped) / static_cast<double>(choices));
    EXPECT_EQ(replay.expert_choices, expert_choices);
    EXPECT_EQ(replay.expert_dropped, expert_dropped);
    EXPECT_EQ(replay.language_choices, language_choices);
    EXPECT_EQ(replay.language_dropped, language_dropped);
    EXPECT_EQ(replay.position_choices, position_choices);
    EXPECT_EQ(replay.position_dropped, position_dropped);
}

TEST(CapacityReplay, FactorForNoDropsIsTheSmallest)
{
    for (uint64_t seed = 0; seed < 12; ++seed) {
        const RouteText text = textOf(seed, seed % 2 == 1);
        const LayerRoutes routes = randomRoutes(seed + 1, text, 5, 1 + static_cast<int64_t>(seed / 2 % 2));
        forEveryRule([&](ReplayRule rule) {
            if (rule.kind != CapacityKind::Paper && rule.kind != CapacityKind::T5x) return;
            if (text.decoder && rule.priority == OverflowPriority::Probability) return;
            const double factor = replayCapacity(text, routes, 5, 3, rule).factor_for_no_drops;
            ASSERT_GT(factor, 0);
            rule.factor = factor;
            EXPECT_EQ(replayCapacity(text, routes, 5, 3, rule).dropped, 0) << factor;
            rule.factor = std::nextafter(factor, 0);
            EXPECT_GT(replayCapacity(text, routes, 5, 3, rule).dropped, 0) << factor;
        });
    }
}

TEST(CapacityReplay, FactorForNoDropsByHand)
{
    RouteText text;
    text.rows = 1;
    text.width = 8;
    text.pass_rows = 1;
    text.counted.assign(8, 1);
    text.row_language = {0};
    LayerRoutes routes;
    routes.expert = {0, 0, 0, 0, 0, 1, 2, 3};
    ReplayRule rule; // 5 of 8 tokens, 4 experts: ceil(factor * 2) reaches 5 just above factor 2
    EXPECT_NEAR(replayCapacity(text, routes, 4, 1, rule).factor_for_no_drops, 2, 1e-8);
    rule.minimum = 5;
    EXPECT_EQ(replayCapacity(text, routes, 4, 1, rule).factor_for_no_drops, 0) << "the minimum does";
    rule.minimum = 1;
    rule.kind = CapacityKind::T5x; // 4.5 rounds to 4, just above to 5
    EXPECT_NEAR(replayCapacity(text, routes, 4, 1, rule).factor_for_no_drops, 2.25, 1e-8);
    rule.kind = CapacityKind::None;
    const Replay none = replayCapacity(text, routes, 4, 1, rule);
    EXPECT_EQ(none.dropped, 0);
    EXPECT_NEAR(none.factor_for_no_drops, 2, 1e-8) << "as if by the paper's rule";
}

TEST(CapacityReplay, RandomPriorityIsFairAndFollowsItsSeed)
{
    RouteText text;
    text.rows = 4;
    text.width = 10;
    text.pass_rows = 4;
    text.counted.assign(40, 1);
    text.row_language.assign(4, 0);
    LayerRoutes routes;
    routes.expert.assign(40, 0);
    ReplayRule rule;
    rule.priority = OverflowPriority::Random;
    rule.factor = 1; // 20 of 40 for each of two experts
    std::vector<int64_t> kept(40);
    for (uint64_t seed = 0; seed < 1000; ++seed) {
        rule.seed = seed;
        const Replay replay = replayCapacity(text, routes, 2, 1, rule);
        ASSERT_EQ(replay.dropped, 20);
        EXPECT_EQ(replay.kept, replayCapacity(text, routes, 2, 1, rule).kept);
        for (size_t x = 0; x < 40; ++x) kept[x] += replay.kept[x];
    }
    for (const int64_t n : kept) EXPECT_NEAR(static_cast<double>(n) / 1000, 0.5, 0.08);
}

TEST(CapacityReplay, NothingChosen)
{
    const RouteText text = textOf(1, false);
    LayerRoutes routes = randomRoutes(2, text, 5, 1);
    std::ranges::fill(routes.expert, int16_t{-1});
    const Replay replay = replayCapacity(text, routes, 5, 3, {});
    EXPECT_EQ(replay.choices, 0);
    EXPECT_TRUE(std::isnan(replay.drop_rate));
    EXPECT_EQ(replay.factor_for_no_drops, 0);
    EXPECT_TRUE(std::isnan(replayCapacity({}, {}, 5, 3, {}).drop_rate));
}

TEST(CapacityReplay, RefusesWhatDoesNotFit)
{
    RouteText text = textOf(1, false);
    const LayerRoutes routes = randomRoutes(2, text, 5, 2);
    EXPECT_NO_THROW(replayCapacity(text, routes, 5, 3, {}));
    EXPECT_THROW(replayCapacity(text, routes, 4, 3, {}), Error) << "expert 4 of 4";
    EXPECT_THROW(replayCapacity(text, routes, 5, 2, {}), Error) << "language 2 of 2";
    EXPECT_THROW(replayCapacity(text, routes, 0, 3, {}), Error);
    for (const double factor : {0.0, -1.0, std::numeric_limits<double>::infinity(), std::nan("")}) {
        ReplayRule rule;
        rule.factor = factor;
        EXPECT_THROW(replayCapacity(text, routes, 5, 3, rule), Error) << factor;
    }
    ReplayRule group, probability;
    group.group_size = 0;
    EXPECT_THROW(replayCapacity(text, routes, 5, 3, group), Error);
    probability.priority = OverflowPriority::Probability;
    LayerRoutes without_gates = routes;
    without_gates.gate.clear();
    EXPECT_THROW(replayCapacity(text, without_gates, 5, 3, probability), Error);
    EXPECT_NO_THROW(replayCapacity(text, without_gates, 5, 3, {}));
    text.decoder = true;
    EXPECT_THROW(replayCapacity(text, routes, 5, 3, probability), Error);
    text.pass_rows = 0;
    EXPECT_THROW(replayCapacity(text, routes, 5, 3, {}), Error);
    text.pass_rows = 4;
    text.counted.pop_back();
    EXPECT_THROW(replayCapacity(text, routes, 5, 3, {}), Error);
}

} // namespace sy::test
