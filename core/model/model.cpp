#include "core/model/model.h"

#include "core/base/error.h"
#include "core/model/cross_entropy.h"
#include "core/model/stacks.h"
#include "core/model/sums.h"

namespace sy {

namespace {

[[noreturn]] void refuse(const std::string& what) { throw EngineError("forward: " + what); }

void requireIds(const char* name, const torch::Tensor& ids, const torch::Device& device)
{
    if (!ids.defined()) refuse(std::string(name) + " is missing");
    if (ids.dim() != 2) refuse(std::string(name) + " must have two dimensions, got shape " + c10::str(ids.sizes()));
    if (ids.scalar_type() != torch::kInt64) refuse(std::string(name) + " must be int64, got " + c10::str(ids.scalar_type()));
    if (ids.device() != device) refuse(std::string(name) + " is on " + ids.device().str() + ", the weights on " + device.str());
    if (ids.numel() == 0) refuse(std::string(name) + " is empty");
}

void requireSame(const char* name, const torch::Tensor& given, const char* other, const torch::Tensor& expected)
{
    if (given.sizes() == expected.sizes()) return;
    refuse(std::string(name) + " has shape " + c10::str(given.sizes()) + ", " + other + " has " + c10::str(expected.sizes()));
}

void checkInput(const ModelInput& input, const torch::Device& device, int64_t languages)
{
    requireIds("input", input.input_BS, device);
    requireIds("decoder", input.decoder_BT, device);
    if (!input.mask_BS.defined() || input.mask_BS.scalar_type() != torch::kBool) refuse("mask must be a bool tensor");
    requireSame("mask", input.mask_BS, "input", input.input_BS);
    if (input.decoder_BT.size(0) != input.input_BS.size(0))
        refuse("decoder has " + std::to_string(input.decoder_BT.size(0)) + " rows, input has " + std::to_string(input.input_BS.size(0)));
    if (input.labels_BT.defined()) {
        requireIds("labels", input.labels_BT, device);
        requireSame("labels", input.labels_BT, "decoder", input.decoder_BT);
    }
    if (languages > 0 && (!input.language_B.defined() || input.language_B.dim() != 1 || input.language_B.size(0) != input.input_BS.size(0)))
        refuse("importance by language needs the language of every row");
}

void checkPrecision(PrecisionMode precision, const torch::Tensor& embedding)
{
    const auto dtype = embedding.scalar_type();
    const bool wide_weights = dtype == torch::kFloat || dtype == torch::kDouble;
    if (precision == PrecisionMode::Float32 ? !wide_weights : dtype != torch::kBFloat16)
        refuse("weights are " + std::string(c10::toString(dtype)) + ", which does not go with precision " +
               std::string(enumText(precision)));
}

} // namespace

ForwardResult forward(const ModelConfig& model, const RouterConfig& router, PrecisionMode precision, const Weights& weights,
                      const ModelInput& input, const ForwardOptions& options)
{
    const auto& embedding = weights.at("shared.weight");
    checkPrecision(precision, embedding);
    checkInput(input, embedding.device(), options.num_languages);
    const Pass pass{model, router, weights, options};
    ForwardResult out;
    const auto memory = encode(pass, input, out.layers);
    const auto hidden = decode(pass, input, memory, out.layers);
    if (!options.want_logits && !input.labels_BT.defined()) return out;
    const auto logits = outputLogits(pass, hidden);
    if (options.want_logits) out.logits_BTV = logits;
    if (input.labels_BT.defined()) {
        const auto loss = crossEntropy(logits.flatten(0, 1), input.labels_BT.flatten()).view_as(input.labels_BT);
        out.loss_sum = sumAll(loss);
        if (options.want_token_loss) out.loss_BT = loss.detach();
    }
    return out;
}

} // namespace sy
