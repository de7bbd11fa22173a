// What is written comes back, and resume deletes exactly what is later.
#include "store_fixture.h"

#include "core/base/log.h"

#include <cmath>
#include <limits>

#include <unistd.h>

namespace sy::test {

using RunWriterTest = StoreTest;

TEST_F(RunWriterTest, RegistersARunWithItsConfiguration)
{
    const RunWriter writer = RunWriter::create(paths, newRun("one"));
    const Store store = Store::openExisting(paths);
    EXPECT_EQ(store.config("one"), newRun("one").config);
    const RunSummary run = store.run(writer.id());
    EXPECT_EQ(run.name, "one");
    EXPECT_EQ(run.status, RunStatus::Starting);
    EXPECT_EQ(run.steps, 100);
    EXPECT_EQ(run.tags, std::vector<std::string>{"first"});
    const auto details = store.details("one");
    EXPECT_EQ(details["seed"], 7);
    EXPECT_EQ(details["languages"], (nlohmann::json{"de", "en"}));
    EXPECT_EQ(details["environment"]["threads"], 2);
}

TEST_F(RunWriterTest, RefusesAConfigurationThatIsNoObjectAndLeavesNothing)
{
    NewRun run = newRun("bad");
    run.config = nlohmann::json::array({1, 2});
    EXPECT_TRUE(contains(storeErrorOf([&] { RunWriter::create(paths, run); }), "must be an object"));
    run.config = {{"a.b", 1}};
    EXPECT_TRUE(contains(storeErrorOf([&] { RunWriter::create(paths, run); }), "a.b"));
    EXPECT_TRUE(Store::openExisting(paths).runs().empty());
    EXPECT_TRUE(fs::is_empty(paths.checkpoints));
}

TEST_F(RunWriterTest, NamesAreUniqueAlsoAmongDeletedRuns)
{
    {
        const RunWriter first = RunWriter::create(paths, newRun("same"));
    }
    EXPECT_TRUE(contains(storeErrorOf([&] { RunWriter::create(paths, newRun("same")); }), "'same' already"));
    Store::openExisting(paths).softDelete("same");
    EXPECT_TRUE(contains(storeErrorOf([&] { RunWriter::create(paths, newRun("same")); }), "deleted run"));
    EXPECT_TRUE(contains(storeErrorOf([&] { RunWriter::create(paths, newRun("")); }), "needs a name"));
    Store::openExisting(paths).purge("same");
    EXPECT_NO_THROW(RunWriter::create(paths, newRun("same")));
}

TEST_F(RunWriterTest, EveryRecordComesBack)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    writeEverything(writer, 10);
    writer.event({10, 123, "note", "something", {{"a", 1}}});
    writer.logLine(5, "info", "train", "hello");
    writer.flush();
    const Store store = Store::openExisting(paths);

    EXPECT_EQ(store.seriesNames("one"),
              (std::vector<std::string>{"system/memory", "train/cross_entropy", "valid/cross_entropy"}));
    EXPECT_EQ(store.series("one", "system/memory").at(0).value, 1024.0);
    const auto clock = store.clock("one");
    ASSERT_EQ(clock.size(), 1U);
    EXPECT_EQ(clock[0].tokens, 1000);
    EXPECT_EQ(clock[0].process_s, 0.5);
    EXPECT_EQ(store.events("one").at(0).data["a"], 1);
    EXPECT_EQ(store.logLines("one").at(0).text, "hello");
    EXPECT_TRUE(store.logLines("one", 0).empty());
    const auto checkpoint = store.checkpoints("one").at(0);
    EXPECT_EQ(checkpoint.folder, "step-10");
    EXPECT_TRUE(checkpoint.best);
    EXPECT_EQ(checkpoint.valid_cross_entropy, 4.5);
    const RunSummary run = store.run("one");
    EXPECT_EQ(run.step, 10);
    EXPECT_EQ(run.last.at("train/cross_entropy"), 5.0);
    EXPECT_EQ(run.best_valid, 4.5);
    EXPECT_EQ(run.best_step, 10);
}

