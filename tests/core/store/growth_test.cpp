// What a run keeps as it grows: old windows merged, samples thinned, blobs of every format.
#include "core/base/random.h"
#include "core/store/bundle.h"
#include "core/store/narrow.h"
#include "core/store/thinning.h"
#include "core/store/window_merging.h"
#include "store_fixture.h"

#include <map>
#include <numeric>

namespace sy::test {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A window of its own counts, made from its last step.
RoutingWindow randomWindow(int64_t first, int64_t last, int64_t layer)
{
    RoutingWindow window = newWindow(first, last, layer);
    const RandomStream draws{mix64(static_cast<uint64_t>(last * 31 + layer))};
    uint64_t next = 0;
    const auto below = [&](uint64_t bound) { return static_cast<int64_t>(draws.below(next++, bound)); };
    for (size_t i = 0; i < 4; ++i) {
        window.load[i] = below(1000);
        window.kept[i] = below(static_cast<uint64_t>(window.load[i]) + 1);
        window.importance[i] = static_cast<double>(below(1000));
    }
    for (auto& tokens : window.tokens) tokens = 1 + below(2000);
    window.entropy_sum = static_cast<double>(below(1000));
    window.confidence_sum = static_cast<double>(below(1000));
    window.z_sum = static_cast<double>(below(1000));
    window.lse_max = static_cast<double>(below(100));
    window.logit_min = -static_cast<double>(below(100));
    window.logit_max = static_cast<double>(below(100));
    window.capacity_needed = static_cast<double>(below(100)) / 8;
    window.padding = below(10);
    window.top_tokens = {{{static_cast<int32_t>(below(5)), 1 + below(9)}}, {{static_cast<int32_t>(below(5)), 3}}};
    return window;
}

/// Applies plans until none is left.
std::vector<WindowSpan> applied(std::vector<WindowSpan> spans, int64_t steps, const std::vector<int64_t>& checkpoints)
{
    for (const auto& group : mergePlan(spans, steps, checkpoints)) {
        std::erase_if(spans, [&](const WindowSpan& span) {
            return span.last_step >= group.front().last_step && span.last_step < group.back().last_step;
        });
        std::ranges::find(spans, group.back().last_step, &WindowSpan::last_step)->first_step = group.front().first_step;
    }
    return spans;
}

std::string textOf(const std::vector<WindowSpan>& spans)
{
    std::string text;
    for (const auto& span : spans) text += std::to_string(span.first_step) + "-" + std::to_string(span.last_step) + " ";
    return text;
}

std::vector<int64_t> sampleSteps(const StorePaths& paths, bool decoder)
{
    std::vector<int64_t> steps;
    for (const auto& sample : Store::openExisting(paths).routeSamples("one"))
        if (sample.decoder == decoder) steps.push_back(sample.step);
    return steps;
}

} // namespace

TEST(MergePlanTest, KeepsTheBoundsHoweverLongARunTrains)
{
    constexpr int64_t steps = 20, count = 6000;
    std::vector<WindowSpan> spans;
    size_t most = 0;
    for (int64_t i = 1; i <= count; ++i) {
        spans.push_back({(i - 1) * steps + 1, i * steps});
        if (i % 64 == 0) spans = applied(spans, steps, {});
        most = std::max(most, spans.size());
    }
    EXPECT_LT(most, 256 * 6 + 128U);                    // log2(6000 / 256) = 4.6 octaves above the first 512
    EXPECT_LT(spans.size(), 512 + 3 * 256 + 119 + 64U); // of 1, 2, 4, 8 and 16 steps; a batch
    int64_t before = 0, widest = 0;
    for (const auto& span : spans) {
        EXPECT_EQ(span.first_step, before + 1);
        before = span.last_step;
        const int64_t age = count * steps - span.last_step, covers = span.last_step - span.first_step + 1;
        EXPECT_LE(covers, std::max(steps, age / 256)) << span.last_step;
        widest = std::max(widest, covers);
    }
    EXPECT_EQ(before, count * steps);
    EXPECT_EQ(widest, 16 * steps);
}

