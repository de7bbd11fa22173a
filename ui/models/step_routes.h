// Where tokens went at one step, stack by stack: of the fixed validation tokens, or of a window's sample where those
// were not recorded. What the views of tokens and of transitions read.
#pragma once

#include "core/store/store.h"
#include "ui/models/routing_focus.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace sy {

/// Tokens of one stack in reading order, padding left out. X tokens.
struct StackRoutes {
    struct Layer {
        int layer = 0;               ///< index into the run's sparse layers
        std::vector<int16_t> expert; ///< [X] first choice before capacity; -1 = none
        std::vector<uint8_t> kept;   ///< [X] 1 = it got a slot
        std::vector<float> gate;     ///< [X]
    };
    std::vector<int32_t> id, language, sequence, position; ///< [X]; language -1 = not one of the run's
    std::vector<int32_t> gold, predicted;                  ///< [X] of the decoder's validation tokens, else empty
    std::vector<Layer> layers;

    size_t tokens() const { return id.size(); }
    const Layer* of(int layer) const; ///< null where this stack lacks it
};

enum class RouteSource {
    Validation, ///< the same tokens at every evaluation
    Sample      ///< the first tokens of one training batch of a window: others every time
};

struct StepRoutes {
    RouteSource source = RouteSource::Validation;
    int64_t step = -1; ///< when they were recorded
    StackRoutes encoder, decoder;

    const StackRoutes* stackOf(int layer) const; ///< null where no stack has the layer
};
using StepRoutesPtr = std::shared_ptr<const StepRoutes>;

/// The evaluation's, else the sample's, last at or before `step` (the first where none is). `wanted` = Sample: the
/// sample's first. Null where the run has neither.
StepRoutesPtr readStepRoutes(const Store& store, const RoutingIndex& index, RouteSource wanted, int64_t step);

} // namespace sy
