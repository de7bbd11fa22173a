// Routes of evaluations, specialization, and the reads that the router's views make.
#include "core/store/schema.h"
#include "store_fixture.h"

#include <limits>
#include <numeric>

namespace sy::test {

using RoutesTest = StoreTest;

namespace {

int64_t countOf(const Store& store, const std::string& table)
{
    return store.database().execAndGet("SELECT count(*) FROM " + table).getInt64();
}

void expectSame(const LayerRoutes& got, const LayerRoutes& wanted)
{
    EXPECT_EQ(got.layer, wanted.layer);
    EXPECT_EQ(got.choices, wanted.choices);
    EXPECT_EQ(got.expert, wanted.expert);
    EXPECT_EQ(got.kept, wanted.kept);
    ASSERT_EQ(got.gate.size(), wanted.gate.size());
    for (size_t i = 0; i < got.gate.size(); ++i) EXPECT_NEAR(got.gate[i], wanted.gate[i], 0.5001 / 65535);
}

} // namespace

TEST_F(RoutesTest, RoutesComeBack)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    writer.evaluationRoutes(newRoutes(10));
    writer.flush();
    const Store store = Store::openExisting(paths);
    const auto routes = store.evaluationRoutes("one", 10);
    ASSERT_TRUE(routes);
    const EvaluationRoutes wanted = newRoutes(10);
    EXPECT_EQ(routes->step, 10);
    EXPECT_EQ(routes->corpus, "handbook");
    EXPECT_EQ(routes->encoder, wanted.encoder);
    EXPECT_EQ(routes->decoder, wanted.decoder);
    EXPECT_EQ(routes->predicted, wanted.predicted);
    ASSERT_EQ(routes->layers.size(), 2U);
    for (size_t i = 0; i < 2; ++i) expectSame(routes->layers[i], wanted.layers[i]);
    EXPECT_EQ(routes->layers[0].gate[1], 1.0F);
    EXPECT_FALSE(store.evaluationRoutes("one", 11));
    EXPECT_EQ(store.evaluationRouteSteps("one"), std::vector<int64_t>{10});
}

TEST_F(RoutesTest, AnyExpertAndAStackWithoutSparseLayersComeBack)
{
    EvaluationRoutes wanted = newRoutes(10);
    wanted.decoder = {};
    wanted.predicted.clear();
    wanted.layers.resize(1);
    wanted.layers[0].expert = {0, 127, 128, 32767, -1, -1};
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    writer.evaluationRoutes(wanted);
    wanted.step = 20;
    wanted.layers[0].expert = {0, 127, 1, 2, -1, -1}; // one byte each
    writer.evaluationRoutes(wanted);
    writer.flush();
    const Store store = Store::openExisting(paths);
    EXPECT_EQ(store.evaluationRoutes("one", 10)->layers[0].expert, (std::vector<int16_t>{0, 127, 128, 32767, -1, -1}));
    EXPECT_EQ(store.evaluationRoutes("one", 10)->decoder, RouteText{});
    EXPECT_EQ(store.evaluationRoutes("one", 20)->layers[0].expert, wanted.layers[0].expert);
    EXPECT_EQ(store.expertHistory("one", 0).first[0], (std::vector<int16_t>{0, 127, 128, 32767, -1, -1}));
    EXPECT_TRUE(store.expertHistory("one", 1).step.empty());
}

TEST_F(RoutesTest, TextsAreStoredOnceAndGoWithTheLastOfTheirEvaluations)
{
    std::string id;
    {
        RunWriter writer = RunWriter::create(paths, newRun("one"));
        id = writer.id();
        for (const int64_t step : {10, 20, 30}) writer.evaluationRoutes(newRoutes(step));
        EvaluationRoutes other = newRoutes(40);
        other.encoder.token[0] = 99;
        writer.evaluationRoutes(other);
        writer.flush();
        const Store store = Store::openExisting(paths);
        EXPECT_EQ(countOf(store, "route_text"), 3); // two encoder texts, one decoder text
        EXPECT_EQ(countOf(store, "evaluation_route"), 8);
        EXPECT_EQ(store.evaluationRoutes("one", 40)->encoder.token[0], 99);
        EXPECT_EQ(store.evaluationRoutes("one", 30)->encoder.token[0], 11);

        writer.evaluationRoutes(newRoutes(40)); // the same step again: the other text has no evaluation any more
        writer.flush();
        EXPECT_EQ(countOf(store, "route_text"), 2);
        EXPECT_EQ(store.run("one").rewinds, 1);
        writer.evaluationRoutes(other);
        writer.flush();
    }
    const RunWriter resumed = RunWriter::resume(paths, id, 20);
    const Store store = Store::openExisting(paths);
    EXPECT_EQ(store.evaluationRouteSteps("one"), (std::vector<int64_t>{10, 20}));
    EXPECT_EQ(countOf(store, "route_text"), 2);
    EXPECT_EQ(countOf(store, "evaluation_route"), 4);
}

