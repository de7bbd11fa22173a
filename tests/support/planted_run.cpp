#include "tests/support/planted_run.h"

#include "core/analysis/specialization.h"
#include "core/base/error.h"
#include "core/base/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

namespace sy::test {

namespace {

constexpr std::array<const char*, 12> codes = {"de", "en", "es", "fi", "fr", "ja", "ko", "pl", "ru", "sw", "tr", "zh"};
constexpr int32_t shared_ids = 20, own_ids = 24;
constexpr int64_t tokens_per_step = 40; ///< of a language in a window
constexpr double lse = 2;               ///< of every token's logits

/// The stream of one token in one layer: the same at every step.
RandomStream streamOf(const PlantedRun& run, int64_t layer, uint64_t token)
{
    return RandomStream{mix64(run.seed)}.child(static_cast<uint64_t>(layer)).child(token);
}

struct Choice {
    int16_t expert;
    float gate;
};

/// @param token  tells tokens apart
Choice choose(const PlantedRun& run, int64_t layer, int64_t language, uint64_t token, int64_t step)
{
    const RandomStream stream = streamOf(run, layer, token);
    if (isPlanted(layer) && stream.uniformDouble(0) < settledShare(run, step))
        return {static_cast<int16_t>(language), 0.9F};
    const auto expert = stream.below(1 + static_cast<uint64_t>(step), static_cast<uint64_t>(run.experts()));
    return {static_cast<int16_t>(expert), isPlanted(layer) ? 0.3F : 0.25F};
}

/// Entropy of the probabilities behind a choice: the gate, and the rest evenly over the other experts.
double entropyOf(float gate, int64_t experts)
{
    const double rest = (1 - static_cast<double>(gate)) / static_cast<double>(experts - 1);
    return -gate * std::log(gate) - (1 - gate) * std::log(rest);
}

int32_t idOf(const PlantedRun& run, int64_t language, uint64_t token)
{
    const RandomStream stream = streamOf(run, planted_layers, token);
    if (stream.below(0, 2) == 0) return static_cast<int32_t>(3 + stream.below(1, shared_ids - 3));
    return static_cast<int32_t>(shared_ids + own_ids * language + static_cast<int64_t>(stream.below(1, own_ids)));
}

RouteText textOf(const PlantedRun& run, bool decoder)
{
    RouteText text;
    text.decoder = decoder;
    text.rows = text.pass_rows = run.languages * run.rows_per_language;
    text.width = decoder ? run.target_width : run.width;
    for (int64_t row = 0; row < text.rows; ++row) {
        text.row_language.push_back(static_cast<int32_t>(row % run.languages)); // mixed, as batches are
        for (int64_t w = 0; w < text.width; ++w) {
            const auto token = static_cast<uint64_t>(row * text.width + w) + (decoder ? 1'000'000 : 0);
            const bool padding = w + 1 == text.width;
            text.token.push_back(padding ? 0 : idOf(run, row % run.languages, token));
            text.counted.push_back(padding ? 0 : 1);
        }
    }
    if (decoder) // what comes next
        for (size_t x = 0; x < text.token.size(); ++x)
            text.gold.push_back(text.counted[x] != 0 ? text.token[x + 1] == 0 ? 1 : text.token[x + 1] : -1);
    return text;
}

LayerRoutes routesOf(const PlantedRun& run, const RouteText& text, int64_t layer, int64_t step)
{
    LayerRoutes routes;
    routes.layer = layer;
    const auto counted = std::accumulate(text.counted.begin(), text.counted.end(), int64_t{0});
    const auto capacity = static_cast<int64_t>(
        std::ceil(run.capacity_factor * static_cast<double>(counted) / static_cast<double>(run.experts())));
    std::vector<int64_t> taken(static_cast<size_t>(run.experts()));
    for (int64_t x = 0; x < text.tokens(); ++x) {
        const auto language = text.row_language[static_cast<size_t>(x / text.width)];
        const Choice choice = choose(run, layer, language, static_cast<uint64_t>(x), step);
        const bool real = text.counted[static_cast<size_t>(x)] != 0;
        routes.expert.push_back(real ? choice.expert : int16_t{-1});
        routes.gate.push_back(real ? choice.gate : 0);
        routes.kept.push_back(real && taken[static_cast<size_t>(choice.expert)]++ < capacity ? 1 : 0);
    }
    return routes;
}

SequenceChoices choicesOf(const Evaluation& evaluation, size_t layer, const std::vector<double>& weights)
{
    const size_t cells = weights.size() / evaluation.layers.size();
    const auto rows = evaluation.row_language.size();
    return {static_cast<int64_t>(cells / rows), evaluation.row_language,
            std::span(weights).subspan(layer * cells, cells)};
}

Specialization givenToken(const RouteText& text, const LayerRoutes& routes, int64_t experts)
{
    std::vector<int32_t> sequence;
    for (int64_t x = 0; x < text.tokens(); ++x) sequence.push_back(static_cast<int32_t>(x / text.width));
    return specializationGivenToken({experts, sequence, text.token, routes.expert, {}, text.row_language}, {100, 1});
}

void addSpecialization(const EvaluationRoutes& routes, int64_t experts, Evaluation& evaluation)
{
    const std::vector<double> counts(evaluation.counts.begin(), evaluation.counts.end());
    const std::vector<double> gates(evaluation.gates.begin(), evaluation.gates.end());
    for (size_t i = 0; i < routes.layers.size(); ++i)
        evaluation.specialization.push_back(
            {routes.layers[i].layer, specialization(choicesOf(evaluation, i, counts), {100, 1}),
             specialization(choicesOf(evaluation, i, gates), {100, 1}),
             givenToken(isDecoder(routes.layers[i].layer) ? routes.decoder : routes.encoder, routes.layers[i],
                        experts)});
}

ProbeRoute probeRoute(const PlantedRun& run, int64_t layer, int64_t language, int64_t tokens, int64_t step)
{
    ProbeRoute route;
    route.layer = layer;
    route.top_k = std::min<int64_t>(4, run.experts());
    for (int64_t x = 0; x < tokens; ++x) {
        const auto token = static_cast<uint64_t>(2'000'000 + 1000 * language + x);
        const Choice choice = choose(run, layer, language, token, step);
        route.expert.push_back(choice.expert);
        route.dropped.push_back(0);
        route.probability.push_back(choice.gate);
        route.entropy.push_back(static_cast<float>(entropyOf(choice.gate, run.experts())));
        for (int64_t k = 0; k < route.top_k; ++k) {
            route.top_expert.push_back(static_cast<int32_t>((choice.expert + k) % run.experts()));
            route.top_probability.push_back(k == 0 ? choice.gate
                                                   : (1 - choice.gate) / static_cast<float>(run.experts() - 1));
        }
    }
    return route;
}

/// One capacity for the window as a whole; what is too much is taken from languages in turn.
void dropOverCapacity(const PlantedRun& run, RoutingWindow& window)
{
    const auto all = std::accumulate(window.tokens.begin(), window.tokens.end(), int64_t{0});
    const double fair = static_cast<double>(all) / static_cast<double>(run.experts());
    const auto capacity = static_cast<int64_t>(std::ceil(run.capacity_factor * fair));
    window.kept = window.load;
    window.capacity_needed = 0;
    for (int64_t e = 0; e < run.experts(); ++e) {
        int64_t load = 0;
        for (int64_t l = 0; l < run.languages; ++l) load += window.load[static_cast<size_t>(l * run.experts() + e)];
        window.capacity_needed = std::max(window.capacity_needed, static_cast<double>(load) / fair);
        for (int64_t l = 0; l < run.languages && load > capacity; ++l) {
            auto& kept = window.kept[static_cast<size_t>(l * run.experts() + e)];
            const int64_t dropped = std::min(kept, load - capacity);
            kept -= dropped;
            load -= dropped;
        }
    }
}

using TokenCounts = std::vector<std::map<int32_t, int64_t>>; ///< by expert

void addChoice(const PlantedRun& run, int64_t language, const Choice& choice, RoutingWindow& window)
{
    const auto row = static_cast<size_t>(language * run.experts());
    const double gate = choice.gate, rest = (1 - gate) / static_cast<double>(run.experts() - 1);
    ++window.load[row + static_cast<size_t>(choice.expert)];
    for (size_t e = 0; e < static_cast<size_t>(run.experts()); ++e)
        window.importance[row + e] += static_cast<int16_t>(e) == choice.expert ? gate : rest;
    window.entropy_sum += entropyOf(choice.gate, run.experts());
    window.confidence_sum += gate;
    window.z_sum += lse * lse;
    window.logit_max = std::fmax(window.logit_max, std::log(gate) + lse);
    window.logit_min = std::fmin(window.logit_min, std::log(rest) + lse);
}

void setTopTokens(const TokenCounts& tokens, RoutingWindow& window)
{
    for (const auto& counts : tokens) {
        auto& top = window.top_tokens.emplace_back(counts.begin(), counts.end());
        std::ranges::stable_sort(top, std::greater<>{}, &std::pair<int32_t, int64_t>::second);
        top.resize(std::min<size_t>(top.size(), 16));
    }
}

void writeSteps(RunWriter& writer, const PlantedRun& run, const NewRun& description)
{
    constexpr int64_t begin_ms = 1'700'000'000'000;
    for (int64_t step = 1; step <= run.steps; ++step) {
        const double loss = 2 + 5 / std::sqrt(static_cast<double>(step));
        writer.points({{"train/cross_entropy", step, loss}, {"train/drop_rate", step, 0.05}});
        writer.clock({{step, step * 1000, 1e9 * static_cast<double>(step), begin_ms + step * 500,
                       0.5 * static_cast<double>(step)}});
        if (step % run.window_steps == 0) {
            for (int64_t layer = 0; layer < planted_layers; ++layer)
                writer.window(plantedWindow(run, step - run.window_steps + 1, step, layer));
            for (const bool decoder : {false, true}) writer.routeSample(plantedSample(run, step, decoder));
        }
        if (step % run.evaluate_every == 0) {
            const Evaluation evaluation = plantedEvaluation(run, step);
            writer.points({{"valid/cross_entropy", step, evaluation.cross_entropy}});
            for (const auto& l : evaluation.languages)
                writer.points({{"valid/cross_entropy/" + l.language, step, l.cross_entropy}});
            writer.evaluation(evaluation);
            writer.evaluationRoutes(plantedRoutes(run, step));
            for (auto& probe : plantedProbes(run, step)) writer.probe(std::move(probe));
        }
        writer.setStep(step);
    }
    writer.event({run.steps, begin_ms + run.steps * 500, "stopped", description.name + " has finished", nullptr});
}

} // namespace

double settledShare(const PlantedRun& run, int64_t step)
{
    return std::min(1.0, 2.0 * static_cast<double>(step) / static_cast<double>(run.steps));
}

NewRun plantedDescription(const PlantedRun& run)
{
    if (run.languages < 2 || run.languages > static_cast<int64_t>(codes.size()) || run.steps % run.window_steps != 0 ||
        run.steps % run.evaluate_every != 0)
        throw Error("a planted run has 2 to 12 languages, and whole windows and evaluations");
    NewRun description;
    description.name = run.name;
    description.languages.assign(codes.begin(), codes.begin() + run.languages);
    description.sparse_layers = {"encoder.1", "encoder.3", "decoder.1", "decoder.3"};
    description.num_experts = run.experts();
    description.config = {
        {"model", {{"num_experts", run.experts()}, {"num_layers", 4}, {"num_decoder_layers", 4}}},
        {"router", {{"capacity_factor_train", run.capacity_factor}, {"capacity_factor_eval", run.capacity_factor}}},
        {"train", {{"steps", run.steps}, {"window_steps", run.window_steps}, {"eval_every", run.evaluate_every}}},
        {"device", "cpu"}};
    description.preset = "demo";
    description.steps = run.steps;
    description.corpus = "planted";
    description.seed = static_cast<int64_t>(run.seed);
    description.vocab_size = shared_ids + own_ids * run.languages;
    description.environment = {{"device", "cpu"}};
    return description;
}

EvaluationRoutes plantedRoutes(const PlantedRun& run, int64_t step)
{
    EvaluationRoutes routes;
    routes.step = step;
    routes.corpus = "planted";
    routes.encoder = textOf(run, false);
    routes.decoder = textOf(run, true);
    for (int64_t layer = 0; layer < planted_layers; ++layer)
        routes.layers.push_back(routesOf(run, isDecoder(layer) ? routes.decoder : routes.encoder, layer, step));
    routes.predicted = routes.decoder.gold;
    for (auto& id : routes.predicted) id = std::max(id, 0);
    return routes;
}

Evaluation plantedEvaluation(const PlantedRun& run, int64_t step)
{
    const EvaluationRoutes routes = plantedRoutes(run, step);
    Evaluation evaluation;
    evaluation.step = step;
    evaluation.corpus = routes.corpus;
    evaluation.row_language = routes.encoder.row_language;
    const auto rows = static_cast<size_t>(routes.encoder.rows), experts = static_cast<size_t>(run.experts());
    int64_t choices = 0, kept = 0;
    for (size_t i = 0; i < routes.layers.size(); ++i) {
        const LayerRoutes& layer = routes.layers[i];
        evaluation.layers.push_back(layer.layer);
        evaluation.counts.resize((i + 1) * rows * experts);
        evaluation.gates.resize((i + 1) * rows * experts);
        const auto width = static_cast<size_t>(isDecoder(layer.layer) ? run.target_width : run.width);
        for (size_t x = 0; x < layer.expert.size(); ++x) {
            if (layer.expert[x] < 0) continue;
            const size_t cell = (i * rows + x / width) * experts + static_cast<size_t>(layer.expert[x]);
            ++evaluation.counts[cell];
            evaluation.gates[cell] += layer.gate[x];
            ++choices;
            kept += layer.kept[x];
        }
    }
    evaluation.drop_rate = 1 - static_cast<double>(kept) / static_cast<double>(choices);
    evaluation.cross_entropy = 2 + 5 / std::sqrt(static_cast<double>(step));
    for (int64_t l = 0; l < run.languages; ++l) {
        const int64_t tokens = run.rows_per_language * (run.target_width - 1);
        const double share = (static_cast<double>(l) - static_cast<double>(run.languages - 1) / 2) / 10;
        evaluation.languages.push_back({codes[static_cast<size_t>(l)], evaluation.cross_entropy + share, tokens});
        evaluation.tokens += tokens;
    }
    addSpecialization(routes, run.experts(), evaluation);
    return evaluation;
}

RoutingWindow plantedWindow(const PlantedRun& run, int64_t first_step, int64_t last_step, int64_t layer)
{
    const auto cells = static_cast<size_t>(run.languages * run.experts());
    RoutingWindow window;
    window.first_step = first_step;
    window.last_step = last_step;
    window.layer = layer;
    window.languages = run.languages;
    window.experts = run.experts();
    window.load.resize(cells);
    window.importance.resize(cells);
    window.lse_max = lse;
    window.padding = 10 * (last_step - first_step + 1);
    TokenCounts tokens(static_cast<size_t>(run.experts()));
    for (int64_t l = 0; l < run.languages; ++l) {
        window.tokens.push_back(tokens_per_step * (last_step - first_step + 1) * (l == 0 ? 2 : 1));
        for (int64_t i = 0; i < window.tokens.back(); ++i) {
            const auto token = static_cast<uint64_t>((last_step * run.languages + l) * 1'000'000 + i);
            const Choice choice = choose(run, layer, l, token, last_step);
            addChoice(run, l, choice, window);
            ++tokens[static_cast<size_t>(choice.expert)][idOf(run, l, token)];
        }
    }
    setTopTokens(tokens, window);
    dropOverCapacity(run, window);
    return window;
}

RouteSample plantedSample(const PlantedRun& run, int64_t step, bool decoder)
{
    const RouteText text = textOf(run, decoder);
    RouteSample sample;
    sample.step = step;
    sample.decoder = decoder;
    for (int64_t layer = 0; layer < planted_layers; ++layer)
        if (isDecoder(layer) == decoder) sample.layers.push_back(layer);
    for (const int64_t layer : sample.layers) {
        const LayerRoutes routes = routesOf(run, text, layer, step);
        for (size_t x = 0; x < text.token.size(); ++x) {
            if (text.counted[x] == 0) continue;
            const int16_t expert = routes.expert[x];
            sample.expert.push_back(routes.kept[x] != 0 ? expert : static_cast<int16_t>(-1 - expert));
            sample.gate.push_back(routes.gate[x]);
            if (layer != sample.layers.front()) continue;
            const auto place = static_cast<int64_t>(x);
            sample.token.push_back(text.token[x]);
            sample.language.push_back(text.row_language[static_cast<size_t>(place / text.width)]);
            sample.sequence.push_back(static_cast<int32_t>(place / text.width));
            sample.position.push_back(static_cast<int32_t>(place % text.width));
        }
    }
    return sample;
}

std::vector<Probe> plantedProbes(const PlantedRun& run, int64_t step)
{
    constexpr int64_t encoder_tokens = 8, decoder_tokens = 3;
    std::vector<Probe> probes;
    for (int64_t l = 0; l < run.languages; ++l) {
        Probe probe;
        probe.step = step;
        probe.language = codes[static_cast<size_t>(l)];
        probe.text = "A sentence in " + probe.language;
        probe.target = "sentence";
        probe.prediction = "words";
        for (int64_t x = 0; x < encoder_tokens + decoder_tokens; ++x)
            probe.tokens.push_back({static_cast<int32_t>(shared_ids + own_ids * l + x),
                                    "▁" + probe.language + std::to_string(x), x >= encoder_tokens});
        for (int64_t layer = 0; layer < planted_layers; ++layer)
            probe.routes.push_back(probeRoute(run, layer, l, isDecoder(layer) ? decoder_tokens : encoder_tokens, step));
        probes.push_back(std::move(probe));
    }
    return probes;
}

std::string writePlantedRun(const StorePaths& paths, const PlantedRun& run)
{
    const NewRun description = plantedDescription(run);
    RunWriter writer = RunWriter::create(paths, description);
    writer.setStatus(RunStatus::Running);
    writeSteps(writer, run, description);
    writer.setStatus(RunStatus::Finished);
    return writer.id();
}

} // namespace sy::test
