#include "core/model/generate.h"

#include "core/base/error.h"
#include "core/model/stacks.h"

namespace sy {

namespace {

std::vector<std::vector<int32_t>> untilEnd(const torch::Tensor& tokens_BT, int32_t end_token)
{
    const auto host = tokens_BT.to(torch::kCPU).contiguous();
    std::vector<std::vector<int32_t>> out(static_cast<size_t>(host.size(0)));
    const auto* token = host.const_data_ptr<int64_t>();
    for (auto& row : out) {
        for (int64_t t = 0; t < host.size(1) && token[t] != end_token; ++t) row.push_back(static_cast<int32_t>(token[t]));
        token += host.size(1);
    }
    return out;
}

} // namespace

std::vector<std::vector<int32_t>> generateGreedy(const ModelConfig& model, const RouterConfig& router, const Weights& weights,
                                                 const torch::Tensor& input_BS, const torch::Tensor& mask_BS,
                                                 const GenerateSettings& settings)
{
    if (settings.max_length < 1)
        throw EngineError("generation needs a maximal length of at least 1, got " + std::to_string(settings.max_length));
    const torch::NoGradGuard no_grad;
    ForwardOptions options;
    options.routing = settings.routing;
    const Pass pass{model, router, weights, options};
    std::vector<LayerRouting> layers;
    ModelInput input;
    input.input_BS = input_BS;
    input.mask_BS = mask_BS;
    input.decoder_BT = torch::full({input_BS.size(0), 1}, settings.start_token, input_BS.options());
    const auto memory = encode(pass, input, layers);
    auto ended = torch::zeros({input_BS.size(0), 1}, mask_BS.options());
    for (int64_t t = 0; t < settings.max_length; ++t) {
        const auto hidden = decode(pass, input, memory, layers).select(1, t);
        const auto next = outputLogits(pass, hidden).argmax(1, true);
        input.decoder_BT = torch::cat({input.decoder_BT, next}, 1);
        ended = ended.logical_or(next.eq(settings.end_token));
        if (ended.all().item<bool>()) break;
    }
    return untilEnd(input.decoder_BT.narrow(1, 1, input.decoder_BT.size(1) - 1), settings.end_token);
}

} // namespace sy
