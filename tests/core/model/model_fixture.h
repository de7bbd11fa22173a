// Small models and inputs for the tests of core/model.
#pragma once

#include "core/model/model.h"
#include "core/model/pass.h"
#include "core/model/router.h"

#include <torch/torch.h>

namespace sy::test {

inline ModelConfig tinyModel()
{
    ModelConfig model;
    model.num_experts = 3;
    model.d_model = 8;
    model.d_ff = 16;
    model.d_kv = 4;
    model.num_heads = 2;
    model.num_layers = 2;
    model.num_decoder_layers = 2;
    model.vocab_size = 20;
    model.dropout = 0;
    model.init_scale = 1; // routers that prefer something
    return model;
}

inline Weights toType(const Weights& weights, torch::ScalarType dtype, bool trainable = false)
{
    Weights out;
    for (const auto& [name, tensor] : weights.items())
        out.add(name, tensor.to(dtype).clone().detach().requires_grad_(trainable));
    return out;
}

/// Rows with padding at their ends and some labels ignored.
inline ModelInput randomInput(const ModelConfig& model, int64_t rows, int64_t length, int64_t target, uint64_t seed)
{
    torch::manual_seed(seed);
    ModelInput input;
    input.input_BS = torch::randint(2, model.vocab_size, {rows, length}, torch::kInt64);
    const auto lengths = torch::randint(1, length + 1, {rows, 1}, torch::kInt64);
    input.mask_BS = torch::arange(length).unsqueeze(0).lt(lengths);
    input.decoder_BT = torch::randint(2, model.vocab_size, {rows, target}, torch::kInt64);
    const auto ends = torch::randint(1, target + 1, {rows, 1}, torch::kInt64);
    const auto labels = torch::randint(2, model.vocab_size, {rows, target}, torch::kInt64);
    input.labels_BT = labels.masked_fill(torch::arange(target).unsqueeze(0).ge(ends), -100);
    return input;
}

/// Mean cross entropy plus weighted router losses.
inline torch::Tensor totalLoss(const ForwardResult& result, double aux = 0.1, double z = 0.01)
{
    auto loss = result.loss_sum / 10;
    for (const auto& layer : result.layers) loss = loss + aux * layer.aux_loss + z * layer.z_loss;
    return loss;
}

/// One sparse layer alone, with random weights under "l.".
struct LayerFixture {
    ModelConfig model = tinyModel();
    RouterConfig router;
    ForwardOptions options;
    Weights weights;
    TokenInfo tokens;
    torch::Tensor x_XD;

    LayerFixture(int64_t experts, int64_t rows, int64_t length, torch::ScalarType dtype, uint64_t seed)
    {
        torch::manual_seed(seed);
        model.num_experts = experts;
        const auto normal = [&](std::vector<int64_t> shape) { return torch::randn(shape, torch::kDouble).to(dtype).requires_grad_(); };
        weights.add("l.router.classifier.weight", normal({experts, model.d_model}));
        weights.add("l.experts.wi.weight", normal({experts, model.d_ff, model.d_model}));
        weights.add("l.experts.wo.weight", normal({experts, model.d_model, model.d_ff}));
        x_XD = normal({rows * length, model.d_model});
        tokens.rows = rows;
        tokens.length = length;
        tokens.id_X = torch::randint(0, model.vocab_size, {rows * length}, torch::kInt64);
        tokens.real_X = torch::rand({rows * length}).gt(0.25);
        tokens.routed_X = tokens.real_X;
        options.routing.capacity_factor = 1;
    }
    Pass pass() const { return {model, router, weights, options}; }
};

} // namespace sy::test
