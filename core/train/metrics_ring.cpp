#include "core/train/metrics_ring.h"

namespace sy {

namespace {

StepRecord record(const StepClock& clock, const float* values)
{
    const auto value = [&](StepMetric metric) { return static_cast<double>(values[static_cast<size_t>(metric)]); };
    StepRecord out;
    out.clock = clock;
    out.cross_entropy = value(StepMetric::CrossEntropy);
    out.aux_loss = value(StepMetric::AuxLoss);
    out.z_loss = value(StepMetric::ZLoss);
    out.gradient_norm = value(StepMetric::GradientNorm);
    out.drop_rate = value(StepMetric::DropRate);
    out.logit_max = value(StepMetric::LogitMax);
    out.loss_finite = value(StepMetric::LossFinite) != 0;
    out.gradient_finite = value(StepMetric::GradientFinite) != 0;
    out.first_bad = static_cast<int64_t>(value(StepMetric::FirstBad));
    return out;
}

} // namespace

MetricsRing::MetricsRing(int64_t log_every, torch::Device device)
    : m_ring(torch::zeros({log_every, step_metric_count}, torch::device(device).dtype(torch::kFloat32)))
{
}

void MetricsRing::add(const StepClock& clock, const torch::Tensor& row)
{
    const torch::NoGradGuard no_grad;
    m_ring[pending()].copy_(row);
    m_clocks.push_back(clock);
    if (pending() == m_ring.size(0)) send();
}

void MetricsRing::send()
{
    if (m_clocks.empty()) return;
    const torch::NoGradGuard no_grad;
    auto values = m_ring.narrow(0, 0, pending()).clone(); // the ring is written again before the copy is read
    m_sent.push_back({std::move(m_clocks), HostCopy({std::move(values)})});
    m_clocks.clear();
}

std::vector<StepRecord> MetricsRing::drain(bool all)
{
    if (all) send();
    std::vector<StepRecord> records;
    while (!m_sent.empty() && (all || m_sent.front().values.ready())) {
        auto& sent = m_sent.front();
        const auto& values = sent.values.wait().front();
        for (size_t i = 0; i < sent.clocks.size(); ++i)
            records.push_back(record(sent.clocks[i], values.const_data_ptr<float>() + i * step_metric_count));
        m_sent.pop_front();
    }
    return records;
}

} // namespace sy
