#include "core/train/probing.h"

#include "core/base/error.h"
#include "core/model/generate.h"
#include "core/train/device_batch.h"
#include "core/train/host_values.h"
#include "core/train/update.h"

#include <algorithm>
#include <iterator>

namespace sy {

namespace {

torch::Tensor idTensor(const std::vector<int32_t>& ids, torch::Device device)
{
    return torch::tensor(std::vector<int64_t>(ids.begin(), ids.end()), torch::kInt64).unsqueeze(0).to(device);
}

/// int64 [B, longest row], padded with 0.
torch::Tensor paddedIds(const std::vector<std::vector<int32_t>>& rows, torch::Device device)
{
    size_t longest = 0;
    for (const auto& row : rows) longest = std::max(longest, row.size());
    std::vector<int64_t> ids;
    for (const auto& row : rows) {
        ids.insert(ids.end(), row.begin(), row.end());
        ids.resize(ids.size() + longest - row.size(), 0);
    }
    const auto shape = {static_cast<int64_t>(rows.size()), static_cast<int64_t>(longest)};
    return torch::tensor(ids, torch::kInt64).view(shape).to(device);
}

ForwardResult run(const ProbeModel& model, const std::vector<int32_t>& input, const std::vector<int32_t>& decoder,
                  bool logits, bool probabilities)
{
    const torch::NoGradGuard no_grad;
    const auto device = model.compute.items().front().second.device();
    ModelInput in;
    in.input_BS = idTensor(input, device);
    in.mask_BS = torch::ones_like(in.input_BS, torch::kBool);
    in.decoder_BT = idTensor(decoder, device);
    auto options = forwardOptions(model.config, /*train=*/false);
    options.want_logits = logits;
    options.want_probabilities = probabilities;
    options.routing = model.routing;
    return forward(model.config.model, model.config.router, model.config.precision.mode, model.compute, in, options);
}

ProbeRoute route(const LayerRouting& routing, int64_t layer, int64_t top_k)
{
    ProbeRoute out;
    out.layer = layer;
    out.top_k = std::min(top_k, routing.probability_XN.size(1));
    const auto first = routing.expert_XK.select(1, 0);
    const auto kept = routing.kept_XK.logical_and(routing.expert_XK.ge(0)).any(1);
    out.expert = hostValues<int32_t>(first.clamp_min(0));
    out.dropped = hostValues<uint8_t>(kept.logical_not());
    out.probability = hostValues<float>(routing.gate_XK.select(1, 0));
    out.entropy = hostValues<float>(routing.entropy_X);
    const auto [values, experts] = routing.probability_XN.topk(out.top_k, 1);
    out.top_expert = hostValues<int32_t>(experts);
    out.top_probability = hostValues<float>(values);
    return out;
}

constexpr size_t longest_target = 1024; ///< tokens: attention grows with the square

std::vector<int32_t> decoderIds(const std::vector<int32_t>& target)
{
    std::vector<int32_t> ids{0};
    ids.insert(ids.end(), target.begin(), target.end());
    return ids;
}

} // namespace

std::vector<int32_t> cutInput(std::vector<int32_t> ids, int64_t length)
{
    const auto longest = static_cast<size_t>(std::max<int64_t>(length, 1) - 1);
    if (ids.size() > longest) ids.resize(longest);
    ids.push_back(1); // end of text
    return ids;
}

std::vector<std::vector<int32_t>> generateGreedy(const ProbeModel& model,
                                                 const std::vector<std::vector<int32_t>>& inputs, int64_t max_length)
{
    // Where experts choose tokens, rows of one batch would compete.
    const size_t rows = model.config.router.kind == RouterKind::ExpertChoice ? 1 : std::max<size_t>(inputs.size(), 1);
    const auto device = model.compute.items().front().second.device();
    GenerateSettings settings;
    settings.max_length = max_length;
    settings.routing = model.routing;
    std::vector<std::vector<int32_t>> out;
    for (size_t from = 0; from < inputs.size(); from += rows) {
        std::vector<std::vector<int32_t>> sources;
        for (size_t i = from; i < std::min(from + rows, inputs.size()); ++i)
            sources.push_back(cutInput(inputs[i], model.config.data.input_length));
        const auto ids_BS = paddedIds(sources, device);
        auto answers =
            generateGreedy(model.config.model, model.config.router, model.compute, ids_BS, ids_BS.ne(0), settings);
        std::move(answers.begin(), answers.end(), std::back_inserter(out));
    }
    return out;
}

std::vector<int32_t> generateGreedy(const ProbeModel& model, const std::vector<int32_t>& input, int64_t max_length)
{
    return generateGreedy(model, std::vector<std::vector<int32_t>>{input}, max_length).at(0);
}

Probe probeText(const ProbeModel& model, const ProbeText& text, int64_t step, int64_t top_k, int64_t predict)
{
    const auto ids = encodeWithSentinels(model.tokenizer, text.text);
    if (ids.empty()) throw DataError("probe: the text is empty");
    Probe probe{step, text.text, text.language, text.target, {}, {}, {}};
    auto target = encodeWithSentinels(model.tokenizer, text.target);
    if (target.size() > longest_target)
        throw DataError("probe: the target has " + std::to_string(target.size()) + " tokens, at most " +
                        std::to_string(longest_target) + " are fed to the decoder");
    if (target.empty() && predict > 0) {
        target = generateGreedy(model, ids, predict);
        probe.prediction = model.tokenizer.decode(target);
    }
    const auto input = cutInput(ids, model.config.data.input_length);
    const auto decoder = decoderIds(target);
    for (const int32_t id : input) probe.tokens.push_back({id, model.tokenizer.piece(id), false});
    for (const int32_t id : decoder) probe.tokens.push_back({id, model.tokenizer.piece(id), true});
    const auto result = run(model, input, decoder, /*logits=*/false, /*probabilities=*/true);
    for (size_t i = 0; i < result.layers.size(); ++i)
        probe.routes.push_back(route(result.layers[i], static_cast<int64_t>(i), top_k));
    return probe;
}

RoutingOptions probeRouting(const ExperimentConfig& config, const std::string& capacity)
{
    if (capacity != "none" && capacity != "eval" && capacity != "train")
        throw UsageError("capacity: must be none, eval or train, got \"" + capacity + "\"");
    auto routing = forwardOptions(config, capacity == "train").routing;
    if (capacity == "none" && config.router.kind != RouterKind::ExpertChoice) routing.dropless = true;
    return routing;
}

} // namespace sy
