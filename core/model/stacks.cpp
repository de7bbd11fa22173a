#include "core/model/stacks.h"

#include "core/model/blocks.h"
#include "core/model/sparse_layer.h"

#include <cmath>

namespace sy {

namespace {

/// One stack on its way through its layers.
struct Stack {
    const Pass& pass;
    std::string name; ///< "encoder" or "decoder"
    TokenInfo tokens;
    std::vector<LayerRouting>& layers;

    std::string site(int64_t layer) const { return name + "." + std::to_string(layer); }
    std::string prefix(int64_t layer, int part) const
    {
        return name + ".block." + std::to_string(layer) + ".layer." + std::to_string(part) + ".";
    }
    torch::Tensor norm(const torch::Tensor& x, const std::string& weight) const
    {
        return rmsNorm(x, pass.weights.at(weight), pass.model.norm_eps);
    }
};

bool allRouted(const Pass& pass)
{
    const auto semantics = pass.options.routing.semantics;
    return pass.router.padding == PaddingPolicy::Count || semantics == Semantics::HfRow || semantics == Semantics::HfDropless;
}

TokenInfo tokenInfo(const Pass& pass, const torch::Tensor& ids, const torch::Tensor& real, const torch::Tensor& language_B,
                    bool decoder)
{
    TokenInfo out;
    out.rows = ids.size(0);
    out.length = ids.size(1);
    out.decoder = decoder;
    out.id_X = ids.flatten();
    out.real_X = real.flatten();
    out.routed_X = allRouted(pass) ? torch::ones_like(out.real_X) : out.real_X;
    out.language_B = language_B;
    return out;
}

/// Foreign checkpoints may have an embedding per stack beside the shared one; our own models have none.
torch::Tensor embedded(const Pass& pass, const std::string& stack, const torch::Tensor& ids)
{
    const auto own = stack + ".embed_tokens.weight";
    const auto& table = pass.weights.at(pass.weights.has(own) ? own : "shared.weight");
    return pass.dropout(at::embedding(table, ids), stack + "/embedding");
}

/// Attention over `memory`, or over x itself where that is undefined.
torch::Tensor attentionBlock(const Stack& stack, int64_t layer, int part, const torch::Tensor& x, const torch::Tensor& memory,
                             const torch::Tensor& bias)
{
    const auto prefix = stack.prefix(layer, part);
    const std::string kind = memory.defined() ? "EncDecAttention." : "SelfAttention.";
    const std::string site = stack.site(layer).append(memory.defined() ? "/cross" : "/self");
    const auto normed = stack.norm(x, prefix + "layer_norm.weight");
    const auto y = attention(stack.pass, prefix + kind, site, normed, memory.defined() ? memory : normed, bias);
    return x + stack.pass.dropout(y, site);
}

torch::Tensor feedForwardBlock(Stack& stack, int64_t layer, const torch::Tensor& x)
{
    const auto prefix = stack.prefix(layer, stack.tokens.decoder ? 2 : 1);
    const auto name = stack.site(layer);
    auto y = stack.norm(x, prefix + "layer_norm.weight");
    if (isSparseLayer(stack.pass.model, stack.tokens.decoder, layer)) {
        auto sparse = sparseFeedForward(stack.pass, prefix + "mlp.", name, y.flatten(0, 1), stack.tokens);
        stack.layers.push_back(std::move(sparse.routing));
        y = sparse.y_XD.view_as(x);
    } else {
        y = feedForward(stack.pass, prefix + "mlp.", name, y);
    }
    return x + stack.pass.dropout(y, name + "/ff");
}

torch::Tensor finished(const Stack& stack, const torch::Tensor& x)
{
    return stack.pass.dropout(stack.norm(x, stack.name + ".final_layer_norm.weight"), stack.name + "/final");
}

} // namespace

torch::Tensor encode(const Pass& pass, const ModelInput& input, std::vector<LayerRouting>& layers)
{
    Stack stack{pass, "encoder", tokenInfo(pass, input.input_BS, input.mask_BS, input.language_B, false), layers};
    auto x = embedded(pass, "encoder", input.input_BS);
    const auto bias = selfAttentionBias(pass, false, input.input_BS.size(1), input.mask_BS);
    for (int64_t i = 0; i < pass.model.num_layers; ++i) {
        x = attentionBlock(stack, i, 0, x, {}, bias);
        x = feedForwardBlock(stack, i, x);
    }
    return finished(stack, x);
}

torch::Tensor decode(const Pass& pass, const ModelInput& input, const torch::Tensor& memory_BSD,
                     std::vector<LayerRouting>& layers)
{
    const auto& ids = input.decoder_BT;
    const auto real = input.labels_BT.defined() ? input.labels_BT.ge(0) : torch::ones_like(ids, torch::kBool);
    Stack stack{pass, "decoder", tokenInfo(pass, ids, real, input.language_B, true), layers};
    auto x = embedded(pass, "decoder", ids);
    const auto bias = selfAttentionBias(pass, true, ids.size(1), input.mask_BS);
    const auto cross_bias = crossAttentionBias(input.mask_BS, memory_BSD.scalar_type());
    for (int64_t i = 0; i < pass.model.num_decoder_layers; ++i) {
        x = attentionBlock(stack, i, 0, x, {}, bias);
        x = attentionBlock(stack, i, 1, x, memory_BSD, cross_bias);
        x = feedForwardBlock(stack, i, x);
    }
    return finished(stack, x);
}

torch::Tensor outputLogits(const Pass& pass, const torch::Tensor& hidden)
{
    if (!pass.model.tie_embeddings) return at::linear(hidden, pass.weights.at("lm_head.weight"));
    const double scale = 1 / std::sqrt(static_cast<double>(pass.model.d_model));
    return at::linear(hidden.mul(scale), pass.weights.at("shared.weight"));
}

} // namespace sy
