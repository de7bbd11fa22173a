#include "core/text/parallel.h"

#include "text_fixture.h"

namespace sy {
namespace {

using namespace test;

class ParallelTest : public TextTest {
protected:
    std::vector<ParallelSentence> read(const std::string& content, int64_t limit = 0,
                                       const std::string& name = "some.jsonl") const
    {
        put(name, content);
        return readParallel(source() / name, limit);
    }
    std::string fault(const std::string& content, const std::string& name = "some.jsonl") const
    {
        return dataError([&] { read(content, 0, name); });
    }
};

using Texts = std::map<std::string, std::string>;

TEST_F(ParallelTest, ReadsTextsByLanguage)
{
    const auto sentences = read(
        "{\"id\": \"a.1\", \"split\": \"dev\", \"texts\": {\"en\": \"A  house. \", \"de_AT\": \"Ein Haus.\"}}\n"
        "\n"
        "{\"id\": 7, \"texts\": {\"en\": \"\", \"id\": \"Sebuah rumah.\", \"zh_hant\": \"房子\", \"fr\": null}}\r\n"
        "{\"texts\": {\"en\": \"No name.\"}}\n"
        "{\"texts\": {\"en\": \" \"}}");
    ASSERT_EQ(sentences.size(), 3);
    EXPECT_EQ(sentences[0].id, "a.1");
    EXPECT_EQ(sentences[0].texts, (Texts{{"de-AT", "Ein Haus."}, {"en", "A house."}}));
    EXPECT_EQ(sentences[1].id, "7");
    EXPECT_EQ(sentences[1].texts, (Texts{{"id", "Sebuah rumah."}, {"zh-Hant", "房子"}}));
    EXPECT_EQ(sentences[2].id, "4") << "its line";
}

TEST_F(ParallelTest, ReadsCodesAsKeysOfTheLine)
{
    const auto sentences =
        read("\xef\xbb\xbf{\"id\": \"s1\", \"en\": \"One\", \"de\": \"Eins\", \"category\": \"numbers\"}\n"
             "{\"id\": \"s2\", \"en\": \"Two\", \"de\": \"Zwei\"}\n");
    ASSERT_EQ(sentences.size(), 2);
    EXPECT_EQ(sentences[0].id, "s1");
    EXPECT_EQ(sentences[0].texts, (Texts{{"de", "Eins"}, {"en", "One"}}));
}

TEST_F(ParallelTest, TellsIndonesianFromANameOfTheSentence)
{
    const auto sentences =
        read("{\"id\": \"Halo\", \"en\": \"Hello\"}\n{\"id\": \"Sebuah rumah\", \"en\": \"A house\"}\n");
    ASSERT_EQ(sentences.size(), 2);
    EXPECT_EQ(sentences[0].texts, (Texts{{"en", "Hello"}, {"id", "Halo"}}));
    EXPECT_EQ(sentences[0].id, "1");
    const auto table = read("en\tid\nHello\tHalo\nA house\tSebuah rumah\n", 0, "some.tsv");
    EXPECT_EQ(table[1].texts, (Texts{{"en", "A house"}, {"id", "Sebuah rumah"}}));
    const auto named = read("id\ten\tde\ns.1\tHello\tHallo\n", 0, "some.tsv");
    EXPECT_EQ(named[0].id, "s.1");
    EXPECT_EQ(named[0].texts, (Texts{{"de", "Hallo"}, {"en", "Hello"}}));
}

TEST_F(ParallelTest, ReadsTables)
{
    const auto sentences = read("en\tde\tpt-BR\r\nOne\tEins\tUm\r\nTwo\t\tDois\r\n", 0, "some.tsv");
    ASSERT_EQ(sentences.size(), 2);
    EXPECT_EQ(sentences[0].texts, (Texts{{"de", "Eins"}, {"en", "One"}, {"pt-BR", "Um"}}));
    EXPECT_EQ(sentences[1].texts, (Texts{{"en", "Two"}, {"pt-BR", "Dois"}}));
    EXPECT_EQ(sentences[1].id, "3");
}

TEST_F(ParallelTest, StopsAtTheLimit)
{
    const std::string content = "{\"en\": \"1\", \"de\": \"1\"}\n{\"en\": \"2\", \"de\": \"2\"}\nnot read\n";
    EXPECT_EQ(read(content, 1).size(), 1);
    EXPECT_EQ(read(content, 2).size(), 2);
    EXPECT_THROW(read(content, 3), DataError);
    EXPECT_THROW(read(content, -1), Error);
}

TEST_F(ParallelTest, RefusalsNameFileLineAndRule)
{
    const std::string good = "{\"en\": \"One\", \"de\": \"Eins\"}\n";
    EXPECT_HAS(fault(good + "{\"en\": \"\xff\"}\n"), "some.jsonl, line 2: byte 36");
    EXPECT_HAS(fault(good + "{\"en\": \n"), "line 2: is not a JSON object");
    EXPECT_HAS(fault(good + "[1, 2]\n"), "is not a JSON object");
    EXPECT_HAS(fault(good + "{\"texts\": [1]}\n"), "\"texts\" is no object");
    EXPECT_HAS(fault(good + "{\"texts\": {\"en\": 5}}\n"), "the text of \"en\" is no string: 5");
    EXPECT_HAS(fault(good + "{\"en\": [\"One\"]}\n"), "the text of \"en\" is no string");
    EXPECT_HAS(fault(good + "{\"texts\": {\"e n\": \"x\"}}\n"), "\"e n\" is no language code");
    EXPECT_HAS(fault(good + "{\"texts\": {\"de-DE\": \"x\", \"de_de\": \"y\"}}\n"), "two texts of \"de-DE\"");
    EXPECT_HAS(fault("{\"en\": \"One\"}\n{\"de\": \"Zwei\"}\n"), "no sentence in two languages");
    EXPECT_HAS(fault(""), "no sentence in two languages");
    EXPECT_HAS(fault("en\tcategory of text\nOne\tx\n", "some.tsv"), "line 1: \"category of text\" is no language code");
    EXPECT_HAS(fault("en\ten\nOne\tx\n", "some.tsv"), "two columns of \"en\"");
    EXPECT_HAS(fault("en\tde\nOne\tEins\tUno\n", "some.tsv"), "line 2: has 3 columns where the first line has 2");
    EXPECT_HAS(dataError([&] { readParallel(source() / "missing.jsonl"); }), "missing.jsonl");
}

} // namespace
} // namespace sy