TEST_F(RoutesTest, APurgeRemovesAllAndASecondRunHasItsOwnText)
{
    {
        RunWriter one = RunWriter::create(paths, newRun("one")), two = RunWriter::create(paths, newRun("two"));
        writeEverything(one, 10);
        writeEverything(two, 10);
    }
    Store store = Store::openExisting(paths);
    store.softDelete("one");
    store.purge("one");
    EXPECT_EQ(countOf(store, "route_text"), 2);
    EXPECT_EQ(countOf(store, "evaluation_specialization"), 6);
    EXPECT_TRUE(store.evaluationRoutes("two", 10));
    store.softDelete("two");
    store.purge("two");
    for (const char* table : {"route_text", "evaluation_text", "evaluation_route", "evaluation_specialization"})
        EXPECT_EQ(countOf(store, table), 0) << table;
}

TEST_F(RoutesTest, TheHistoryIsOfTheLatestTextAndLeavesPaddingOut)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    EvaluationRoutes old = newRoutes(10);
    old.encoder.token[0] = 99;
    writer.evaluationRoutes(old);
    EvaluationRoutes padded = newRoutes(20);
    padded.layers[0].expert = {1, 1, 1, 1, 1, 1}; // the last token is padding
    writer.evaluationRoutes(padded);
    writer.evaluationRoutes(newRoutes(30));
    writer.flush();
    const Store store = Store::openExisting(paths);
    const ExpertHistory encoder = store.expertHistory("one", 0);
    EXPECT_EQ(encoder.step, (std::vector<int64_t>{20, 30}));
    EXPECT_EQ(encoder.text, newRoutes(30).encoder);
    ASSERT_EQ(encoder.first.size(), 2U);
    EXPECT_EQ(encoder.first[0], (std::vector<int16_t>{1, 1, 1, 1, 1, -1}));
    EXPECT_EQ(encoder.first[1], (std::vector<int16_t>{0, 1, 1, 0, 1, -1}));
    const ExpertHistory decoder = store.expertHistory("one", 1);
    EXPECT_EQ(decoder.step, (std::vector<int64_t>{10, 20, 30})); // its text stayed
    EXPECT_EQ(decoder.first[0], (std::vector<int16_t>{0, 1}));   // first of two choices
    EXPECT_TRUE(store.expertHistory("one", 7).step.empty());
}

TEST_F(RoutesTest, RefusesSizesThatDoNotFit)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    const auto refusal = [&](auto&& change) {
        EvaluationRoutes routes = newRoutes(10);
        change(routes);
        return storeErrorOf([&] { writer.evaluationRoutes(routes); });
    };
    EXPECT_TRUE(contains(refusal([](auto& r) { r.encoder.token.pop_back(); }), "token has 5 values, must have 6"));
    EXPECT_TRUE(contains(refusal([](auto& r) { r.decoder.gold.clear(); }), "gold has 0 values, must have 2"));
    EXPECT_TRUE(contains(refusal([](auto& r) { r.encoder.row_language = {0}; }), "row_language"));
    EXPECT_TRUE(contains(refusal([](auto& r) { r.encoder.pass_rows = 0; }), "pass_rows must be at least 1"));
    EXPECT_TRUE(contains(refusal([](auto& r) { r.encoder.decoder = true; }), "other stack"));
    EXPECT_TRUE(contains(refusal([](auto& r) { r.predicted = {1}; }), "predicted has 1 values, must have 2"));
    EXPECT_TRUE(contains(refusal([](auto& r) { r.layers[0].expert.pop_back(); }), "layer 0: expert has 5"));
    EXPECT_TRUE(contains(refusal([](auto& r) { r.layers[1].gate[0] = 1.5F; }), "gate must lie in [0, 1]"));
    EXPECT_TRUE(contains(refusal([](auto& r) { r.layers[1].gate[0] = std::nanf(""); }), "gate must lie in [0, 1]"));
    EXPECT_TRUE(contains(refusal([](auto& r) { r.layers[1].kept.clear(); }), "kept has 0 values, must have 4"));
    EXPECT_TRUE(contains(refusal([](auto& r) { r.layers[1].expert[0] = -2; }), "at least -1, got -2"));
    EXPECT_TRUE(contains(refusal([](auto& r) { r.layers[1].choices = 0; }), "choices must be at least 1"));
    Evaluation evaluation = newEvaluation(10);
    evaluation.gates.pop_back();
    EXPECT_TRUE(contains(storeErrorOf([&] { writer.evaluation(evaluation); }), "gates has 11 values, must have 12"));
    evaluation.gates.push_back(-1.0F);
    EXPECT_TRUE(contains(storeErrorOf([&] { writer.evaluation(evaluation); }), "finite and not negative"));
    writer.flush();
    EXPECT_EQ(countOf(Store::openExisting(paths), "evaluation_text"), 0);
}