TEST(MergePlanTest, EarlyAndLateComeToTheSame)
{
    std::vector<WindowSpan> early, late;
    for (int64_t i = 1; i <= 3000; ++i) {
        early.push_back({(i - 1) * 7 + 1, i * 7});
        late.push_back(early.back());
        if (i % 50 == 0) early = applied(early, 7, {});
    }
    EXPECT_EQ(textOf(early), textOf(applied(late, 7, {})));
    EXPECT_TRUE(mergePlan(early, 7, {}).empty());
}

TEST(MergePlanTest, NeverAcrossACheckpoint)
{
    std::vector<WindowSpan> spans;
    for (int64_t i = 1; i <= 3000; ++i) spans.push_back({(i - 1) * 20 + 1, i * 20});
    const std::vector<int64_t> checkpoints = {60, 100, 5000, 5020, 30010};
    const auto merged = applied(spans, 20, checkpoints);
    const auto once = applied(spans, 20, {});
    EXPECT_GT(merged.size(), once.size());
    EXPECT_EQ(merged[0].last_step, 60); // 1-160 without them
    EXPECT_EQ(merged[1].last_step, 100);
    for (const auto& span : merged)
        for (const int64_t step : checkpoints)
            EXPECT_FALSE(step >= span.first_step && step < span.last_step && step % 20 == 0) << textOf({span});
    EXPECT_EQ(textOf(applied(merged, 20, {})), textOf(once)); // when they are removed
}

TEST(MergePlanTest, NothingToDo)
{
    EXPECT_TRUE(mergePlan({}, 20, {}).empty());
    std::vector<WindowSpan> spans;
    for (int64_t i = 1; i <= 512; ++i) spans.push_back({i, i});
    EXPECT_TRUE(mergePlan(spans, 1, {}).empty());
    EXPECT_TRUE(mergePlan(spans, 0, {}).empty());
    spans.push_back({513, 513});
    spans.push_back({514, 514});
    ASSERT_EQ(mergePlan(spans, 1, {}).size(), 1U);
    EXPECT_EQ(textOf(mergePlan(spans, 1, {})[0]), "1-1 2-2 ");
}

TEST(MergedWindowTest, AddsUpAndKeepsTheLargest)
{
    const std::vector<RoutingWindow> windows = {randomWindow(1, 10, 0), randomWindow(11, 20, 0),
                                                randomWindow(21, 30, 0)};
    const RoutingWindow merged = mergedWindow(windows);
    EXPECT_EQ(merged.first_step, 1);
    EXPECT_EQ(merged.last_step, 30);
    std::map<int32_t, int64_t> tokens;
    double largest = -infinity, needed = -infinity, smallest = infinity;
    for (size_t i = 0; i < 4; ++i) {
        int64_t load = 0, kept = 0;
        double importance = 0;
        for (const auto& window : windows) {
            load += window.load[i];
            kept += window.kept[i];
            importance += window.importance[i];
        }
        EXPECT_EQ(merged.load[i], load);
        EXPECT_EQ(merged.kept[i], kept);
        EXPECT_EQ(merged.importance[i], importance);
    }
    for (const auto& window : windows) {
        for (const auto& [token, count] : window.top_tokens[0]) tokens[token] += count;
        largest = std::max(largest, window.lse_max);
        needed = std::max(needed, window.capacity_needed);
        smallest = std::min(smallest, window.logit_min);
    }
    EXPECT_EQ(merged.lse_max, largest);
    EXPECT_EQ(merged.capacity_needed, needed);
    EXPECT_EQ(merged.logit_min, smallest);
    EXPECT_EQ(merged.z_sum, windows[0].z_sum + windows[1].z_sum + windows[2].z_sum);
    EXPECT_EQ(merged.padding, windows[0].padding + windows[1].padding + windows[2].padding);
    ASSERT_EQ(merged.top_tokens[0].size(), 1U); // as many as the windows had
    for (const auto& [token, count] : tokens) EXPECT_LE(count, merged.top_tokens[0][0].second);
    EXPECT_EQ(tokens.at(merged.top_tokens[0][0].first), merged.top_tokens[0][0].second);

    auto unknown = windows;
    unknown[1].logit_max = std::nan("");
    EXPECT_TRUE(std::isnan(mergedWindow(unknown).logit_max));
    EXPECT_EQ(mergedWindow({windows.data(), 1}).load, windows[0].load);
}