TEST_F(RunWriterTest, RoutingComesBack)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    writeEverything(writer, 10);
    const Store store = Store::openExisting(paths);
    const RoutingWindow wanted = newWindow(1, 10, 1);
    const RoutingWindow window = store.windows("one", 1).at(0);
    EXPECT_EQ(window.first_step, 1);
    EXPECT_EQ(window.load, wanted.load);
    EXPECT_EQ(window.kept, wanted.kept);
    EXPECT_EQ(window.importance, wanted.importance);
    EXPECT_EQ(window.tokens, wanted.tokens);
    EXPECT_EQ(window.top_tokens, wanted.top_tokens);
    EXPECT_EQ(window.z_sum, wanted.z_sum);
    EXPECT_EQ(window.entropy_sum, wanted.entropy_sum);
    EXPECT_EQ(window.padding, 4);

    const WindowFigures figures = store.windowFigures("one", 1).at(0);
    const RoutingFigures direct = routingFigures({2, 2, wanted.load, wanted.kept, wanted.tokens, 30, 45, 120});
    EXPECT_EQ(figures.tokens, 60);
    EXPECT_EQ(figures.lse_max, 3.5);
    EXPECT_EQ(figures.figures.load, direct.load);
    EXPECT_EQ(figures.figures.language_kept, direct.language_kept);
    EXPECT_EQ(figures.figures.utilization, direct.utilization);
    EXPECT_EQ(figures.figures.drop_rate, direct.drop_rate);
    EXPECT_EQ(figures.figures.max_violation, direct.max_violation);
    EXPECT_EQ(figures.figures.load_cv, direct.load_cv);
    EXPECT_EQ(figures.figures.dead_experts, direct.dead_experts);
    EXPECT_EQ(figures.figures.load_entropy, direct.load_entropy);
    EXPECT_EQ(figures.figures.mean_entropy, 0.5);
    EXPECT_EQ(figures.figures.mean_confidence, 0.75);
    EXPECT_EQ(figures.figures.mutual_information, direct.mutual_information);
    EXPECT_EQ(figures.figures.normalized_mutual_information, direct.normalized_mutual_information);
    EXPECT_EQ(figures.figures.z_mean, 2.0);

    const auto samples = store.routeSamples("one");
    ASSERT_EQ(samples.size(), 2U);
    EXPECT_TRUE(samples[1].decoder);
    EXPECT_EQ(samples[0].expert, newSample(10, false).expert);
    for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(samples[0].gate[i], newSample(10, false).gate[i], 0.5001 / 65535);
    EXPECT_EQ(samples[0].sequence, newSample(10, false).sequence);
    EXPECT_EQ(samples[0].position, newSample(10, false).position);
}

TEST_F(RunWriterTest, EvaluationsAndProbesComeBack)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    writeEverything(writer, 10);
    writer.evaluation(newEvaluation(10)); // again: replaces
    writer.probe(newProbe(10));
    writer.flush();
    const Store store = Store::openExisting(paths);
    ASSERT_EQ(store.evaluations("one").size(), 1U);
    const Evaluation evaluation = store.evaluations("one")[0];
    EXPECT_EQ(evaluation.languages.at(1).language, "en");
    EXPECT_EQ(evaluation.languages.at(1).cross_entropy, 4.25);
    EXPECT_EQ(evaluation.counts, newEvaluation(10).counts);
    EXPECT_EQ(evaluation.row_language, newEvaluation(10).row_language);
    EXPECT_EQ(evaluation.split, "valid");
    ASSERT_EQ(store.probes("one").size(), 1U);
    const Probe probe = store.probes("one")[0], wanted = newProbe(10);
    ASSERT_EQ(probe.routes.size(), 2U);
    EXPECT_EQ(probe.tokens.at(2).piece, "<pad>");
    EXPECT_TRUE(probe.tokens.at(2).decoder);
    EXPECT_EQ(probe.routes[0].expert, wanted.routes[0].expert);
    EXPECT_EQ(probe.routes[0].dropped, wanted.routes[0].dropped);
    EXPECT_EQ(probe.routes[0].entropy, wanted.routes[0].entropy);
    EXPECT_EQ(probe.routes[0].top_expert, wanted.routes[0].top_expert);
    EXPECT_EQ(probe.routes[1].top_probability, wanted.routes[1].top_probability);
}

