// A store in a folder of its own, small records, and helpers.
#pragma once

#include "core/base/error.h"
#include "core/store/blobs.h"
#include "core/store/run_writer.h"
#include "core/store/store.h"

#include <gtest/gtest.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <cmath>
#include <cstdlib>

namespace sy::test {

class StoreTest : public ::testing::Test {
protected:
    StoreTest()
    {
        std::string pattern = (fs::temp_directory_path() / "sy-store-XXXXXX").string();
        m_folder = ::mkdtemp(pattern.data());
        paths = StorePaths::ofFile(m_folder / "store.sqlite");
    }
    ~StoreTest() override
    {
        std::error_code ignored;
        fs::remove_all(m_folder, ignored);
    }

    const fs::path& folder() const { return m_folder; }

    StorePaths paths;

private:
    fs::path m_folder;
};

inline NewRun newRun(const std::string& name)
{
    NewRun run;
    run.name = name;
    run.config = {
        {"model", {{"num_experts", 2}, {"d_model", 16}}}, {"data", {{"languages", {"en", "de"}}}}, {"device", "cpu"}};
    run.preset = "demo";
    run.steps = 100;
    run.tags = {"first"};
    run.seed = 7;
    run.languages = {"de", "en"};
    run.sparse_layers = {"encoder.1", "decoder.1"};
    run.num_experts = 2;
    run.environment = {{"threads", 2}};
    return run;
}

inline RoutingWindow newWindow(int64_t first, int64_t last, int64_t layer)
{
    RoutingWindow window;
    window.first_step = first;
    window.last_step = last;
    window.layer = layer;
    window.languages = 2;
    window.experts = 2;
    window.load = {30, 10, 5, 15};
    window.kept = {20, 10, 5, 15};
    window.importance = {28.5, 11.5, 6.25, 13.75};
    window.tokens = {40, 20};
    window.entropy_sum = 30;
    window.confidence_sum = 45;
    window.z_sum = 120;
    window.lse_max = 3.5;
    window.logit_min = -2.25;
    window.logit_max = 3.25;
    window.capacity_needed = 1.375;
    window.padding = 4;
    window.top_tokens = {{{17, 9}, {3, 4}}, {{5, 8}}};
    return window;
}

inline RouteSample newSample(int64_t step, bool decoder)
{
    RouteSample sample;
    sample.step = step;
    sample.decoder = decoder;
    sample.token = {11, 12, 13};
    sample.language = {0, 0, 1};
    sample.sequence = {0, 0, 1};
    sample.position = {0, 1, 0};
    sample.layers = {decoder ? 1 : 0};
    sample.expert = {1, -1 - 0, 0};
    sample.gate = {0.75F, 0.5F, 0.625F};
    return sample;
}

inline Specialization newSpecialization(double information)
{
    Specialization s;
    s.information = information;
    s.null_mean = 0.125;
    s.null_low = 0.0625;
    s.null_high = 0.25;
    s.p_value = 0.0025;
    s.bound = 0.75;
    s.expert_entropy = 0.6875;
    s.language_entropy = 0.9;
    s.sequences = 3;
    s.languages = 2;
    s.permutations = 400;
    s.weight = 100.5;
    return s;
}

inline Evaluation newEvaluation(int64_t step)
{
    Evaluation evaluation;
    evaluation.step = step;
    evaluation.corpus = "handbook";
    evaluation.cross_entropy = 4.5;
    evaluation.tokens = 100;
    evaluation.languages = {{"de", 4.75, 40}, {"en", 4.25, 60}};
    evaluation.drop_rate = 0.125;
    evaluation.layers = {0, 1};
    evaluation.row_language = {0, 1, 1};
    evaluation.counts = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 65535};
    evaluation.gates = {0.5F, 1.25F, 2.0F, 3.0F, 4.75F, 0.0F, 6.1F, 7.0F, 8.0F, 9.0F, 10.0F, 65000.5F};
    evaluation.specialization = {{0, newSpecialization(0.5), newSpecialization(0.375), newSpecialization(0.25)},
                                 {1, newSpecialization(0.1), newSpecialization(std::nan("")), newSpecialization(0.0)}};
    return evaluation;
}

