// Where the same fixed tokens went at every evaluation: what token views, dynamics and capacity replay read.
//
// Shape suffixes: R rows, W positions of a row, X = R * W, K choices of a token.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sy {

/// Tokens of one stack: whole passes of the fixed validation batches, row after row.
struct RouteText {
    bool decoder = false;
    int64_t rows = 0, width = 0;
    int64_t pass_rows = 0;             ///< rows that went through the model together (the last pass may have fewer)
    std::vector<int32_t> token;        ///< [X] ids that the stack reads
    std::vector<uint8_t> counted;      ///< [X] 1 = a real token, 0 = padding
    std::vector<int32_t> gold;         ///< [X] decoder: the id to be predicted, -1 = none; encoder: empty
    std::vector<int32_t> row_language; ///< [R] index into the run's languages, -1 = another language
    bool operator==(const RouteText&) const = default;

    int64_t tokens() const { return rows * width; }
};

/// One sparse layer's routes of a RouteText.
struct LayerRoutes {
    int64_t layer = 0;           ///< index into the run's sparse layers
    int64_t choices = 1;         ///< K
    std::vector<int16_t> expert; ///< [X, K] before capacity, in order of probability; -1 = no choice (padding too)
    std::vector<uint8_t> kept;   ///< [X, K] 1 = it got a slot
    std::vector<float> gate;     ///< [X, K] probability of the choice, in steps of 1 / 65535
};

/// Whether a sparse layer's name ("encoder.1", "decoder.3") is one of the decoder.
inline bool isDecoderLayer(std::string_view name)
{
    return name.starts_with("decoder");
}

} // namespace sy
