#include "core/store/record_checks.h"

#include "core/base/error.h"

#include <cmath>

namespace sy {

namespace {

template <class T> void requireSize(const std::vector<T>& values, int64_t size, const char* what)
{
    if (static_cast<int64_t>(values.size()) != size)
        throw StoreError(std::string(what) + " has " + std::to_string(values.size()) + " values, must have " +
                         std::to_string(size));
}

void requirePositive(int64_t value, const char* what)
{
    if (value < 1) throw StoreError(std::string(what) + " must be at least 1, got " + std::to_string(value));
}

void checkText(const RouteText& text, bool decoder)
{
    const std::string name = decoder ? "evaluation routes: decoder text: " : "evaluation routes: encoder text: ";
    if (text.rows < 0 || text.width < 0)
        throw StoreError(name + "rows and width must be at least 0, got " + std::to_string(text.rows) + " and " +
                         std::to_string(text.width));
    if (text.rows > 0 && text.pass_rows < 1)
        throw StoreError(name + "pass_rows must be at least 1, got " + std::to_string(text.pass_rows));
    if (text.rows > 0 && text.decoder != decoder) throw StoreError(name + "it says that it is of the other stack");
    requireSize(text.token, text.tokens(), (name + "token").c_str());
    requireSize(text.counted, text.tokens(), (name + "counted").c_str());
    requireSize(text.gold, decoder ? text.tokens() : 0, (name + "gold").c_str());
    requireSize(text.row_language, text.rows, (name + "row_language").c_str());
}

void checkLayer(const LayerRoutes& layer, const EvaluationRoutes& routes)
{
    const std::string name = "evaluation routes: layer " + std::to_string(layer.layer) + ": ";
    requirePositive(layer.choices, (name + "choices").c_str());
    const auto size = static_cast<int64_t>(layer.expert.size());
    const int64_t encoder = routes.encoder.tokens() * layer.choices, decoder = routes.decoder.tokens() * layer.choices;
    if (size == 0 || (size != encoder && size != decoder))
        throw StoreError(name + "expert has " + std::to_string(size) + " values, must have " + std::to_string(encoder) +
                         " for the encoder's or " + std::to_string(decoder) + " for the decoder's tokens");
    requireSize(layer.kept, size, (name + "kept").c_str());
    requireSize(layer.gate, size, (name + "gate").c_str());
    for (const int16_t expert : layer.expert)
        if (expert < -1) throw StoreError(name + "expert must be at least -1, got " + std::to_string(expert));
    for (const float gate : layer.gate)
        if (!(gate >= 0 && gate <= 1)) throw StoreError(name + "gate must lie in [0, 1], got " + std::to_string(gate));
}

int64_t tokensOf(const Probe& probe, bool decoder)
{
    int64_t count = 0;
    for (const auto& token : probe.tokens) count += token.decoder == decoder ? 1 : 0;
    return count;
}

} // namespace

void checkRecord(const RoutingWindow& window)
{
    requirePositive(window.languages, "routing window: languages");
    requirePositive(window.experts, "routing window: experts");
    const int64_t cells = window.languages * window.experts;
    requireSize(window.load, cells, "routing window: load");
    requireSize(window.kept, cells, "routing window: kept");
    requireSize(window.importance, cells, "routing window: importance");
    requireSize(window.tokens, window.languages, "routing window: tokens");
    if (!window.top_tokens.empty()) requireSize(window.top_tokens, window.experts, "routing window: top_tokens");
    if (window.first_step > window.last_step)
        throw StoreError("routing window: first_step " + std::to_string(window.first_step) +
                         " must not be after last_step " + std::to_string(window.last_step));
    for (size_t i = 0; i < window.load.size(); ++i)
        if (window.kept[i] < 0 || window.kept[i] > window.load[i])
            throw StoreError("routing window: kept must lie in [0, load], got " + std::to_string(window.kept[i]) +
                             " of " + std::to_string(window.load[i]));
    for (const int64_t tokens : window.tokens)
        if (tokens < 0) throw StoreError("routing window: tokens must be at least 0, got " + std::to_string(tokens));
}

void checkRecord(const RouteSample& sample)
{
    const auto size = static_cast<int64_t>(sample.token.size());
    const int64_t cells = size * static_cast<int64_t>(sample.layers.size());
    requireSize(sample.language, size, "route sample: language");
    requireSize(sample.sequence, size, "route sample: sequence");
    requireSize(sample.position, size, "route sample: position");
    requireSize(sample.expert, cells, "route sample: expert");
    requireSize(sample.gate, cells, "route sample: gate");
}

void checkRecord(const Evaluation& evaluation)
{
    const auto cells = static_cast<int64_t>(evaluation.layers.size() * evaluation.row_language.size());
    const auto size = static_cast<int64_t>(evaluation.counts.size());
    if (cells == 0 ? size != 0 : size % cells != 0)
        throw StoreError("evaluation: counts has " + std::to_string(size) +
                         " values, must have layers x rows x experts of them, a multiple of " + std::to_string(cells));
    if (!evaluation.gates.empty()) requireSize(evaluation.gates, size, "evaluation: gates");
    for (const float gate : evaluation.gates)
        if (!(gate >= 0) || !std::isfinite(gate))
            throw StoreError("evaluation: gates must be finite and not negative, got " + std::to_string(gate));
}

void checkRecord(const EvaluationRoutes& routes)
{
    checkText(routes.encoder, false);
    checkText(routes.decoder, true);
    if (!routes.predicted.empty())
        requireSize(routes.predicted, routes.decoder.tokens(), "evaluation routes: predicted");
    for (const auto& layer : routes.layers) checkLayer(layer, routes);
}

void checkRecord(const Probe& probe)
{
    for (const auto& route : probe.routes) {
        const auto size = static_cast<int64_t>(route.expert.size());
        if (size != tokensOf(probe, false) && size != tokensOf(probe, true))
            throw StoreError("probe route: expert has " + std::to_string(size) + " values, must have one for each of " +
                             std::to_string(tokensOf(probe, false)) + " encoder or " +
                             std::to_string(tokensOf(probe, true)) + " decoder tokens");
        requireSize(route.dropped, size, "probe route: dropped");
        requireSize(route.probability, size, "probe route: probability");
        requireSize(route.entropy, size, "probe route: entropy");
        if (route.top_k < 0)
            throw StoreError("probe route: top_k must be at least 0, got " + std::to_string(route.top_k));
        requireSize(route.top_expert, size * route.top_k, "probe route: top_expert");
        requireSize(route.top_probability, size * route.top_k, "probe route: top_probability");
    }
}

} // namespace sy
