#include "core/train/evaluation_specialization.h"

#include "core/train/host_values.h"

#include <algorithm>

namespace sy {

namespace {

/// One layer's [rows, N] of an evaluation's [M, rows, N].
template <class T> std::vector<double> layerWeights(const std::vector<T>& all, size_t layer, size_t size)
{
    const auto first = all.begin() + static_cast<ptrdiff_t>(layer * size);
    return {first, first + static_cast<ptrdiff_t>(size)};
}

} // namespace

void GateRecording::add(const EvaluationPass& pass)
{
    const torch::NoGradGuard no_grad;
    std::vector<torch::Tensor> layers;
    for (const auto& layer : pass.result.layers) layers.push_back(gatesByRow(layer, pass.rows.rows(), m_experts));
    if (!layers.empty()) m_gates_MBN.push_back(torch::stack(layers));
}

std::vector<float> GateRecording::take()
{
    if (m_gates_MBN.empty()) return {};
    return hostValues<float>(torch::cat(std::exchange(m_gates_MBN, {}), 1));
}

void ChoiceRecording::add(const EvaluationPass& pass)
{
    const torch::NoGradGuard no_grad;
    m_layers.resize(pass.result.layers.size());
    for (size_t i = 0; i < m_layers.size(); ++i) {
        const auto& routing = pass.result.layers[i];
        const auto ids =
            hostValues<int32_t>(isDecoderLayer(routing.name) ? pass.input.decoder_BT : pass.input.input_BS);
        const auto counted = hostValues<uint8_t>(routing.counted_X);
        const auto expert = hostValues<int16_t>(routing.expert_XK);
        const size_t width = ids.size() / static_cast<size_t>(pass.rows.rows()), choices = expert.size() / ids.size();
        for (size_t x = 0; x < ids.size(); ++x)
            for (size_t k = 0; counted[x] != 0 && k < choices; ++k) {
                if (expert[x * choices + k] < 0) continue;
                m_layers[i].sequence.push_back(
                    static_cast<int32_t>(pass.rows.first_row + static_cast<int64_t>(x / width)));
                m_layers[i].id.push_back(ids[x]);
                m_layers[i].expert.push_back(expert[x * choices + k]);
            }
    }
}

LayerChoices choicesOf(const EvaluationRoutes& routes, const LayerRoutes& layer, bool decoder)
{
    const auto& text = decoder ? routes.decoder : routes.encoder;
    const auto choices = static_cast<size_t>(layer.choices);
    LayerChoices out;
    for (size_t i = 0; i < layer.expert.size(); ++i) {
        if (layer.expert[i] < 0) continue;
        const size_t token = i / choices;
        out.sequence.push_back(static_cast<int32_t>(token / static_cast<size_t>(text.width)));
        out.id.push_back(text.token[token]);
        out.expert.push_back(layer.expert[i]);
    }
    return out;
}

LayerSpecialization layerSpecialization(const Evaluation& evaluation, size_t layer, int64_t experts,
                                        const LayerChoices& choices, const std::vector<int32_t>& language,
                                        const NullOptions& null)
{
    const size_t size = evaluation.row_language.size() * static_cast<size_t>(experts);
    LayerSpecialization out;
    out.layer = evaluation.layers.at(layer);
    const auto by_count = layerWeights(evaluation.counts, layer, size);
    out.by_count = specialization({experts, evaluation.row_language, by_count}, null);
    const auto by_gate = layerWeights(evaluation.gates, layer, size);
    out.by_gate = specialization({experts, evaluation.row_language, by_gate}, null);
    out.given_token =
        specializationGivenToken({experts, choices.sequence, choices.id, choices.expert, {}, language}, null);
    return out;
}

std::vector<LayerSpecialization> specializationOf(const Evaluation& evaluation, const EvaluationRoutes& routes,
                                                  const std::vector<std::string>& layers, int64_t experts,
                                                  const NullOptions& null)
{
    std::vector<LayerSpecialization> out;
    for (size_t i = 0; i < evaluation.layers.size(); ++i) {
        const bool decoder = isDecoderLayer(layers.at(static_cast<size_t>(evaluation.layers[i])));
        const auto found = std::find_if(routes.layers.begin(), routes.layers.end(),
                                        [&](const auto& r) { return r.layer == evaluation.layers[i]; });
        const auto choices = found == routes.layers.end() ? LayerChoices() : choicesOf(routes, *found, decoder);
        const auto& text = decoder ? routes.decoder : routes.encoder;
        out.push_back(layerSpecialization(evaluation, i, experts, choices, text.row_language, null));
    }
    return out;
}

} // namespace sy
