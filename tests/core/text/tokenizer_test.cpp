#include "core/text/tokenizer.h"

#include "core/text/tokenizer_training.h"
#include "text_fixture.h"

#include <fstream>
#include <set>
#include <thread>

#include <sentencepiece_trainer.h>

namespace sy {
namespace {

using namespace test;

constexpr int64_t vocab_size = 600;

class TokenizerTest : public TextTest {
protected:
    Corpus make(int64_t lines = 400)
    {
        put("de.txt", inventedText(lines, 1, latin));
        put("el.txt", inventedText(lines, 2, greek));
        put("ru.txt", inventedText(lines, 3, cyrillic));
        return importCorpus(request()).corpus;
    }
};

TEST_F(TokenizerTest, IdsAreWhereT5HasThem)
{
    const auto tokenizer = Tokenizer::forCorpus(make(), vocab_size);
    ASSERT_EQ(tokenizer.vocabSize(), vocab_size);
    EXPECT_EQ(tokenizer.sentinels(), 100);
    EXPECT_EQ(tokenizer.piece(1), "</s>");
    for (int64_t k = 0; k < 100; ++k) {
        const std::string name = "<extra_id_" + std::to_string(k) + ">";
        EXPECT_EQ(tokenizer.sentinel(k), vocab_size - 1 - k);
        EXPECT_EQ(tokenizer.piece(tokenizer.sentinel(k)), name);
        EXPECT_TRUE(tokenizer.isSentinel(tokenizer.sentinel(k)));
        EXPECT_EQ(tokenizer.decode({tokenizer.sentinel(k)}), name);
    }
    EXPECT_FALSE(tokenizer.isSentinel(vocab_size - 101));
    EXPECT_FALSE(tokenizer.isSentinel(vocab_size));
    const auto ids = tokenizer.encode("αβγ <extra_id_0> δεζ <extra_id_17>");
    EXPECT_EQ(std::count(ids.begin(), ids.end(), tokenizer.sentinel(0)), 1);
    EXPECT_EQ(ids.back(), tokenizer.sentinel(17));
    EXPECT_HAS(dataError([&] { tokenizer.sentinel(100); }), "no sentinel 100");
}

TEST_F(TokenizerTest, RoundTripsEveryScript)
{
    const auto tokenizer = Tokenizer::forCorpus(make(), vocab_size);
    for (const char* text :
         {"größer", "λόγος και αριθμός", "съешь ещё", "日本語のテキスト", "한국어", "हिन्दी में", "emoji 🙂🇪🇺",
          "עברית", "نص عربي", "a\u0301 = á", "ไทย", "#!/bin/sh -e", "0123456789"}) {
        const auto ids = tokenizer.encode(text);
        EXPECT_FALSE(ids.empty());
        for (const int32_t id : ids) EXPECT_NE(id, 2) << "byte fallback leaves nothing unknown: " << text;
        const std::string composed = std::string(text) == "a\u0301 = á" ? "á = á" : text;
        EXPECT_EQ(tokenizer.decode(ids), composed);
    }
    EXPECT_EQ(tokenizer.encode("e\u0301"), tokenizer.encode("\u00e9"));
    EXPECT_TRUE(tokenizer.encode("").empty());
    EXPECT_HAS(dataError([&] { tokenizer.encode("gr\xf6\xdf"); }), "byte 2");
    EXPECT_HAS(dataError([&] { tokenizer.decode({600}); }), "600 is not in [0, 600)");
    EXPECT_HAS(dataError([&] { tokenizer.piece(-1); }), "-1");
}

TEST_F(TokenizerTest, IsTrainedOnceAndAlwaysTheSame)
{
    const Corpus corpus = make();
    const auto first = Tokenizer::forCorpus(corpus, vocab_size);
    const auto written = fs::last_write_time(first.file());
    const auto second = Tokenizer::forCorpus(corpus, vocab_size);
    EXPECT_EQ(second.file(), first.file());
    EXPECT_EQ(fs::last_write_time(second.file()), written);
    EXPECT_NE(Tokenizer::forCorpus(corpus, vocab_size + 1).file(), first.file());
    fs::remove_all(home() / "tokenizers");
    EXPECT_EQ(Tokenizer::forCorpus(corpus, vocab_size).hash(), first.hash());
    EXPECT_EQ(Tokenizer::load(first.file()).hash(), first.hash());
}

TEST_F(TokenizerTest, TwoAtOnceTrainOnce)
{
    const Corpus corpus = make(100);
    std::string hashes[2];
    {
        std::jthread other([&] { hashes[0] = Tokenizer::forCorpus(corpus, 500).hash(); });
        hashes[1] = Tokenizer::forCorpus(corpus, 500).hash();
    }
    EXPECT_EQ(hashes[0], hashes[1]);
    EXPECT_FALSE(hashes[0].empty());
}

TEST_F(TokenizerTest, ASmallCorpusGetsASmallerOne)
{
    const Corpus corpus = make(20);
    const auto tokenizer = Tokenizer::forCorpus(corpus, 20000);
    EXPECT_LT(tokenizer.vocabSize(), 20000);
    EXPECT_GT(tokenizer.vocabSize(), 359);
    EXPECT_EQ(tokenizer.piece(tokenizer.sentinel(0)), "<extra_id_0>");
    EXPECT_EQ(tokenizer.decode(tokenizer.encode("wort λόγος")), "wort λόγος");
}

TEST_F(TokenizerTest, ManyCharactersFitASmallVocabulary)
{
    std::string text;
    for (int i = 0; i < 3000; ++i) { // 3,000 Han characters, far more than pieces
        const char32_t c = 0x4e00 + static_cast<char32_t>(i);
        text += {static_cast<char>(0xe0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 63)),
                 static_cast<char>(0x80 | (c & 63))};
        text += i % 11 == 10 ? "\n" : "";
    }
    put("zh.txt", text + "\n");
    const Corpus corpus = importCorpus(request()).corpus;
    const auto tokenizer = Tokenizer::forCorpus(corpus, 500);
    EXPECT_LE(tokenizer.vocabSize(), 500);
    EXPECT_EQ(tokenizer.decode(tokenizer.encode("一丁丂七")), "一丁丂七");
    EXPECT_THROW(Tokenizer::forCorpus(corpus, 300), ConfigError);
}

TEST_F(TokenizerTest, TheSampleIsBalancedAndBounded)
{
    put("de.txt", inventedText(3000, 1, latin));
    put("el.txt", inventedText(300, 2, greek));
    const Corpus corpus = importCorpus(request()).corpus;
    const int64_t budget = 20000;
    int64_t bytes[2] = {0, 0}, last_line = 0;
    for (const auto& line : tokenizerSample(corpus, budget)) {
        const auto first = static_cast<unsigned char>(line[0]);
        bytes[first >= 0xcd && first <= 0xcf] += static_cast<int64_t>(line.size());
        last_line = std::max<int64_t>(last_line, std::stoll(line.substr(line.rfind(' ') + 1)));
    }
    EXPECT_GT(last_line, 2700) << "taken from the whole file, not from its beginning";
    EXPECT_NEAR(static_cast<double>(bytes[0]), budget / 2.0, 2500);
    EXPECT_NEAR(static_cast<double>(bytes[1]), budget / 2.0, 2500);
}

TEST_F(TokenizerTest, DamageIsRefused)
{
    const Corpus corpus = make(100);
    const auto file = Tokenizer::forCorpus(corpus, 500).file();
    const std::string good = readFile(file);
    std::string flipped = good;
    flipped[flipped.size() / 2] ^= 1;
    for (const std::string& bad : {flipped, good.substr(0, good.size() / 2), std::string()}) {
        writeFileAtomically(file, bad);
        const auto message = dataError([&] { Tokenizer::forCorpus(corpus, 500); });
        EXPECT_HAS(message, file.string());
        EXPECT_HAS(message, "delete " + file.parent_path().string());
    }
    EXPECT_HAS(dataError([&] { Tokenizer::load(file); }), "not a SentencePiece model"); // empty
    writeFileAtomically(file, "this is no model at all, only text");
    EXPECT_HAS(dataError([&] { Tokenizer::load(file); }), "not a SentencePiece model");
    EXPECT_HAS(dataError([&] { Tokenizer::load(source() / "gone.model"); }), "gone.model");
}

/// A model as T5 has it (sentinels outside, `specials` as asked), trained here on a little text.
std::string plainModel(const std::string& pad, const std::string& eos, const std::string& unk)
{
    class Lines : public sentencepiece::SentenceIterator {
    public:
        bool done() const override { return m_line >= 200; }
        void Next() override
        {
            ++m_line;
            m_text = "word" + std::to_string(m_line % 17) + " and some more " + std::to_string(m_line);
        }
        const std::string& value() const override { return m_text; }
        sentencepiece::util::Status status() const override { return {}; }

    private:
        int m_line = 0;
        std::string m_text = "word";
    } lines;
    std::string model;
    const auto status = sentencepiece::SentencePieceTrainer::Train({{"vocab_size", "60"},
                                                                    {"hard_vocab_limit", "false"},
                                                                    {"pad_id", pad},
                                                                    {"eos_id", eos},
                                                                    {"unk_id", unk},
                                                                    {"bos_id", "-1"},
                                                                    {"minloglevel", "3"}},
                                                                   &lines, &model);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return model;
}

TEST_F(TokenizerTest, AModelWithoutSentinelsGetsThemBehindItsPieces)
{
    const std::string model = plainModel("0", "1", "2");
    put("spiece.model", model);
    const auto tokenizer = Tokenizer::load(source() / "spiece.model");
    EXPECT_EQ(tokenizer.hash(), sha256(model));
    EXPECT_EQ(tokenizer.sentinels(), 100);
    const int64_t pieces = tokenizer.vocabSize() - 100;
    EXPECT_EQ(tokenizer.piece(static_cast<int32_t>(pieces)), "<extra_id_99>");
    const auto ids = tokenizer.encode("word3 <extra_id_5> more");
    EXPECT_EQ(std::count(ids.begin(), ids.end(), tokenizer.sentinel(5)), 1);
    put("with.model", withSentinels(model));
    EXPECT_EQ(Tokenizer::load(source() / "with.model").vocabSize(), tokenizer.vocabSize());
}

TEST_F(TokenizerTest, OtherSpecialIdsAreRefused)
{
    put("other.model", plainModel("3", "2", "0"));
    EXPECT_HAS(dataError([&] { Tokenizer::load(source() / "other.model"); }),
               "must have ids 0, 1, 2 (as in T5), it has 3, 2, 0");
}

} // namespace
} // namespace sy