TEST_F(RoutesTest, SpecializationComesBack)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    Evaluation without = newEvaluation(5);
    without.specialization.clear();
    without.gates.clear();
    writer.evaluation(without);
    writer.evaluation(newEvaluation(20));
    writer.evaluation(newEvaluation(10));
    writer.flush();
    const Store store = Store::openExisting(paths);
    const auto all = store.specializations("one");
    ASSERT_EQ(all.size(), 2U); // one evaluation has none
    EXPECT_EQ(all[0].step, 10);
    EXPECT_EQ(all[1].step, 20);
    ASSERT_EQ(all[1].layers.size(), 2U);
    EXPECT_EQ(all[1].layers[0].layer, 0);
    EXPECT_EQ(all[1].layers[0].by_count, newSpecialization(0.5));
    EXPECT_EQ(all[1].layers[0].by_gate, newSpecialization(0.375));
    EXPECT_EQ(all[1].layers[0].given_token, newSpecialization(0.25));
    EXPECT_EQ(all[1].layers[1].by_count, newSpecialization(0.1));
    EXPECT_TRUE(std::isnan(all[1].layers[1].by_gate.information));
    SQLite::Statement query(store.database(), "SELECT normalized, adjusted FROM evaluation_specialization "
                                              "WHERE layer = 0 AND kind = 'count'");
    ASSERT_TRUE(query.executeStep());
    EXPECT_DOUBLE_EQ(query.getColumn(0).getDouble(), 0.5 / 0.75);
    EXPECT_DOUBLE_EQ(query.getColumn(1).getDouble(), 0.375 / 0.625);

    EXPECT_TRUE(store.evaluationAt("one", 5)->specialization.empty());
    EXPECT_TRUE(store.evaluationAt("one", 5)->gates.empty());
    EXPECT_EQ(store.evaluationAt("one", 5)->counts, newEvaluation(5).counts);
    EXPECT_EQ(store.evaluationAt("one", 10)->specialization.at(0).by_gate, newSpecialization(0.375));
    const auto gates = store.evaluationAt("one", 10)->gates, wanted = newEvaluation(10).gates;
    ASSERT_EQ(gates.size(), wanted.size());
    for (size_t i = 0; i < gates.size(); ++i) EXPECT_NEAR(gates[i], wanted[i], 7.7e-6 * wanted[i]);
    EXPECT_FALSE(store.evaluationAt("one", 11));
}

TEST_F(RoutesTest, OnlyTheRunsOwnValidationTextCounts)
{
    NewRun run = newRun("one");
    run.corpus = "handbook";
    RunWriter writer = RunWriter::create(paths, run);
    for (const char* corpus : {"handbook", "elsewhere"})
        for (const char* split : {"valid", "train"}) {
            const bool own = corpus == std::string("handbook") && split == std::string("valid");
            Evaluation evaluation = newEvaluation(own ? 10 : 20);
            EvaluationRoutes routes = newRoutes(own ? 10 : 20);
            evaluation.corpus = routes.corpus = corpus;
            evaluation.split = routes.split = split;
            writer.evaluation(evaluation);
            writer.evaluationRoutes(routes);
        }
    writer.flush();
    const Store store = Store::openExisting(paths);
    EXPECT_EQ(store.evaluationSteps("one"), std::vector<int64_t>{10});
    EXPECT_EQ(store.evaluationRouteSteps("one"), std::vector<int64_t>{10});
    EXPECT_EQ(store.specializations("one").size(), 1U);
    EXPECT_EQ(store.expertHistory("one", 0).step, std::vector<int64_t>{10});
    EXPECT_FALSE(store.evaluationAt("one", 20));
    EXPECT_EQ(store.evaluations("one").size(), 4U);
}

