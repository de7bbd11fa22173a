#include "core/model/expert_choice.h"

#include "core/model/capacity.h"

namespace sy {

namespace {

/// [X, N] -> [G, P, N], a last group with fewer tokens filled up.
torch::Tensor byGroup(const torch::Tensor& value_XN, const TokenGroups& groups, double filling)
{
    const int64_t missing = groups.groups() * groups.tokensPerGroup() - groups.tokens();
    auto filled = value_XN;
    if (missing > 0) filled = torch::cat({value_XN, torch::full({missing, value_XN.size(1)}, filling, value_XN.options())});
    return filled.view({groups.groups(), groups.tokensPerGroup(), value_XN.size(1)});
}

} // namespace

RouterChoice expertsChoose(const Pass& pass, RouterChoice choice, const TokenInfo& tokens)
{
    const auto plan = capacityPlan(pass, tokens);
    const auto probability = choice.probability_XN.detach();
    const auto scores = torch::where(tokens.routed_X.unsqueeze(1), probability, torch::full({}, -1.0, probability.options()));
    const auto scores_GPN = byGroup(scores, plan.groups, -1.0);
    const auto order = scores_GPN.argsort(/*stable=*/true, 1, /*descending=*/true);
    const auto rank_XN = order.argsort(/*stable=*/true, 1).reshape({-1, scores.size(1)}).narrow(0, 0, scores.size(0));
    const auto group_X = torch::arange(scores.size(0), rank_XN.options()).floor_divide(plan.groups.tokensPerGroup());
    const auto capacity_X1 = capacityOfGroups(plan, tokens.routed_X).index_select(0, group_X).unsqueeze(1);
    const auto picked = rank_XN.lt(capacity_X1).logical_and(tokens.routed_X.unsqueeze(1));

    const auto none = torch::full({}, -1, rank_XN.options());
    const auto column = torch::where(picked, probability, torch::full({}, -1.0, probability.options()))
                            .argsort(/*stable=*/true, 1, /*descending=*/true);
    const auto picked_XK = picked.gather(1, column);
    choice.expert_XK = torch::where(picked_XK, column, none);
    choice.picked_slot_XK = torch::where(picked_XK, rank_XN.gather(1, column), none);
    choice.gate_XK = choice.probability_XN.gather(1, column).masked_fill(picked_XK.logical_not(), 0.0);
    choice.weight_XK = choice.gate_XK;
    return choice;
}

} // namespace sy
