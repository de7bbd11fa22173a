// Series summaries against slow loops over the points; revisions, rewinds; upgrades from version 2.
#include "core/base/random.h"
#include "core/store/schema.h"
#include "store_fixture.h"

#include <bit>
#include <cmath>
#include <limits>

namespace sy::test {

using SummariesTest = StoreTest;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

/// By the definition, from columns in order.
SeriesSummary slowSummary(const std::vector<int64_t>& steps, const std::vector<double>& values)
{
    SeriesSummary s;
    s.points = static_cast<int64_t>(steps.size());
    s.first_step = *std::ranges::min_element(steps);
    s.last_step = steps.back();
    s.last = values.back();
    for (size_t i = 0; i < steps.size(); ++i) {
        if (!std::isfinite(values[i])) {
            ++s.not_finite;
            continue;
        }
        s.min = std::min(s.min.value_or(infinity), values[i]);
        s.max = std::max(s.max.value_or(-infinity), values[i]);
    }
    for (size_t i = steps.size(); i-- > 0;) {
        if (s.min == values[i]) s.min_step = steps[i];
        if (s.max == values[i]) s.max_step = steps[i];
    }
    return s;
}

void expectEqual(const SeriesSummary& got, const SeriesSummary& wanted, const std::string& what)
{
    EXPECT_EQ(got.points, wanted.points) << what;
    EXPECT_EQ(got.first_step, wanted.first_step) << what;
    EXPECT_EQ(got.last_step, wanted.last_step) << what;
    EXPECT_TRUE(got.last == wanted.last || (std::isnan(got.last) && std::isnan(wanted.last))) << what;
    EXPECT_EQ(got.min, wanted.min) << what;
    EXPECT_EQ(got.max, wanted.max) << what;
    EXPECT_EQ(got.min_step, wanted.min_step) << what;
    EXPECT_EQ(got.max_step, wanted.max_step) << what;
    EXPECT_EQ(got.not_finite, wanted.not_finite) << what;
}

/// Every summary of the run against its points.
void expectSummariesTrue(const Store& store, const std::string& run, const std::string& what)
{
    const auto summaries = store.seriesSummaries(run);
    for (const auto& [name, summary] : summaries) {
        std::vector<int64_t> steps;
        std::vector<double> values;
        if (name.starts_with("system/")) {
            for (const auto& sample : store.systemSamples(run, name)) {
                steps.push_back(sample.step);
                values.push_back(sample.value);
            }
        } else {
            for (const auto& point : store.series(run, name)) {
                steps.push_back(point.step);
                values.push_back(point.value);
            }
        }
        ASSERT_FALSE(steps.empty()) << what << " " << name;
        expectEqual(summary, slowSummary(steps, values), what + " " + name);
    }
    SQLite::Statement unseen(store.database(),
                             "SELECT count(*) FROM (SELECT run, series FROM point UNION SELECT run, series FROM "
                             "system_sample EXCEPT SELECT run, series FROM series_summary)");
    ASSERT_TRUE(unseen.executeStep());
    EXPECT_EQ(unseen.getColumn(0).getInt(), 0) << what;
}

/// Few different values, so that extremes are equal, replaced and removed often; some are not finite.
double someValue(const RandomStream& draws, uint64_t& draw)
{
    switch (draws.below(draw++, 10)) {
    case 0:
        return nan;
    case 1:
        return draws.below(draw++, 2) == 0 ? infinity : -infinity;
    default:
        return static_cast<double>(draws.below(draw++, 7)) - 3;
    }
}

void writeSomething(RunWriter& writer, const RandomStream& draws, uint64_t& draw, int64_t& step)
{
    for (uint64_t i = 0; i < 1 + draws.below(draw, 8); ++i) {
        const std::string series = "s" + std::to_string(draws.below(draw++, 3));
        const bool back = draws.below(draw++, 4) == 0; // a replacement, or between others
        step += static_cast<int64_t>(draws.below(draw++, 3));
        const int64_t at = back ? static_cast<int64_t>(draws.below(draw++, static_cast<uint64_t>(step) + 1)) : step;
        writer.points({{series, at, someValue(draws, draw)}});
    }
    const auto time = static_cast<int64_t>(draws.below(draw++, 5)) + step * 10 - 20;
    writer.systemSample(std::max<int64_t>(1, time), {{"system/x", step, someValue(draws, draw)}});
    writer.setStep(step);
}

} // namespace

