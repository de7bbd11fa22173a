#include "core/text/stream.h"

#include "core/text/permutation.h"
#include "core/text/prefetch.h"
#include "core/text/row_source.h"
#include "text_fixture.h"

#include <cmath>
#include <numeric>
#include <set>

namespace sy {
namespace {

using namespace test;

class Stream : public ::testing::Test {
protected:
    /// One corpus for all tests: training the tokenizer takes most of the time.
    static void SetUpTestSuite()
    {
        s_folder = fs::temp_directory_path() / ("sy-stream-" + newUlid());
        fs::create_directories(s_folder / "source");
        ::setenv("SWITCHYARD_HOME", (s_folder / "home").c_str(), 1);
        writeFileAtomically(s_folder / "source/de.txt", inventedText(900, 1, latin));
        writeFileAtomically(s_folder / "source/el.txt", inventedText(300, 2, greek));
        writeFileAtomically(s_folder / "source/ru.txt", inventedText(60, 3, cyrillic));
        ImportRequest request;
        request.source = s_folder / "source";
        request.name = "stream";
        request.valid_share = 0.2;
        const Corpus corpus = importCorpus(request).corpus;
        s_tokenizer = std::make_unique<Tokenizer>(Tokenizer::forCorpus(corpus, 700));
        s_cache = std::make_shared<const TokenCache>(TokenCache::openOrBuild(corpus, *s_tokenizer));
    }
    static void TearDownTestSuite()
    {
        s_cache.reset();
        s_tokenizer.reset();
        fs::remove_all(s_folder);
        ::unsetenv("SWITCHYARD_HOME");
    }

    static DataConfig settings(int64_t prefetch = 2)
    {
        DataConfig data;
        data.batch_size = 5;
        data.input_length = 64;
        data.target_length = 20;
        data.prefetch = prefetch;
        return data;
    }
    static std::unique_ptr<BatchStream> stream(const DataConfig& data, uint64_t seed = 7, const StreamState& from = {})
    {
        return trainingStream(s_cache, *s_tokenizer, data, seed, from);
    }

