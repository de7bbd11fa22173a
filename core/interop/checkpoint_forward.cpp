#include "core/interop/checkpoint_forward.h"

#include "core/base/error.h"
#include "core/interop/huggingface.h"
#include "core/interop/id_rows.h"
#include "core/model/model.h"
#include "core/model/tensor_files.h"

#include <algorithm>

namespace sy {

namespace {

constexpr double eval_capacity_factor = 2.0; ///< Switch Transformers evaluate with twice the even share
constexpr int64_t t5x_group_size = 8192;     ///< tokens, as the T5X configuration of Switch-Base

Semantics semanticsOf(const std::string& name)
{
    if (name == "paper") return Semantics::Paper;
    if (name == "t5x-group") return Semantics::T5xGroup;
    if (name == "hf-row") return Semantics::HfRow;
    if (name == "hf-dropless") return Semantics::HfDropless;
    std::string known;
    for (const auto& each : semanticsNames()) known += (known.empty() ? "" : ", ") + each;
    throw UsageError("--semantics must be one of " + known + ", got " + name);
}

torch::Tensor tensorOf(const IdRows& rows)
{
    return torch::tensor(rows.ids, torch::kInt64).view({rows.rows, rows.length});
}

ModelInput modelInput(const ForwardInput& input)
{
    ModelInput out;
    out.input_BS = tensorOf(input.input_ids);
    out.mask_BS = tensorOf(input.attention_mask).to(torch::kBool);
    out.labels_BT = tensorOf(input.labels);
    out.decoder_BT = torch::constant_pad_nd(out.labels_BT.slice(1, 0, -1), {1, 0}, 0).clamp_min(0);
    return out;
}

RouterConfig routerOf(const HuggingFaceModel& model, Semantics semantics)
{
    auto router = model.router;
    router.capacity_factor_eval = eval_capacity_factor;
    if (semantics == Semantics::Paper) return router;
    router.padding = PaddingPolicy::Count;
    router.group_size = t5x_group_size;
    return router;
}

ForwardOptions optionsOf(const HuggingFaceModel& model, Semantics semantics)
{
    ForwardOptions options;
    options.want_logits = true;
    options.routing.semantics = semantics;
    options.routing.capacity_factor = eval_capacity_factor;
    options.routing.fixed_capacity = model.expert_capacity;
    return options;
}

/// One expert became a dense block, which drops nothing.
void refuseDropsOfOneExpert(const HuggingFaceModel& model, Semantics semantics, const ForwardInput& input)
{
    const int64_t longest = std::max(input.input_ids.length, input.labels.length);
    if (semantics != Semantics::HfRow || model.single_expert_layers.empty() || longest <= model.expert_capacity) return;
    throw DataError("hf-row with num_experts 1 needs rows no longer than expert_capacity " +
                    std::to_string(model.expert_capacity) + ", got " + std::to_string(longest) +
                    ": the only expert runs as a dense block, which drops no token");
}

/// [B, S], or [B, S, k] for k > 1.
torch::Tensor routesOf(const LayerRouting& layer, int64_t rows)
{
    const auto route = torch::where(layer.kept_XK, layer.expert_XK, torch::full_like(layer.expert_XK, -1));
    const int64_t choices = route.size(1);
    return choices == 1 ? route.view({rows, -1}) : route.view({rows, -1, choices});
}

NamedTensors results(const HuggingFaceModel& model, const ModelInput& input, const ForwardResult& forward)
{
    NamedTensors out{{"logits", forward.logits_BTV.to(torch::kFloat)}};
    for (const auto& layer : forward.layers)
        out.emplace_back("routes." + layer.name, routesOf(layer, input.input_BS.size(0)));
    for (const auto& name : model.single_expert_layers)
        out.emplace_back("routes." + name,
                         torch::zeros_like(name.starts_with("encoder") ? input.input_BS : input.decoder_BT));
    return out;
}

CheckpointForwardSummary summaryOf(const NamedTensors& tensors, const ModelInput& input)
{
    CheckpointForwardSummary summary{input.input_BS.size(0), input.input_BS.size(1), input.decoder_BT.size(1), {}};
    for (const auto& [name, tensor] : tensors) {
        if (name == "logits") continue;
        summary.layers.push_back(
            {name.substr(std::string("routes.").size()), tensor.numel(), tensor.lt(0).sum().item<int64_t>()});
    }
    return summary;
}

} // namespace

const std::vector<std::string>& semanticsNames()
{
    static const std::vector<std::string> names = {"paper", "t5x-group", "hf-row", "hf-dropless"};
    return names;
}

CheckpointForwardSummary checkpointForward(const CheckpointForward& request)
try {
    const auto semantics = semanticsOf(request.semantics);
    const auto model = readHuggingFace(request.directory);
    const auto given = readForwardInput(request.input, model.model.vocab_size);
    refuseDropsOfOneExpert(model, semantics, given);
    const torch::NoGradGuard no_grad;
    const auto input = modelInput(given);
    const auto router = routerOf(model, semantics);
    const auto forwarded =
        forward(model.model, router, PrecisionMode::Float32, model.weights, input, optionsOf(model, semantics));
    const auto tensors = results(model, input, forwarded);
    writeTensors(request.output, tensors);
    return summaryOf(tensors, input);
} catch (const c10::Error& error) {
    throw EngineError("checkpoint forward " + request.directory.string() + ": " + error.what_without_backtrace());
}

} // namespace sy