TEST_F(SummariesTest, FollowPointsReplacementsAndRewinds)
{
    for (uint64_t seed = 0; seed < 30; ++seed) {
        const RandomStream draws{mix64(seed)};
        uint64_t draw = 0;
        int64_t step = 0;
        const std::string name = "run-" + std::to_string(seed);
        std::optional<RunWriter> writer(RunWriter::create(paths, newRun(name), {.commit_every_ms = 60000}));
        const std::string id = writer->id();
        const Store store = Store::openExisting(paths);
        for (int round = 0; round < 12; ++round) {
            writeSomething(*writer, draws, draw, step);
            if (draws.below(draw++, 3) == 0) {
                writer.reset();
                step = static_cast<int64_t>(draws.below(draw++, static_cast<uint64_t>(step) + 1));
                writer.emplace(RunWriter::resume(paths, id, step, {.commit_every_ms = 60000}));
            }
            writer->flush();
            expectSummariesTrue(store, name, name + " round " + std::to_string(round));
        }
        if (HasFailure()) return;
    }
}

TEST_F(SummariesTest, ARolledBackBatchIsCountedOnce)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"), {.commit_every_ms = 60000, .busy_timeout_ms = 20});
    const Store other = Store::openExisting(paths);
    writer.points({{"x", 1, 3.0}, {"x", 2, 1.0}});
    {
        const SQLite::Transaction hold(other.database(), SQLite::TransactionBehavior::IMMEDIATE);
        EXPECT_THROW(writer.flush(), StoreError);
    }
    writer.points({{"x", 3, 2.0}});
    writer.flush();
    EXPECT_EQ(other.seriesSummaries("one").at("x").points, 3);
    expectSummariesTrue(other, "one", "after a rollback");
}

TEST_F(SummariesTest, ListsReadThem)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    writer.points({{"valid/cross_entropy", 10, 4.0},
                   {"valid/cross_entropy", 20, 3.0},
                   {"valid/cross_entropy", 30, 3.5},
                   {"train/cross_entropy", 30, nan},
                   {"x", 5, 1.0}});
    writer.flush();
    const RunWriter other = RunWriter::create(paths, newRun("two"));
    const Store store = Store::openExisting(paths);
    const auto runs = store.runs(false, {"x", "valid/cross_entropy", "nothing"});
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0].best_valid, 3.0);
    EXPECT_EQ(runs[0].best_step, 20);
    EXPECT_EQ(runs[0].last.at("valid/cross_entropy"), 3.5);
    EXPECT_TRUE(std::isnan(runs[0].last.at("train/cross_entropy")));
    ASSERT_EQ(runs[0].metrics.size(), 2U); // what was asked for and is there
    EXPECT_EQ(runs[0].metrics.at("x").last_step, 5);
    EXPECT_EQ(runs[0].metrics.at("valid/cross_entropy").max, 4.0);
    EXPECT_TRUE(runs[1].metrics.empty() && runs[1].last.empty() && !runs[1].best_valid);
    EXPECT_TRUE(store.runs().at(0).metrics.empty());
    EXPECT_EQ(store.run("one").best_valid, 3.0);
}

TEST_F(SummariesTest, RunsTellWhatListsShow)
{
    NewRun run = newRun("one");
    run.parent = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    run.parent_kind = "expanded";
    run.parameters_total = 1000;
    run.parameters_active = 600;
    run.flops_per_token = 2.5e6;
    RunWriter writer = RunWriter::create(paths, run);
    writer.checkpoint({10, "a", 100, "x", true, 4.0, false});
    writer.checkpoint({20, "b", 50, "x", false, {}, false});
    writer.checkpointRemoved(10);
    const RunSummary summary = Store::openExisting(paths).run("one");
    EXPECT_EQ(summary.preset, "demo");
    EXPECT_EQ(summary.device, "cpu");
    EXPECT_EQ(summary.parent, run.parent);
    EXPECT_EQ(summary.parent_kind, "expanded");
    EXPECT_EQ(summary.origin, "");
    EXPECT_EQ(summary.num_experts, 2);
    EXPECT_EQ(summary.parameters_total, 1000);
    EXPECT_EQ(summary.parameters_active, 600);
    EXPECT_EQ(summary.flops_per_token, 2.5e6);
    EXPECT_EQ(summary.checkpoint_bytes, 50);
    EXPECT_FALSE(summary.starred);
}

