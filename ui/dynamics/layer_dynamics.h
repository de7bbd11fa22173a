// How one layer's choices for the same tokens changed over training, as curves over evaluations.
#pragma once

#include "core/analysis/dynamics.h"
#include "core/store/store.h"
#include "ui/models/step_routes.h"

#include <vector>

namespace sy {

/// S evaluations, L languages. NaN where nothing can be told.
struct LayerDynamics {
    int layer = 0;
    std::vector<int64_t> step;                         ///< [S] rising
    std::vector<double> saturation, saturation_chance; ///< [S] agreement with the reference; chance by load
    std::vector<double> changed, changed_chance;       ///< [S] plasticity since the step before; NaN at the first
    std::vector<double> changed_of_language;           ///< [L, S]
    std::vector<double> locality, locality_chance;     ///< [S] chance by load
};

/// `reference`: the step that saturation compares with: the history's last one at or before it (else its first).
LayerDynamics layerDynamics(int layer, const ExpertHistory& history, int experts, int languages, int64_t reference);

/// Locality alone, of the windows' samples of training batches: for runs without routes of fixed tokens. At most
/// `most` windows, evenly over the run; one entry per layer that was sampled.
std::vector<LayerDynamics> sampledLocality(const Store& store, const RoutingIndex& index, size_t most);

/// Successive sparse layers of one stack at one step.
struct StackTransitions {
    int64_t step = -1;
    RouteSource source = RouteSource::Validation;
    std::vector<int> layers;          ///< indices into the run's sparse layers; two or more, else `between` is empty
    std::vector<Transitions> between; ///< layers[i] to layers[i + 1]
};
/// Of the stack that `layer` belongs to. @throws Error where an expert is not one of the run's.
StackTransitions stackTransitions(const StepRoutes& routes, bool decoder, int experts);

} // namespace sy
