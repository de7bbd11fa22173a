// Cross entropy and routes on fixed validation batches.
#pragma once

#include "core/config/experiment.h"
#include "core/model/model.h"
#include "core/store/records.h"
#include "core/text/batch.h"

#include <torch/torch.h>

#include <string>
#include <vector>

namespace sy {

/// What is evaluated.
struct EvaluationText {
    std::string corpus;
    std::vector<std::string> languages; ///< of the batches' language indices
    std::vector<int32_t> run_language;  ///< the run's index of each, -1 where the run does not know it
    std::vector<Batch> batches;
};

/// Cross entropy only (no router losses), in nats per target token, in all and per language; drops and, per row and
/// sparse layer, choices of real tokens before capacity. Runs data.batch_size / train.micro_batches rows at a time,
/// like training. Reads from the device: never on a training step's path.
/// @param compute  as computeWeights(..., trainable = false).
/// @throws DataError where there is no row to evaluate.
Evaluation evaluateModel(const ExperimentConfig& config, const Weights& compute, const EvaluationText& text,
                         const RoutingOptions& routing, int64_t step);

} // namespace sy
