// Every route of some fixed validation tokens, at every evaluation the same ones.
#pragma once

#include "core/train/evaluation.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sy {

/// Encoder tokens of one evaluation's routes, at most, unless a single pass has more.
inline constexpr int64_t evaluation_route_tokens = 16384;
/// A pass of more encoder tokens than these is not recorded: a part of it could not tell who took whose slot.
inline constexpr int64_t largest_recorded_pass = 4 * evaluation_route_tokens;

/// Whole passes of at most evaluation_route_tokens encoder tokens (at least one pass), in rising order, chosen so that
/// the languages come equally often: every n-th pass would meet the same few languages again and again where n times
/// the rows of a pass is a multiple of theirs. Empty where passes are larger than largest_recorded_pass.
std::vector<int64_t> recordedPasses(const EvaluationText& text, const ExperimentConfig& config);

/// Collects the routes of one evaluation: hand `wants` and `add` to an EvaluationObserver.
class RouteRecording {
public:
    /// @param passes  as recordedPasses
    RouteRecording(const EvaluationText& text, std::vector<int64_t> passes);
    bool wants(int64_t pass) const;
    void add(const EvaluationPass& pass);
    /// What was collected; no layers where the model is dense or no pass was wanted.
    EvaluationRoutes take(int64_t step);

private:
    void addText(RouteText& into, bool decoder, const EvaluationPass& pass, const LayerRouting& layer) const;
    static void addLayer(LayerRoutes& into, const LayerRouting& layer);

    std::vector<int32_t> m_row_language;
    std::vector<int64_t> m_passes;
    EvaluationRoutes m_routes;
};

} // namespace sy