/// Two encoder rows of three tokens, a decoder row of two; the last encoder token is padding.
inline EvaluationRoutes newRoutes(int64_t step)
{
    EvaluationRoutes routes;
    routes.step = step;
    routes.corpus = "handbook";
    routes.encoder = {false, 2, 3, 2, {11, 12, 13, 14, 15, 0}, {1, 1, 1, 1, 1, 0}, {}, {0, 1}};
    routes.decoder = {true, 1, 2, 1, {0, 7}, {1, 1}, {7, -1}, {1}};
    routes.layers = {{0, 1, {0, 1, 1, 0, 1, -1}, {1, 1, 0, 1, 1, 0}, {0.0F, 1.0F, 0.6F, 0.8F, 0.2F, 0.0F}},
                     {1, 2, {0, 1, 1, 0}, {1, 0, 1, 1}, {0.6F, 0.4F, 1.0F, 0.0F}}};
    routes.predicted = {7, 9};
    return routes;
}

inline Probe newProbe(int64_t step)
{
    Probe probe;
    probe.step = step;
    probe.text = "Guten Tag";
    probe.language = "de";
    probe.prediction = "Tag";
    probe.tokens = {{5, "Guten", false}, {6, "Tag", false}, {0, "<pad>", true}};
    probe.routes.push_back(
        {0, {1, 0}, {0, 1}, {0.75F, 0.5F}, {0.5F, 0.625F}, {1, 0, 0, 1}, {0.75F, 0.25F, 0.5F, 0.5F}, 2});
    probe.routes.push_back({1, {1}, {0}, {0.875F}, {0.25F}, {1, 0}, {0.875F, 0.125F}, 2});
    return probe;
}

/// One record of every kind at a step; windows end there.
inline void writeEverything(RunWriter& writer, int64_t step)
{
    writer.points({{"train/cross_entropy", step, 5.0}, {"valid/cross_entropy", step, 4.5}});
    writer.clock({{step, step * 100, 1e9, 1700000000000 + step, 0.5}});
    for (int64_t layer = 0; layer < 2; ++layer) writer.window(newWindow(step - 9, step, layer));
    writer.routeSample(newSample(step, false));
    writer.routeSample(newSample(step, true));
    writer.evaluation(newEvaluation(step));
    writer.evaluationRoutes(newRoutes(step));
    writer.probe(newProbe(step));
    writer.systemSample(1700000000000 + step, {{"system/memory", step, 1024.0}});
    writer.setStep(step);
    writer.checkpoint({step, "step-" + std::to_string(step), 4096, "abc", true, 4.5, false});
}

/// Windows, samples, counts and routes of probes as writers before version 5 kept them; all are those of this file.
inline void makeVersionFour(SQLite::Database& database)
{
    const auto keep = [&](const char* table, const std::string& data, const std::string& where) {
        SQLite::Statement update(database, std::string("UPDATE ") + table + " SET data = ?, format = 1 WHERE " + where);
        update.bind(1, data.data(), static_cast<int>(data.size()));
        update.exec();
    };
    std::string raw;
    const RoutingWindow window = newWindow(1, 10, 0);
    appendArray(raw, window.load);
    appendArray(raw, window.kept);
    appendArray(raw, window.importance);
    appendArray(raw, window.tokens);
    keep("routing_blob", std::exchange(raw, ""), "encoding = 'raw'");
    for (const int decoder : {0, 1}) {
        const RouteSample sample = newSample(1, decoder != 0);
        appendArray(raw, sample.token);
        appendArray(raw, sample.language);
        appendArray(raw, sample.sequence);
        appendArray(raw, sample.position);
        appendArray(raw, sample.expert);
        appendArray(raw, sample.gate);
        keep("route_sample", std::exchange(raw, ""), "decoder = " + std::to_string(decoder));
    }
    appendArray(raw, newEvaluation(1).row_language);
    appendArray(raw, newEvaluation(1).counts);
    keep("evaluation_counts", std::exchange(raw, ""), "encoding = 'raw'");
    for (const auto& route : newProbe(1).routes) {
        appendArray(raw, route.probability);
        appendArray(raw, route.entropy);
        appendArray(raw, route.top_expert);
        appendArray(raw, route.top_probability);
        keep("probe_route", std::exchange(raw, ""), "layer = " + std::to_string(route.layer));
    }
    for (const char* column : {"mean_probability_entropy", "logit_min", "logit_max", "capacity_needed"})
        database.exec(std::string("UPDATE routing_window SET ") + column + " = NULL");
    database.exec("DELETE FROM evaluation_specialization; DELETE FROM evaluation_text; DELETE FROM route_text");
}

/// The text of the error that `body` must throw.
template <class Body> std::string storeErrorOf(Body&& body)
{
    try {
        body();
    } catch (const StoreError& error) {
        return error.what();
    }
    ADD_FAILURE() << "no StoreError was thrown";
    return "";
}

inline ::testing::AssertionResult contains(const std::string& text, const std::string& part)
{
    if (text.find(part) != std::string::npos) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "'" << text << "' does not contain '" << part << "'";
}

} // namespace sy::test
