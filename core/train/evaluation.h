// Cross entropy and routes on fixed validation batches.
#pragma once

#include "core/config/experiment.h"
#include "core/model/model.h"
#include "core/store/records.h"
#include "core/text/batch.h"

#include <torch/torch.h>

#include <functional>
#include <string>
#include <vector>

namespace sy {

/// What is evaluated.
struct EvaluationText {
    std::string corpus;
    std::vector<std::string> languages; ///< of the batches' language indices
    std::vector<int32_t> run_language;  ///< the run's index of each, -1 where the run does not know it
    std::vector<Batch> batches;

    /// The run's index of every row's language, [rows].
    std::vector<int32_t> rowLanguages() const;
};

/// Rows that go through the model together: at most data.batch_size / train.micro_batches of one batch, like training.
struct PassRows {
    size_t batch = 0;
    int64_t first = 0, last = 0; ///< rows of the batch, last not included
    int64_t first_row = 0;       ///< of the whole text

    int64_t rows() const { return last - first; }
};
std::vector<PassRows> passesOf(const EvaluationText& text, const ExperimentConfig& config);

/// One pass as those see it who look on.
struct EvaluationPass {
    int64_t index = 0;
    PassRows rows;
    const ModelInput& input;
    const ForwardResult& result;
};
struct EvaluationObserver {
    std::function<bool(int64_t pass)> wants_logits; ///< empty = never
    std::function<void(const EvaluationPass&)> seen;
    std::function<void(double share)> progress; ///< in (0, 1], after every pass
};

/// Cross entropy only (no router losses), in nats per target token, in all and per language; drops and, per row and
/// sparse layer, choices of real tokens before capacity. Reads from the device: never on a training step's path.
/// @param compute  as computeWeights(..., trainable = false).
/// @throws DataError where there is no row to evaluate.
Evaluation evaluateModel(const ExperimentConfig& config, const Weights& compute, const EvaluationText& text,
                         const RoutingOptions& routing, int64_t step, const EvaluationObserver& observer = {});

/// Sums of the choices' probabilities by row. [B, N] float32.
torch::Tensor gatesByRow(const LayerRouting& routing, int64_t rows, int64_t experts);

} // namespace sy
