#include "core/text/token_cache.h"

#include "text_fixture.h"

#include <fstream>
#include <thread>

namespace sy {
namespace {

using namespace test;

class TokenCacheTest : public TextTest {
protected:
    void SetUp() override
    {
        TextTest::SetUp();
        put("de.txt", inventedText(150, 1, latin) + "says <extra_id_3> itself\n");
        put("el.txt", inventedText(150, 2, greek));
        m_corpus = importCorpus(request()).corpus;
        m_tokenizer = std::make_unique<Tokenizer>(Tokenizer::forCorpus(m_corpus, 500));
    }

    fs::path file(const std::string& name) const
    {
        for (const auto& entry : fs::recursive_directory_iterator(home() / "token_caches"))
            if (entry.path().filename() == name) return entry.path();
        ADD_FAILURE() << name;
        return {};
    }

    Corpus m_corpus;
    std::unique_ptr<Tokenizer> m_tokenizer;
};

TEST_F(TokenCacheTest, HoldsEveryDocumentEndedByOne)
{
    const auto cache = TokenCache::openOrBuild(m_corpus, *m_tokenizer);
    EXPECT_EQ(cache.languages(), (std::vector<std::string>{"de", "el"}));
    for (const bool train : {true, false})
        for (size_t l = 0; l < 2; ++l) {
            std::vector<uint32_t> expected;
            std::ifstream in(m_corpus.file(m_corpus.languages[l].code, train));
            for (std::string line; std::getline(in, line);) {
                for (const int32_t id : m_tokenizer->encode(line))
                    expected.push_back(m_tokenizer->isSentinel(id) ? 2u : static_cast<uint32_t>(id));
                expected.push_back(1);
            }
            const auto tokens = cache.tokens(l, train ? Split::Train : Split::Valid);
            EXPECT_EQ(std::vector<uint32_t>(tokens.begin(), tokens.end()), expected);
        }
}

TEST_F(TokenCacheTest, IsBuiltOnceForTheseTwoHashes)
{
    TokenCache::openOrBuild(m_corpus, *m_tokenizer);
    const auto first = file("de.train.tokens");
    const auto written = fs::last_write_time(first);
    TokenCache::openOrBuild(m_corpus, *m_tokenizer);
    EXPECT_EQ(fs::last_write_time(first), written);
    const auto folders = [&] {
        const auto all = fs::directory_iterator(home() / "token_caches");
        return std::count_if(begin(all), end(all), [](const auto& entry) { return entry.is_directory(); });
    };
    EXPECT_EQ(folders(), 1);
    TokenCache::openOrBuild(withLanguages(m_corpus, {"de"}), *m_tokenizer);
    EXPECT_EQ(folders(), 2);
}

TEST_F(TokenCacheTest, TwoAtOnceShareOne)
{
    std::jthread other([&] { EXPECT_EQ(TokenCache::openOrBuild(m_corpus, *m_tokenizer).languages().size(), 2u); });
    EXPECT_EQ(TokenCache::openOrBuild(m_corpus, *m_tokenizer).languages().size(), 2u);
}

TEST_F(TokenCacheTest, AnyChangedByteIsFound)
{
    TokenCache::openOrBuild(m_corpus, *m_tokenizer);
    const auto path = file("el.train.tokens");
    const std::string good = readFile(path);
    const auto refuse = [&](const std::string& content) {
        writeFileAtomically(path, content);
        const auto message = dataError([&] { TokenCache::openOrBuild(m_corpus, *m_tokenizer); });
        EXPECT_HAS(message, path.string());
        EXPECT_HAS(message, "delete the folder " + path.parent_path().string());
    };
    for (size_t place = 0; place < good.size(); place += place < 64 ? 1 : 997) {
        std::string bad = good;
        bad[place] ^= 0x10;
        refuse(bad);
    }
    for (const size_t length : {size_t{0}, size_t{10}, size_t{64}, good.size() - 1, good.size() - 4})
        refuse(good.substr(0, length));
    refuse(good + "more");
    refuse(readFile(file("de.train.tokens")).replace(8, 4, "\2\0\0\0", 4)); // another version
    fs::remove(path);
    EXPECT_HAS(dataError([&] { TokenCache::openOrBuild(m_corpus, *m_tokenizer); }), "el.train.tokens");
    fs::remove_all(path.parent_path());
    TokenCache::openOrBuild(m_corpus, *m_tokenizer);
    EXPECT_EQ(readFile(path), good);
}

TEST_F(TokenCacheTest, ACacheOfAnotherCorpusIsRefused)
{
    TokenCache::openOrBuild(m_corpus, *m_tokenizer);
    const auto here = file("de.train.tokens");
    fs::copy_file(here, source() / "foreign");
    fs::remove_all(here.parent_path());
    const Corpus half = withLanguages(m_corpus, {"de"});
    TokenCache::openOrBuild(half, *m_tokenizer);
    fs::copy_file(source() / "foreign", file("de.train.tokens"), fs::copy_options::overwrite_existing);
    EXPECT_HAS(dataError([&] { TokenCache::openOrBuild(half, *m_tokenizer); }), "belongs to another corpus");
}

TEST_F(TokenCacheTest, TextChangedSinceTheImportIsRefused)
{
    std::string text = readFile(m_corpus.file("de", true));
    text[0] = text[0] == 'a' ? 'b' : 'a';
    writeFileAtomically(m_corpus.file("de", true), text);
    EXPECT_HAS(dataError([&] { TokenCache::openOrBuild(m_corpus, *m_tokenizer); }),
               "has changed since it was imported");
    writeFileAtomically(m_corpus.file("de", true), text.replace(0, 1, "\xff"));
    EXPECT_HAS(dataError([&] { TokenCache::openOrBuild(m_corpus, *m_tokenizer); }), "train.txt, line 1");
    for (const auto& entry : fs::directory_iterator(home() / "token_caches"))
        EXPECT_EQ(entry.path().extension(), ".lock") << "nothing half-made stays";
}

} // namespace
} // namespace sy
