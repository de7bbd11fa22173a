// Tokens and experts against slow loops.
#include "core/analysis/token_shares.h"

#include "core/base/error.h"
#include "sequence_samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

namespace sy::test {

namespace {

struct Routed {
    int64_t experts = 0;
    std::vector<int32_t> id;
    std::vector<int16_t> expert;
    RoutedIds view() const { return {experts, id, expert}; }

    int64_t count(int32_t of, int64_t by) const
    {
        int64_t n = 0;
        for (size_t x = 0; x < id.size(); ++x)
            n += id[x] >= 0 && expert[x] >= 0 && (of < 0 || id[x] == of) && (by < 0 || expert[x] == by);
        return n;
    }
};

Routed randomRouted(uint64_t seed)
{
    Draws draws(seed);
    Routed out;
    out.experts = 1 + draws.below(9);
    const int64_t tokens = draws.below(600), ids = 1 + draws.below(60);
    for (int64_t x = 0; x < tokens; ++x) {
        out.id.push_back(static_cast<int32_t>(draws.below(ids) - (draws.below(10) == 0 ? 100 : 0)));
        out.expert.push_back(static_cast<int16_t>(draws.below(out.experts + 1) - 1));
    }
    return out;
}

} // namespace

TEST(TokenShares, EqualTheSlowLoop)
{
    for (uint64_t seed = 0; seed < 60; ++seed) {
        const Routed routed = randomRouted(seed);
        const TokenTable table(routed.view());
        const int64_t all = routed.count(-1, -1);
        EXPECT_EQ(table.tokens(), all);
        std::set<int32_t> ids;
        for (size_t x = 0; x < routed.id.size(); ++x)
            if (routed.id[x] >= 0 && routed.expert[x] >= 0) ids.insert(routed.id[x]);
        EXPECT_EQ(table.ids(), (std::vector<int32_t>(ids.begin(), ids.end())));
        double sum_of_max = 0;
        int64_t frequent = 0;
        for (const int32_t id : ids) {
            EXPECT_EQ(table.total(id), routed.count(id, -1));
            const auto experts = table.expertsOf(id);
            for (int64_t e = 0; e < routed.experts; ++e)
                EXPECT_EQ(experts[static_cast<size_t>(e)], routed.count(id, e));
            if (table.total(id) < 5) continue;
            ++frequent;
            sum_of_max += static_cast<double>(std::ranges::max(experts)) / static_cast<double>(table.total(id));
        }
        if (frequent > 0) {
            EXPECT_NEAR(table.specialization(5), sum_of_max / static_cast<double>(frequent), 1e-12);
        }
        for (int64_t e = 0; e < routed.experts; ++e) {
            EXPECT_EQ(table.tokensOf(e), routed.count(-1, e));
            int64_t sum = 0;
            for (const TokenOfExpert& token : table.tokensOfExpert(e)) {
                EXPECT_EQ(token.count, routed.count(token.id, e));
                EXPECT_GT(token.count, 0);
                EXPECT_EQ(token.total, routed.count(token.id, -1));
                const auto n = static_cast<double>(token.count);
                EXPECT_NEAR(token.share, n / static_cast<double>(token.total), 1e-12);
                EXPECT_NEAR(token.lift,
                            n / static_cast<double>(table.tokensOf(e)) /
                                (static_cast<double>(token.total) / static_cast<double>(all)),
                            1e-12);
                sum += token.count;
            }
            EXPECT_EQ(sum, table.tokensOf(e));
        }
    }
}

TEST(TokenShares, AreSortedByCountOrLift)
{
    const Routed routed{2, {7, 7, 7, 8, 8, 9, 9, 9, 9}, {0, 0, 1, 0, 0, 0, 1, 1, 1}};
    const TokenTable table(routed.view());
    const auto ids = [](const std::vector<TokenOfExpert>& tokens) {
        std::vector<int32_t> out;
        for (const auto& token : tokens) out.push_back(token.id);
        return out;
    };
    EXPECT_EQ(ids(table.tokensOfExpert(0)), (std::vector<int32_t>{8, 7, 9})); // 2 and 2, 8 with the higher lift
    EXPECT_EQ(ids(table.tokensOfExpert(1)), (std::vector<int32_t>{9, 7}));
    EXPECT_EQ(ids(table.tokensOfExpert(0, 3)), (std::vector<int32_t>{7, 9}));
    EXPECT_EQ(ids(table.tokensOfExpert(0, 1, true)), (std::vector<int32_t>{8, 7, 9}));
    EXPECT_EQ(ids(table.tokensOfExpert(0, 4, true)), (std::vector<int32_t>{9}));
}

TEST(TokenShares, VocabularySpecializationAgainstItsChance)
{
    Routed aligned{8, {}, {}}, chance{8, {}, {}};
    Draws draws(1);
    for (int32_t x = 0; x < 8000; ++x) {
        const auto id = static_cast<int32_t>(draws.below(100));
        aligned.id.push_back(id), chance.id.push_back(id);
        aligned.expert.push_back(static_cast<int16_t>(id % 8));
        chance.expert.push_back(static_cast<int16_t>(draws.below(8)));
    }
    const TokenTable planted(aligned.view()), random(chance.view());
    EXPECT_EQ(planted.specialization(), 1);
    EXPECT_LT(planted.specializationByChance(), 0.3);
    EXPECT_NEAR(random.specialization(), random.specializationByChance(), 0.01);
    EXPECT_GT(random.specializationByChance(), 1.0 / 8) << "the largest of few draws";
    EXPECT_EQ(random.specializationByChance(), random.specializationByChance()) << "the same seed";
}

TEST(TokenShares, ClassesAndTheirEntropies)
{
    const Routed routed{4, {0, 0, 1, 1, 2, 2, 3, -1, 3}, {0, 1, 2, 2, 3, 0, 1, 1, -1}};
    const auto counts = classCounts(routed.view(), 3, [](int32_t id) { return id == 2 ? -1 : id == 3 ? 2 : id; });
    EXPECT_EQ(counts, (std::vector<int64_t>{1, 1, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0}));
    const auto entropies = classEntropies(counts, 3, 4);
    EXPECT_NEAR(entropies[0], std::log(2), 1e-12);
    EXPECT_EQ(entropies[1], 0);
    EXPECT_EQ(entropies[2], 0);
    const std::vector<int64_t> even = {5, 5, 5, 5, 0, 0, 0, 0};
    EXPECT_NEAR(classEntropies(even, 2, 4)[0], std::log(4), 1e-12);
    EXPECT_TRUE(std::isnan(classEntropies(even, 2, 4)[1]));
}

TEST(TokenShares, NothingRouted)
{
    const Routed none{4, {}, {}};
    const TokenTable table(none.view());
    EXPECT_EQ(table.tokens(), 0);
    EXPECT_TRUE(table.ids().empty());
    EXPECT_TRUE(table.tokensOfExpert(3).empty());
    EXPECT_EQ(table.expertsOf(5), (std::vector<int64_t>{0, 0, 0, 0}));
    EXPECT_EQ(table.total(5), 0);
    EXPECT_TRUE(std::isnan(table.specialization()));
    EXPECT_TRUE(std::isnan(table.specializationByChance()));
}

TEST(TokenShares, RefuseWhatDoesNotFit)
{
    const Routed uneven{2, {1, 2}, {0}}, too_high{2, {1}, {2}}, no_expert{0, {}, {}}, fine{2, {1}, {1}};
    EXPECT_THROW(TokenTable{uneven.view()}, Error);
    EXPECT_THROW(TokenTable{too_high.view()}, Error);
    EXPECT_THROW(TokenTable{no_expert.view()}, Error);
    EXPECT_THROW(TokenTable{fine.view()}.tokensOfExpert(2), Error);
    EXPECT_THROW(TokenTable{fine.view()}.tokensOfExpert(-1), Error);
    EXPECT_THROW(TokenTable{fine.view()}.specializationByChance(1, 0), Error);
    EXPECT_THROW(classCounts(fine.view(), 1, [](int32_t) { return 1; }), Error);
    EXPECT_THROW(classCounts(fine.view(), 0, [](int32_t) { return 0; }), Error);
    EXPECT_THROW(classEntropies({}, 1, 1), Error);
}

} // namespace sy::test
