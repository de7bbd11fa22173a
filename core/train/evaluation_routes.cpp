#include "core/train/evaluation_routes.h"

#include "core/base/random.h"
#include "core/train/host_values.h"

#include <algorithm>
#include <numeric>

namespace sy {

namespace {

template <class T> void append(std::vector<T>& into, const std::vector<T>& more)
{
    into.insert(into.end(), more.begin(), more.end());
}

/// How much a pass adds that is still missing: languages that were met often count little.
double gain(const PassRows& pass, const std::vector<int32_t>& language, const std::vector<int64_t>& met)
{
    double sum = 0;
    auto seen = met;
    for (int64_t row = pass.first_row; row < pass.first_row + pass.rows(); ++row)
        sum += 1.0 / static_cast<double>(++seen[static_cast<size_t>(language[static_cast<size_t>(row)])]);
    return sum;
}

/// Indices of EvaluationText::languages by row.
std::vector<int32_t> textLanguages(const EvaluationText& text)
{
    std::vector<int32_t> out;
    for (const auto& batch : text.batches) append(out, batch.language);
    return out;
}

std::vector<int64_t> balancedPasses(const EvaluationText& text, const std::vector<PassRows>& passes, size_t count)
{
    const auto language = textLanguages(text);
    std::vector<int64_t> met(text.languages.size()), left(passes.size()), chosen;
    std::iota(left.begin(), left.end(), 0);
    // Equals are taken in an order that leaves no part of the text out.
    std::sort(left.begin(), left.end(),
              [](int64_t a, int64_t b) { return mix64(static_cast<uint64_t>(a)) < mix64(static_cast<uint64_t>(b)); });
    while (chosen.size() < count) {
        size_t best = 0;
        double best_gain = -1;
        for (size_t i = 0; i < left.size(); ++i) {
            const double found = gain(passes[static_cast<size_t>(left[i])], language, met);
            if (found > best_gain) best = i, best_gain = found;
        }
        const auto& pass = passes[static_cast<size_t>(left[best])];
        for (int64_t row = pass.first_row; row < pass.first_row + pass.rows(); ++row)
            ++met[static_cast<size_t>(language[static_cast<size_t>(row)])];
        chosen.push_back(left[best]);
        left.erase(left.begin() + static_cast<ptrdiff_t>(best));
    }
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

/// Evenly spread candidates, so that choosing among many passes stays quick.
std::vector<PassRows> spread(const std::vector<PassRows>& passes, size_t most, std::vector<int64_t>& index)
{
    std::vector<PassRows> out;
    const size_t count = std::min(passes.size(), most);
    for (size_t i = 0; i < count; ++i) {
        const size_t at = i * passes.size() / count;
        index.push_back(static_cast<int64_t>(at));
        out.push_back(passes[at]);
    }
    return out;
}

/// The columns of a row that any token uses: where experts choose, a token has from no choice to one of each expert.
void dropUnusedChoices(LayerRoutes& layer)
{
    const auto width = static_cast<size_t>(layer.choices), tokens = layer.expert.size() / width;
    size_t used = 1;
    for (size_t x = 0; x < tokens; ++x)
        for (size_t k = used; k < width; ++k)
            if (layer.expert[x * width + k] >= 0) used = k + 1;
    if (used == width) return;
    const auto narrow = [&](auto& values) {
        for (size_t x = 0; x < tokens; ++x)
            for (size_t k = 0; k < used; ++k) values[x * used + k] = values[x * width + k];
        values.resize(tokens * used);
    };
    narrow(layer.expert);
    narrow(layer.kept);
    narrow(layer.gate);
    layer.choices = static_cast<int64_t>(used);
}

} // namespace

std::vector<int64_t> recordedPasses(const EvaluationText& text, const ExperimentConfig& config)
{
    constexpr size_t most_candidates = 1024;
    const auto passes = passesOf(text, config);
    if (passes.empty()) return {};
    const int64_t tokens = passes.front().rows() * text.batches.front().input_length;
    if (tokens > largest_recorded_pass) return {};
    const auto count = static_cast<size_t>(std::max<int64_t>(evaluation_route_tokens / tokens, 1));
    std::vector<int64_t> index, chosen;
    const auto candidates = spread(passes, std::max(most_candidates, count), index);
    for (const int64_t i : balancedPasses(text, candidates, std::min(count, candidates.size())))
        chosen.push_back(index[static_cast<size_t>(i)]);
    return chosen;
}

RouteRecording::RouteRecording(const EvaluationText& text, std::vector<int64_t> passes)
    : m_row_language(text.rowLanguages()), m_passes(std::move(passes))
{
    m_routes.corpus = text.corpus;
    m_routes.decoder.decoder = true;
}

bool RouteRecording::wants(int64_t pass) const
{
    return std::binary_search(m_passes.begin(), m_passes.end(), pass);
}

void RouteRecording::addText(RouteText& into, bool decoder, const EvaluationPass& pass, const LayerRouting& layer) const
{
    const auto& ids = decoder ? pass.input.decoder_BT : pass.input.input_BS;
    into.width = ids.size(1);
    if (into.rows == 0) into.pass_rows = pass.rows.rows();
    into.rows += pass.rows.rows();
    append(into.token, hostValues<int32_t>(ids));
    append(into.counted, hostValues<uint8_t>(layer.counted_X));
    const auto first = m_row_language.begin() + static_cast<ptrdiff_t>(pass.rows.first_row);
    into.row_language.insert(into.row_language.end(), first, first + static_cast<ptrdiff_t>(pass.rows.rows()));
    if (decoder) append(into.gold, hostValues<int32_t>(pass.input.labels_BT.clamp_min(-1)));
}

void RouteRecording::addLayer(LayerRoutes& into, const LayerRouting& layer)
{
    const auto chosen = layer.expert_XK.ge(0).logical_and(layer.counted_X.unsqueeze(1));
    const auto none = chosen.logical_not();
    into.choices = layer.expert_XK.size(1);
    append(into.expert, hostValues<int16_t>(layer.expert_XK.masked_fill(none, -1)));
    append(into.kept, hostValues<uint8_t>(layer.kept_XK.logical_and(chosen)));
    append(into.gate, hostValues<float>(layer.gate_XK.masked_fill(none, 0).nan_to_num(0, 0, 0)));
}

void RouteRecording::add(const EvaluationPass& pass)
{
    const torch::NoGradGuard no_grad;
    if (!wants(pass.index)) return;
    const auto& layers = pass.result.layers;
    m_routes.layers.resize(layers.size());
    for (const bool decoder : {false, true}) {
        const auto first = std::find_if(layers.begin(), layers.end(),
                                        [&](const auto& layer) { return isDecoderLayer(layer.name) == decoder; });
        if (first != layers.end()) addText(decoder ? m_routes.decoder : m_routes.encoder, decoder, pass, *first);
    }
    for (size_t i = 0; i < layers.size(); ++i) {
        m_routes.layers[i].layer = static_cast<int64_t>(i);
        addLayer(m_routes.layers[i], layers[i]);
    }
    if (m_routes.decoder.rows > 0) append(m_routes.predicted, hostValues<int32_t>(pass.result.logits_BTV.argmax(-1)));
}

EvaluationRoutes RouteRecording::take(int64_t step)
{
    for (auto& layer : m_routes.layers) dropUnusedChoices(layer);
    m_routes.step = step;
    return std::move(m_routes);
}

} // namespace sy
