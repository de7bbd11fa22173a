#include "core/train/update.h"

#include "core/train/device_batch.h"
#include "core/train/gradients.h"
#include "core/train/schedule.h"

namespace sy {

namespace {

/// Sums over an update's micro-batches, float32 scalars on the device; undefined until the first.
struct UpdateSums {
    torch::Tensor loss, cross_entropy, aux, z, routed, kept, logit_max;
};

void addTo(torch::Tensor& sum, const torch::Tensor& value)
{
    sum = sum.defined() ? sum + value : value;
}

torch::Tensor layerMean(const ForwardResult& result, torch::Tensor LayerRouting::*loss)
{
    if (result.layers.empty()) return torch::zeros({}, result.loss_sum.options());
    torch::Tensor sum;
    for (const auto& layer : result.layers) addTo(sum, layer.*loss);
    return sum / static_cast<double>(result.layers.size());
}

void addRouting(UpdateSums& sums, const ForwardResult& result)
{
    for (const auto& layer : result.layers) {
        const auto chosen = layer.expert_XK.ge(0).logical_and(layer.counted_X.unsqueeze(1));
        addTo(sums.routed, chosen.sum(torch::kFloat32));
        addTo(sums.kept, chosen.logical_and(layer.kept_XK).sum(torch::kFloat32));
        const auto largest = layer.lse_X.detach().masked_fill(layer.counted_X.logical_not(), -HUGE_VALF).amax();
        sums.logit_max = sums.logit_max.defined() ? torch::maximum(sums.logit_max, largest) : largest;
    }
}

/// The micro-batch's share of the update's loss.
torch::Tensor addLosses(UpdateSums& sums, const RouterConfig& router, const ForwardResult& result,
                        int64_t target_tokens, int64_t micro_batches)
{
    const double share = 1.0 / static_cast<double>(micro_batches);
    const auto cross_entropy = result.loss_sum / static_cast<double>(std::max<int64_t>(target_tokens, 1));
    const auto aux = layerMean(result, &LayerRouting::aux_loss) * share;
    const auto z = layerMean(result, &LayerRouting::z_loss) * share;
    const auto loss = cross_entropy + router.aux_loss_weight * aux + router.z_loss_weight * z;
    const torch::NoGradGuard no_grad;
    addTo(sums.cross_entropy, cross_entropy.detach());
    addTo(sums.aux, aux.detach());
    addTo(sums.z, z.detach());
    addTo(sums.loss, loss.detach());
    addRouting(sums, result);
    return loss;
}

torch::Tensor metricsRow(const UpdateSums& sums, const GradientNorm& norm, const torch::Tensor& loss_finite,
                         const torch::Tensor& gradient_finite)
{
    const auto zero = torch::zeros_like(sums.loss);
    const auto bad = norm.each_P.isfinite().logical_not();
    const auto first_bad = torch::where(bad.any(), bad.to(torch::kInt32).argmax(), -1);
    std::vector<torch::Tensor> row(step_metric_count, zero);
    const auto set = [&](StepMetric metric, const torch::Tensor& value) {
        row[static_cast<size_t>(metric)] = value.to(torch::kFloat32);
    };
    set(StepMetric::CrossEntropy, sums.cross_entropy);
    set(StepMetric::AuxLoss, sums.aux);
    set(StepMetric::ZLoss, sums.z);
    set(StepMetric::GradientNorm, norm.global);
    if (sums.routed.defined()) {
        set(StepMetric::DropRate, (sums.routed - sums.kept) / sums.routed.clamp_min(1));
        set(StepMetric::LogitMax, sums.logit_max);
    }
    set(StepMetric::LossFinite, loss_finite);
    set(StepMetric::GradientFinite, gradient_finite);
    set(StepMetric::FirstBad, first_bad);
    return torch::stack(row);
}

} // namespace

ForwardOptions forwardOptions(const ExperimentConfig& config, bool train)
{
    ForwardOptions options;
    options.train = train;
    options.seed = static_cast<uint64_t>(config.train.seed);
    options.routing.capacity_factor = train ? config.router.capacity_factor_train : config.router.capacity_factor_eval;
    options.routing.dropless = config.router.dropless;
    return options;
}

torch::Tensor trainUpdate(const ExperimentConfig& config, Weights& master, Optimizer& optimizer, const Batch& batch,
                          int64_t step, int64_t num_languages, const RoutingSink& sink)
{
    const auto device = master.items().front().second.device();
    const int64_t parts = config.train.micro_batches, rows = batch.rows / parts;
    auto options = forwardOptions(config, true);
    options.step = static_cast<uint64_t>(step);
    options.num_languages = num_languages;
    UpdateSums sums;
    std::vector<torch::Tensor> gradients;
    const auto compute = computeWeights(master, config.model, config.precision.mode, /*trainable=*/true);
    for (int64_t part = 0; part < parts; ++part) {
        options.micro_batch = static_cast<uint64_t>(part);
        const auto micro = toDevice(batch, part * rows, (part + 1) * rows, device);
        const auto result = forward(config.model, config.router, config.precision.mode, compute, micro, options);
        addGradients(gradients, addLosses(sums, config.router, result, batch.target_tokens, parts), compute);
        const torch::NoGradGuard no_grad;
        sink(part, micro, result);
    }
    const torch::NoGradGuard no_grad;
    const auto norm = gradientNorm(gradients);
    const auto loss_finite = sums.loss.isfinite(), gradient_finite = norm.global.isfinite();
    clipGradients(gradients, norm.global, config.optimizer.grad_clip);
    optimizer.step(master, gradients, learningRate(config.optimizer, step, config.train.steps),
                   loss_finite.logical_and(gradient_finite));
    return metricsRow(sums, norm, loss_finite, gradient_finite);
}

} // namespace sy
