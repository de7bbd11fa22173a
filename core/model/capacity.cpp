#include "core/model/capacity.h"

#include "core/kernels/slots.h"

#include <algorithm>

namespace sy {

namespace {

CapacityRule ruleOf(const Pass& pass)
{
    const auto& routing = pass.options.routing;
    CapacityRule rule;
    rule.factor = routing.capacity_factor;
    rule.experts = pass.model.num_experts;
    rule.minimum = pass.router.min_capacity;
    if (routing.semantics == Semantics::T5xGroup) {
        rule.kind = CapacityKind::T5x;
        rule.minimum = 4;
    }
    if (routing.semantics == Semantics::HfRow) {
        rule.kind = CapacityKind::Fixed;
        rule.fixed = routing.fixed_capacity;
    }
    if (routing.dropless || routing.semantics == Semantics::HfDropless) rule.kind = CapacityKind::None;
    return rule;
}

Scope scopeOf(const Pass& pass)
{
    switch (pass.options.routing.semantics) {
    case Semantics::T5xGroup: return Scope::Group;
    case Semantics::HfRow: return Scope::Row;
    case Semantics::HfDropless: return Scope::Batch;
    case Semantics::Paper: break;
    }
    return pass.router.capacity_scope;
}

/// Tokens by falling key, earlier tokens first among equals, group after group.
torch::Tensor byFallingKey(const torch::Tensor& key_X, const TokenGroups& groups)
{
    const auto by_key = key_X.argsort(/*stable=*/true, /*dim=*/0, /*descending=*/true);
    if (groups.groups() == 1) return by_key;
    const auto group = by_key.floor_divide(groups.tokensPerGroup());
    return by_key.index_select(0, group.argsort(/*stable=*/true));
}

torch::Tensor priorityOrder(const Pass& pass, const std::string& site, const RouterChoice& choice, const TokenGroups& groups)
{
    const bool peer = pass.options.routing.semantics == Semantics::HfRow;
    if (peer || pass.router.overflow_priority == OverflowPriority::Position) return {};
    if (pass.router.overflow_priority == OverflowPriority::Probability)
        return byFallingKey(choice.gate_XK.detach().select(1, 0), groups);
    const auto stream = pass.stream("priority/" + site);
    return byFallingKey(uniform({choice.expert_XK.size(0)}, stream, choice.expert_XK.device()), groups);
}

/// The likeliest expert but the first: where overflow goes under no-token-left-behind.
torch::Tensor secondChoice(const RouterChoice& choice)
{
    return choice.probability_XN.detach().scatter(1, choice.expert_XK, -1.0).argmax(1, true);
}

} // namespace

int64_t CapacityPlan::slotsBound() const
{
    const int64_t tokens = std::min(groups.tokensPerGroup(), groups.tokens());
    return std::max<int64_t>(std::min(rule.slots(tokens), tokens), 1);
}

CapacityPlan capacityPlan(const Pass& pass, const TokenInfo& tokens)
{
    return {tokenGroups(scopeOf(pass), pass.router.group_size, tokens.rows, tokens.length), ruleOf(pass)};
}

torch::Tensor sumByGroup(const torch::Tensor& value_X, const TokenGroups& groups)
{
    const int64_t missing = groups.groups() * groups.rows_per_group - groups.rows;
    auto by_row = value_X.view({groups.rows, groups.length});
    if (missing > 0) by_row = torch::cat({by_row, torch::zeros({missing, groups.length}, by_row.options())});
    return by_row.sum(1).view({groups.groups(), groups.rows_per_group}).sum(1);
}

torch::Tensor capacityOfGroups(const CapacityPlan& plan, const torch::Tensor& routed_X)
{
    const auto tokens_G = sumByGroup(routed_X.to(torch::kInt64), plan.groups);
    const auto& rule = plan.rule;
    if (rule.kind == CapacityKind::None) return tokens_G;
    if (rule.kind == CapacityKind::Fixed) return torch::full_like(tokens_G, rule.fixed);
    const auto tokens = tokens_G.to(torch::kDouble);
    // A divisor on the device: CUDA would multiply by the reciprocal of one on the host, which rounds differently.
    const auto share = tokens.mul(rule.factor).div(torch::full({}, static_cast<double>(rule.experts), tokens.options()));
    const auto rounded = rule.kind == CapacityKind::Paper ? share.sub(CapacityRule::rounding_slack).ceil() : share.round();
    return rounded.to(torch::kInt64).clamp_min(rule.minimum);
}

SlotChoice chooseSlots(const Pass& pass, const std::string& site, const RouterChoice& choice, const TokenInfo& tokens,
                       const CapacityPlan& plan)
{
    const auto capacity_G = capacityOfGroups(plan, tokens.routed_X);
    const auto order_X = priorityOrder(pass, site, choice, plan.groups);
    SlotChoice out;
    out.expert_XK = choice.expert_XK;
    out.taken_GN = torch::zeros({plan.groups.groups(), pass.model.num_experts}, choice.expert_XK.options());
    const auto eligible = tokens.routed_X.unsqueeze(1);
    const auto assign = [&](const torch::Tensor& expert, const torch::Tensor& who) {
        return assignSlots(expert, who.expand_as(expert), order_X, capacity_G, out.taken_GN, plan.groups);
    };
    if (tokens.decoder || choice.expert_XK.size(1) == 1) {
        out.slot_XK = assign(choice.expert_XK, eligible);
    } else {
        std::vector<torch::Tensor> slots;
        for (const auto& expert : choice.expert_XK.split(1, 1)) slots.push_back(assign(expert, eligible));
        out.slot_XK = torch::cat(slots, 1);
    }
    if (pass.router.no_token_left_behind && pass.model.num_experts > 1) {
        const auto second = secondChoice(choice);
        const auto slot = assign(second, eligible.logical_and(out.slot_XK.lt(0)));
        out.expert_XK = torch::where(slot.ge(0), second, out.expert_XK);
        out.slot_XK = torch::where(slot.ge(0), slot, out.slot_XK);
    }
    return out;
}

} // namespace sy