TEST_F(RunWriterTest, NanAndInfinitiesComeBack)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    writer.points({{"train/cross_entropy", 1, std::nan("")},
                   {"train/cross_entropy", 2, infinity},
                   {"train/cross_entropy", 3, -infinity},
                   {"train/cross_entropy", 4, -0.0},
                   {"train/cross_entropy", 5, 5e-324}});
    RoutingWindow window = newWindow(1, 10, 0);
    window.entropy_sum = std::nan("");
    writer.window(window);
    writer.flush();
    const Store store = Store::openExisting(paths);
    const auto points = store.series("one", "train/cross_entropy");
    ASSERT_EQ(points.size(), 5U);
    EXPECT_TRUE(std::isnan(points[0].value));
    EXPECT_EQ(points[1].value, infinity);
    EXPECT_EQ(points[2].value, -infinity);
    EXPECT_EQ(points[3].value, 0.0);
    EXPECT_EQ(points[4].value, 5e-324);
    EXPECT_TRUE(std::isnan(store.windows("one", 0).at(0).entropy_sum));
    EXPECT_TRUE(std::isnan(store.windowFigures("one", 0).at(0).figures.mean_entropy));
}

TEST_F(RunWriterTest, SeriesAreCutByStep)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    for (int64_t step = 1; step <= 20; ++step) writer.points({{"x", step, static_cast<double>(step)}});
    writer.points({{"x", 7, 70.0}}); // replaces
    writer.flush();
    const auto points = Store::openExisting(paths).series("one", "x", 5, 8);
    ASSERT_EQ(points.size(), 4U);
    EXPECT_EQ(points[0].step, 5);
    EXPECT_EQ(points[2].value, 70.0);
    EXPECT_TRUE(Store::openExisting(paths).series("one", "y").empty());
}

TEST_F(RunWriterTest, ResumeDeletesExactlyWhatIsLater)
{
    std::string id;
    {
        RunWriter writer = RunWriter::create(paths, newRun("one"));
        id = writer.id();
        for (const int64_t step : {10, 20, 30}) writeEverything(writer, step);
        writer.setStatus(RunStatus::Failed, "power cut");
    }
    RunWriter other = RunWriter::create(paths, newRun("other"));
    writeEverything(other, 30);
    const RunWriter resumed = RunWriter::resume(paths, id, 20);

    Store store = Store::openExisting(paths);
    const auto last = [&](const char* table, const char* column, const std::string& run) {
        return store.database()
            .execAndGet(std::string("SELECT max(") + column + ") FROM " + table +
                        " WHERE run = (SELECT key FROM run WHERE name = '" + run + "')")
            .getInt64();
    };
    for (const char* table : {"point", "system_sample", "clock", "route_sample", "evaluation", "probe", "checkpoint"}) {
        EXPECT_EQ(last(table, "step", "one"), 20) << table;
        EXPECT_EQ(last(table, "step", "other"), 30) << table;
    }
    EXPECT_EQ(last("routing_window", "last_step", "one"), 20);
    EXPECT_EQ(last("routing_blob", "last_step", "one"), 20);
    EXPECT_EQ(store.windows("one", 0).size(), 2U);
    const RunSummary run = store.run("one");
    EXPECT_EQ(run.step, 20);
    EXPECT_EQ(run.status, RunStatus::Starting);
    EXPECT_EQ(run.failure, "");
    EXPECT_EQ(run.ended_ms, 0);
    const Event event = store.events("one").back();
    EXPECT_EQ(event.kind, "resumed");
    EXPECT_EQ(event.data["deleted"]["point"], 2);
    EXPECT_EQ(event.data["deleted"]["routing_window"], 2);
}