class GrowthTest : public StoreTest {
protected:
    /// Windows of one step each, in both layers.
    static void growTo(RunWriter& writer, int64_t from, int64_t to)
    {
        for (int64_t step = from; step <= to; ++step)
            for (const int64_t layer : {0, 1}) writer.window(randomWindow(step, step, layer));
        writer.flush();
    }
    /// Every window holds what the single ones that it covers add up to, figures too; without gap or overlap.
    static void expectWhole(const Store& store, int64_t last)
    {
        for (const int64_t layer : {0, 1}) {
            const auto windows = store.windows("one", layer);
            const auto figures = store.windowFigures("one", layer);
            ASSERT_EQ(windows.size(), figures.size());
            int64_t before = 0;
            for (size_t i = 0; i < windows.size(); ++i) {
                const RoutingWindow& w = windows[i];
                ASSERT_EQ(w.first_step, before + 1);
                before = w.last_step;
                std::vector<int64_t> load(4), kept(4), tokens(2);
                std::vector<double> importance(4);
                double entropy = 0, confidence = 0, z = 0;
                for (int64_t step = w.first_step; step <= w.last_step; ++step) {
                    const RoutingWindow one = randomWindow(step, step, layer);
                    for (size_t c = 0; c < 4; ++c) load[c] += one.load[c], kept[c] += one.kept[c];
                    for (size_t c = 0; c < 4; ++c) importance[c] += one.importance[c];
                    for (size_t l = 0; l < 2; ++l) tokens[l] += one.tokens[l];
                    entropy += one.entropy_sum, confidence += one.confidence_sum, z += one.z_sum;
                }
                const RoutingFigures slow =
                    routingFigures({2, 2, load, kept, tokens, entropy, confidence, z, importance});
                EXPECT_EQ(w.load, load);
                EXPECT_EQ(w.kept, kept);
                EXPECT_EQ(w.importance, importance);
                EXPECT_EQ(figures[i].tokens, tokens[0] + tokens[1]);
                EXPECT_EQ(figures[i].figures.load, slow.load);
                EXPECT_EQ(figures[i].figures.drop_rate, slow.drop_rate);
                EXPECT_EQ(figures[i].figures.mutual_information, slow.mutual_information);
                EXPECT_EQ(figures[i].figures.mean_entropy, slow.mean_entropy);
                EXPECT_EQ(figures[i].figures.z_mean, slow.z_mean);
            }
            EXPECT_EQ(before, last);
        }
    }
};

TEST_F(GrowthTest, MergedWindowsHoldWhatTheirPartsAddUpTo)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    growTo(writer, 1, 1500);
    const Store store = Store::openExisting(paths);
    EXPECT_LT(store.windows("one", 0).size(), 1150U);
    expectWhole(store, 1500);
    EXPECT_EQ(store.windowCurves("one", WindowColumn::DropRate)[0].step.size(), store.windows("one", 0).size());
    EXPECT_EQ(store.run("one").rewinds, 0);
}

TEST_F(GrowthTest, TheRunsOwnWindowStepsRule)
{
    NewRun run = newRun("one");
    run.config["train"]["window_steps"] = 2; // as if every window had been cut in half
    RunWriter writer = RunWriter::create(paths, run);
    growTo(writer, 1, 1500);
    const Store store = Store::openExisting(paths);
    expectWhole(store, 1500);
    const auto windows = store.windows("one", 0);
    EXPECT_EQ(windows.front().last_step, 4); // 1,500 steps are an age for four at once, of two each
}

