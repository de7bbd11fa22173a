// Greedy generation.
#pragma once

#include "core/model/model.h"

#include <vector>

namespace sy {

struct GenerateSettings {
    int64_t max_length = 64;   ///< tokens per row, at least 1
    int32_t end_token = 1;     ///< ends a row; not part of the answer
    int32_t start_token = 0;   ///< what the decoder begins with
    RoutingOptions routing = dropless();

    static RoutingOptions dropless()
    {
        RoutingOptions options;
        options.dropless = true;
        return options;
    }
};

/// The likeliest next token again and again, first index among equals. Encodes once; the decoder runs over the whole
/// prefix for every token.
/// @param input_BS  int64 ids  @param mask_BS  bool, true = a real token
/// @return per row the tokens before the end token
std::vector<std::vector<int32_t>> generateGreedy(const ModelConfig& model, const RouterConfig& router, const Weights& weights,
                                                 const torch::Tensor& input_BS, const torch::Tensor& mask_BS,
                                                 const GenerateSettings& settings = {});

} // namespace sy