    static inline fs::path s_folder;
    static inline std::unique_ptr<Tokenizer> s_tokenizer;
    static inline std::shared_ptr<const TokenCache> s_cache;
};

TEST_F(Stream, IsAFunctionOfTheSeed)
{
    auto a = stream(settings()), b = stream(settings()), c = stream(settings(), 8);
    bool differs = false;
    for (int i = 0; i < 60; ++i) {
        const Batch batch = a->next();
        EXPECT_EQ(batch, b->next());
        differs = differs || batch != c->next();
    }
    EXPECT_TRUE(differs);
    EXPECT_EQ(a->state(), b->state());
}

TEST_F(Stream, PrefetchDepthChangesNothing)
{
    auto direct = stream(settings(0)), one = stream(settings(1)), deep = stream(settings(40));
    for (int i = 0; i < 100; ++i) {
        const Batch batch = direct->next();
        EXPECT_EQ(batch, one->next());
        EXPECT_EQ(batch, deep->next());
        EXPECT_EQ(direct->state(), one->state());
        EXPECT_EQ(direct->state(), deep->state());
        EXPECT_EQ(direct->state().next_row, 5 * (i + 1));
    }
}

TEST_F(Stream, GoesOnFromAnyState)
{
    auto whole = stream(settings());
    std::vector<Batch> batches;
    std::vector<StreamState> states = {whole->state()};
    for (int i = 0; i < 120; ++i) { // several epochs of every language
        batches.push_back(whole->next());
        states.push_back(whole->state());
    }
    for (size_t at = 0; at < 120; at += 13) {
        auto resumed = stream(settings(), 7, states[at]);
        EXPECT_EQ(resumed->state(), states[at]);
        for (size_t i = at; i < std::min<size_t>(at + 10, 120); ++i)
            EXPECT_EQ(resumed->next(), batches[i]) << at << " " << i;
    }
}

TEST_F(Stream, RowsHaveTheirShapesAndOneLanguage)
{
    const SpanPlan plan = spanPlan(settings(), s_tokenizer->sentinels());
    auto rows = stream(settings());
    for (int i = 0; i < 50; ++i) {
        const Batch batch = rows->next();
        EXPECT_EQ(batch.rows, 5);
        ASSERT_EQ(batch.input.size(), 5u * 64);
        ASSERT_EQ(batch.target.size(), 5u * 20);
        EXPECT_EQ(batch.input_tokens, 5 * plan.input_length);
        EXPECT_EQ(batch.target_tokens, 5 * plan.target_length);
        EXPECT_EQ(std::count(batch.target.begin(), batch.target.end(), -100), 5 * (20 - plan.target_length));
        EXPECT_EQ(std::count(batch.input.begin(), batch.input.end(), 0), 5 * (64 - plan.input_length));
        for (int64_t r = 0; r < 5; ++r) {
            std::vector<int32_t> ids(batch.input.begin() + r * 64, batch.input.begin() + r * 64 + plan.input_length);
            const std::string text = s_tokenizer->decode(ids);
            const auto language = batch.language[static_cast<size_t>(r)];
            EXPECT_EQ(text.find("α") != std::string::npos || text.find("ο") != std::string::npos ||
                          text.find("ε") != std::string::npos,
                      language == 1)
                << text;
        }
    }
}

TEST_F(Stream, LanguagesComeByTheirWeights)
{
    for (const double temperature : {1.0, 3.33, 1e6}) {
        DataConfig data = settings(0);
        data.temperature = temperature;
        std::vector<double> expected;
        for (size_t l = 0; l < 3; ++l)
            expected.push_back(std::pow(static_cast<double>(s_cache->tokens(l, Split::Train).size()), 1 / temperature));
        const double sum = std::accumulate(expected.begin(), expected.end(), 0.0);
        auto rows = stream(data);
        while (rows->state().next_row < 20000) rows->next();
        for (size_t l = 0; l < 3; ++l) {
            EXPECT_NEAR(samplingWeights(*s_cache, temperature)[l], expected[l] / sum, 1e-12);
            EXPECT_NEAR(static_cast<double>(rows->state().rows_of_language[l]) / 20000, expected[l] / sum,
                        0.015); // 4 sigma
        }
    }
}

TEST_F(Stream, EveryEpochReadsEveryTokenOnce)
{
    const auto tokens = s_cache->tokens(1, Split::Train);
    const auto size = static_cast<int64_t>(tokens.size());
    const int64_t raw = 73;
    const LanguageRows rows(tokens, "el", raw, 11);
    ASSERT_EQ(rows.chunks(), size / raw);
    std::vector<uint32_t> scratch;
    std::vector<std::vector<int64_t>> orders;
    std::set<int64_t> first_bounds; ///< where the chunks of an epoch begin, modulo their length
    for (int64_t epoch = 0; epoch < 5; ++epoch) {
        std::vector<int> seen(tokens.size(), 0);
        orders.emplace_back();
        for (int64_t n = epoch * rows.chunks(); n < (epoch + 1) * rows.chunks(); ++n) {
            const int64_t start = rows.start(n);
            orders.back().push_back(start);
            const auto text = rows.text(n, scratch);
            ASSERT_EQ(static_cast<int64_t>(text.size()), raw);
            for (int64_t i = 0; i < raw; ++i) {
                const auto place = static_cast<size_t>((start + i) % size);
                ++seen[place];
                ASSERT_EQ(text[static_cast<size_t>(i)], tokens[place]);
            }
        }
        first_bounds.insert(*std::min_element(orders.back().begin(), orders.back().end()) % raw);
        EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), rows.chunks() * raw);
        EXPECT_EQ(std::count(seen.begin(), seen.end(), 0), size - rows.chunks() * raw);
    }
    for (size_t a = 0; a < orders.size(); ++a)
        for (size_t b = a + 1; b < orders.size(); ++b) EXPECT_NE(orders[a], orders[b]);
    EXPECT_GE(first_bounds.size(), 4u) << "chunk bounds move from epoch to epoch";
    EXPECT_FALSE(std::is_sorted(orders[0].begin(), orders[0].end()));
    EXPECT_NE(LanguageRows(tokens, "el", raw, 12).start(0), rows.start(0));
}

TEST_F(Stream, AnotherLanguageSetLeavesALanguagesRowsAlone)
{
    const auto tokens = s_cache->tokens(0, Split::Train);
    const LanguageRows a(tokens, "de", 50, 3), b(tokens, "de", 50, 3), c(tokens, "nl", 50, 3);
    EXPECT_EQ(a.start(5), b.start(5));
    EXPECT_EQ(a.corruption(5).key, b.corruption(5).key);
    EXPECT_NE(a.corruption(5).key, c.corruption(5).key);
}

TEST_F(Stream, RefusesLanguagesAndStatesThatDoNotFit)
{
    DataConfig data = settings();
    data.input_length = 20000;
    data.target_length = 200;
    data.noise_density = 0.005;
    EXPECT_HAS(dataError([&] { stream(data); }), "language \"");
    StreamState state;
    state.next_row = 3;
    state.rows_of_language = {1, 2};
    EXPECT_HAS(dataError([&] { stream(settings(), 7, state); }), "counts 2 languages");
    state.rows_of_language = {1, 1, 5};
    EXPECT_HAS(dataError([&] { stream(settings(), 7, state); }), "add up");
    state.rows_of_language = {4, -1, 0};
    dataError([&] { stream(settings(), 7, state); });
}