TEST_F(GrowthTest, AResumptionFindsWholeWindowsUpToItsCheckpoint)
{
    std::string id;
    {
        RunWriter writer = RunWriter::create(paths, newRun("one"));
        id = writer.id();
        growTo(writer, 1, 333);
        writer.checkpoint({333, "step-333", 1, "a", false, {}, false});
        growTo(writer, 334, 1500);
        expectWhole(Store::openExisting(paths), 1500);
    }
    const RunWriter resumed = RunWriter::resume(paths, id, 333);
    expectWhole(Store::openExisting(paths), 333);
}

TEST_F(GrowthTest, BundlesFollowMergedWindowsAndThinnedSamples)
{
    const StorePaths there = StorePaths::ofFile(folder() / "there" / "store.sqlite");
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    int64_t from = 1;
    for (const int64_t to : {int64_t{401}, int64_t{777}, int64_t{1500}}) {
        growTo(writer, from, to);
        for (int64_t step = from; step <= to; step += 10) writer.routeSample(newSample(step, false));
        writer.flush();
        from = to + 1;
        const fs::path file = folder() / (std::to_string(to) + ".sybundle");
        exportBundle(paths, {"one"}, file, {.since = to == 401 ? fs::path() : folder() / "before.sybundle"});
        fs::copy_file(file, folder() / "before.sybundle", fs::copy_options::overwrite_existing);
        importBundle(there, file);
        expectWhole(Store::openExisting(there), to);
        EXPECT_EQ(sampleSteps(there, false), sampleSteps(paths, false));
    }
    EXPECT_GT(Store::openExisting(there).windows("one", 0).size(), Store::openExisting(paths).windows("one", 0).size());
}

TEST_F(GrowthTest, SamplesThinOutEvenly)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    for (int64_t step = 20; step <= 300; step += 20) writer.routeSample(newSample(step, false));
    writer.flush();
    EXPECT_EQ(sampleSteps(paths, false).size(), 10U); // cells of 32 steps, the newest in the last
    for (int64_t step = 320; step <= 4000; step += 20) {
        writer.routeSample(newSample(step, false));
        writer.routeSample(newSample(step, true));
    }
    writer.flush();
    const auto steps = sampleSteps(paths, false);
    EXPECT_LE(steps.size(), 17U);
    EXPECT_EQ(steps.front(), 20);
    EXPECT_EQ(steps[1], 260); // the first after 256
    EXPECT_EQ(steps.back(), 4000);
    EXPECT_EQ(sampleSteps(paths, true).front(), 320);
    EXPECT_EQ(sampleCell(1), 1);
    EXPECT_EQ(sampleCell(16), 1);
    EXPECT_EQ(sampleCell(17), 2);
    EXPECT_EQ(sampleCell(4000), 256);
}

TEST_F(GrowthTest, AResumedRunKeepsTheSamplesOfOneThatWentThrough)
{
    std::string id;
    const auto sampleTo = [](RunWriter& writer, int64_t from, int64_t to) {
        for (int64_t step = from; step <= to; step += 20) writer.routeSample(newSample(step, false));
        writer.flush();
    };
    {
        RunWriter writer = RunWriter::create(paths, newRun("one"));
        id = writer.id();
        sampleTo(writer, 20, 3000);
    }
    {
        RunWriter writer = RunWriter::resume(paths, id, 1500);
        sampleTo(writer, 1520, 3000);
    }
    const auto resumed = sampleSteps(paths, false);
    Store store = Store::openExisting(paths);
    store.softDelete("one");
    store.purge("one");
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    sampleTo(writer, 20, 3000);
    EXPECT_EQ(resumed, sampleSteps(paths, false));
}