TEST_F(SummariesTest, EveryWriteIsARevision)
{
    std::optional<RunWriter> writer(RunWriter::create(paths, newRun("one"), {.commit_every_ms = 60000}));
    RunWriter other = RunWriter::create(paths, newRun("other"), {.commit_every_ms = 60000});
    Store store = Store::openExisting(paths);
    const std::string id = writer->id();
    int64_t before = store.run("one").revision;
    const int64_t other_before = store.run("other").revision;
    const auto grown = [&](const char* what) {
        const int64_t now = store.run("one").revision;
        EXPECT_GT(now, before) << what;
        before = now;
    };
    writer->points({{"x", 1, 1.0}});
    writer->flush();
    grown("points");
    store.tag("one", "t");
    grown("tag");
    store.untag("one", "t");
    grown("untag");
    store.setNote("one", "n");
    grown("note");
    store.setStarred("one", true);
    grown("star");
    EXPECT_TRUE(store.run("one").starred);
    store.setStarred("one", false);
    EXPECT_FALSE(store.run("one").starred);
    grown("unstar");
    const int64_t command = store.sendCommand("one", "pause", nullptr);
    grown("command sent");
    EXPECT_EQ(store.command(command).verb, "pause");
    writer->answer(command, true, nullptr);
    grown("command answered");
    writer.reset();
    EXPECT_EQ(store.run("one").rewinds, 0);
    RunWriter::resume(paths, id, 1);
    grown("resume");
    EXPECT_EQ(store.run("one").rewinds, 0); // nothing was deleted
    RunWriter::resume(paths, id, 0);
    EXPECT_EQ(store.run("one").rewinds, 1);
    before = store.run("one").revision;
    store.softDelete("one");
    grown("delete");
    store.undelete("one");
    grown("undelete");
    EXPECT_EQ(store.run("other").revision, other_before);
}

TEST_F(SummariesTest, TheDataVersionTellsOfOtherConnections)
{
    const Store reader = Store::open(paths);
    const int64_t before = reader.dataVersion();
    EXPECT_EQ(reader.dataVersion(), before);
    {
        const RunWriter writer = RunWriter::create(paths, newRun("one"));
    }
    EXPECT_NE(reader.dataVersion(), before);
}

TEST_F(SummariesTest, CurvesAreColumns)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    for (int64_t step = 1; step <= 9; ++step) writer.points({{"x", step, step == 4 ? nan : 0.5 * double(step)}});
    writer.points({{"x", 10, -infinity}});
    writer.clock({{1, 10, 1.0, 100, 0.5}, {2, 20, nan, 200, 1.0}, {3, 30, 3.0, 300, 1.5}});
    writer.systemSample(100, {{"system/x", 1, 1.5}});
    writer.systemSample(200, {{"system/x", 1, nan}});
    writer.flush();
    const Store store = Store::openExisting(paths);
    const Curve curve = store.curve("one", "x", 4, 5);
    EXPECT_EQ(curve.step, (std::vector<int64_t>{4, 5}));
    EXPECT_TRUE(std::isnan(curve.value[0]));
    EXPECT_EQ(curve.value[1], 2.5);
    EXPECT_EQ(store.curve("one", "x").value.back(), -infinity);
    EXPECT_TRUE(store.curve("one", "none").step.empty());
    EXPECT_TRUE(contains(storeErrorOf([&] { (void)store.curve("two", "x"); }), "'two'"));
    const auto samples = store.systemSamples("one", "system/x", 100);
    ASSERT_EQ(samples.size(), 1U);
    EXPECT_EQ(samples[0].time_ms, 200);
    EXPECT_TRUE(std::isnan(samples[0].value));
    EXPECT_EQ(store.systemSamples("one", "system/x").size(), 2U);
    const auto ticks = store.clock("one", 2);
    ASSERT_EQ(ticks.size(), 2U);
    EXPECT_EQ(ticks[0].tokens, 20);
    EXPECT_TRUE(std::isnan(ticks[0].flops));
}

TEST_F(SummariesTest, SettingsArePathsAndValues)
{
    const RunWriter writer = RunWriter::create(paths, newRun("one"));
    const auto settings = Store::openExisting(paths).settings("one");
    EXPECT_EQ(settings.size(), 4U);
    EXPECT_EQ(settings.at("model.d_model"), 16);
    EXPECT_EQ(settings.at("data.languages"), (nlohmann::json{"en", "de"}));
}

