#include "core/routing/slots.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

using namespace sy;

namespace {

struct Case {
    TokenGroups groups;
    int64_t experts = 2, width = 1;
    std::vector<int64_t> expert;
    std::vector<int64_t> order;
    std::vector<int64_t> capacity;

    std::vector<int64_t> run(std::vector<int64_t>& taken) const
    {
        const auto eligible = std::make_unique<bool[]>(expert.size());
        std::fill_n(eligible.get(), expert.size(), true);
        std::vector<int64_t> slot(expert.size(), 99);
        SlotPass pass;
        pass.groups = groups;
        pass.experts = experts;
        pass.width = width;
        pass.expert = expert.data();
        pass.eligible = eligible.get();
        pass.order = order.empty() ? nullptr : order.data();
        pass.capacity = capacity.data();
        assignSlots(pass, taken.data(), slot.data());
        return slot;
    }
};

using Slots = std::vector<int64_t>;

} // namespace

TEST(Slots, earlierTokensWin)
{
    Case one{{1, 6, 1}, 2, 1, {0, 0, 1, 0, 1, 0}, {}, {2}};
    Slots taken(2, 0);
    EXPECT_EQ(one.run(taken), (Slots{0, 1, 0, -1, 1, -1}));
    EXPECT_EQ(taken, (Slots{2, 2}));
}

TEST(Slots, everyGroupCountsForItself)
{
    Case two{{2, 3, 1}, 2, 1, {0, 0, 1, 0, 0, 0}, {}, {1, 2}};
    Slots taken(4, 0);
    EXPECT_EQ(two.run(taken), (Slots{0, -1, 0, 0, 1, -1}));
    EXPECT_EQ(taken, (Slots{1, 1, 2, 0}));
}

TEST(Slots, orderDecides)
{
    Case ordered{{1, 3, 1}, 2, 1, {0, 0, 0}, {2, 0, 1}, {2}};
    Slots taken(2, 0);
    EXPECT_EQ(ordered.run(taken), (Slots{1, -1, 0}));
}

TEST(Slots, aTokensChoicesStandTogetherAndNoChoiceTakesNothing)
{
    Case wide{{1, 2, 1}, 2, 2, {0, 1, 1, -1}, {}, {1}};
    Slots taken(2, 0);
    EXPECT_EQ(wide.run(taken), (Slots{0, 0, -1, -1}));
}

TEST(Slots, goesOnFromWhatIsTaken)
{
    Case again{{1, 2, 1}, 2, 1, {0, 0}, {}, {3}};
    Slots taken{2, 0};
    EXPECT_EQ(again.run(taken), (Slots{2, -1}));
    EXPECT_EQ(taken, (Slots{3, 0}));
}
