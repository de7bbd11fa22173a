// Hugging Face Switch Transformer checkpoints as models of ours.
#pragma once

#include "core/interop/huggingface_config.h"
#include "core/model/parameters.h"

#include <string>
#include <vector>

namespace sy {

struct HuggingFaceModel {
    ModelConfig model;
    RouterConfig router;
    int64_t expert_capacity = 0; ///< tokens per expert and row, as in config.json
    /// float32 on the CPU, experts stacked, in the order of parameterSpecs. An untied checkpoint may have embeddings of
    /// its own for the stacks (transformers 5 gives it such): encoder.embed_tokens.weight and the decoder's then
    /// follow.
    Weights weights;
    /// With one expert: the layers ("encoder.1") whose single expert became the dense block. Its probability is 1, so
    /// both give the same numbers wherever nothing is dropped.
    std::vector<std::string> single_expert_layers;
};

/// Reads DIRECTORY/config.json with model.safetensors or its sharded index. F32, BF16, F16 and F64 weights are taken. A
/// tied embedding may go by any of its names; where several are present they must be equal. Computing with `weights`
/// needs no computeWeights, which would leave the stacks' own embeddings out.
/// @throws DataError naming every missing, misshapen and unknown tensor at once, or why the directory cannot be read;
/// StoreError for a corrupt file.
HuggingFaceModel readHuggingFace(const fs::path& directory);

} // namespace sy
