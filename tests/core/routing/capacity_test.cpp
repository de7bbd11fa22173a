#include "core/routing/capacity.h"
#include "core/routing/scope.h"

#include <gtest/gtest.h>

using namespace sy;

namespace {

CapacityRule rule(CapacityKind kind, double factor, int64_t experts, int64_t minimum)
{
    CapacityRule out;
    out.kind = kind;
    out.factor = factor;
    out.experts = experts;
    out.minimum = minimum;
    return out;
}

} // namespace

TEST(Capacity, paperRoundsUp)
{
    EXPECT_EQ(rule(CapacityKind::Paper, 1.0, 8, 1).slots(64), 8);
    EXPECT_EQ(rule(CapacityKind::Paper, 1.0, 8, 1).slots(65), 9);
    EXPECT_EQ(rule(CapacityKind::Paper, 1.25, 8, 1).slots(2048), 320);
    EXPECT_EQ(rule(CapacityKind::Paper, 1.25, 8, 1).slots(2049), 321);
    EXPECT_EQ(rule(CapacityKind::Paper, 0.01, 8, 1).slots(8), 1);
    EXPECT_EQ(rule(CapacityKind::Paper, 1.0, 8, 4).slots(8), 4);
    EXPECT_EQ(rule(CapacityKind::Paper, 1.0, 8, 1).slots(0), 1);
}

TEST(Capacity, aProductsRoundingErrorBuysNoSlot)
{
    // In float64 1.1 * 10 = 11.000000000000002 > 11 and 1.15 * 100 = 114.99999999999999.
    for (int64_t percent = 5; percent <= 400; percent += 5)
        for (int64_t tokens = 1; tokens <= 600; ++tokens) {
            const auto slots = rule(CapacityKind::Paper, static_cast<double>(percent) / 100, 4, 1).slots(tokens);
            EXPECT_EQ(slots, std::max<int64_t>((percent * tokens + 399) / 400, 1)) << percent << " % of " << tokens;
        }
}

TEST(Capacity, t5xRoundsHalfToEvenAndHasAMinimum)
{
    EXPECT_EQ(rule(CapacityKind::T5x, 1.0, 8, 4).slots(8), 4);
    EXPECT_EQ(rule(CapacityKind::T5x, 1.0, 8, 4).slots(52), 6);  // 6.5
    EXPECT_EQ(rule(CapacityKind::T5x, 1.0, 8, 4).slots(60), 8);  // 7.5
    EXPECT_EQ(rule(CapacityKind::T5x, 1.25, 8, 4).slots(66), 10); // 10.3
}

TEST(Capacity, fixedAndNone)
{
    CapacityRule fixed = rule(CapacityKind::Fixed, 9, 8, 9);
    fixed.fixed = 3;
    EXPECT_EQ(fixed.slots(1000), 3);
    EXPECT_EQ(rule(CapacityKind::None, 1, 8, 1).slots(77), 77);
}

TEST(Scope, groupsAreWholeRows)
{
    EXPECT_EQ(tokenGroups(Scope::Row, 1024, 6, 10).groups(), 6);
    EXPECT_EQ(tokenGroups(Scope::Batch, 1024, 6, 10).groups(), 1);
    EXPECT_EQ(tokenGroups(Scope::Global, 1024, 6, 10).groups(), 1);
    EXPECT_EQ(tokenGroups(Scope::Group, 40, 6, 10).groups(), 2);
    EXPECT_EQ(tokenGroups(Scope::Group, 49, 6, 10).rows_per_group, 4);
    EXPECT_EQ(tokenGroups(Scope::Group, 5, 6, 10).groups(), 6) << "at least one row";
    EXPECT_EQ(tokenGroups(Scope::Group, 1000, 6, 10).groups(), 1);
    const auto groups = tokenGroups(Scope::Group, 40, 6, 10);
    EXPECT_EQ(groups.groupOf(39), 0);
    EXPECT_EQ(groups.groupOf(40), 1);
    EXPECT_EQ(groups.groupOf(59), 1);
}
