// config.json of a Hugging Face Switch Transformer (transformers 4.25 to 5.17).
#pragma once

#include "core/base/files.h"
#include "core/config/experiment.h"

#include <set>
#include <string>

namespace sy {

struct HuggingFaceConfig {
    ModelConfig model;           ///< sparse steps as the file's num_sparse_*_layers give them
    RouterConfig router;         ///< loss weights and jitter of the file, the paper's defaults beside them
    int64_t expert_capacity = 0; ///< tokens per expert and row, absolute; what `hf-row` uses
};

/// Keys that mean nothing here are ignored; absent ones get the defaults of the Hugging Face class.
/// @throws DataError naming the file and every problem at once: another model type, wrong types, values out of range,
/// what Switchyard cannot represent (router_bias, other activations than relu). Error where it cannot be read.
HuggingFaceConfig readHuggingFaceConfig(const fs::path& file);

/// The layers of a stack that a sparse step makes sparse.
std::set<int64_t> layersOfStep(int64_t step, int64_t layers);

/// A step that makes just `sparse` sparse, `preferred` where it does. `preferred` too where no step fits.
int64_t stepOfLayers(const std::set<int64_t>& sparse, int64_t layers, int64_t preferred);

} // namespace sy
