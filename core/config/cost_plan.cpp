#include "core/config/cost_plan.h"

#include <algorithm>
#include <cmath>

namespace sy {

namespace {

int64_t sparseLayers(int64_t layers, int64_t step, int64_t experts)
{
    if (step <= 0 || experts <= 1) return 0;
    if (step == 1) return layers;
    return (layers - 1 + step - 1) / step; // layers 1, 1 + step, ...
}

/// One stack's share of the costs.
struct Stack {
    int64_t layers = 0, sparse = 0;
    int64_t attentions = 1; ///< per layer: the decoder's second one looks at the encoder
};

struct Shape {
    const ModelConfig& m;
    Stack encoder, decoder;
    int64_t inner;  ///< heads * d_kv
    int64_t chosen; ///< experts a token meets

    explicit Shape(const ExperimentConfig& config)
        : m(config.model), encoder{m.num_layers, sparseLayers(m.num_layers, m.encoder_sparse_step, m.num_experts), 1},
          decoder{m.num_decoder_layers, sparseLayers(m.num_decoder_layers, m.decoder_sparse_step, m.num_experts), 2},
          inner(m.num_heads * m.d_kv), chosen(config.router.kind == RouterKind::Top2 ? 2 : 1)
    {
    }
    int64_t attentionWeights() const { return 4 * m.d_model * inner; }
    int64_t feedForwardWeights() const { return 2 * m.d_model * m.d_ff; }
};

int64_t stackParameters(const Shape& s, const Stack& stack, int64_t experts_counted)
{
    const int64_t dense = stack.layers - stack.sparse;
    const int64_t norms = (stack.attentions + 1) * stack.layers * s.m.d_model + s.m.d_model;
    return stack.layers * stack.attentions * s.attentionWeights() + norms + s.m.relative_buckets * s.m.num_heads +
           dense * s.feedForwardWeights() +
           stack.sparse * (experts_counted * s.feedForwardWeights() + s.m.num_experts * s.m.d_model);
}

int64_t parameters(const Shape& s, int64_t experts_counted)
{
    const int64_t embeddings = (s.m.tie_embeddings ? 1 : 2) * s.m.vocab_size * s.m.d_model;
    return embeddings + stackParameters(s, s.encoder, experts_counted) + stackParameters(s, s.decoder, experts_counted);
}

/// Multiply-adds of one row's forward pass, the router left out.
double rowMultiplyAdds(const Shape& s, double input, double target)
{
    const double attention = static_cast<double>(s.attentionWeights());
    const double inner = static_cast<double>(s.inner);
    const auto feedForward = [&](const Stack& stack) {
        const double blocks = static_cast<double>(stack.layers + stack.sparse * (s.chosen - 1));
        return blocks * static_cast<double>(s.feedForwardWeights());
    };
    const double encoder =
        input * (static_cast<double>(s.encoder.layers) * (attention + 2 * input * inner) + feedForward(s.encoder));
    const double layers = static_cast<double>(s.decoder.layers);
    const double self_attention = target * (attention + 2 * target * inner);
    const double cross = target * attention / 2 + input * attention / 2 + 2 * target * input * inner;
    const double output = target * static_cast<double>(s.m.d_model * s.m.vocab_size);
    return encoder + layers * (self_attention + cross) + target * feedForward(s.decoder) + output;
}

double rowRouterMultiplyAdds(const Shape& s, double input, double target)
{
    const double router = static_cast<double>(s.m.num_experts * s.m.d_model);
    return router * (input * static_cast<double>(s.encoder.sparse) + target * static_cast<double>(s.decoder.sparse));
}

/// Adafactor keeps a row and a column of every matrix, AdamW two values of every weight.
int64_t optimizerValues(const Shape& s, const OptimizerConfig& optimizer, int64_t total)
{
    if (optimizer.kind == OptimizerKind::AdamW) return 2 * total;
    const auto& m = s.m;
    const auto ofStack = [&](const Stack& stack) {
        const int64_t attention = stack.layers * stack.attentions * 4 * (m.d_model + s.inner);
        const int64_t blocks = stack.layers - stack.sparse + stack.sparse * m.num_experts;
        const int64_t norms = (stack.attentions + 1) * stack.layers * m.d_model + m.d_model;
        return attention + blocks * 2 * (m.d_model + m.d_ff) + norms + stack.sparse * (m.num_experts + m.d_model) +
               m.relative_buckets + m.num_heads;
    };
    return (m.tie_embeddings ? 1 : 2) * (m.vocab_size + m.d_model) + ofStack(s.encoder) + ofStack(s.decoder);
}

/// Values kept for the backward pass of one micro-batch: an estimate from the tensors autograd holds per layer.
double activationValues(const Shape& s, double rows, double input, double target, double capacity_factor)
{
    const double d = static_cast<double>(s.m.d_model), f = static_cast<double>(s.m.d_ff),
                 inner = static_cast<double>(s.inner);
    const double heads = static_cast<double>(s.m.num_heads);
    const auto attention = [&](double queries, double keys) {
        return queries * (3 * d + 3 * inner) + 2 * keys * inner + 2 * heads * queries * keys;
    };
    const auto feedForward = [&](const Stack& stack, double length) {
        const double sparse = static_cast<double>(stack.sparse),
                     dense = static_cast<double>(stack.layers - stack.sparse);
        const double slots = std::max(1.0, std::min(capacity_factor, static_cast<double>(s.m.num_experts)));
        return length * (dense * (3 * d + 2 * f) + sparse * (3 * d + slots * (2 * d + 2 * f)));
    };
    const double encoder =
        static_cast<double>(s.encoder.layers) * attention(input, input) + feedForward(s.encoder, input);
    const double decoder =
        static_cast<double>(s.decoder.layers) * (attention(target, target) + attention(target, input)) +
        feedForward(s.decoder, target);
    const double logits = 2 * target * static_cast<double>(s.m.vocab_size);
    return rows * (encoder + decoder + logits);
}

int64_t capacityTokens(const ExperimentConfig& config, double rows)
{
    const double input = static_cast<double>(config.data.input_length);
    double scope = rows * input;
    if (config.router.capacity_scope == Scope::Row) scope = input;
    if (config.router.capacity_scope == Scope::Group)
        scope =
            std::min(scope, std::max(1.0, std::floor(static_cast<double>(config.router.group_size) / input)) * input);
    return static_cast<int64_t>(scope);
}

void planBytes(const ExperimentConfig& config, const Shape& s, CostPlan& plan)
{
    const bool half = config.precision.mode != PrecisionMode::Float32;
    const double rows = static_cast<double>(config.data.batch_size) / static_cast<double>(config.train.micro_batches);
    const double values =
        activationValues(s, rows, static_cast<double>(config.data.input_length),
                         static_cast<double>(config.data.target_length), config.router.capacity_factor_train);
    plan.bytes["weights"] = 4 * plan.parameters_total;
    plan.bytes["compute_copy"] = half ? 2 * plan.parameters_total : 0;
    plan.bytes["gradients"] = (half ? 6 : 4) * plan.parameters_total; // the float32 sum, and the half copy's own
    plan.bytes["optimizer"] = 4 * optimizerValues(s, config.optimizer, plan.parameters_total);
    plan.bytes["activations"] = static_cast<int64_t>(values * (half ? 2 : 4));
    int64_t total = 0;
    for (const auto& [part, size] : plan.bytes) total += size;
    plan.bytes["total"] = total;
}

} // namespace

CostPlan costPlan(const ExperimentConfig& config)
{
    const Shape shape(config);
    const double input = static_cast<double>(config.data.input_length);
    const double target = static_cast<double>(config.data.target_length);
    CostPlan plan;
    plan.parameters_total = parameters(shape, config.model.num_experts);
    plan.parameters_active = parameters(shape, shape.chosen);
    plan.forward_flops_per_token = 2 * rowMultiplyAdds(shape, input, target) / (input + target);
    plan.flops_per_token = 3 * plan.forward_flops_per_token;
    plan.router_flops_per_token = 2 * rowRouterMultiplyAdds(shape, input, target) / (input + target);
    plan.positions_per_step = config.data.batch_size * (config.data.input_length + config.data.target_length);
    plan.flops_per_step = plan.flops_per_token * static_cast<double>(plan.positions_per_step);

    const double rows = static_cast<double>(config.data.batch_size / std::max<int64_t>(1, config.train.micro_batches));
    const double experts = static_cast<double>(config.model.num_experts);
    plan.tokens_per_expert = rows * input / experts;
    plan.capacity_tokens = capacityTokens(config, rows);
    const double share = config.router.capacity_factor_train * static_cast<double>(plan.capacity_tokens) / experts;
    plan.expert_capacity = // as CapacityRule rounds
        config.router.dropless ? plan.capacity_tokens
                               : std::max(config.router.min_capacity, static_cast<int64_t>(std::ceil(share - 1e-9)));
    planBytes(config, shape, plan);
    return plan;
}

ExperimentConfig denseTwin(const ExperimentConfig& config)
{
    ExperimentConfig twin = config;
    twin.model.num_experts = 1;
    if (twin.router.kind == RouterKind::Top2) twin.router.kind = RouterKind::Switch;
    return twin;
}

bool equalFlops(const CostPlan& left, const CostPlan& right, double tolerance)
{
    const double larger = std::max(left.flops_per_token, right.flops_per_token);
    return std::abs(left.flops_per_token - right.flops_per_token) <= tolerance * larger;
}

} // namespace sy
