// A small run with planted structure: in encoder.1 expert k takes language k, in encoder.3 languages are alike,
// decoder.1 has no experts of its own for languages either.
#pragma once

#include "core/store/run_writer.h"
#include "tests/support/page_bench.h"
#include "ui/models/text.h"

namespace sy::test {

inline const std::vector<std::string> planted_languages = {"ru", "de", "ja", "en"};
inline const std::vector<std::string> planted_layers = {"encoder.1", "encoder.3", "decoder.1"};

inline RoutingWindow plantedWindow(int64_t last_step, int64_t layer)
{
    RoutingWindow window;
    window.first_step = last_step - 9;
    window.last_step = last_step;
    window.layer = layer;
    window.languages = 4;
    window.experts = 4;
    for (int64_t l = 0; l < 4; ++l) {
        window.tokens.push_back(100);
        for (int64_t e = 0; e < 4; ++e) {
            // The plant grows: at step 10 a quarter of the way, at step 40 all of it.
            const int64_t grown = std::min<int64_t>(last_step, 40);
            const int64_t load = layer == 0 ? (l == e ? 25 + 75 * grown / 40 : 25 - 25 * grown / 40) : 25;
            window.load.push_back(load);
            window.kept.push_back(std::min<int64_t>(load, 50 + 10 * l));
            window.importance.push_back(static_cast<double>(load) * 0.5 + 12.5);
        }
    }
    window.entropy_sum = 400 * 0.5;
    window.confidence_sum = 400 * 0.75;
    window.z_sum = 400 * 2.0;
    window.lse_max = 3;
    window.logit_min = -4;
    window.logit_max = static_cast<double>(last_step) / 10;
    window.capacity_needed = layer == 0 ? 1 + static_cast<double>(last_step) / 40 : 1;
    return window;
}

inline Evaluation plantedEvaluation(int64_t step)
{
    Evaluation out;
    out.step = step;
    out.corpus = "shared";
    out.cross_entropy = 4;
    out.tokens = 1600;
    out.layers = {0, 1, 2};
    for (int32_t row = 0; row < 16; ++row) out.row_language.push_back(row % 4);
    uint32_t draw = 7;
    for (int64_t layer = 0; layer < 3; ++layer)
        for (int32_t row = 0; row < 16; ++row)
            for (int32_t e = 0; e < 4; ++e) {
                draw = draw * 1664525U + 1013904223U;
                out.counts.push_back(layer == 0 ? (row % 4 == e ? 32 : 0) : static_cast<uint16_t>(4 + (draw >> 28)));
            }
    for (size_t l = 0; l < 4; ++l)
        out.languages.push_back(
            {planted_languages[l], 3 + static_cast<double>(l) + static_cast<double>(step) / 1000, 400});
    return out;
}

struct RoutingBench : PageBench {
    /// Windows up to these last steps and evaluations at those steps; the run's id, and RoutingFocus shows it.
    QString addRun(const std::string& name, const std::vector<int64_t>& windows,
                   const std::vector<Evaluation>& evaluations, int64_t experts = 4)
    {
        NewRun run;
        run.name = name;
        run.config = {{"model", {{"num_experts", experts}}}, {"router", {{"capacity_factor_train", 1.25}}}};
        run.steps = 100;
        run.num_experts = experts;
        run.corpus = "shared";
        run.languages = planted_languages;
        if (experts > 1) run.sparse_layers = planted_layers;
        RunWriter writer = RunWriter::create(paths, run);
        for (const int64_t step : windows)
            for (int64_t layer = 0; layer < 3; ++layer) writer.window(plantedWindow(step, layer));
        for (const Evaluation& evaluation : evaluations) writer.evaluation(evaluation);
        writer.setStatus(RunStatus::Finished);
        writer.flush();
        return fromUtf8(writer.id());
    }
    void look(const QString& id)
    {
        const Store store = Store::openExisting(paths);
        auto index = std::make_shared<RoutingIndex>();
        const RunSummary run = store.run(id.toStdString());
        index->run = id;
        index->name = fromUtf8(run.name);
        index->revision = run.revision;
        index->rewinds = run.rewinds;
        index->experts = static_cast<int>(run.num_experts);
        for (const auto& code : planted_languages) index->languages << fromUtf8(code);
        if (run.num_experts > 1)
            for (const auto& layer : planted_layers) index->layers << fromUtf8(layer);
        index->window_steps = store.windowSteps(run.id);
        index->evaluation_steps = store.evaluationSteps(run.id);
        focus.setIndex(index);
    }
};

} // namespace sy::test
