#include "core/kernels/rows.h"
#include "core/kernels/slots.h"

#include <gtest/gtest.h>

using namespace sy;

namespace {

struct RandomCase {
    TokenGroups groups;
    int64_t experts, width;
    torch::Tensor expert, eligible, order, capacity, taken;

    explicit RandomCase(int64_t seed)
    {
        torch::manual_seed(static_cast<uint64_t>(seed));
        const auto pick = [](int64_t low, int64_t high) { return torch::randint(low, high, {1}).item<int64_t>(); };
        groups = {pick(1, 9), pick(1, 12), 1};
        groups.rows_per_group = pick(1, groups.rows + 1);
        experts = pick(1, 7);
        width = pick(1, 4);
        expert = torch::randint(-1, experts, {groups.tokens(), width}, torch::kInt64);
        eligible = torch::rand({groups.tokens(), width}).gt(0.2);
        capacity = torch::randint(0, 6, {groups.groups()}, torch::kInt64);
        taken = torch::zeros({groups.groups(), experts}, torch::kInt64);
        if (seed % 2 == 0) order = groupedPermutation();
        if (seed % 3 == 0) taken = torch::minimum(torch::randint(0, 3, taken.sizes(), torch::kInt64), capacity.unsqueeze(1));
    }

    torch::Tensor groupedPermutation() const
    {
        std::vector<torch::Tensor> parts;
        for (int64_t g = 0; g < groups.groups(); ++g) {
            const int64_t begin = g * groups.tokensPerGroup();
            parts.push_back(torch::randperm(std::min(groups.tokensPerGroup(), groups.tokens() - begin)) + begin);
        }
        return torch::cat(parts);
    }

    torch::Tensor assign(torch::Tensor& counts) const
    {
        return assignSlots(expert, eligible, order, capacity, counts, groups);
    }
};

constexpr int64_t cases = 60;

} // namespace

TEST(SlotKernels, bodyAndTensorFormAgree)
{
    for (int64_t seed = 0; seed < cases; ++seed) {
        const RandomCase c(seed);
        auto taken = c.taken.clone(), taken_by_tensors = c.taken.clone();
        const auto slot = c.assign(taken);
        const auto by_tensors = tensor_form::assignSlots(c.expert, c.eligible, c.order, c.capacity, taken_by_tensors, c.groups);
        EXPECT_TRUE(slot.equal(by_tensors)) << "seed " << seed;
        EXPECT_TRUE(taken.equal(taken_by_tensors)) << "seed " << seed;
    }
}

TEST(SlotKernels, raggedRowsAreSortedByExpertAndComplete)
{
    for (int64_t seed = 0; seed < cases; ++seed) {
        RandomCase c(seed);
        c.taken.zero_();
        const auto slot = c.assign(c.taken);
        const auto rows = raggedRows(c.expert, slot, c.taken, c.groups);
        const int64_t kept = slot.ge(0).sum().item<int64_t>();
        ASSERT_EQ(rows.choice_R.size(0), std::max<int64_t>(kept, 1));
        EXPECT_EQ(rows.offsets_N[-1].item<int>(), kept);
        int64_t last = 0;
        for (int64_t r = 0; r < kept; ++r) {
            const int64_t choice = rows.choice_R[r].item<int64_t>();
            EXPECT_EQ(rows.row_XW.flatten()[choice].item<int64_t>(), r);
            const int64_t expert = c.expert.flatten()[choice].item<int64_t>();
            EXPECT_GE(expert, last);
            EXPECT_LT(r, rows.offsets_N[expert].item<int>());
            last = expert;
        }
        EXPECT_TRUE(rows.row_XW.ge(0).equal(slot.ge(0)));
    }
}

TEST(SlotKernels, paddedRowsHaveOneTokenEachInTheirExpertsBuffer)
{
    for (int64_t seed = 0; seed < cases; ++seed) {
        RandomCase c(seed);
        c.taken.zero_();
        const auto slot = c.assign(c.taken);
        const int64_t slots = std::max<int64_t>(c.capacity.max().item<int64_t>(), 1);
        const auto rows = paddedRows(c.expert, slot, c.experts, slots, c.groups);
        const int64_t per_expert = c.groups.groups() * slots;
        ASSERT_EQ(rows.choice_R.size(0), c.experts * per_expert);
        EXPECT_EQ(rows.choice_R.ge(0).sum().item<int64_t>(), slot.ge(0).sum().item<int64_t>());
        for (int64_t r = 0; r < rows.choice_R.size(0); ++r) {
            const int64_t choice = rows.choice_R[r].item<int64_t>();
            if (choice < 0) continue;
            EXPECT_EQ(c.expert.flatten()[choice].item<int64_t>(), r / per_expert);
        }
    }
}

TEST(RowKernels, dispatchAndCombineEqualALoopAndSoDoTheirGradients)
{
    for (int64_t seed = 0; seed < 30; ++seed) {
        RandomCase c(seed);
        c.taken.zero_();
        const auto slot = c.assign(c.taken);
        const auto rows = raggedRows(c.expert, slot, c.taken, c.groups);
        auto x = torch::randn({c.groups.tokens(), 8}, torch::kDouble).requires_grad_();
        auto weight = torch::rand({c.groups.tokens(), c.width}, torch::kDouble).requires_grad_();
        const auto scale = torch::randn({rows.choice_R.size(0), 8}, torch::kDouble);
        const auto upstream = torch::randn({c.groups.tokens(), 8}, torch::kDouble);
        (combineRows(dispatchRows(x, rows) * scale, weight, rows) * upstream).sum().backward();
        const auto grad_x = x.grad().clone(), grad_weight = weight.grad().clone();
        x.mutable_grad() = torch::Tensor();
        weight.mutable_grad() = torch::Tensor();

        auto loss = torch::zeros({}, torch::kDouble);
        for (int64_t t = 0; t < c.groups.tokens(); ++t)
            for (int64_t w = 0; w < c.width; ++w) {
                const int64_t row = rows.row_XW[t][w].item<int64_t>();
                if (row >= 0) loss = loss + (x[t] * scale[row] * weight[t][w] * upstream[t]).sum();
            }
        if (!loss.requires_grad()) continue;
        loss.backward();
        EXPECT_TRUE(grad_x.allclose(x.grad().defined() ? x.grad() : torch::zeros_like(x), 1e-12, 1e-12)) << seed;
        EXPECT_TRUE(grad_weight.allclose(weight.grad(), 1e-12, 1e-12)) << seed;
    }
}

TEST(RowKernels, whatStandsInEmptyRowsNeverMatters)
{
    const auto expert = torch::tensor({0, 0, 1}, torch::kInt64).unsqueeze(1);
    const auto slot = torch::tensor({0, -1, 0}, torch::kInt64).unsqueeze(1);
    const auto rows = paddedRows(expert, slot, 2, 2, {1, 3, 1});
    auto outputs = torch::full({4, 8}, std::nan(""));
    outputs[0].fill_(2);
    outputs[2].fill_(3);
    const auto y = combineRows(outputs, torch::ones({3, 1}), rows);
    EXPECT_TRUE(y.select(1, 0).equal(torch::tensor({2.0F, 0.0F, 3.0F})));
}
