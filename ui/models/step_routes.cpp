#include "ui/models/step_routes.h"

#include <algorithm>

namespace sy {

namespace {

/// Places of the tokens that count.
std::vector<size_t> countedPlaces(const RouteText& text)
{
    std::vector<size_t> places;
    for (size_t x = 0; x < text.counted.size(); ++x)
        if (text.counted[x]) places.push_back(x);
    return places;
}

template <class Value>
std::vector<Value> picked(const std::vector<Value>& values, const std::vector<size_t>& places, size_t stride = 1)
{
    std::vector<Value> out;
    if (values.empty()) return out;
    out.reserve(places.size());
    for (const size_t x : places) out.push_back(values[x * stride]);
    return out;
}

StackRoutes stackOfEvaluation(const RouteText& text, const EvaluationRoutes& routes, const RoutingIndex& index)
{
    StackRoutes stack;
    const auto places = countedPlaces(text);
    if (places.empty()) return stack;
    stack.id = picked(text.token, places);
    for (const size_t x : places) {
        const size_t row = x / static_cast<size_t>(text.width);
        stack.sequence.push_back(static_cast<int32_t>(row));
        stack.position.push_back(static_cast<int32_t>(x % static_cast<size_t>(text.width)));
        stack.language.push_back(text.row_language[row]);
    }
    if (text.decoder) {
        stack.gold = picked(text.gold, places);
        stack.predicted = picked(routes.predicted, places);
    }
    for (const LayerRoutes& layer : routes.layers) {
        const auto number = static_cast<int>(layer.layer);
        if (index.isDecoder(number) != text.decoder) continue;
        const auto stride = static_cast<size_t>(layer.choices);
        stack.layers.push_back({number, picked(layer.expert, places, stride), picked(layer.kept, places, stride),
                                picked(layer.gate, places, stride)});
    }
    return stack;
}

StackRoutes stackOfSample(const RouteSample& sample)
{
    StackRoutes stack;
    stack.id = sample.token;
    stack.language = sample.language;
    stack.sequence = sample.sequence;
    stack.position = sample.position;
    const size_t tokens = sample.token.size();
    for (size_t m = 0; m < sample.layers.size(); ++m) {
        StackRoutes::Layer layer;
        layer.layer = static_cast<int>(sample.layers[m]);
        for (size_t x = 0; x < tokens; ++x) {
            const int16_t stored = sample.expert[m * tokens + x];
            layer.expert.push_back(stored >= 0 ? stored : static_cast<int16_t>(-1 - stored));
            layer.kept.push_back(stored >= 0 ? 1 : 0);
            layer.gate.push_back(sample.gate[m * tokens + x]);
        }
        stack.layers.push_back(std::move(layer));
    }
    return stack;
}

StepRoutesPtr readEvaluation(const Store& store, const RoutingIndex& index, int64_t step)
{
    const auto at = RoutingIndex::atOrBefore(index.route_steps, step);
    const auto found = at ? store.evaluationRoutes(index.run.toStdString(), *at) : std::nullopt;
    if (!found) return {};
    auto routes = std::make_shared<StepRoutes>();
    routes->source = RouteSource::Validation;
    routes->step = found->step;
    routes->encoder = stackOfEvaluation(found->encoder, *found, index);
    routes->decoder = stackOfEvaluation(found->decoder, *found, index);
    return routes;
}

/// Not every window has a sample: looks back over more and more of them.
std::vector<RouteSample> samplesAt(const Store& store, const RoutingIndex& index, int64_t step)
{
    const auto& steps = index.window_steps;
    const auto at = RoutingIndex::atOrBefore(steps, step);
    if (!at) return {};
    const auto last = std::lower_bound(steps.begin(), steps.end(), *at) - steps.begin();
    for (std::ptrdiff_t back = 0;; back = back * 4 + 3) {
        const auto first = std::max<std::ptrdiff_t>(0, last - back);
        auto samples = store.routeSamples(index.run.toStdString(), steps[static_cast<size_t>(first)], *at);
        if (!samples.empty() || first == 0) return samples;
    }
}

StepRoutesPtr readSample(const Store& store, const RoutingIndex& index, int64_t step)
{
    const auto samples = samplesAt(store, index, step);
    if (samples.empty()) return {};
    auto routes = std::make_shared<StepRoutes>();
    routes->source = RouteSource::Sample;
    for (const RouteSample& sample : samples) {
        if (sample.step < samples.back().step) continue; // both stacks of the last window
        routes->step = sample.step;
        (sample.decoder ? routes->decoder : routes->encoder) = stackOfSample(sample);
    }
    return routes;
}

} // namespace

const StackRoutes::Layer* StackRoutes::of(int layer) const
{
    const auto found = std::find_if(layers.begin(), layers.end(), [&](const Layer& l) { return l.layer == layer; });
    return found == layers.end() ? nullptr : &*found;
}

const StackRoutes* StepRoutes::stackOf(int layer) const
{
    if (encoder.of(layer)) return &encoder;
    return decoder.of(layer) ? &decoder : nullptr;
}

StepRoutesPtr readStepRoutes(const Store& store, const RoutingIndex& index, RouteSource wanted, int64_t step)
{
    const bool sample_first = wanted == RouteSource::Sample;
    if (auto routes = sample_first ? readSample(store, index, step) : readEvaluation(store, index, step)) return routes;
    return sample_first ? readEvaluation(store, index, step) : readSample(store, index, step);
}

} // namespace sy
