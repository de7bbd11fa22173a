#include "core/text/preview.h"

#include "core/config/config_io.h"
#include "core/text/experiment_text.h"
#include "core/text/stream.h"
#include "core/text/unicode.h"
#include "text_fixture.h"

#include <fstream>
#include <set>

namespace sy {
namespace {

using namespace test;

class Preview : public TextTest {
protected:
    void SetUp() override
    {
        TextTest::SetUp();
        put("de.txt", inventedText(500, 1, latin));
        put("el.txt", inventedText(200, 2, greek));
        auto wanted = request();
        wanted.valid_share = 0.2;
        importCorpus(wanted);
        m_config = loadConfig("demo", {"data.corpus=small", "model.vocab_size=700", "data.input_length=64",
                                       "data.target_length=20", "data.batch_size=5", "train.seed=9"});
    }
    ExperimentConfig m_config;
};

TEST_F(Preview, ShowsTheBatchThatTheTrainerSeesFirst)
{
    const auto preview = previewText(m_config, {"", 100, 0});
    const Corpus corpus = openCorpus("small");
    const auto tokenizer = Tokenizer::forCorpus(corpus, 700);
    const auto cache = std::make_shared<const TokenCache>(TokenCache::openOrBuild(corpus, tokenizer));
    const Batch batch = trainingStream(cache, tokenizer, m_config.data, 9)->next();
    ASSERT_EQ(preview.batch.size(), 5u);
    for (size_t row = 0; row < 5; ++row) {
        EXPECT_EQ(preview.batch[row].language, cache->languages()[static_cast<size_t>(batch.language[row])]);
        std::vector<int32_t> input, target;
        for (size_t i = 0; i < 64; ++i)
            if (const auto id = batch.input[row * 64 + i]; id != 0 && id != 1) input.push_back(id);
        for (size_t i = 0; i < 20; ++i)
            if (const auto id = batch.target[row * 20 + i]; id != -100 && id != 1) target.push_back(id);
        EXPECT_EQ(preview.batch[row].input, tokenizer.decode(input));
        EXPECT_EQ(preview.batch[row].target, tokenizer.decode(target));
        EXPECT_HAS(preview.batch[row].input, "<extra_id_0>");
        EXPECT_HAS(preview.batch[row].target, "<extra_id_0>");
    }
    auto other = m_config;
    other.train.seed = 10;
    EXPECT_NE(previewText(other, {"", 1, 0}).batch[0].input, preview.batch[0].input);
    EXPECT_EQ(previewText(m_config, {"", 2, 0}).batch.size(), 2u);
    EXPECT_TRUE(previewText(m_config, {"", 0, 0}).batch.empty());
}

TEST_F(Preview, TellsTokensAndWeights)
{
    const auto preview = previewText(m_config, {"", 0, 2});
    const Corpus corpus = openCorpus("small");
    const auto tokenizer = Tokenizer::forCorpus(corpus, 700);
    const auto cache = TokenCache::openOrBuild(corpus, tokenizer);
    const auto weights = samplingWeights(cache, m_config.data.temperature);
    ASSERT_EQ(preview.languages.size(), 2u);
    for (size_t l = 0; l < 2; ++l) {
        const auto& language = preview.languages[l];
        EXPECT_EQ(language.code, corpus.languages[l].code);
        EXPECT_EQ(language.tokens_train, static_cast<int64_t>(cache.tokens(l, Split::Train).size()));
        EXPECT_EQ(language.tokens_valid, static_cast<int64_t>(cache.tokens(l, Split::Valid).size()));
        EXPECT_EQ(language.weight, weights[l]);
        EXPECT_EQ(language.lines.size(), 2u);
    }
    EXPECT_EQ(preview.tokenizer_hash, tokenizer.hash());
    EXPECT_EQ(preview.tokenizer_file, tokenizer.file().string());
    EXPECT_EQ(preview.vocab_size, tokenizer.vocabSize());
    EXPECT_EQ(preview.sentinels, 100);
    m_config.data.languages = {"el"};
    EXPECT_EQ(previewText(m_config, {"", 0, 0}).languages.size(), 1u);
}

TEST_F(Preview, SplitsATextIntoPieces)
{
    const auto preview = previewText(m_config, {"abc xyz 12 漢", 0, 0});
    const auto tokenizer = Tokenizer::load(preview.tokenizer_file);
    const auto ids = tokenizer.encode("abc xyz 12 漢");
    ASSERT_EQ(preview.pieces.size(), ids.size());
    for (size_t i = 0; i < ids.size(); ++i) {
        EXPECT_EQ(preview.pieces[i].id, ids[i]);
        EXPECT_EQ(preview.pieces[i].piece, tokenizer.piece(ids[i]));
    }
}

TEST_F(Preview, SurvivesJson)
{
    const auto preview = previewText(m_config, {"abc", 2, 2});
    EXPECT_EQ(toJson(previewFromJson(toJson(preview))), toJson(preview));
    EXPECT_HAS(dataError([] { previewFromJson({{"tokenizer", 3}}); }), "not a text preview");
    EXPECT_HAS(dataError([] { previewFromJson(nlohmann::json::array()); }), "not a text preview");
}

TEST_F(Preview, RefusesWhatTheTrainerWouldRefuse)
{
    auto missing = m_config;
    missing.data.corpus = "none";
    EXPECT_HAS(dataError([&] { previewText(missing, {}); }), "none");
    auto language = m_config;
    language.data.languages = {"de", "xx"};
    EXPECT_HAS(dataError([&] { previewText(language, {}); }), "xx");
    auto lengths = m_config;
    lengths.data.mean_span_length = 1;
    lengths.data.noise_density = 0.9;
    lengths.data.input_length = 2000;
    lengths.data.target_length = 2000;
    EXPECT_THROW(previewText(lengths, {}), ConfigError);
    EXPECT_FALSE(fs::exists(home() / "token_caches")); // nothing was tokenised in vain
}

TEST_F(Preview, SampleLinesAreWholeLinesOfTheLanguage)
{
    const Corpus corpus = openCorpus("small");
    std::set<std::string> all;
    std::ifstream file(corpus.file("el", true));
    std::string first, line;
    while (std::getline(file, line)) {
        if (all.empty()) first = line;
        all.insert(line);
    }
    for (uint64_t seed = 0; seed < 20; ++seed) {
        const auto lines = sampleLines(corpus, "el", 6, seed, 10000);
        ASSERT_GE(lines.size(), 5u);
        EXPECT_EQ(lines[0], first);
        EXPECT_EQ(std::set(lines.begin(), lines.end()).size(), lines.size());
        for (const auto& sampled : lines) EXPECT_TRUE(all.contains(sampled)) << sampled;
    }
    EXPECT_EQ(sampleLines(corpus, "el", 3, 1), sampleLines(corpus, "el", 3, 1));
    EXPECT_LE(sampleLines(corpus, "el", 1000, 1).size(), all.size());
    EXPECT_THROW(sampleLines(corpus, "xx", 3, 1), DataError);
}

TEST_F(Preview, LongLinesAreCutBetweenCharacters)
{
    const Corpus corpus = openCorpus("small");
    for (size_t bytes = 1; bytes < 12; ++bytes)
        for (const auto& line : sampleLines(corpus, "el", 3, 1, bytes)) {
            EXPECT_LE(line.size(), bytes + 3);
            EXPECT_FALSE(firstInvalidUtf8(line)) << line;
            EXPECT_TRUE(line.ends_with("…"));
        }
}

} // namespace
} // namespace sy