TEST_F(SummariesTest, AnUpgradeFillsThemFromThePoints)
{
    {
        SQLite::Database old(paths.database.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        migrateStore(old, paths.database, 2);
        old.exec("INSERT INTO run (key, id, name, status, steps, created_ms, host, pid, preset, code_version, "
                 "code_revision, corpus, corpus_hash, tokenizer_hash, seed, vocab_size, parameters_total, "
                 "parameters_active, num_experts, languages, sparse_layers, environment) VALUES "
                 "(1, '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'old', 'finished', 9, 1, 'h', 1, '', '', '', '', '', '', 1, 1, 1, "
                 "1, 1, '[]', '[]', '{}')");
        old.exec("INSERT INTO series (key, name) VALUES (1, 'x'), (2, 'all bad'), (3, 'system/x'), (4, 'unused')");
        old.exec("INSERT INTO point VALUES (1,1,1,3.0,0), (1,1,2,1.0,0), (1,1,3,NULL,1), (1,1,4,1.0,0), (1,1,5,3.0,0), "
                 "(1,1,6,NULL,3), (1,2,4,NULL,2), (1,2,5,NULL,1)");
        old.exec("INSERT INTO system_sample VALUES (1,3,10,2,5.0,0), (1,3,20,2,4.0,0), (1,3,30,1,NULL,1)");
    }
    const Store store = Store::openExisting(paths);
    EXPECT_EQ(store.migration(), Migration::Upgraded);
    ASSERT_EQ(store.seriesSummaries("old").size(), 3U);
    expectSummariesTrue(store, "old", "upgraded");
    EXPECT_EQ(store.seriesSummaries("old").at("x").min_step, 2);
    EXPECT_EQ(store.seriesSummaries("old").at("x").max_step, 1);
    EXPECT_EQ(store.run("old").revision, 0);
    EXPECT_FALSE(store.run("old").starred);
    EXPECT_EQ(store.run("old").status, RunStatus::Finished);
}

TEST_F(SummariesTest, ACheckpointGoesWithItsFiles)
{
    std::string id;
    {
        RunWriter writer = RunWriter::create(paths, newRun("one"));
        id = writer.id();
        for (const int64_t step : {10, 20}) {
            const std::string folder = "step-" + std::to_string(step);
            fs::create_directories(writer.checkpointFolder() / folder);
            writeFileAtomically(writer.checkpointFolder() / folder / "model", "x");
            writer.checkpoint({step, id + "/" + folder, 4096, "abc", true, 4.5, false});
        }
        Store store = Store::openExisting(paths);
        EXPECT_TRUE(contains(storeErrorOf([&] { store.removeCheckpoint("one", 10); }), "is alive"));
    }
    Store store = Store::openExisting(paths);
    store.removeCheckpoint("one", 10);
    EXPECT_TRUE(store.checkpoints("one").at(0).removed);
    EXPECT_FALSE(store.checkpoints("one").at(1).removed);
    EXPECT_FALSE(fs::exists(paths.checkpoints / id / "step-10"));
    EXPECT_TRUE(fs::exists(paths.checkpoints / id / "step-20" / "model"));
    EXPECT_EQ(store.run("one").checkpoint_bytes, 4096);
    EXPECT_TRUE(contains(storeErrorOf([&] { store.removeCheckpoint("one", 10); }), "no checkpoint of step 10"));
    EXPECT_TRUE(contains(storeErrorOf([&] { store.removeCheckpoint("one", 15); }), "step 15"));
    for (const char* folder : {"../victim", "..", "a/b", "", "01ARZ3NDEKTSV4RRFFQ69G5FAV/step-20"}) {
        store.database().exec(std::string("UPDATE checkpoint SET folder = '") + folder + "' WHERE step = 20");
        EXPECT_TRUE(contains(storeErrorOf([&] { store.removeCheckpoint("one", 20); }), "not a plain name")) << folder;
    }
    EXPECT_TRUE(fs::exists(paths.checkpoints / id / "step-20" / "model"));
}

TEST_F(SummariesTest, AnImportedRunIsNeverAliveAndNeverResumed)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    writer.setStatus(RunStatus::Running);
    Store store = Store::openExisting(paths);
    EXPECT_EQ(store.run("one").status, RunStatus::Running);
    store.database().exec("UPDATE run SET origin = 'server'");
    EXPECT_EQ(store.run("one").status, RunStatus::Interrupted);
    EXPECT_TRUE(contains(storeErrorOf([&] { RunWriter::resume(paths, writer.id(), 0); }), "imported"));
    EXPECT_TRUE(contains(storeErrorOf([&] { store.sendCommand("one", "pause", nullptr); }), "not alive"));
}

} // namespace sy::test
