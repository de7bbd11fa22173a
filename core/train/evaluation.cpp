#include "core/train/evaluation.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/train/device_batch.h"
#include "core/train/update.h"

#include <limits>

namespace sy {

namespace {

struct EvaluationSums {
    std::vector<double> loss; ///< per language
    std::vector<int64_t> tokens;
    int64_t routed = 0, kept = 0;
    std::vector<torch::Tensor> counts_MBN; ///< int64 on the host, one per forward pass
};

torch::Tensor countedChoices(const LayerRouting& routing)
{
    return routing.expert_XK.ge(0).logical_and(routing.counted_X.unsqueeze(1));
}

/// A value per choice -> its sum per row and expert, [B, N].
torch::Tensor sumByRow(const LayerRouting& routing, const torch::Tensor& value_XK, int64_t rows, int64_t experts)
{
    const int64_t width = routing.counted_X.size(0) / rows;
    const auto row_X = torch::arange(rows, routing.counted_X.options().dtype(torch::kInt64)).repeat_interleave(width);
    const auto cell = row_X.unsqueeze(1) * experts + routing.expert_XK.clamp_min(0);
    auto sums = torch::zeros({rows * experts}, value_XK.options());
    return sums.scatter_add_(0, cell.flatten(), value_XK.flatten()).view({rows, experts});
}

void addRoutes(EvaluationSums& sums, const ForwardResult& result, int64_t rows, int64_t experts)
{
    std::vector<torch::Tensor> layers;
    for (const auto& layer : result.layers) {
        const auto chosen = countedChoices(layer);
        layers.push_back(sumByRow(layer, chosen.to(torch::kInt64), rows, experts));
        sums.routed += chosen.sum().item<int64_t>();
        sums.kept += chosen.logical_and(layer.kept_XK).sum().item<int64_t>();
    }
    if (!layers.empty()) sums.counts_MBN.push_back(torch::stack(layers).cpu());
}

void addLosses(EvaluationSums& sums, const ForwardResult& result, const Batch& batch, int64_t first)
{
    const auto loss_B = result.loss_BT.to(torch::kCPU, torch::kFloat64).sum(1);
    for (int64_t row = 0; row < loss_B.size(0); ++row) {
        const auto language = static_cast<size_t>(batch.language[static_cast<size_t>(first + row)]);
        sums.loss[language] += loss_B.const_data_ptr<double>()[row];
        const auto* labels = batch.target.data() + (first + row) * batch.target_length;
        for (int64_t t = 0; t < batch.target_length; ++t) sums.tokens[language] += labels[t] != -100 ? 1 : 0;
    }
}

void fillCounts(Evaluation& evaluation, const EvaluationSums& sums)
{
    if (sums.counts_MBN.empty()) return;
    constexpr int64_t most = std::numeric_limits<uint16_t>::max();
    const auto all = torch::cat(sums.counts_MBN, 1).clamp_max(most).contiguous();
    const auto* counts = all.const_data_ptr<int64_t>();
    for (int64_t i = 0; i < all.numel(); ++i) evaluation.counts.push_back(static_cast<uint16_t>(counts[i]));
    for (int64_t layer = 0; layer < all.size(0); ++layer) evaluation.layers.push_back(layer);
}

Evaluation toEvaluation(const EvaluationText& text, const EvaluationSums& sums, int64_t step)
{
    Evaluation evaluation;
    evaluation.step = step;
    evaluation.corpus = text.corpus;
    double loss = 0;
    for (size_t i = 0; i < text.languages.size(); ++i) {
        if (sums.tokens[i] == 0) continue;
        evaluation.languages.push_back(
            {text.languages[i], sums.loss[i] / static_cast<double>(sums.tokens[i]), sums.tokens[i]});
        loss += sums.loss[i];
        evaluation.tokens += sums.tokens[i];
    }
    evaluation.cross_entropy = loss / static_cast<double>(evaluation.tokens);
    if (sums.routed > 0)
        evaluation.drop_rate = static_cast<double>(sums.routed - sums.kept) / static_cast<double>(sums.routed);
    evaluation.row_language = text.rowLanguages();
    fillCounts(evaluation, sums);
    return evaluation;
}

} // namespace

torch::Tensor gatesByRow(const LayerRouting& routing, int64_t rows, int64_t experts)
{
    const auto gate_XK = routing.gate_XK.to(torch::kFloat32).masked_fill(countedChoices(routing).logical_not(), 0);
    return sumByRow(routing, gate_XK.nan_to_num(0, 0, 0), rows, experts); // a diverged router must not end the run
}

std::vector<int32_t> EvaluationText::rowLanguages() const
{
    std::vector<int32_t> out;
    for (const auto& batch : batches)
        for (const int32_t language : batch.language) out.push_back(run_language[static_cast<size_t>(language)]);
    return out;
}

std::vector<PassRows> passesOf(const EvaluationText& text, const ExperimentConfig& config)
{
    const int64_t part = config.data.batch_size / config.train.micro_batches;
    std::vector<PassRows> passes;
    int64_t first_row = 0;
    for (size_t b = 0; b < text.batches.size(); ++b) {
        const int64_t rows = text.batches[b].rows;
        for (int64_t first = 0; first < rows; first += part)
            passes.push_back({b, first, std::min(first + part, rows), first_row + first});
        first_row += rows;
    }
    return passes;
}

Evaluation evaluateModel(const ExperimentConfig& config, const Weights& compute, const EvaluationText& text,
                         const RoutingOptions& routing, int64_t step, const EvaluationObserver& observer)
{
    const torch::NoGradGuard no_grad;
    if (text.batches.empty()) throw DataError("corpus " + text.corpus + ": there is no validation text to evaluate");
    const auto device = compute.items().front().second.device();
    auto options = forwardOptions(config, /*train=*/false);
    options.want_token_loss = true;
    options.routing = routing;
    EvaluationSums sums{
        std::vector<double>(text.languages.size()), std::vector<int64_t>(text.languages.size()), 0, 0, {}};
    const auto passes = passesOf(text, config);
    for (size_t i = 0; i < passes.size(); ++i) {
        const auto& pass = passes[i];
        const auto& batch = text.batches[pass.batch];
        const auto index = static_cast<int64_t>(i);
        options.want_logits = observer.wants_logits && observer.wants_logits(index);
        options.routing.ablate_seed = RandomStream{routing.ablate_seed}.word(i); // each pass draws anew
        const auto input = toDevice(batch, pass.first, pass.last, device);
        const auto result = forward(config.model, config.router, config.precision.mode, compute, input, options);
        addLosses(sums, result, batch, pass.first);
        addRoutes(sums, result, pass.rows(), config.model.num_experts);
        if (observer.seen) observer.seen({index, pass, input, result});
        if (observer.progress) observer.progress(static_cast<double>(i + 1) / static_cast<double>(passes.size()));
    }
    return toEvaluation(text, sums, step);
}

} // namespace sy
