#include "core/model/sparse_layer.h"

#include "core/base/error.h"
#include "core/kernels/rows.h"
#include "core/model/capacity.h"
#include "core/model/router_losses.h"

namespace sy {

namespace {

void requireExpert(int64_t expert, int64_t experts, const std::string& name)
{
    if (expert < 0 || expert >= experts)
        throw EngineError("layer " + name + " has experts 0 to " + std::to_string(experts - 1) + ", got " + std::to_string(expert));
}

/// Force and swap, on the choice before capacity.
void intervene(const RoutingOptions& routing, const std::string& name, RouterChoice& choice)
{
    const int64_t experts = choice.probability_XN.size(1);
    if (routing.swap_experts) {
        const auto [a, b] = *routing.swap_experts;
        requireExpert(a, experts, name);
        requireExpert(b, experts, name);
        const auto& e = choice.expert_XK;
        choice.expert_XK = torch::where(e.eq(a), torch::full({}, b, e.options()),
                                        torch::where(e.eq(b), torch::full({}, a, e.options()), e));
    }
    if (routing.force_expert) {
        requireExpert(*routing.force_expert, experts, name);
        const auto gate = choice.probability_XN.select(1, *routing.force_expert).unsqueeze(1);
        const bool scaled = choice.picked_slot_XK.defined() || choice.expert_XK.size(1) == 1;
        choice.expert_XK = torch::full({gate.size(0), 1}, *routing.force_expert, choice.expert_XK.options());
        choice.weight_XK = scaled ? gate : torch::ones_like(gate);
        choice.gate_XK = gate;
        choice.picked_slot_XK = torch::Tensor();
    }
}

/// Slots of experts that chose their tokens themselves.
SlotChoice pickedSlots(const RouterChoice& choice, const CapacityPlan& plan, const torch::Tensor& routed_X)
{
    const auto taken_G = torch::minimum(capacityOfGroups(plan, routed_X), sumByGroup(routed_X.to(torch::kInt64), plan.groups));
    return {choice.expert_XK, choice.picked_slot_XK,
            taken_G.unsqueeze(1).repeat({1, choice.probability_XN.size(1)})};
}

/// The gate follows the token where no-token-left-behind sent it to its second choice.
void followReroute(RouterChoice& choice, const SlotChoice& slots)
{
    choice.expert_XK = slots.expert_XK;
    choice.gate_XK = choice.probability_XN.gather(1, slots.expert_XK);
    choice.weight_XK = choice.gate_XK;
}

torch::Tensor importanceByLanguage(const torch::Tensor& probability_XN, const TokenInfo& tokens, int64_t languages)
{
    const auto counted = probability_XN.detach() * tokens.real_X.unsqueeze(1).to(probability_XN.scalar_type());
    const auto by_row = counted.view({tokens.rows, tokens.length, -1}).sum(1);
    const auto language = torch::arange(languages, tokens.language_B.options()).unsqueeze(1);
    return tokens.language_B.unsqueeze(0).eq(language).to(by_row.scalar_type()).matmul(by_row);
}

/// Kept choices of real tokens, drawn without replacement, as many as the expert has. [X, K] bool.
torch::Tensor drawnLike(const RandomStream& stream, int64_t expert, const torch::Tensor& expert_XK, const torch::Tensor& slot_XK,
                        const torch::Tensor& real_X)
{
    const auto candidate = slot_XK.ge(0).logical_and(real_X.unsqueeze(1));
    const auto wanted = candidate.logical_and(expert_XK.eq(expert)).sum();
    const auto draw = uniform(expert_XK.sizes(), stream, expert_XK.device());
    const auto key = torch::where(candidate, draw, torch::full({}, 2.0, draw.options())).flatten();
    const auto rank = key.argsort(/*stable=*/true, 0, false).argsort(/*stable=*/true, 0, false);
    return rank.lt(wanted).view_as(expert_XK);
}

/// Ablations: what combine multiplies the experts' outputs by.
torch::Tensor ablated(const Pass& pass, const std::string& name, const torch::Tensor& weight_XK, const SlotChoice& slots,
                      const TokenInfo& tokens)
{
    const auto& routing = pass.options.routing;
    if (routing.ablate_expert) {
        requireExpert(*routing.ablate_expert, pass.model.num_experts, name);
        return weight_XK.masked_fill(slots.expert_XK.eq(*routing.ablate_expert), 0.0);
    }
    if (!routing.ablate_like) return weight_XK;
    requireExpert(*routing.ablate_like, pass.model.num_experts, name);
    const auto stream = pass.stream("ablate/" + name).child(routing.ablate_seed);
    return weight_XK.masked_fill(
        drawnLike(stream, *routing.ablate_like, slots.expert_XK, slots.slot_XK, tokens.real_X), 0.0);
}

/// Load of the fullest expert over its fair share, in the group where that is largest. Scalar.
torch::Tensor capacityNeeded(const torch::Tensor& expert_XK, const torch::Tensor& routed_X, int64_t experts,
                             const TokenGroups& groups)
{
    const auto load_G = countChoices(expert_XK, routed_X, experts, groups).amax(1).to(torch::kFloat);
    const auto tokens_G = sumByGroup(routed_X.to(torch::kInt64), groups).clamp_min(1).to(torch::kFloat);
    return load_G.mul(static_cast<double>(experts)).div(tokens_G).amax();
}

/// What only recording wants.
void describeForRecording(LayerRouting& out, const RouterChoice& choice, const TokenInfo& tokens, const TokenGroups& groups,
                          int64_t languages)
{
    const auto probability = choice.probability_XN.detach();
    out.importance_LN = importanceByLanguage(probability, tokens, languages);
    out.capacity_needed = capacityNeeded(choice.expert_XK, tokens.routed_X, probability.size(1), groups);
    if (!choice.logits_XN.defined()) return;
    const auto [least, most] = choice.logits_XN.aminmax(1);
    out.logit_min_X = least.to(torch::kFloat);
    out.logit_max_X = most.to(torch::kFloat);
}

LayerRouting describe(const Pass& pass, const std::string& name, const RouterChoice& choice, const torch::Tensor& slot_XK,
                      const TokenInfo& tokens, const TokenGroups& groups)
{
    LayerRouting out;
    out.name = name;
    out.expert_XK = choice.expert_XK;
    out.kept_XK = slot_XK.ge(0);
    out.gate_XK = choice.gate_XK.detach();
    const auto probability = choice.probability_XN.detach();
    if (pass.options.want_probabilities) out.probability_XN = probability;
    if (pass.options.num_languages > 0)
        describeForRecording(out, choice, tokens, groups, pass.options.num_languages);
    out.entropy_X = at::special_entr(probability).sum(1);
    out.lse_X = choice.lse_X.detach();
    out.counted_X = tokens.real_X;
    return out;
}

torch::Tensor dispatchAndCombine(const Pass& pass, const std::string& prefix, const std::string& name, const torch::Tensor& x_XD,
                                 const torch::Tensor& weight_XK, const SlotChoice& slots, const CapacityPlan& plan,
                                 DispatchLayout layout)
{
    const auto rows = layout == DispatchLayout::Ragged
                          ? raggedRows(slots.expert_XK, slots.slot_XK, slots.taken_GN, plan.groups)
                          : paddedRows(slots.expert_XK, slots.slot_XK, pass.model.num_experts, plan.slotsBound(), plan.groups);
    const auto outputs = runExperts(pass, prefix + "experts.", name, dispatchRows(x_XD, rows), rows, layout);
    return combineRows(outputs, weight_XK, rows);
}

} // namespace

SparseOutput sparseFeedForward(const Pass& pass, const std::string& prefix, const std::string& name, const torch::Tensor& x_XD,
                               const TokenInfo& tokens, std::optional<DispatchLayout> layout)
{
    const auto& routing = pass.options.routing;
    const bool here = routing.layer == name;
    auto choice = route(pass, pass.weights.at(prefix + "router.classifier.weight"), name, x_XD, tokens);
    const auto balance_groups = tokenGroups(pass.router.balance_scope, pass.router.group_size, tokens.rows, tokens.length);
    const auto aux_loss = balanceLoss(choice.probability_XN, choice.expert_XK, tokens.routed_X, balance_groups);
    const auto z_loss = zLoss(choice.lse_X, tokens.routed_X);

    if (here) intervene(routing, name, choice);
    auto plan = capacityPlan(pass, tokens);
    if (here && routing.force_expert) plan.rule.kind = CapacityKind::None;
    const auto slots = choice.picked_slot_XK.defined() ? pickedSlots(choice, plan, tokens.routed_X)
                                                       : chooseSlots(pass, name, choice, tokens, plan);
    if (pass.router.no_token_left_behind) followReroute(choice, slots);
    const auto weight_XK = here ? ablated(pass, name, choice.weight_XK, slots, tokens) : choice.weight_XK;

    SparseOutput out;
    out.routing = describe(pass, name, choice, slots.slot_XK, tokens, plan.groups);
    out.routing.aux_loss = aux_loss;
    out.routing.z_loss = z_loss;
    out.y_XD = dispatchAndCombine(pass, prefix, name, x_XD, weight_XK, slots, plan,
                                  layout.value_or(dispatchLayout(x_XD.device(), x_XD.scalar_type())));
    return out;
}

} // namespace sy
