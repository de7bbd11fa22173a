// Made-up routes of a small text.
#pragma once

#include "core/analysis/routes.h"
#include "sequence_samples.h"

namespace sy::test {

/// Rows of at most `width` real tokens, padding behind them; languages take turns, the last row has another one.
inline RouteText randomText(uint64_t seed, int64_t rows, int64_t width, int64_t pass_rows, int64_t languages)
{
    Draws draws(seed);
    RouteText text;
    text.rows = rows;
    text.width = width;
    text.pass_rows = pass_rows;
    for (int64_t row = 0; row < rows; ++row) {
        text.row_language.push_back(row + 1 == rows ? -1 : static_cast<int32_t>(row % languages));
        const int64_t length = 1 + draws.below(width);
        for (int64_t t = 0; t < width; ++t) {
            text.token.push_back(t < length ? static_cast<int32_t>(draws.below(50)) : 0);
            text.counted.push_back(t < length);
        }
    }
    return text;
}

/// Choices of every real token, different ones for its K, with falling gates. Low experts are chosen more often.
inline LayerRoutes randomRoutes(uint64_t seed, const RouteText& text, int64_t experts, int64_t choices)
{
    Draws draws(seed);
    LayerRoutes routes;
    routes.choices = choices;
    for (int64_t x = 0; x < text.tokens(); ++x) {
        const int64_t first = std::min(draws.below(experts), draws.below(experts));
        for (int64_t k = 0; k < choices; ++k) {
            const bool counted = text.counted[static_cast<size_t>(x)] != 0;
            routes.expert.push_back(static_cast<int16_t>(counted ? (first + k) % experts : -1));
            routes.gate.push_back(counted ? static_cast<float>(draws.below(20)) / 20 / static_cast<float>(k + 1) : 0);
            routes.kept.push_back(counted);
        }
    }
    return routes;
}

} // namespace sy::test