TEST_F(Stream, ValidationIsFixedAndMixed)
{
    const DataConfig data = settings();
    const auto batches = validationBatches(*s_cache, *s_tokenizer, data, 4);
    EXPECT_EQ(batches, validationBatches(*s_cache, *s_tokenizer, data, 4));
    std::vector<int32_t> languages;
    for (const auto& batch : batches) {
        EXPECT_LE(batch.rows, 5);
        EXPECT_EQ(batch.language.size(), static_cast<size_t>(batch.rows));
        EXPECT_EQ(batch.input.size(), static_cast<size_t>(batch.rows * 64));
        languages.insert(languages.end(), batch.language.begin(), batch.language.end());
    }
    EXPECT_EQ(languages, (std::vector<int32_t>{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}));
    EXPECT_EQ(batches.back().rows, 2);
    EXPECT_TRUE(validationBatches(*s_cache, *s_tokenizer, data, 0).empty());
}

TEST_F(Stream, ValidationUsesWhatThereIs)
{
    DataConfig data = settings();
    const SpanPlan plan = spanPlan(data, 100);
    int64_t rows = 0;
    for (const auto& batch : validationBatches(*s_cache, *s_tokenizer, data, 1'000'000)) rows += batch.rows;
    int64_t expected = 0;
    for (size_t l = 0; l < 3; ++l)
        expected += static_cast<int64_t>(s_cache->tokens(l, Split::Valid).size()) / plan.raw_length;
    EXPECT_EQ(rows, expected);
    data.input_length = 60000; // longer than all the text: one padded row a language
    data.target_length = 60000;
    data.mean_span_length = 100;
    data.noise_density = 0.01;
    const auto batches = validationBatches(*s_cache, *s_tokenizer, data, 10);
    ASSERT_EQ(batches.size(), 1u);
    EXPECT_EQ(batches[0].rows, 3);
    EXPECT_LT(batches[0].input_tokens, 3 * 60000);
    EXPECT_EQ(batches[0].input_tokens, static_cast<int64_t>(batches[0].input.size()) -
                                           std::count(batches[0].input.begin(), batches[0].input.end(), 0));
    EXPECT_EQ(batches[0].target_tokens, static_cast<int64_t>(batches[0].target.size()) -
                                            std::count(batches[0].target.begin(), batches[0].target.end(), -100));
}

TEST(Permutation, IsOneForEverySizeAndKey)
{
    for (uint64_t n = 1; n < 200; ++n)
        for (uint64_t key = 0; key < 5; ++key) {
            const Permutation permutation(n, randomStream(key, 0, 1));
            std::set<uint64_t> images;
            for (uint64_t i = 0; i < n; ++i) images.insert(permutation(i));
            ASSERT_EQ(images.size(), n);
            ASSERT_EQ(*images.rbegin(), n - 1);
        }
    const Permutation large(5'000'000'000ULL, randomStream(1, 0, 1));
    std::set<uint64_t> images;
    for (uint64_t i = 0; i < 1000; ++i) images.insert(large(i));
    EXPECT_EQ(images.size(), 1000u);
    EXPECT_LT(*images.rbegin(), 5'000'000'000ULL);
    EXPECT_GT(*images.rbegin(), 4'900'000'000ULL); // spread over the whole range
}

TEST(Permutation, SpreadsEvenly)
{
    std::vector<int> counts(49, 0); // where 0 .. 6 of seven go, over many keys
    for (uint64_t key = 0; key < 14000; ++key) {
        const Permutation permutation(7, randomStream(key, 0, 2));
        for (uint64_t i = 0; i < 7; ++i) ++counts[i * 7 + permutation(i)];
    }
    for (const int count : counts) EXPECT_NEAR(count, 2000, 220); // five standard deviations
}

TEST(PrefetcherTest, RethrowsWhereTheFailureBelongs)
{
    for (const int64_t depth : {0, 1, 8}) {
        int64_t made = 0;
        Prefetcher prefetcher(
            [&made]() -> StatedBatch {
                if (made == 3) throw DataError("the disk is gone");
                StatedBatch result;
                result.after.next_row = ++made;
                return result;
            },
            depth, {});
        for (int64_t i = 1; i <= 3; ++i) {
            prefetcher.next();
            EXPECT_EQ(prefetcher.state().next_row, i);
        }
        EXPECT_HAS(dataError([&] { prefetcher.next(); }), "the disk is gone");
        EXPECT_HAS(dataError([&] { prefetcher.next(); }), "the disk is gone");
        EXPECT_EQ(prefetcher.state().next_row, 3);
    }
}

TEST(PrefetcherTest, EndsWithWorkUnfinished)
{
    for (int i = 0; i < 50; ++i) Prefetcher([] { return StatedBatch(); }, 1 + i % 5, {});
}

} // namespace
} // namespace sy
