// How long the inspector's figures take, at the scale that views must bear: 24 layers, 128 experts, 24 languages.
// Made-up routes, no store. Prints one JSON document of medians in milliseconds of CPU time.
//   bench_analysis [REPEATS]
#include "core/analysis/capacity_replay.h"
#include "core/analysis/dynamics.h"
#include "core/analysis/language_matrix.h"
#include "core/analysis/specialization.h"
#include "core/analysis/token_shares.h"
#include "core/base/error.h"
#include "core/base/random.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>

namespace {

using namespace sy;

struct Scale {
    int64_t layers, experts, languages, rows, width, vocabulary;
};

/// Routes of one layer: rows lean to experts of their own.
struct Sample {
    Scale scale;
    RouteText text;
    LayerRoutes routes;
    std::vector<int32_t> sequence;
    std::vector<double> weight; ///< [R, N]
};

Sample sampleOf(const Scale& scale, uint64_t seed)
{
    const RandomStream random = randomStream(seed, 0, siteId("bench analysis"));
    Sample out;
    out.scale = scale;
    out.text.rows = scale.rows;
    out.text.width = scale.width;
    out.text.pass_rows = 16;
    out.weight.assign(static_cast<size_t>(scale.rows * scale.experts), 0);
    uint64_t draw = 0;
    const auto below = [&](int64_t bound) {
        return static_cast<int64_t>(random.below(draw++, static_cast<uint64_t>(bound)));
    };
    for (int64_t row = 0; row < scale.rows; ++row) {
        out.text.row_language.push_back(static_cast<int32_t>(row % scale.languages));
        const int64_t home = below(scale.experts);
        for (int64_t t = 0; t < scale.width; ++t) {
            const int64_t expert = below(3) == 0 ? home : below(scale.experts);
            out.text.token.push_back(static_cast<int32_t>(std::min(below(scale.vocabulary), below(scale.vocabulary))));
            out.text.counted.push_back(1);
            out.routes.expert.push_back(static_cast<int16_t>(expert));
            out.routes.gate.push_back(static_cast<float>(below(65536)) / 65535);
            out.routes.kept.push_back(1);
            out.sequence.push_back(static_cast<int32_t>(row));
            out.weight[static_cast<size_t>(row * scale.experts + expert)] += 1;
        }
    }
    return out;
}

/// Of the process: other work going on beside does not count.
double medianMs(int64_t repeats, const std::function<void()>& work)
{
    std::vector<double> times;
    for (int64_t i = 0; i < repeats; ++i) {
        const std::clock_t start = std::clock();
        work();
        times.push_back(1000 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    }
    std::ranges::sort(times);
    return times[times.size() / 2];
}

nlohmann::json measure(const Scale& scale, int64_t repeats)
{
    const Sample a = sampleOf(scale, 1), b = sampleOf(scale, 2);
    std::vector<double> counts(static_cast<size_t>(scale.languages * scale.experts));
    for (size_t i = 0; i < a.weight.size(); ++i) {
        const size_t row = i / static_cast<size_t>(scale.experts), expert = i % static_cast<size_t>(scale.experts);
        counts[static_cast<size_t>(a.text.row_language[row] * scale.experts) + expert] += a.weight[i];
    }
    double sink = 0; // keeps results alive
    const auto perLayer = [&](const std::function<double()>& figure) {
        return medianMs(repeats, [&] { sink += figure(); });
    };
    const RoutedIds routed{scale.experts, a.text.token, a.routes.expert};
    const TokenTable table(routed);
    ReplayRule rule;
    rule.priority = OverflowPriority::Probability;
    nlohmann::json ms;
    ms["specialization"] = perLayer([&] {
        return specialization({scale.experts, a.text.row_language, a.weight}).null_mean;
    });
    ms["specialization_given_token"] = perLayer([&] {
        return specializationGivenToken(
                   {scale.experts, a.sequence, a.text.token, a.routes.expert, {}, a.text.row_language})
            .null_mean;
    });
    ms["language_matrix_lift"] =
        perLayer([&] { return languageMatrix(MatrixKind::Lift, counts, scale.languages, scale.experts)[0]; });
    ms["order_of_languages"] =
        perLayer([&] { return static_cast<double>(similarityOrder(counts, scale.languages, scale.experts)[0]); });
    ms["order_of_experts"] = perLayer(
        [&] { return static_cast<double>(similarityOrderOfColumns(counts, scale.languages, scale.experts)[0]); });
    ms["capacity_replay"] =
        perLayer([&] { return replayCapacity(a.text, a.routes, scale.experts, scale.languages, rule).drop_rate; });
    ms["agreement"] = perLayer([&] { return agreement(a.routes.expert, b.routes.expert, scale.experts).share; });
    ms["transitions"] = perLayer(
        [&] { return transitions(a.routes.expert, b.routes.expert, scale.experts, scale.experts).information; });
    ms["locality"] = perLayer([&] { return locality(a.routes.expert, a.text, scale.experts).share; });
    ms["token_table"] = perLayer([&] { return static_cast<double>(TokenTable(routed).tokens()); });
    ms["tokens_of_expert"] = perLayer([&] { return static_cast<double>(table.tokensOfExpert(0).size()); });
    ms["vocabulary_specialization_by_chance"] = perLayer([&] { return table.specializationByChance(); });
    return {
        {"layers", scale.layers},
        {"experts", scale.experts},
        {"languages", scale.languages},
        {"rows", scale.rows},
        {"tokens", scale.rows * scale.width},
        {"cpu_ms_per_layer", ms},
        {"specialization_all_layers_cpu_ms", ms["specialization"].get<double>() * static_cast<double>(scale.layers)},
        {"finite", std::isfinite(sink)}};
}

} // namespace

int main(int argc, char** argv)
{
    const int64_t repeats = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
    try {
        std::cout << nlohmann::json({{"demo", measure({4, 8, 21, 336, 48, 4096}, repeats)},
                                     {"large", measure({24, 128, 24, 400, 128, 32000}, repeats)}})
                         .dump(2)
                  << std::endl;
    } catch (const Error& error) {
        std::cerr << error.what() << std::endl;
        return 1;
    }
    return 0;
}