TEST_F(RoutesTest, WindowsAreFoundByStep)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    for (const int64_t last : {20, 40, 60}) writer.window(newWindow(last - 19, last, 0));
    for (const int64_t last : {30, 60}) writer.window(newWindow(last - 29, last, 1));
    writer.flush();
    const Store store = Store::openExisting(paths);
    EXPECT_EQ(store.windowSteps("one"), (std::vector<int64_t>{20, 30, 40, 60}));
    const auto lasts = [&](int64_t step) {
        std::vector<int64_t> steps;
        for (const auto& window : store.windowsAt("one", step)) steps.push_back(window.last_step);
        return steps;
    };
    EXPECT_EQ(lasts(60), (std::vector<int64_t>{60, 60}));
    EXPECT_EQ(lasts(59), (std::vector<int64_t>{40, 30}));
    EXPECT_EQ(lasts(25), (std::vector<int64_t>{20, 30})); // the first one where none has ended
    EXPECT_EQ(lasts(1), (std::vector<int64_t>{20, 30}));
    EXPECT_EQ(store.windowsAt("one", 59)[1].layer, 1);
    EXPECT_EQ(store.windowsAt("one", 59)[1].load, newWindow(1, 30, 1).load);
}

TEST_F(RoutesTest, CurvesHaveEveryFigure)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    RoutingWindow other = newWindow(11, 20, 1);
    other.logit_max = std::nan("");
    writer.window(newWindow(1, 10, 1));
    writer.window(other);
    writer.window(newWindow(1, 10, 3)); // more layers than the run names
    writer.flush();
    const Store store = Store::openExisting(paths);
    const WindowFigures w = store.windowFigures("one", 1).at(0);
    const RoutingFigures& f = w.figures;
    const double wanted[] = {f.drop_rate,
                             f.max_violation,
                             f.load_cv,
                             static_cast<double>(f.dead_experts),
                             f.load_entropy,
                             f.mean_entropy,
                             f.mean_probability_entropy,
                             f.mean_confidence,
                             f.mutual_information,
                             f.normalized_mutual_information,
                             f.z_mean,
                             w.lse_max,
                             -2.25,
                             3.25,
                             1.375};
    for (int i = 0; i <= static_cast<int>(WindowColumn::CapacityNeeded); ++i) {
        const auto curves = store.windowCurves("one", static_cast<WindowColumn>(i));
        ASSERT_EQ(curves.size(), 4U);
        EXPECT_TRUE(curves[0].step.empty());
        ASSERT_EQ(curves[1].step, (std::vector<int64_t>{10, 20}));
        if (std::isnan(wanted[i]))
            EXPECT_TRUE(std::isnan(curves[1].value[0])) << i;
        else
            EXPECT_EQ(curves[1].value[0], wanted[i]) << i;
        EXPECT_EQ(curves[3].step, std::vector<int64_t>{10});
    }
    EXPECT_TRUE(std::isnan(store.windowCurves("one", WindowColumn::LogitMax)[1].value[1]));
    EXPECT_EQ(w.logit_min, -2.25);
    EXPECT_EQ(store.windows("one", 1).at(0).capacity_needed, 1.375);
    EXPECT_TRUE(std::isnan(store.windows("one", 1).at(1).logit_max));
}

TEST_F(RoutesTest, AnEmptyRunTellsNothing)
{
    const RunWriter writer = RunWriter::create(paths, newRun("one"));
    const Store store = Store::openExisting(paths);
    EXPECT_TRUE(store.windowSteps("one").empty());
    EXPECT_TRUE(store.windowsAt("one", 5).empty());
    EXPECT_EQ(store.windowCurves("one", WindowColumn::ZMean).size(), 2U);
    EXPECT_TRUE(store.evaluationSteps("one").empty());
    EXPECT_TRUE(store.specializations("one").empty());
    EXPECT_TRUE(store.expertHistory("one", 0).step.empty());
    EXPECT_FALSE(store.evaluationRoutes("one", 0));
    EXPECT_TRUE(contains(storeErrorOf([&] { (void)store.windowSteps("two"); }), "'two'"));
}

} // namespace sy::test