TEST_F(GrowthTest, OldFormatsAreRead)
{
    RunWriter writer = RunWriter::create(paths, newRun("one"));
    writeEverything(writer, 10);
    const Store store = Store::openExisting(paths);
    makeVersionFour(store.database());
    store.database().exec("UPDATE routing_blob SET top_tokens = '[[[17,9],[3,4]],[[5,8]]]'");
    const RoutingWindow window = store.windows("one", 0).at(0), wanted = newWindow(1, 10, 0);
    EXPECT_EQ(window.load, wanted.load);
    EXPECT_EQ(window.importance, wanted.importance);
    EXPECT_EQ(window.top_tokens, wanted.top_tokens);
    EXPECT_TRUE(std::isnan(window.capacity_needed));
    EXPECT_TRUE(std::isnan(store.windowCurves("one", WindowColumn::LogitMin)[0].value.at(0)));
    EXPECT_EQ(store.routeSamples("one").at(1).gate, newSample(10, true).gate);
    EXPECT_EQ(store.routeSamples("one").at(1).expert, newSample(10, true).expert);
    EXPECT_EQ(store.evaluations("one").at(0).counts, newEvaluation(10).counts);
    EXPECT_TRUE(store.evaluations("one").at(0).gates.empty());
    EXPECT_EQ(store.probes("one").at(0).routes[0].top_expert, newProbe(10).routes[0].top_expert);
    EXPECT_EQ(store.probes("one").at(0).routes[1].probability, newProbe(10).routes[1].probability);
    store.database().exec("UPDATE routing_blob SET format = 7");
    EXPECT_TRUE(contains(storeErrorOf([&] { (void)store.windows("one", 0); }), "unknown format 7"));
}

TEST(NarrowTest, AnyIntegersComeBack)
{
    for (const int64_t edge :
         {int64_t{0}, int64_t{127}, int64_t{128}, int64_t{-129}, int64_t{32768}, int64_t{-2147483649},
          std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
        const std::vector<int64_t> values = {1, edge, -1};
        std::string bytes;
        appendNarrow(bytes, values);
        BlobReader reader(bytes, "test");
        EXPECT_EQ(readNarrow<int64_t>(reader, 3), values);
        reader.end();
    }
    BlobReader three(std::string("\3abc", 4), "test");
    EXPECT_TRUE(contains(storeErrorOf([&] { (void)readNarrow<int64_t>(three, 1); }), "integers of 3 bytes"));
    const std::vector<int32_t> steps = {5, 5, -7, std::numeric_limits<int32_t>::max(),
                                        std::numeric_limits<int32_t>::min()};
    EXPECT_EQ(summedUp(differences(steps)), steps);
}

TEST(NarrowTest, RealsKeepSixteenBits)
{
    const std::vector<float> values = {0.0F,
                                       -0.0F,
                                       0.75F,
                                       1.0F / 3,
                                       -1e-30F,
                                       3.4e38F,
                                       std::numeric_limits<float>::infinity(),
                                       std::numeric_limits<float>::max()};
    const auto kept = shortened(values);
    for (size_t i = 0; i < values.size(); ++i)
        if (std::isinf(values[i]))
            EXPECT_EQ(kept[i], values[i]);
        else
            EXPECT_NEAR(kept[i], values[i], 7.63e-6 * std::abs(values[i])) << values[i];
    EXPECT_EQ(kept[2], 0.75F);
    EXPECT_TRUE(std::isnan(shortened({std::nanf("")})[0]));
    for (const std::vector<float>& shares : {std::vector<float>{0, 1, 0.2F}, std::vector<float>{-1, 1.5F}}) {
        std::string bytes;
        appendShares(bytes, shares);
        BlobReader reader(bytes, "test");
        const auto read = readShares(reader, static_cast<int64_t>(shares.size()));
        for (size_t i = 0; i < shares.size(); ++i) EXPECT_NEAR(read[i], shares[i], 7.7e-6);
    }
}

} // namespace sy::test
