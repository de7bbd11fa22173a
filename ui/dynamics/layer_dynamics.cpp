#include "ui/dynamics/layer_dynamics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sy {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

size_t placeOf(const std::vector<int64_t>& steps, int64_t step)
{
    const auto after = std::upper_bound(steps.begin(), steps.end(), step);
    return after == steps.begin() ? 0 : static_cast<size_t>(after - steps.begin()) - 1;
}

void addPlasticity(LayerDynamics& out, const ExpertHistory& history, size_t at, int experts, int languages)
{
    const size_t steps = history.step.size();
    if (at == 0) {
        out.changed.push_back(nan);
        out.changed_chance.push_back(nan);
        return;
    }
    const auto moved = plasticity(history.first[at - 1], history.first[at], history.text, languages);
    out.changed.push_back(moved.changed);
    out.changed_chance.push_back(1 - agreement(history.first[at - 1], history.first[at], experts).load_chance);
    for (size_t l = 0; l < moved.by_language.size(); ++l)
        out.changed_of_language[l * steps + at] = moved.by_language[l];
}

void addLocality(LayerDynamics& out, const std::vector<int16_t>& first, const RouteText& text, int experts)
{
    const Locality near = locality(first, text, experts);
    out.locality.push_back(near.share);
    out.locality_chance.push_back(near.load_chance);
}

/// A sample's tokens as rows and positions, so that neighbours are told apart from others.
RouteText textOf(const RouteSample& sample)
{
    RouteText text;
    for (const int32_t row : sample.sequence) text.rows = std::max<int64_t>(text.rows, row + 1);
    for (const int32_t position : sample.position) text.width = std::max<int64_t>(text.width, position + 1);
    text.decoder = sample.decoder;
    text.pass_rows = text.rows;
    text.token.assign(static_cast<size_t>(text.tokens()), 0);
    text.counted.assign(static_cast<size_t>(text.tokens()), 0);
    if (sample.decoder) text.gold.assign(static_cast<size_t>(text.tokens()), -1);
    text.row_language.assign(static_cast<size_t>(text.rows), -1);
    return text;
}

void addSample(std::vector<LayerDynamics>& all, const RouteSample& sample, int experts)
{
    RouteText text = textOf(sample);
    const size_t tokens = sample.token.size();
    std::vector<size_t> places(tokens);
    for (size_t x = 0; x < tokens; ++x) {
        places[x] = static_cast<size_t>(sample.sequence[x] * text.width + sample.position[x]);
        text.counted[places[x]] = 1;
        text.token[places[x]] = sample.token[x];
    }
    for (size_t m = 0; m < sample.layers.size(); ++m) {
        std::vector<int16_t> first(text.counted.size(), -1);
        for (size_t x = 0; x < tokens; ++x) {
            const int16_t stored = sample.expert[m * tokens + x];
            first[places[x]] = stored >= 0 ? stored : static_cast<int16_t>(-1 - stored);
        }
        const auto layer = static_cast<int>(sample.layers[m]);
        auto found = std::ranges::find(all, layer, &LayerDynamics::layer);
        if (found == all.end()) found = all.insert(all.end(), LayerDynamics{layer, {}, {}, {}, {}, {}, {}, {}, {}});
        found->step.push_back(sample.step);
        addLocality(*found, first, text, experts);
    }
}

} // namespace

LayerDynamics layerDynamics(int layer, const ExpertHistory& history, int experts, int languages, int64_t reference)
{
    LayerDynamics out;
    out.layer = layer;
    out.step = history.step;
    if (history.step.empty()) return out;
    const auto& final_choices = history.first[placeOf(history.step, reference)];
    out.changed_of_language.assign(static_cast<size_t>(languages) * history.step.size(), nan);
    for (size_t at = 0; at < history.step.size(); ++at) {
        const Agreement same = agreement(history.first[at], final_choices, experts);
        out.saturation.push_back(same.share);
        out.saturation_chance.push_back(same.load_chance);
        addPlasticity(out, history, at, experts, languages);
        addLocality(out, history.first[at], history.text, experts);
    }
    return out;
}

std::vector<LayerDynamics> sampledLocality(const Store& store, const RoutingIndex& index, size_t most)
{
    std::vector<LayerDynamics> all;
    const auto& steps = index.window_steps;
    const size_t count = std::min(most, steps.size());
    for (size_t i = 0; i < count; ++i) {
        const int64_t step = steps[count == 1 ? steps.size() - 1 : i * (steps.size() - 1) / (count - 1)];
        for (const RouteSample& sample : store.routeSamples(index.run.toStdString(), step, step))
            addSample(all, sample, index.experts);
    }
    return all;
}

StackTransitions stackTransitions(const StepRoutes& routes, bool decoder, int experts)
{
    StackTransitions out;
    out.step = routes.step;
    out.source = routes.source;
    const StackRoutes& stack = decoder ? routes.decoder : routes.encoder;
    for (const auto& of_layer : stack.layers) out.layers.push_back(of_layer.layer);
    std::ranges::sort(out.layers);
    for (size_t i = 0; i + 1 < out.layers.size(); ++i)
        out.between.push_back(
            transitions(stack.of(out.layers[i])->expert, stack.of(out.layers[i + 1])->expert, experts, experts));
    return out;
}

} // namespace sy
