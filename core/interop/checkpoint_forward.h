// `checkpoint forward`: logits and routes of a Hugging Face checkpoint for given ids. Torch-free header.
#pragma once

#include "core/base/files.h"

#include <string>
#include <vector>

namespace sy {

struct CheckpointForward {
    fs::path directory; ///< config.json and safetensors
    fs::path input;     ///< {"input_ids": [[...]], "attention_mask": [[...]], "labels": [[...]]}
    fs::path
        output; ///< safetensors: logits F32 [B, T, V]; routes.encoder.<i> I64 [B, S], routes.decoder.<i> I64 [B, T]
    /// paper: capacity ceil(2 * tokens / N) over the batch's real tokens; t5x-group: round(2 * tokens / N), at least 4,
    /// over groups of rows of together at most 8,192 tokens, padding counted; hf-row: config.json's expert_capacity per
    /// row, padding counted (transformers 4.57); hf-dropless: nothing is dropped (transformers 5.0 to 5.17).
    std::string semantics = "paper";
};

/// The names `semantics` may have.
const std::vector<std::string>& semanticsNames();

struct CheckpointForwardSummary {
    int64_t rows = 0, input_length = 0, target_length = 0;
    struct Layer {
        std::string name;           ///< "encoder.1"
        int64_t tokens = 0;         ///< positions, padding included
        int64_t without_expert = 0; ///< dropped, or padding that takes no slot
    };
    std::vector<Layer> layers;
};

/// In float32 on the CPU. The decoder reads the labels shifted right from id 0, with -100 read as 0. A token that got
/// no expert has route -1. Writes the output atomically.
/// @throws DataError for an input that is malformed, ragged or holds ids outside the vocabulary, and as
/// readHuggingFace; UsageError for unknown semantics; EngineError, and Error where a file cannot be read or written.
CheckpointForwardSummary checkpointForward(const CheckpointForward& request);

} // namespace sy
