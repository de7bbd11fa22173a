// Do experts specialise by language? The figures of core/analysis, from what an evaluation saw.
#pragma once

#include "core/analysis/specialization.h"
#include "core/store/records.h"
#include "core/train/evaluation.h"

#include <cstdint>
#include <vector>

namespace sy {

/// Collects what Evaluation::gates holds: hand `add` to an EvaluationObserver. [M, rows, N], M sparse layers.
class GateRecording {
public:
    explicit GateRecording(int64_t experts) : m_experts(experts) {}
    void add(const EvaluationPass& pass);
    std::vector<float> take();

private:
    int64_t m_experts;
    std::vector<torch::Tensor> m_gates_MBN;
};

/// One sparse layer's choices of real tokens, one entry a choice, row after row.
struct LayerChoices {
    std::vector<int32_t> sequence, id;
    std::vector<int16_t> expert;
};

/// Collects the choices of every row: hand `add` to an EvaluationObserver.
class ChoiceRecording {
public:
    void add(const EvaluationPass& pass);
    std::vector<LayerChoices> take() { return std::move(m_layers); }

private:
    std::vector<LayerChoices> m_layers;
};

/// The choices of recorded routes; their sequences are the rows of the layer's RouteText.
LayerChoices choicesOf(const EvaluationRoutes& routes, const LayerRoutes& layer, bool decoder);

/// By count and by gate from the evaluation's counts and gates, all of its rows.
/// @param choices   of every sparse layer; empty = no figure given the token id (NaN)
/// @param language  of the choices' sequences
LayerSpecialization layerSpecialization(const Evaluation& evaluation, size_t layer, int64_t experts,
                                        const LayerChoices& choices, const std::vector<int32_t>& language,
                                        const NullOptions& null);

/// Of all sparse layers, given the token id on the recorded routes: all from what the store keeps of the evaluation, so
/// that anybody can compute them again.
/// @param layers  names of all sparse layers
std::vector<LayerSpecialization> specializationOf(const Evaluation& evaluation, const EvaluationRoutes& routes,
                                                  const std::vector<std::string>& layers, int64_t experts,
                                                  const NullOptions& null);

} // namespace sy
