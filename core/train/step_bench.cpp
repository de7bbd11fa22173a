#include "core/train/step_bench.h"

#include "core/base/random.h"
#include "core/train/device.h"
#include "core/train/guard.h"
#include "core/train/machine_rates.h"
#include "core/train/update.h"

#include <ATen/DeviceAccelerator.h>

#include <algorithm>
#include <chrono>
#include <fstream>

namespace sy {

namespace {

using Clock = std::chrono::steady_clock;

/// Ids without padding, end of text or sentinels at random: any id costs the same.
Batch randomBatch(const ExperimentConfig& config, uint64_t step)
{
    Batch batch;
    batch.rows = config.data.batch_size;
    batch.input_length = config.data.input_length;
    batch.target_length = config.data.target_length;
    batch.input_tokens = batch.rows * batch.input_length;
    batch.target_tokens = batch.rows * batch.target_length;
    batch.input.resize(static_cast<size_t>(batch.input_tokens));
    batch.target.resize(static_cast<size_t>(batch.target_tokens));
    batch.language.assign(static_cast<size_t>(batch.rows), 0);
    const auto stream = randomStream(static_cast<uint64_t>(config.train.seed), step, siteId("bench"));
    const auto ids = static_cast<uint64_t>(std::max<int64_t>(1, config.model.vocab_size - 3));
    uint64_t draw = 0;
    for (auto* part : {&batch.input, &batch.target})
        for (auto& id : *part)
            id = static_cast<int32_t>(3 + stream.below(draw++, ids)) % static_cast<int32_t>(config.model.vocab_size);
    return batch;
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<int64_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

int64_t peakBytes(const torch::Device& device)
{
    if (!device.is_cpu()) {
        const auto stats = at::accelerator::getDeviceStats(device.index());
        return stats.allocated_bytes[static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE)].peak;
    }
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind("VmHWM:", 0) == 0) return std::stoll(line.substr(6)) * 1024;
    return 0;
}

template <class Work> std::vector<double> timed(int64_t warmup, int64_t count, Work&& work)
{
    std::vector<double> seconds;
    for (int64_t i = 0; i < warmup + count; ++i) {
        const auto start = Clock::now();
        work(i).to(torch::kCPU); // waits for the device
        if (i >= warmup) seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    }
    return seconds;
}

std::vector<double> timedForward(const ExperimentConfig& config, const Weights& master, int64_t count)
{
    const torch::InferenceMode inference;
    const auto device = master.items().front().second.device();
    const auto compute = computeWeights(master, config.model, config.precision.mode, /*trainable=*/false);
    const auto batch = toDevice(randomBatch(config, 0), device);
    return timed(1, count, [&](int64_t) {
        return forward(config.model, config.router, config.precision.mode, compute, batch,
                       forwardOptions(config, false))
            .loss_sum;
    });
}

} // namespace

StepBench benchStep(const ExperimentConfig& config, int64_t steps, int64_t warmup)
{
    return guardEngine("bench step", [&] {
        StepBench result;
        result.threads = setThreads(config.train.threads);
        const auto device = openDevice(config.device);
        Weights master = initialWeights(config.model, static_cast<uint64_t>(config.train.seed), device);
        const auto optimizer = makeOptimizer(config.optimizer, parameterSpecs(config.model), device);
        const auto seconds = timed(warmup, steps, [&](int64_t i) {
            return trainUpdate(config, master, *optimizer, randomBatch(config, static_cast<uint64_t>(i)), i + 1,
                               /*num_languages=*/1, [](int64_t, const ModelInput&, const ForwardResult&) {});
        });
        const auto plan = costPlan(config);
        result.steps = steps;
        result.step_seconds = median(seconds);
        result.step_seconds_min = *std::min_element(seconds.begin(), seconds.end());
        result.tokens_per_second = static_cast<double>(plan.positions_per_step) / result.step_seconds;
        result.forward_seconds = median(timedForward(config, master, std::max<int64_t>(3, steps / 2)));
        result.flops_per_step = plan.flops_per_step;
        result.peak_bytes = peakBytes(device);
        result.gemm_peak =
            matrixRate(device, config.precision.mode == PrecisionMode::Float32 ? torch::kFloat32 : torch::kBFloat16);
        result.gemm_share = plan.flops_per_step / result.step_seconds / result.gemm_peak;
        return result;
    });
}

} // namespace sy