TEST_F(RunWriterTest, RefusesToResumeWhatIsAliveDeletedOrUnknown)
{
    std::string id;
    {
        const RunWriter writer = RunWriter::create(paths, newRun("one"));
        id = writer.id();
        EXPECT_TRUE(contains(storeErrorOf([&] { RunWriter::resume(paths, id, 0); }), "is alive"));
    }
    Store::openExisting(paths).softDelete(id);
    EXPECT_TRUE(contains(storeErrorOf([&] { RunWriter::resume(paths, id, 0); }), "is deleted"));
    EXPECT_TRUE(contains(storeErrorOf([&] { RunWriter::resume(paths, "nobody", 0); }), "nobody"));
}

TEST_F(RunWriterTest, RefusesSizesThatDoNotFit)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    RoutingWindow window = newWindow(1, 10, 0);
    window.kept.pop_back();
    EXPECT_TRUE(contains(storeErrorOf([&] { writer.window(window); }), "kept has 3 values, must have 4"));
    window = newWindow(1, 10, 0);
    window.kept[0] = 31;
    EXPECT_TRUE(contains(storeErrorOf([&] { writer.window(window); }), "31 of 30"));
    window = newWindow(11, 10, 0);
    EXPECT_TRUE(contains(storeErrorOf([&] { writer.window(window); }), "first_step 11"));
    RouteSample sample = newSample(1, false);
    sample.gate.clear();
    EXPECT_TRUE(contains(storeErrorOf([&] { writer.routeSample(sample); }), "gate has 0 values, must have 3"));
    Evaluation evaluation = newEvaluation(1);
    evaluation.counts.pop_back();
    EXPECT_TRUE(contains(storeErrorOf([&] { writer.evaluation(evaluation); }), "counts has 11"));
    Probe probe = newProbe(1);
    probe.routes[0].top_k = 3;
    EXPECT_TRUE(contains(storeErrorOf([&] { writer.probe(probe); }), "top_expert has 4 values, must have 6"));
    EXPECT_TRUE(contains(storeErrorOf([&] { writer.setStatus(RunStatus::Interrupted); }), "derived"));
    EXPECT_NO_THROW(writer.flush());
}

TEST_F(RunWriterTest, CommitsWithoutBeingAsked)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"), {.commit_every_ms = 10});
    writer.points({{"x", 1, 1.0}});
    writer.setStep(1);
    const Store store = Store::openExisting(paths);
    for (int i = 0; i < 500 && store.series("one", "x").empty(); ++i) ::usleep(10000);
    EXPECT_EQ(store.series("one", "x").size(), 1U);
    EXPECT_EQ(store.run("one").step, 1);
    EXPECT_GT(writer.cpuSeconds(), 0.0);
}

TEST_F(RunWriterTest, WarnsWhenTheQueueGrows)
{
    std::vector<std::string> warnings;
    const int sink = addLogSink([&](const LogLine& line) {
        if (line.level == LogLevel::Warning) warnings.push_back(line.text);
    });
    {
        RunWriter writer =
            RunWriter::create(paths, newRun("one"), {.commit_every_ms = 60000, .warn_queued_bytes = 1 << 20});
        for (int i = 0; i < 30; ++i) writer.points(std::vector<Point>(1000, {"x", i, 1.0}));
    }
    removeLogSink(sink);
    ASSERT_EQ(warnings.size(), 1U); // 30 x 1000 x 48 bytes pass 1 MiB once and not 2 MiB
    EXPECT_TRUE(contains(warnings[0], "wait to be written"));
}

} // namespace sy::test
