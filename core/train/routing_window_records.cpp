// Closed windows as records of the store.
#include "core/train/routing_windows.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace sy {

namespace {

template <class T> std::vector<T> values(const torch::Tensor& row, int64_t first, int64_t count)
{
    const T* begin = row.const_data_ptr<T>() + first;
    return {begin, begin + count};
}

/// NaN where nothing was seen.
double seen(float largest)
{
    return largest == -HUGE_VALF ? NAN : static_cast<double>(largest);
}

using TokenCounts = std::vector<std::map<int32_t, int64_t>>; ///< per expert

void countTokens(const RouteSample& sample, int64_t layer, TokenCounts& counts)
{
    const auto found = std::find(sample.layers.begin(), sample.layers.end(), layer);
    if (found == sample.layers.end()) return;
    const size_t size = sample.token.size();
    const size_t first = static_cast<size_t>(found - sample.layers.begin()) * size;
    for (size_t x = 0; x < size; ++x) {
        const int expert = sample.expert[first + x];
        ++counts[static_cast<size_t>(expert < 0 ? -1 - expert : expert)][sample.token[x]];
    }
}

std::vector<std::vector<std::pair<int32_t, int64_t>>> topTokens(const std::vector<RouteSample>& samples, int64_t layer,
                                                                int64_t experts)
{
    TokenCounts counts(static_cast<size_t>(experts));
    for (const auto& sample : samples) countTokens(sample, layer, counts);
    std::vector<std::vector<std::pair<int32_t, int64_t>>> top;
    for (const auto& of_expert : counts) {
        std::vector<std::pair<int32_t, int64_t>> sorted(of_expert.begin(), of_expert.end());
        std::stable_sort(sorted.begin(), sorted.end(),
                         [](const auto& a, const auto& b) { return a.second > b.second; });
        sorted.resize(std::min(sorted.size(), top_tokens_per_expert));
        top.push_back(std::move(sorted));
    }
    return top;
}

} // namespace

RouteSample RoutingWindows::readSample(const Sample& sample, const std::vector<torch::Tensor>& host)
{
    const auto tensor = [&](size_t i) { return host[3 + sample.first_tensor + i].contiguous(); };
    const auto ids = tensor(0), languages = tensor(1), counted = tensor(2);
    std::vector<int64_t> real;
    for (int64_t x = 0; x < counted.size(0); ++x)
        if (counted.const_data_ptr<bool>()[x]) real.push_back(x);
    RouteSample out;
    out.step = sample.step;
    out.decoder = sample.decoder;
    out.layers = sample.layers;
    for (const int64_t x : real) {
        out.token.push_back(static_cast<int32_t>(ids.const_data_ptr<int64_t>()[x]));
        out.language.push_back(static_cast<int32_t>(languages.const_data_ptr<int64_t>()[x]));
        out.sequence.push_back(static_cast<int32_t>(x / sample.width));
        out.position.push_back(static_cast<int32_t>(x % sample.width));
    }
    for (size_t layer = 0; layer < sample.layers.size(); ++layer) {
        const auto expert = tensor(3 + 3 * layer), kept = tensor(4 + 3 * layer), gate = tensor(5 + 3 * layer);
        for (const int64_t x : real) {
            // Expert choice: a token that no expert took (-1) counts as dropped by expert 0.
            const auto chosen = static_cast<int16_t>(std::max<int64_t>(expert.const_data_ptr<int64_t>()[x], 0));
            const bool stays = kept.const_data_ptr<bool>()[x] && expert.const_data_ptr<int64_t>()[x] >= 0;
            out.expert.push_back(stays ? chosen : static_cast<int16_t>(-1 - chosen));
            out.gate.push_back(gate.const_data_ptr<float>()[x]);
        }
    }
    return out;
}

RoutingWindow RoutingWindows::readLayer(const Sent& sent, const std::vector<torch::Tensor>& host, int64_t layer) const
{
    const int64_t cells = m_languages * m_experts;
    const auto counts = host[0][layer].contiguous(), sums = host[1][layer].contiguous();
    RoutingWindow window;
    window.first_step = sent.first_step;
    window.last_step = sent.last_step;
    window.layer = layer;
    window.languages = m_languages;
    window.experts = m_experts;
    window.load = values<int64_t>(counts, 0, cells);
    window.kept = values<int64_t>(counts, cells, cells);
    window.tokens = values<int64_t>(counts, 2 * cells, m_languages);
    window.padding = counts.const_data_ptr<int64_t>()[2 * cells + m_languages];
    window.importance = values<double>(sums, 0, cells);
    const double* figures = sums.const_data_ptr<double>() + cells;
    window.entropy_sum = figures[0];
    window.confidence_sum = figures[1];
    window.z_sum = figures[2];
    const auto largest = host[2][layer].contiguous();
    const float* most = largest.const_data_ptr<float>();
    window.lse_max = static_cast<double>(most[0]);
    window.logit_max = seen(most[1]);
    window.logit_min = -seen(most[2]);
    window.capacity_needed = seen(most[3]);
    return window;
}

ClosedWindow RoutingWindows::read(Sent& sent) const
{
    const auto& host = sent.tensors.wait();
    ClosedWindow closed;
    for (const auto& sample : sent.samples) closed.samples.push_back(readSample(sample, host));
    for (int64_t layer = 0; layer < static_cast<int64_t>(m_layers.size()); ++layer) {
        auto window = readLayer(sent, host, layer);
        window.top_tokens = topTokens(closed.samples, layer, m_experts);
        closed.layers.push_back(std::move(window));
    }
    return closed;
}

} // namespace sy
