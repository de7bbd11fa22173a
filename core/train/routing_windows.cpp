#include "core/train/routing_windows.h"

#include "core/base/error.h"

namespace sy {

namespace {

/// A pass's row of m_largest, [4].
torch::Tensor largestOf(const LayerRouting& routing, const torch::Tensor& left_out)
{
    const auto none = torch::full({}, -HUGE_VALF, routing.lse_X.options().dtype(torch::kFloat32).requires_grad(false));
    std::vector<torch::Tensor> values{routing.lse_X};
    if (routing.logit_max_X.defined()) values.insert(values.end(), {routing.logit_max_X, routing.logit_min_X.neg()});
    const auto x = torch::stack(values).detach().to(torch::kFloat32);
    auto largest = torch::where(left_out.logical_or(x.isnan()), none, x).amax(1).unbind();
    largest.resize(3, none);
    largest.push_back(routing.capacity_needed.defined() ? routing.capacity_needed : none);
    return torch::stack(largest);
}

} // namespace

RoutingWindows::RoutingWindows(std::vector<std::string> layers, int64_t languages, int64_t experts,
                               torch::Device device)
    : m_layers(std::move(layers)), m_languages(languages), m_experts(experts), m_device(device)
{
    reset();
}

void RoutingWindows::reset()
{
    const auto layers = static_cast<int64_t>(m_layers.size());
    const auto on_device = torch::TensorOptions(m_device);
    m_counts = torch::zeros({layers, 2 * m_languages * m_experts + m_languages + 1}, on_device.dtype(torch::kInt64));
    m_sums = torch::zeros({layers, m_languages * m_experts + 3}, on_device.dtype(torch::kFloat64));
    m_largest = torch::full({layers, 4}, -HUGE_VALF, on_device.dtype(torch::kFloat32));
    m_first_step = 0;
    m_samples.clear();
    m_sample_tensors.clear();
}

void RoutingWindows::add(int64_t step, const ModelInput& input, const ForwardResult& result)
{
    const torch::NoGradGuard no_grad;
    if (m_first_step == 0) m_first_step = step;
    const int64_t rows = input.language_B.size(0);
    for (size_t i = 0; i < result.layers.size(); ++i) {
        const int64_t width = result.layers[i].counted_X.size(0) / rows;
        addLayer(static_cast<int64_t>(i), input.language_B.unsqueeze(1).expand({rows, width}).reshape(-1),
                 result.layers[i]);
    }
}

void RoutingWindows::addLayer(int64_t layer, const torch::Tensor& language_X, const LayerRouting& routing)
{
    const int64_t cells = m_languages * m_experts;
    auto counts = m_counts[layer], sums = m_sums[layer];
    const auto counted = routing.counted_X, left_out = counted.logical_not();
    const auto chosen = routing.expert_XK.ge(0).logical_and(counted.unsqueeze(1));
    const auto cell = (language_X.unsqueeze(1) * m_experts + routing.expert_XK.clamp_min(0)).flatten();
    counts.narrow(0, 0, cells).scatter_add_(0, cell, chosen.to(torch::kInt64).flatten());
    counts.narrow(0, cells, cells)
        .scatter_add_(0, cell, chosen.logical_and(routing.kept_XK).to(torch::kInt64).flatten());
    counts.narrow(0, 2 * cells, m_languages).scatter_add_(0, language_X, counted.to(torch::kInt64));
    counts.narrow(0, 2 * cells + m_languages, 1).add_(left_out.sum());
    sums.narrow(0, 0, cells).add_(routing.importance_LN.detach().flatten().nan_to_num(0, 0, 0));
    const auto lse = routing.lse_X.detach();
    // A step that is skipped for its NaN must not spoil the window's other steps.
    const auto total = [&](const torch::Tensor& x) {
        return x.detach().masked_fill(left_out, 0).nan_to_num(0, 0, 0).sum(torch::kFloat64);
    };
    sums.narrow(0, cells, 3)
        .add_(torch::stack({total(routing.entropy_X), total(routing.gate_XK.select(1, 0)), total(lse.square())}));
    auto largest = m_largest[layer];
    largest.copy_(torch::maximum(largest, largestOf(routing, left_out)));
}

void RoutingWindows::sample(int64_t step, const ModelInput& input, const ForwardResult& result)
{
    const torch::NoGradGuard no_grad;
    sampleStack(step, false, input.input_BS, input.language_B, result);
    sampleStack(step, true, input.decoder_BT, input.language_B, result);
}

void RoutingWindows::sampleStack(int64_t step, bool decoder, const torch::Tensor& ids, const torch::Tensor& language_B,
                                 const ForwardResult& result)
{
    Sample sample{step, decoder, 0, ids.size(1), m_sample_tensors.size(), {}};
    for (size_t i = 0; i < m_layers.size(); ++i)
        if (isDecoderLayer(m_layers[i]) == decoder) sample.layers.push_back(static_cast<int64_t>(i));
    if (sample.layers.empty()) return;
    sample.rows = std::clamp<int64_t>(route_sample_tokens / sample.width, 1, ids.size(0));
    const int64_t tokens = std::min(sample.rows * sample.width, route_sample_tokens);
    const auto cut = [&](const torch::Tensor& x) { return x.narrow(0, 0, tokens).clone(); };
    m_sample_tensors.push_back(cut(ids.flatten()));
    m_sample_tensors.push_back(cut(language_B.unsqueeze(1).expand_as(ids).flatten()));
    m_sample_tensors.push_back(cut(result.layers[static_cast<size_t>(sample.layers.front())].counted_X));
    for (const int64_t layer : sample.layers) {
        const auto& routing = result.layers[static_cast<size_t>(layer)];
        m_sample_tensors.push_back(cut(routing.expert_XK.select(1, 0)));
        m_sample_tensors.push_back(cut(routing.kept_XK.select(1, 0)));
        m_sample_tensors.push_back(cut(routing.gate_XK.detach().select(1, 0)));
    }
    m_samples.push_back(std::move(sample));
}

void RoutingWindows::close(int64_t step)
{
    if (m_first_step == 0 || m_layers.empty()) return;
    std::vector<torch::Tensor> tensors{m_counts, m_sums, m_largest};
    tensors.insert(tensors.end(), m_sample_tensors.begin(), m_sample_tensors.end());
    m_sent.push_back({m_first_step, step, m_samples, HostCopy(std::move(tensors))});
    reset(); // new tensors: those sent are never written again
}

std::vector<ClosedWindow> RoutingWindows::drain(bool all)
{
    std::vector<ClosedWindow> closed;
    while (!m_sent.empty() && (all || m_sent.front().tensors.ready())) {
        closed.push_back(read(m_sent.front()));
        m_sent.pop_front();
    }
    return closed;
}

NamedTensors RoutingWindows::openSums() const
{
    return {{"counts", m_counts}, {"sums", m_sums}, {"largest", m_largest}};
}

void RoutingWindows::restore(int64_t first_step, const NamedTensors& sums)
{
    const auto own = openSums();
    if (sums.size() != own.size())
        throw EngineError("routing windows: 3 tensors are expected, got " + std::to_string(sums.size()));
    for (size_t i = 0; i < own.size(); ++i) {
        auto into = own[i].second;
        if (sums[i].first == "largest" && sums[i].second.dim() == 1) into = m_largest.select(1, 0);
        if (sums[i].first != own[i].first || sums[i].second.sizes() != into.sizes())
            throw EngineError("routing windows: \"" + sums[i].first +
                              "\" does not fit this run's layers, languages and experts");
        into.copy_(sums[i].second);
    }
    m_first_step = first_step;
}

} // namespace sy
