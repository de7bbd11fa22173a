// Bundles: every reader tells the same on the other side; follow-ups; refusals; damage anywhere is found.
#include "core/base/random.h"
#include "core/store/bundle.h"
#include "core/store/bundle_format.h"
#include "core/store/bundle_manifest.h"
#include "core/store/bundle_tables.h"
#include "store_fixture.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

namespace sy::test {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

/// A store of this test and one of another machine.
class BundleTest : public StoreTest {
protected:
    BundleTest() : there(StorePaths::ofFile(folder() / "there" / "store.sqlite")), file(folder() / "runs.sybundle") {}

    StorePaths there;
    fs::path file;

    std::string makeRun(const std::string& name, std::vector<int64_t> steps)
    {
        RunWriter writer = RunWriter::create(paths, newRun(name));
        writer.setStatus(RunStatus::Running);
        for (const int64_t step : steps) grow(writer, step);
        writer.flush();
        return writer.id();
    }
    static void grow(RunWriter& writer, int64_t step)
    {
        writeEverything(writer, step);
        writer.points(
            {{"odd", step, step % 3 == 0 ? nan : -0.0}, {"odd", step + 1, -infinity}, {"odd", step + 2, 5e-324}});
        writer.event({step, step * 7, "note", "event\nof " + std::to_string(step), {{"a", step}}});
        writer.logLine(step, "info", "train", "line " + std::to_string(step));
    }
    void resumeAndGrow(const std::string& id, int64_t from, std::vector<int64_t> steps)
    {
        RunWriter writer = RunWriter::resume(paths, id, from);
        for (const int64_t step : steps) grow(writer, step);
        writer.setStatus(RunStatus::Stopped);
    }
    std::string refusal(const fs::path& bundle)
    {
        try {
            importBundle(there, bundle);
        } catch (const Error& error) {
            return error.what();
        }
        ADD_FAILURE() << "was not refused";
        return "";
    }
};

std::string bits(double value)
{
    return std::isnan(value) ? "nan" : std::to_string(std::bit_cast<uint64_t>(value));
}

template <class Values> std::string list(const Values& values)
{
    std::string text = "[";
    for (const auto value : values) text += std::to_string(value) + " ";
    return text + "]";
}

void tell(std::string& text, const RoutingWindow& w)
{
    text += "window " +
            list(std::vector<int64_t>{w.first_step, w.last_step, w.layer, w.languages, w.experts, w.padding}) +
            list(w.load) + list(w.kept) + list(w.importance) + list(w.tokens) + bits(w.entropy_sum) +
            bits(w.confidence_sum) + bits(w.z_sum) + bits(w.lse_max) + bits(w.logit_min) + bits(w.logit_max) +
            bits(w.capacity_needed) + nlohmann::json(w.top_tokens).dump() + "\n";
}

void tell(std::string& text, const WindowFigures& w)
{
    const auto& f = w.figures;
    text += "figures " +
            list(std::vector<int64_t>{w.first_step, w.last_step, w.layer, w.tokens, w.padding, f.dead_experts}) +
            list(f.load) + list(f.kept) + list(f.language_load) + list(f.language_kept) + bits(w.lse_max) +
            bits(f.drop_rate) + bits(f.max_violation) + bits(f.load_cv) + bits(f.load_entropy) + bits(f.mean_entropy) +
            bits(f.mean_confidence) + bits(f.mutual_information) + bits(f.normalized_mutual_information) +
            bits(f.z_mean) + bits(f.mean_probability_entropy) + bits(w.logit_min) + "\n";
}

void tell(std::string& text, const Evaluation& e)
{
    text += "evaluation " + std::to_string(e.step) + e.corpus + e.split + bits(e.cross_entropy) +
            std::to_string(e.tokens) + bits(e.drop_rate) + list(e.layers) + list(e.row_language) + list(e.counts) +
            list(e.gates);
    for (const auto& layer : e.specialization)
        for (const auto* s : {&layer.by_count, &layer.by_gate, &layer.given_token})
            text += std::to_string(layer.layer) + bits(s->information) + bits(s->null_mean) + bits(s->weight) +
                    std::to_string(s->sequences);
    for (const auto& l : e.languages) text += l.language + bits(l.cross_entropy) + std::to_string(l.tokens);
    text += "\n";
}

void tell(std::string& text, const RouteText& t)
{
    text += list(std::vector<int64_t>{t.decoder, t.rows, t.width, t.pass_rows}) + list(t.token) + list(t.counted) +
            list(t.gold) + list(t.row_language);
}

void tell(std::string& text, const EvaluationRoutes& r)
{
    text += "routes " + std::to_string(r.step) + r.corpus + r.split + list(r.predicted);
    tell(text, r.encoder);
    tell(text, r.decoder);
    for (const auto& layer : r.layers)
        text += std::to_string(layer.layer) + list(layer.expert) + list(layer.kept) + list(layer.gate);
    text += "\n";
}

void tell(std::string& text, const Probe& p)
{
    text += "probe " + std::to_string(p.step) + p.text + p.language + p.target + p.prediction;
    for (const auto& t : p.tokens) text += std::to_string(t.id) + t.piece + (t.decoder ? "d" : "e");
    for (const auto& r : p.routes)
        text += std::to_string(r.layer) + list(r.expert) + list(r.dropped) + list(r.probability) + list(r.entropy) +
                list(r.top_expert) + list(r.top_probability) + std::to_string(r.top_k);
    text += "\n";
}

/// All that readers tell of a run's measurements, as one text. What belongs to the store itself is left out: origin,
/// whether it lives, which checkpoints are on this disk.
std::string everything(const StorePaths& where, const std::string& id)
{
    const Store store = Store::openExisting(where);
    const RunSummary run = store.run(id);
    std::string text = run.id + " " + std::to_string(run.step) + "/" + std::to_string(run.steps) + run.failure +
                       run.host + std::to_string(run.started_ms) + " " + std::to_string(run.ended_ms) + run.preset +
                       run.device + bits(run.flops_per_token) + "\n";
    auto details = store.details(id);
    for (const char* own : {"origin", "revision", "starred", "name", "heartbeat_ms"}) details.erase(own);
    text += details.dump() + "\n" + store.config(id).dump() + "\n";
    for (const auto& [name, s] : store.seriesSummaries(id)) {
        text += name +
                list(std::vector<int64_t>{s.points, s.first_step, s.last_step, s.min_step, s.max_step, s.not_finite}) +
                bits(s.last) + (s.min ? bits(*s.min) + bits(*s.max) : "") + "\n";
        const Curve curve = store.curve(id, name);
        text += list(curve.step);
        for (const double value : curve.value) text += bits(value) + " ";
        if (name.starts_with("system/"))
            for (const auto& sample : store.systemSamples(id, name)) text += std::to_string(sample.time_ms) + " ";
        text += "\n";
    }
    for (const auto& t : store.clock(id))
        text += list(std::vector<int64_t>{t.step, t.tokens, t.wall_ms}) + bits(t.flops) + bits(t.process_s) + "\n";
    for (int64_t layer = 0; layer < 2; ++layer) {
        for (const auto& window : store.windows(id, layer)) tell(text, window);
        for (const auto& window : store.windowFigures(id, layer)) tell(text, window);
    }
    for (const auto& s : store.routeSamples(id))
        text += "sample " + std::to_string(s.step) + (s.decoder ? "d" : "e") + list(s.token) + list(s.language) +
                list(s.sequence) + list(s.position) + list(s.layers) + list(s.expert) + list(s.gate) + "\n";
    for (const auto& evaluation : store.evaluations(id)) tell(text, evaluation);
    for (const int64_t step : store.evaluationRouteSteps(id)) tell(text, *store.evaluationRoutes(id, step));
    for (const auto& probe : store.probes(id)) tell(text, probe);
    for (const auto& e : store.events(id))
        text += "event " + std::to_string(e.step) + " " + std::to_string(e.time_ms) + e.kind + e.message +
                e.data.dump() + "\n";
    for (const auto& l : store.logLines(id, 1 << 20))
        text += std::to_string(l.time_ms) + l.level + l.area + l.text + "\n";
    for (const auto& c : store.checkpoints(id))
        text += "checkpoint " + std::to_string(c.step) + c.folder + std::to_string(c.bytes) + c.hash +
                (c.best ? "b" : "") + (c.valid_cross_entropy ? bits(*c.valid_cross_entropy) : "") + "\n";
    return text;
}

/// Compares all that readers tell; shows the first line that differs.
::testing::AssertionResult same(const StorePaths& left, const StorePaths& right, const std::string& id)
{
    std::istringstream a(everything(left, id)), b(everything(right, id));
    for (int number = 1;; ++number) {
        std::string one, two;
        const bool more = static_cast<bool>(std::getline(a, one)), also = static_cast<bool>(std::getline(b, two));
        if (one != two || more != also)
            return ::testing::AssertionFailure() << "line " << number << "\n"
                                                 << one.substr(0, 300) << "\n"
                                                 << two.substr(0, 300);
        if (!more) return ::testing::AssertionSuccess();
    }
}

/// Not synced: there are hundreds.
void writePlainly(const fs::path& file, const std::string& bytes)
{
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

/// Writes a bundle of parts that the tests made up.
void writeParts(const fs::path& file, const std::vector<std::pair<BundlePart, std::string>>& parts)
{
    writeFileAtomically(file, [&](std::ostream& out) {
        BundleWriter bundle(out);
        for (const auto& [kind, content] : parts) bundle.add(kind, content);
        bundle.finish();
    });
}

std::vector<std::pair<BundlePart, std::string>> partsOf(const fs::path& file)
{
    BundleReader reader(file);
    std::vector<std::pair<BundlePart, std::string>> parts;
    BundlePart kind{};
    std::string content;
    while (reader.next(kind, content)) parts.emplace_back(kind, content);
    return parts;
}

std::string textOf(const BundleRow& row, size_t columns)
{
    std::string bytes;
    for (size_t i = 0; i < columns; ++i) {
        PartWriter value;
        bytes += static_cast<char>(row[i].index());
        if (const auto* number = std::get_if<int64_t>(&row[i])) value.integer(*number);
        if (const auto* real = std::get_if<double>(&row[i])) value.real(*real);
        if (const auto* text = std::get_if<std::string>(&row[i])) value.text(*text);
        if (const auto* blob = std::get_if<std::vector<char>>(&row[i])) value.text({blob->data(), blob->size()});
        bytes += value.take();
    }
    return bytes;
}

/// A part of rows as programs before version 2 wrote it; empty where they had no such table.
std::string versionOne(const std::string& part)
{
    PartReader reader(part);
    const std::string name = reader.text();
    if (name == "route_text" || name == "evaluation_specialization" || name.starts_with("evaluation_text") ||
        name == "evaluation_route")
        return "";
    const auto& table = *std::ranges::find_if(bundleTables(), [&](const auto& t) { return t.name == name; });
    PartWriter head;
    head.text(name);
    std::string text = head.take();
    while (!reader.atEnd())
        text += textOf(reader.row(table, columnCount(table, bundle_version)), columnCount(table, 1));
    return text;
}

size_t firstPart(const std::vector<std::pair<BundlePart, std::string>>& parts, BundlePart kind)
{
    for (size_t i = 0; i < parts.size(); ++i)
        if (parts[i].first == kind) return i;
    ADD_FAILURE() << "there is no such part";
    return 0;
}

} // namespace

TEST_F(BundleTest, EveryReaderTellsTheSameOnTheOtherSide)
{
    const std::string one = makeRun("one", {10, 20, 30}), two = makeRun("two", {10});
    makeRun("not asked for", {10});
    Store store = Store::openExisting(paths);
    store.tag("one", "kept");
    store.setNote("one", "a note");
    store.setStarred("one", true);
    const BundleReport out = exportBundle(paths, {"one", two, one}, file); // by name and id; twice is once
    EXPECT_EQ(out.runs, (std::vector<std::string>{one, two}));
    EXPECT_EQ(out.bytes, static_cast<int64_t>(fs::file_size(file)));
    const BundleReport in = importBundle(there, file);
    EXPECT_EQ(in.created, (std::vector<std::string>{one, two}));
    EXPECT_EQ(in.rows, out.rows);
    for (const auto& id : {one, two}) EXPECT_TRUE(same(there, paths, id));
    const Store copy = Store::openExisting(there);
    EXPECT_EQ(copy.runs().size(), 2U);
    const RunSummary run = copy.run("one");
    EXPECT_EQ(run.origin, thisHost());
    EXPECT_EQ(run.tags, (std::vector<std::string>{"first", "kept"}));
    EXPECT_EQ(run.note, "a note");
    EXPECT_TRUE(run.starred);
    EXPECT_EQ(run.status, RunStatus::Interrupted); // never alive here
    EXPECT_EQ(run.checkpoint_bytes, 0);            // their files stayed there
    EXPECT_EQ(copy.database().execAndGet("PRAGMA integrity_check").getString(), "ok");
    EXPECT_EQ(copy.database().execAndGet("SELECT count(*) FROM pragma_foreign_key_check").getInt(), 0);
    EXPECT_TRUE(importBundle(there, file).unchanged.size() == 2);
}

TEST_F(BundleTest, AGrowingRunIsFollowed)
{
    RunWriter writer = RunWriter::create(paths, newRun("live"));
    writer.setStatus(RunStatus::Running);
    int64_t first_rows = 0;
    for (int64_t step = 10; step <= 60; step += 10) {
        grow(writer, step);
        writer.flush();
        const BundleReport out =
            exportBundle(paths, {"live"}, file, {false, step == 10 ? fs::path() : file}); // in place
        if (step == 10) first_rows = out.rows;
        EXPECT_LE(out.rows, first_rows + 2) << step; // the new rows alone
        const BundleReport in = importBundle(there, file);
        EXPECT_EQ(step == 10 ? in.created.size() : in.updated.size(), 1U);
        EXPECT_TRUE(same(there, paths, writer.id())) << step;
        EXPECT_EQ(importBundle(there, file).unchanged.size(), 1U); // the same once more
    }
    writer.setStatus(RunStatus::Finished);
    exportBundle(paths, {"live"}, file, {false, file});
    importBundle(there, file);
    EXPECT_EQ(Store::openExisting(there).run("live").status, RunStatus::Finished);
    EXPECT_TRUE(same(there, paths, writer.id()));
}

TEST_F(BundleTest, FollowUpsOverlapButLeaveNoGap)
{
    const std::string id = makeRun("one", {10});
    const fs::path second = folder() / "2", third = folder() / "3", whole = folder() / "4";
    exportBundle(paths, {"one"}, file);
    resumeAndGrow(id, 15, {20});
    exportBundle(paths, {"one"}, second, {false, file});
    resumeAndGrow(id, 25, {30});
    exportBundle(paths, {"one"}, third, {false, second});
    exportBundle(paths, {"one"}, whole, {false, file});            // from the first: what 2 and 3 have
    EXPECT_TRUE(contains(refusal(second), "only the later rows")); // nothing is there yet
    EXPECT_FALSE(fs::exists(there.database) && !Store::openExisting(there).runs().empty());
    importBundle(there, file);
    EXPECT_TRUE(contains(refusal(third), "only the later rows"));
    importBundle(there, second);
    importBundle(there, whole); // overlaps with the second
    EXPECT_TRUE(same(there, paths, id));
    EXPECT_EQ(importBundle(there, third).unchanged.size(), 1U);
    EXPECT_EQ(importBundle(there, file).unchanged.size(), 1U); // an older picture
    EXPECT_TRUE(same(there, paths, id));
}

TEST_F(BundleTest, DeletedAndReplacedRowsAreFollowedToo)
{
    const std::string id = makeRun("one", {10, 20, 30});
    exportBundle(paths, {"one"}, file);
    importBundle(there, file);
    resumeAndGrow(id, 12, {20}); // deletes later rows
    exportBundle(paths, {"one"}, file, {false, file});
    importBundle(there, file);
    EXPECT_TRUE(same(there, paths, id));
    const auto follow = [&](const char* what, const std::function<void(RunWriter&)>& change) {
        {
            RunWriter writer = RunWriter::resume(paths, id, 1000);
            change(writer);
        }
        exportBundle(paths, {"one"}, file, {false, file});
        importBundle(there, file);
        EXPECT_TRUE(same(there, paths, id)) << what;
    };
    follow("a replaced point", [](RunWriter& w) { w.points({{"train/cross_entropy", 10, 9.0}}); });
    follow("a point between", [](RunWriter& w) { w.points({{"train/cross_entropy", 15, 8.0}}); });
    follow("a replaced evaluation", [](RunWriter& w) {
        Evaluation other = newEvaluation(20);
        other.cross_entropy = 1.0;
        w.evaluation(other);
    });
    follow("a replaced probe", [](RunWriter& w) {
        Probe other = newProbe(20);
        other.prediction = "other";
        w.probe(other);
    });
    follow("a replaced window", [](RunWriter& w) {
        RoutingWindow other = newWindow(11, 20, 1);
        other.z_sum = 1;
        w.window(other);
    });
    follow("a replaced sample", [](RunWriter& w) {
        RouteSample other = newSample(20, true);
        other.gate[0] = 0.125F;
        w.routeSample(other);
    });
    follow("a replaced tick", [](RunWriter& w) { w.clock({{20, 7, 7.0, 7, 7.0}}); });
    follow("a replaced system sample", [](RunWriter& w) {
        w.systemSample(1700000000020, {{"system/memory", 20, 77.0}});
    });
    follow("the same once more", [](RunWriter& w) { w.points({{"train/cross_entropy", 10, 9.0}}); });
    EXPECT_EQ(Store::openExisting(there).run("one").rewinds, Store::openExisting(paths).run("one").rewinds);
}

TEST_F(BundleTest, FollowUpsOfManyRandomHistories)
{
    for (uint64_t seed = 0; seed < 5; ++seed) {
        const RandomStream draws{mix64(seed + 77)};
        uint64_t draw = 0;
        const std::string id = makeRun("run-" + std::to_string(seed), {10});
        exportBundle(paths, {id}, file);
        importBundle(there, file);
        int64_t step = 20;
        for (int round = 0; round < 6; ++round) {
            const auto back = static_cast<int64_t>(draws.below(draw++, 4)) * 10;
            resumeAndGrow(id, std::max<int64_t>(0, step - back), {step, step + 10});
            step += 20;
            if (draws.below(draw++, 3) == 0) continue; // not every state is exported
            exportBundle(paths, {id}, file, {false, file});
            importBundle(there, file);
            ASSERT_TRUE(same(there, paths, id)) << "seed " << seed << " round " << round;
        }
    }
}

TEST_F(BundleTest, NamesGetASuffixAndWhatWasWrittenHereStays)
{
    const std::string id = makeRun("same", {10});
    {
        RunWriter::create(there, newRun("same"));
        RunWriter::create(there, newRun("same-2"));
    }
    exportBundle(paths, {"same"}, file);
    importBundle(there, file);
    Store copy = Store::openExisting(there);
    EXPECT_EQ(copy.run(id).name, "same-3");
    copy.setNote(id, "mine");
    copy.tag(id, "mine");
    copy.setStarred(id, true);
    resumeAndGrow(id, 15, {20});
    Store::openExisting(paths).setNote("same", "theirs");
    Store::openExisting(paths).tag("same", "theirs");
    exportBundle(paths, {"same"}, file);
    const int64_t before = copy.run(id).revision;
    EXPECT_EQ(importBundle(there, file).updated, std::vector<std::string>{id});
    const RunSummary run = copy.run(id);
    EXPECT_EQ(run.note, "mine");
    EXPECT_EQ(run.tags, (std::vector<std::string>{"first", "mine", "theirs"}));
    EXPECT_TRUE(run.starred);
    EXPECT_EQ(run.name, "same-3");
    EXPECT_GT(run.revision, before); // readers look again
}

TEST_F(BundleTest, ARunThatWasBornHereIsNeverOverwritten)
{
    const std::string id = makeRun("one", {10});
    exportBundle(paths, {"one"}, file);
    EXPECT_EQ(importBundle(paths, file).unchanged, std::vector<std::string>{id}); // it came home
    EXPECT_EQ(Store::openExisting(paths).run("one").origin, "");
    // A copy of the whole store that goes on by itself.
    Store::openExisting(paths).database().exec("PRAGMA wal_checkpoint(TRUNCATE)");
    fs::create_directories(there.database.parent_path());
    fs::copy_file(paths.database, there.database);
    resumeAndGrow(id, 15, {20});
    exportBundle(paths, {"one"}, file);
    EXPECT_TRUE(contains(refusal(file), "was born in this store"));
    {
        RunWriter other = RunWriter::resume(there, id, 15);
        for (int i = 0; i < 5; ++i) {
            other.points({{"train/cross_entropy", 20 + i, 1.0}});
            other.flush();
        }
    }
    EXPECT_TRUE(contains(refusal(file), "differs"));
    EXPECT_EQ(Store::openExisting(there).series("one", "train/cross_entropy").back().value, 1.0);
}

TEST_F(BundleTest, ThroughAStoreBetween)
{
    const StorePaths between = StorePaths::ofFile(folder() / "between" / "store.sqlite");
    const std::string id = makeRun("one", {10});
    exportBundle(paths, {"one"}, file);
    importBundle(between, file);
    exportBundle(between, {"one"}, file);
    importBundle(there, file);
    EXPECT_TRUE(same(there, paths, id));
    EXPECT_EQ(Store::openExisting(there).run("one").origin, thisHost());
    resumeAndGrow(id, 15, {20});
    exportBundle(paths, {"one"}, file); // newer, from elsewhere: replaces
    EXPECT_EQ(importBundle(there, file).updated.size(), 1U);
    EXPECT_TRUE(same(there, paths, id));
    exportBundle(between, {"one"}, file); // older
    EXPECT_EQ(importBundle(there, file).unchanged.size(), 1U);
    EXPECT_TRUE(contains(
        [&] {
            try {
                exportBundle(paths, {"one"}, folder() / "x", {false, file});
            } catch (const DataError& error) {
                return std::string(error.what());
            }
            return std::string();
        }(),
        "from another store"));
}

TEST_F(BundleTest, CheckpointsTravelWhereAskedFor)
{
    const std::string id = makeRun("one", {10, 20});
    const std::string weights(3 << 20, 'w');
    fs::create_directories(paths.checkpoints / id / "step-10");
    writeFileAtomically(paths.checkpoints / id / "step-10" / "model", weights);
    writeFileAtomically(paths.checkpoints / id / "step-10" / "empty", "");
    writeFileAtomically(paths.checkpoints / id / "tokenizer.model", "pieces");
    fs::create_directories(paths.checkpoints / id / "step-20"); // a row, and a folder that is not whole
    fs::create_symlink("/etc/passwd", paths.checkpoints / id / "step-20" / "model");
    exportBundle(paths, {"one"}, file);
    importBundle(there, file);
    EXPECT_FALSE(fs::exists(there.checkpoints / id / "step-10"));
    exportBundle(paths, {"one"}, file, {true, {}});
    EXPECT_EQ(importBundle(there, file).updated, std::vector<std::string>{id});
    EXPECT_EQ(readFile(there.checkpoints / id / "step-10" / "model"), weights);
    EXPECT_EQ(readFile(there.checkpoints / id / "step-10" / "empty"), "");
    EXPECT_EQ(readFile(there.checkpoints / id / "tokenizer.model"), "pieces");
    EXPECT_FALSE(fs::exists(there.checkpoints / id / "step-20"));
    EXPECT_FALSE(fs::exists(there.checkpoints / id / "lock"));
    const auto rows = Store::openExisting(there).checkpoints("one");
    EXPECT_FALSE(rows.at(0).removed);
    EXPECT_TRUE(rows.at(1).removed);
    EXPECT_EQ(importBundle(there, file).unchanged.size(), 1U);
    for (const auto& entry : fs::recursive_directory_iterator(folder()))
        EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
}

TEST_F(BundleTest, ACheckpointThatWasMadeAnewReplacesTheOld)
{
    const std::string id = makeRun("one", {10, 20});
    const auto save = [&](int64_t step, const std::string& weights) {
        const std::string name = "step-" + std::to_string(step);
        fs::create_directories(paths.checkpoints / id / name);
        writeFileAtomically(paths.checkpoints / id / name / "model", weights);
        RunWriter::resume(paths, id, 1000)
            .checkpoint({step, id + "/" + name, 1, "hash of " + weights, false, {}, false});
    };
    save(10, "ten");
    save(20, "twenty");
    exportBundle(paths, {"one"}, file, {true, {}});
    importBundle(there, file);
    resumeAndGrow(id, 15, {});
    exportBundle(paths, {"one"}, file); // step 20 is gone; no files travel
    importBundle(there, file);
    EXPECT_TRUE(same(there, paths, id));
    EXPECT_FALSE(fs::exists(there.checkpoints / id / "step-20"));
    EXPECT_EQ(readFile(there.checkpoints / id / "step-10" / "model"), "ten");
    save(20, "other");
    exportBundle(paths, {"one"}, file, {true, {}});
    importBundle(there, file);
    EXPECT_EQ(readFile(there.checkpoints / id / "step-20" / "model"), "other");
    save(20, "third"); // the same step with other weights
    exportBundle(paths, {"one"}, file, {true, {}});
    const auto cancelled = [&](double share) {
        if (share == 1) throw std::runtime_error("cancelled");
    };
    EXPECT_THROW(importBundle(there, file, cancelled), std::runtime_error);
    EXPECT_EQ(readFile(there.checkpoints / id / "step-20" / "model"), "other"); // as it was
    importBundle(there, file);
    EXPECT_EQ(readFile(there.checkpoints / id / "step-20" / "model"), "third");
    EXPECT_TRUE(same(there, paths, id));
    for (const auto& entry : fs::recursive_directory_iterator(there.checkpoints))
        EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
}

TEST_F(BundleTest, CancellingLeavesNothing)
{
    const std::string id = makeRun("one", {10, 20});
    fs::create_directories(paths.checkpoints / id / "step-10");
    writeFileAtomically(paths.checkpoints / id / "step-10" / "model", std::string(1 << 20, 'w'));
    struct Cancelled {};
    const auto cancelAt = [](double at) {
        return [at](double share) {
            if (share >= at) throw Cancelled();
        };
    };
    EXPECT_THROW(exportBundle(paths, {"one"}, file, {true, {}}, cancelAt(0.1)), Cancelled);
    EXPECT_FALSE(fs::exists(file));
    exportBundle(paths, {"one"}, file, {true, {}});
    for (const double at : {0.1, 0.5, 0.9, 1.0}) {
        EXPECT_THROW(importBundle(there, file, cancelAt(at)), Cancelled) << at;
        EXPECT_TRUE(Store::open(there).runs(true).empty()) << at;
        EXPECT_FALSE(fs::exists(there.checkpoints / id)) << at;
    }
    std::vector<double> shares;
    importBundle(there, file, [&](double share) { shares.push_back(share); });
    EXPECT_TRUE(std::ranges::is_sorted(shares));
    EXPECT_EQ(shares.back(), 1.0);
}

TEST_F(BundleTest, RefusesWhatCannotBeExported)
{
    makeRun("one", {10});
    Store store = Store::openExisting(paths);
    EXPECT_TRUE(contains(storeErrorOf([&] { exportBundle(paths, {}, file); }), "at least one"));
    EXPECT_TRUE(contains(storeErrorOf([&] { exportBundle(paths, {"two"}, file); }), "'two'"));
    store.softDelete("one");
    EXPECT_TRUE(contains(storeErrorOf([&] { exportBundle(paths, {"one"}, file); }), "is deleted"));
    EXPECT_THROW(exportBundle(paths, {"one"}, file, {false, folder() / "missing"}), DataError);
    EXPECT_FALSE(fs::exists(file));
}

TEST_F(BundleTest, RefusesWhatIsNoBundleOrNewer)
{
    makeRun("one", {10});
    exportBundle(paths, {"one"}, file);
    const std::string bytes = readFile(file);
    const auto with = [&](std::string changed) {
        writeFileAtomically(file, changed);
        return refusal(file);
    };
    EXPECT_TRUE(contains(with(""), "is not a bundle"));
    EXPECT_TRUE(contains(with(std::string(1000, 'x')), "is not a bundle"));
    std::string newer = bytes;
    newer[8] = static_cast<char>(bundle_version + 1);
    EXPECT_TRUE(contains(with(newer), "newer Switchyard"));
    EXPECT_TRUE(contains(refusal(folder() / "missing"), "missing"));
    EXPECT_TRUE(contains(with(bytes + "x"), "damaged"));
    EXPECT_FALSE(fs::exists(there.database) && !Store::openExisting(there).runs().empty());
}

TEST_F(BundleTest, VersionOneIsReadToo)
{
    {
        RunWriter writer = RunWriter::create(paths, newRun("one"));
        writeEverything(writer, 10);
        writer.points({{"odd", 1, 2.5}});
    }
    makeVersionFour(Store::openExisting(paths).database());
    exportBundle(paths, {"one"}, file);
    auto parts = partsOf(file);
    for (auto& [kind, content] : parts)
        if (kind == BundlePart::Rows) content = versionOne(content);
    std::erase_if(parts, [](const auto& part) { return part.second.empty(); });
    writeParts(file, parts);
    std::string bytes = readFile(file);
    bytes[8] = 1;
    writePlainly(file, bytes);
    const auto report = importBundle(there, file);
    ASSERT_EQ(report.created.size(), 1U);
    EXPECT_TRUE(same(paths, there, report.created[0]));
}

TEST_F(BundleTest, TruncationAnywhereIsFound)
{
    makeRun("one", {10});
    exportBundle(paths, {"one"}, file);
    const std::string bytes = readFile(file);
    for (size_t cut = 0; cut < bytes.size(); cut += 1 + bytes.size() / 150) {
        writePlainly(file, bytes.substr(0, cut));
        EXPECT_FALSE(refusal(file).empty()) << cut;
    }
    EXPECT_TRUE(Store::open(there).runs().empty());
}

TEST_F(BundleTest, AFlippedBitAnywhereIsFound)
{
    makeRun("one", {10});
    exportBundle(paths, {"one"}, file);
    const std::string bytes = readFile(file);
    const RandomStream draws{mix64(5)};
    for (uint64_t i = 0; i < 400; ++i) {
        std::string changed = bytes;
        const size_t place =
            i < 120 ? static_cast<size_t>(i) : draws.below(2 * i, bytes.size()); // all of the first heads
        changed[place] = static_cast<char>(changed[place] ^ (1 << draws.below(2 * i + 1, 8)));
        writePlainly(file, changed);
        try {
            importBundle(there, file);
            ADD_FAILURE() << "a flipped bit in byte " << place << " was not found";
        } catch (const DataError&) {
        }
    }
    EXPECT_TRUE(Store::open(there).runs(true).empty());
}

TEST_F(BundleTest, PartsCannotBeLeftOutRepeatedOrMoved)
{
    makeRun("one", {10});
    exportBundle(paths, {"one"}, file);
    const std::string bytes = readFile(file);
    std::vector<size_t> begins; // of parts in the file
    for (size_t place = 32; place < bytes.size();) {
        begins.push_back(place);
        uint32_t packed = 0;
        std::memcpy(&packed, bytes.data() + place + 8, 4);
        place += 12 + 64 + packed;
    }
    ASSERT_GT(begins.size(), 6U);
    const auto part = [&](size_t i) { return bytes.substr(begins[i], begins[i + 1] - begins[i]); };
    const size_t at = 3;
    const std::string head = bytes.substr(0, begins[at]), tail = bytes.substr(begins[at + 2]);
    for (const auto& middle : {part(at), part(at) + part(at) + part(at + 1), part(at + 1) + part(at)}) {
        writeFileAtomically(file, head + middle + tail);
        EXPECT_TRUE(contains(refusal(file), "its hash is another"));
    }
}

TEST_F(BundleTest, WellHashedNonsenseIsRefusedToo)
{
    const std::string id = makeRun("one", {10, 20});
    exportBundle(paths, {"one"}, file);
    const auto good = partsOf(file);
    const size_t run = firstPart(good, BundlePart::Run), rows = firstPart(good, BundlePart::Rows),
                 points = firstPart(good, BundlePart::Points);
    const auto with = [&](size_t part, const std::string& content) {
        auto parts = good;
        parts[part].second = content;
        writeParts(file, parts);
        return refusal(file);
    };
    const auto changedRun = [&](const char* from, const std::string& to) {
        std::string content = good[run].second;
        const size_t place = content.find(from);
        EXPECT_NE(place, std::string::npos) << from;
        content.replace(place, std::string(from).size(), to);
        return with(run, content);
    };
    EXPECT_TRUE(contains(with(0, "{}"), "list of runs"));
    EXPECT_TRUE(contains(with(0, "nonsense"), "list of runs"));
    EXPECT_TRUE(contains(with(run, "[]"), "damaged"));
    EXPECT_TRUE(contains(with(rows, "x"), "damaged"));
    EXPECT_TRUE(contains(with(rows, std::string(1, 18) + "sqlite_master"), "damaged"));
    EXPECT_TRUE(contains(with(points, ""), "damaged"));
    EXPECT_TRUE(contains(changedRun("\"step-20\"", "\"../../victim\""), "outside of its run's"));
    EXPECT_TRUE(contains(changedRun("\"status\":\"running\"", "\"status\":\"dancing\""), "rules"));
    EXPECT_TRUE(contains(changedRun("\"seed\":7", "\"seed\":\"seven\""), "rules"));
    EXPECT_TRUE(contains(changedRun("\"seed\":7", "\"seed\":[7]"), "damaged"));
    EXPECT_TRUE(contains(changedRun("\"path\"", "\"pith\""), "damaged"));
    auto list = good;
    std::string text = list[0].second;
    for (size_t i = 0; (i = text.find(id, i)) != std::string::npos;)
        text.replace(i, id.size(), "../../../../../../../victim");
    EXPECT_FALSE(with(0, text).empty());
    for (const auto& [from, to] : {std::pair{rows, points}, {points, rows}, {run, run + 1}}) { // kinds in other places
        auto parts = good;
        std::swap(parts[from].first, parts[to].first);
        writeParts(file, parts);
        EXPECT_FALSE(refusal(file).empty());
    }
    auto twice = good; // the same points again
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(points), good[points]);
    writeParts(file, twice);
    EXPECT_FALSE(refusal(file).empty());
    writeParts(file, {good[0]});
    EXPECT_TRUE(contains(refusal(file), "damaged"));
    EXPECT_TRUE(Store::open(there).runs(true).empty());
}

