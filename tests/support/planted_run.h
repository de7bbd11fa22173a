// A run whose routing is known: what views must show. Expert k takes language k in the first sparse layer of either
// stack; in the second one experts are drawn by chance. Nothing of it was trained.
#pragma once

#include "core/store/run_writer.h"

#include <string>

namespace sy::test {

struct PlantedRun {
    std::string name = "planted";
    int64_t languages = 8;        ///< L, 2 to 12; as many experts, N = L
    int64_t steps = 600;          ///< of training
    int64_t window_steps = 20;    ///< steps % window_steps = 0
    int64_t evaluate_every = 100; ///< steps % evaluate_every = 0
    int64_t rows_per_language = 6;
    int64_t width = 24, target_width = 10; ///< tokens of a row; the last of each is padding
    double capacity_factor = 1.25;         ///< of the batch: language 0 has twice the tokens of others in training
    uint64_t seed = 1;
    int64_t experts() const { return languages; }
};

/// Sparse layers: encoder.1 (0, planted), encoder.3 (1, chance), decoder.1 (2, planted), decoder.3 (3, chance).
inline constexpr int64_t planted_layers = 4;
inline constexpr bool isPlanted(int64_t layer)
{
    return layer % 2 == 0;
}
inline constexpr bool isDecoder(int64_t layer)
{
    return layer >= 2;
}

/// Share of tokens of a planted layer that have settled on their language's expert by a step: 2 step / steps, at most
/// 1; the others are drawn by chance. So the second half of the run is exact, and saturation and plasticity are known.
double settledShare(const PlantedRun& run, int64_t step);

NewRun plantedDescription(const PlantedRun& run);
/// Tokens: ids below 20 are shared by all languages, 20 + 24 l up to 43 + 24 l are of language l alone.
EvaluationRoutes plantedRoutes(const PlantedRun& run, int64_t step);
/// With counts of plantedRoutes, and specialization computed of them.
Evaluation plantedEvaluation(const PlantedRun& run, int64_t step);
RoutingWindow plantedWindow(const PlantedRun& run, int64_t first_step, int64_t last_step, int64_t layer);
RouteSample plantedSample(const PlantedRun& run, int64_t step, bool decoder);
/// One sentence of each language.
std::vector<Probe> plantedProbes(const PlantedRun& run, int64_t step);

/// All of it, curves, clock and events too: a run that has finished. Its id.
std::string writePlantedRun(const StorePaths& paths, const PlantedRun& run = {});

} // namespace sy::test
