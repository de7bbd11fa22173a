#include "core/text/corpus.h"

#include "core/text/hash_set.h"
#include "core/text/line_reader.h"
#include "text_fixture.h"

#include <fstream>
#include <set>

namespace sy {
namespace {

using namespace test;

class CorpusFolder : public TextTest {
protected:
    Corpus make()
    {
        put("de.txt", "eins\nzwei\n");
        put("en.txt", "one\ntwo\n");
        put("fr.txt", "un\ndeux\n");
        return importCorpus(request()).corpus;
    }
};

TEST_F(CorpusFolder, OpensAsImported)
{
    const Corpus made = make(), opened = openCorpus("small");
    EXPECT_EQ(opened.hash, made.hash);
    EXPECT_EQ(opened.languages.size(), 3u);
    EXPECT_EQ(opened.index("fr"), 2u);
    EXPECT_HAS(dataError([&] { opened.index("xx"); }), "no language \"xx\"; it has de, en, fr");
    ASSERT_EQ(listCorpora().size(), 1u);
}

TEST_F(CorpusFolder, ASubsetHasItsOwnHash)
{
    const Corpus corpus = make();
    const Corpus subset = withLanguages(corpus, {"fr", "de", "fr"});
    ASSERT_EQ(subset.languages.size(), 2u);
    EXPECT_EQ(subset.languages[0].code, "de");
    EXPECT_NE(subset.hash, corpus.hash);
    EXPECT_EQ(withLanguages(corpus, {}).hash, corpus.hash);
    EXPECT_EQ(withLanguages(corpus, {"de", "en", "fr"}).hash, corpus.hash);
    EXPECT_HAS(dataError([&] { withLanguages(corpus, {"xx"}); }), "xx");
}

TEST_F(CorpusFolder, AMissingOneSaysWhatThereIs)
{
    EXPECT_HAS(dataError([] { openCorpus("gone"); }), "there is none yet");
    make();
    const auto message = dataError([] { openCorpus("gone"); });
    EXPECT_HAS(message, "there are small");
    EXPECT_HAS(message, "corpus import PATH --name gone");
    EXPECT_HAS(dataError([] { openCorpus("../small"); }), "cannot name a corpus");
}

TEST_F(CorpusFolder, DamageIsRefused)
{
    const Corpus corpus = make();
    const fs::path manifest = corpus.folder / "manifest.json";
    const std::string good = readFile(manifest);
    const auto refuse = [&](const std::string& content, const char* part) {
        writeFileAtomically(manifest, content);
        const auto message = dataError([] { openCorpus("small"); });
        EXPECT_HAS(message, part);
        EXPECT_HAS(message, "manifest.json");
    };
    refuse("{", "damaged corpus");
    refuse("{\"format\": 99}", "format 99");
    refuse("{\"format\": 1, \"languages\": []}", "damaged corpus");
    std::string changed = good;
    changed.replace(changed.find(corpus.languages[0].train_sha256), 4, "0123");
    refuse(changed, "its hash does not match");
    writeFileAtomically(manifest, good);
    EXPECT_NO_THROW(openCorpus("small"));
    std::ofstream(corpus.file("de", true), std::ios::app) << "mehr\n";
    EXPECT_HAS(dataError([] { openCorpus("small"); }), "train.txt has ");
    fs::remove(corpus.file("de", true));
    EXPECT_HAS(dataError([] { openCorpus("small"); }), "train.txt is missing");
}

TEST_F(CorpusFolder, LinesAreReadWithTheirPlaces)
{
    const std::string longest(700'000, 'x'); // longer than a block
    put("lines.txt", "one\n\n" + longest + "\nlast");
    LineReader reader(source() / "lines.txt");
    std::vector<std::string> lines;
    std::vector<int64_t> offsets;
    for (std::string_view line; reader.next(line);) {
        lines.emplace_back(line);
        offsets.push_back(reader.lineOffset());
    }
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "", longest, "last"}));
    EXPECT_EQ(offsets, (std::vector<int64_t>{0, 4, 5, 700'006}));
    EXPECT_EQ(reader.lineNumber(), 4);
    EXPECT_EQ(reader.bytesRead(), 700'010);
    put("endless.txt", std::string(max_line_bytes + 10, 'y'));
    LineReader endless(source() / "endless.txt");
    std::string_view line;
    EXPECT_HAS(dataError([&] { endless.next(line); }), "line 1: longer than 16 MiB");
}

TEST(HashSet64, BehavesLikeASet)
{
    HashSet64 set;
    std::set<uint64_t> reference;
    for (uint64_t i = 0; i < 20000; ++i) {
        const uint64_t key = i % 997 == 0 ? 0 : mix64(i % 7000);
        EXPECT_EQ(set.insert(key), reference.insert(key).second);
    }
    for (uint64_t i = 0; i < 9000; ++i) EXPECT_EQ(set.contains(mix64(i)), reference.contains(mix64(i)));
    EXPECT_TRUE(set.contains(0));
}

} // namespace
} // namespace sy