TEST_F(BundleTest, FilesStayInTheirRunsFolder)
{
    const std::string id = makeRun("one", {10});
    exportBundle(paths, {"one"}, file);
    const auto good = partsOf(file);
    const auto with = [&](const nlohmann::json& head, const std::string& bytes) {
        auto parts = good;
        parts.emplace_back(BundlePart::File, head.dump() + "\n" + bytes);
        writeParts(file, parts);
        return refusal(file);
    };
    const auto head = [&](const std::string& folder, const std::string& name, int64_t size, int64_t offset = 0) {
        return nlohmann::json{{"run", id}, {"folder", folder}, {"name", name}, {"size", size}, {"offset", offset}};
    };
    for (const auto& [in, name] : {std::pair{"..", "x"},
                                   {"step-10", "../x"},
                                   {"step-10", ".."},
                                   {"", "../x"},
                                   {"/etc", "x"},
                                   {"a/b", "x"},
                                   {"", "lock"},
                                   {".hidden", "x"},
                                   {"step-10", ""}})
        EXPECT_TRUE(contains(with(head(in, name, 1), "x"), "leaves its run's folder")) << in << " " << name;
    EXPECT_TRUE(contains(with(head("step-10", "x", 2), "x"), "is not whole"));
    EXPECT_TRUE(contains(with(head("step-10", "x", 1), "xx"), "do not fit"));
    EXPECT_TRUE(contains(with(head("step-10", "x", 2, 1), "x"), "do not fit"));
    EXPECT_TRUE(contains(with({{"run", id}}, "x"), "wrong head"));
    auto other = head("step-10", "x", 1);
    other["run"] = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    EXPECT_TRUE(contains(with(other, "x"), "and not the run"));
    EXPECT_FALSE(fs::exists(there.checkpoints / id));
    EXPECT_FALSE(fs::exists(there.checkpoints / "x"));
}

TEST_F(BundleTest, ABombIsRefusedBeforeItIsUnpacked)
{
    makeRun("one", {10});
    exportBundle(paths, {"one"}, file);
    auto parts = partsOf(file);
    parts.emplace_back(BundlePart::File, std::string(64 << 20, '\0')); // zeros shrink ten-thousandfold
    writeParts(file, parts);
    EXPECT_GT(fs::file_size(file), 60U << 20); // the writer keeps such a part as it is
    std::string bytes = readFile(file).substr(0, 32 << 10);
    const int64_t claimed = int64_t{1} << 50;
    std::memcpy(bytes.data() + 24, &claimed, sizeof claimed); // a head that claims a petabyte
    writeFileAtomically(file, bytes);
    EXPECT_TRUE(contains(refusal(file), "its head is wrong"));
}

} // namespace sy::test
