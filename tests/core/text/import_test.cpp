#include "core/text/corpus_manifest.h"
#include "core/text/locale_codes.h"
#include "text_fixture.h"

#include <fstream>
#include <set>

namespace sy {
namespace {

using namespace test;

class Import : public TextTest {};

std::vector<std::string> linesOf(const fs::path& file)
{
    std::ifstream in(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::set<std::string> documentsOf(const Corpus& corpus, const std::string& language)
{
    std::set<std::string> all;
    for (const bool train : {true, false})
        for (const auto& line : linesOf(corpus.file(language, train))) all.insert(line);
    return all;
}

std::string codesOf(const Corpus& corpus)
{
    std::string codes;
    for (const auto& language : corpus.languages) codes += language.code + " ";
    return codes;
}

TEST_F(Import, FoldersKeepTheirSplits)
{
    put("de/train.txt", "eins\nzwei\n\n  drei \t mal\n");
    put("de/train-2.txt", "vier\n");
    put("de/valid.txt", "fünf\nzwei\n"); // zwei is in both: validation keeps it
    put("de/test.txt", "geheim\n");
    put("fr/train.txt", "un\n");
    put("fr/validation.txt", "deux\n");
    put("README.md", "about\n");
    const auto report = importCorpus(request());
    EXPECT_EQ(report.format, ImportFormat::Folders);
    const Corpus corpus = openCorpus("small");
    EXPECT_EQ(codesOf(corpus), "de fr ");
    EXPECT_EQ(linesOf(corpus.file("de", true)), (std::vector<std::string>{"vier", "eins", "drei mal"}));
    EXPECT_EQ(linesOf(corpus.file("de", false)), (std::vector<std::string>{"fünf", "zwei"}));
    EXPECT_EQ(corpus.languages[0].train_documents, 3);
    EXPECT_EQ(corpus.languages[0].valid_bytes, 11);
    EXPECT_EQ(corpus.languages[0].train_sha256, sha256("vier\neins\ndrei mal\n"));
    EXPECT_EQ(report.languages[0].duplicates, 1);
    EXPECT_EQ(report.ignored, (std::vector<fs::path>{source() / "README.md", source() / "de/test.txt"}));
}

TEST_F(Import, SplitsByHashWhateverTheOrder)
{
    std::string forward, backward;
    for (int i = 0; i < 4000; ++i) {
        const std::string line = "document " + std::to_string(i) + "\n";
        forward += line;
        backward = line + backward;
    }
    put("en.txt", forward);
    put("notes.md", "ignored");
    importCorpus(request("forward"));
    put("en.txt", backward);
    importCorpus(request("backward"));
    const Corpus a = openCorpus("forward"), b = openCorpus("backward");
    const auto lines_a = linesOf(a.file("en", false)), lines_b = linesOf(b.file("en", false));
    EXPECT_EQ(std::set(lines_a.begin(), lines_a.end()), std::set(lines_b.begin(), lines_b.end()));
    EXPECT_GT(lines_a.size(), 80u); // 3 % of 4,000, give or take four standard deviations
    EXPECT_LT(lines_a.size(), 165u);
    EXPECT_EQ(documentsOf(a, "en").size(), 4000u);
    EXPECT_NE(a.hash, b.hash); // the order is part of the text
}

TEST_F(Import, TinyLanguagesGetBothSplits)
{
    put("en.txt", "one\n");
    put("de.txt", "eins\nzwei\n");
    put("fr.txt", "un\ndeux\ntrois\n");
    const auto corpus = importCorpus(request()).corpus;
    EXPECT_EQ(corpus.languages[1].code, "en");
    EXPECT_EQ(corpus.languages[1].train_documents, 1);
    for (const size_t l : {0u, 2u}) {
        EXPECT_EQ(corpus.languages[l].valid_documents, 1) << corpus.languages[l].code;
        EXPECT_GE(corpus.languages[l].train_documents, 1);
    }
    EXPECT_EQ(documentsOf(corpus, "fr"), (std::set<std::string>{"un", "deux", "trois"}));
    EXPECT_EQ(openCorpus("small").hash, corpus.hash); // hashes follow the moved line
}

TEST_F(Import, FilesPerLanguageWithSplitsAndJson)
{
    put("en.train.txt", "one\ntwo\n");
    put("en.valid.txt", "three\n");
    put("pt-br.jsonl", "{\"text\": \"um\"}\n\n{\"text\": \"dois\\ntr\\u00eas\"}\n");
    put("LICENSE.txt", "free\n");
    const auto report = importCorpus(request());
    EXPECT_EQ(report.format, ImportFormat::Files);
    EXPECT_EQ(codesOf(report.corpus), "en pt-BR ");
    EXPECT_EQ(linesOf(report.corpus.file("en", false)), std::vector<std::string>{"three"});
    EXPECT_EQ(documentsOf(report.corpus, "pt-BR"), (std::set<std::string>{"um", "dois três"}));
    EXPECT_EQ(report.ignored, std::vector<fs::path>{source() / "LICENSE.txt"});
}

TEST_F(Import, JsonLinesNameTheirLanguage)
{
    put("all.jsonl", "{\"language\": \"de_DE\", \"text\": \"eins\"}\n{\"lang\": \"en\", \"text\": \"one\"}\n"
                     "{\"language\": \"de-DE\", \"text\": \"zwei\"}\n{\"language\": \"zh-TW\", \"text\": \"一\"}\n");
    auto one_file = request();
    one_file.source = source() / "all.jsonl";
    const auto report = importCorpus(one_file);
    EXPECT_EQ(report.format, ImportFormat::JsonLines);
    EXPECT_EQ(codesOf(report.corpus), "de en zh-TW ");
    EXPECT_EQ(documentsOf(report.corpus, "de"), (std::set<std::string>{"eins", "zwei"}));
    EXPECT_EQ(importCorpus(request("folder")).corpus.hash, report.corpus.hash);
}

TEST_F(Import, HtmlPagesBecomeDocuments)
{
    const std::string start = "<html><head><title>Title</title><script>var x = 'code';</script></head><body>"
                              "<ul class=\"docnav\"><li>Next</li></ul>";
    put("en-US/a.html", start + "<h1>First   chapter</h1><p>Some <b>bold</b> text&nbsp;here &amp; there.</p>"
                                "<ul><li>one item</li><li><p>another item</p></li></ul><pre>ls -l</pre><p>6.1.</p>");
    put("en-US/b.html", start + "<p>Only in English, a sentence with many words about routers.</p>");
    put("de-DE/a.html", start + "<h1>Erstes Kapitel</h1><p>Some <i>BOLD</i> text here, & there!</p><p>Etwas Text</p>"
                                "<p>only in English, a sentence with many words about routers (siehe Abschnitt 3)</p>");
    put("Common/style.css", "p {}");
    auto html = request();
    html.min_bytes = 0;
    const auto report = importCorpus(html);
    EXPECT_EQ(report.format, ImportFormat::Html);
    EXPECT_EQ(codesOf(report.corpus), "de en ");
    EXPECT_EQ(documentsOf(report.corpus, "en"),
              (std::set<std::string>{"First chapter", "Some bold text here & there.", "one item", "another item",
                                     "Only in English, a sentence with many words about routers."}));
    EXPECT_EQ(documentsOf(report.corpus, "de"), (std::set<std::string>{"Erstes Kapitel", "Etwas Text"}));
    EXPECT_EQ(report.languages[0].repeats, 2);
    EXPECT_EQ(report.ignored, std::vector<fs::path>{source() / "Common"});
}

TEST_F(Import, LeavesOutLanguagesWithTooLittleText)
{
    put("en/a.html", "<p>Enough words in this paragraph to be kept</p>");
    put("da/a.html", "<p>Kort</p>");
    put("hr/a.html", "<p>Enough words in this paragraph to be kept</p>");
    auto html = request();
    html.min_bytes = 10;
    const auto report = importCorpus(html);
    EXPECT_EQ(codesOf(report.corpus), "en ");
    ASSERT_EQ(report.languages.size(), 3u);
    EXPECT_EQ(report.languages[0].left_out, "has 5 bytes, fewer than 10");
    EXPECT_EQ(report.languages[2].left_out, "has nothing but repeats of en");
    EXPECT_FALSE(fs::exists(report.corpus.folder / "da"));
}

TEST_F(Import, DuplicatesAreFoundAfterCleaning)
{
    put("fr.txt", "caf\u00e9 noir\ncafe\u0301   noir\r\ncafé noir \nthé\n");
    put("it.txt", "café noir\n"); // another language may say the same
    const auto report = importCorpus(request());
    EXPECT_EQ(report.languages[0].duplicates, 2);
    EXPECT_EQ(documentsOf(report.corpus, "fr"), (std::set<std::string>{"café noir", "thé"}));
    EXPECT_EQ(documentsOf(report.corpus, "it"), std::set<std::string>{"café noir"});
}

TEST_F(Import, BrokenUtf8NamesFileLineAndByte)
{
    put("de.txt", "gut\nschl\xf6ss\nwieder gut\n");
    const auto message = dataError([&] { importCorpus(request()); });
    EXPECT_HAS(message, "de.txt, line 2: byte 8 of the file (from 0) is 0xf6");
    EXPECT_FALSE(fs::exists(home() / "corpora/small"));
    EXPECT_FALSE(fs::exists(home() / "corpora/.import-small")) << "nothing half-made stays";
    auto skipping = request();
    skipping.skip_invalid = true;
    const auto report = importCorpus(skipping);
    EXPECT_EQ(report.skipped, 1);
    EXPECT_HAS(report.skipped_where.at(0).first, "line 2");
    EXPECT_EQ(documentsOf(report.corpus, "de"), (std::set<std::string>{"gut", "wieder gut"}));
}

TEST_F(Import, BrokenPagesNameTheirLine)
{
    put("en/a.html", "<p>fine</p>\n<p>caf\xe9</p>");
    EXPECT_HAS(dataError([&] { importCorpus(request()); }), "a.html, line 2: byte 18");
}

TEST_F(Import, RefusesBadJsonLines)
{
    const std::pair<const char*, const char*> cases[] = {
        {"{\"language\": \"de\", \"text\": ", "line 2: is not a JSON object"},
        {"[1]", "line 2: is not a JSON object"},
        {"{\"language\": \"de\"}", "line 2: has no text in \"text\""},
        {"{\"text\": \"eins\"}", "line 2: has no language in \"language\""},
        {"{\"language\": 3, \"text\": \"eins\"}", "line 2: has no language"},
        {"{\"language\": \"../../etc\", \"text\": \"eins\"}", "cannot be a language code"},
        {"{\"language\": \"de\", \"text\": \"\\ud800\"}", "line 2: is not a JSON object"}};
    for (const auto& [line, expected] : cases) {
        put("all.jsonl", std::string("{\"language\": \"en\", \"text\": \"one\"}\n") + line + "\n");
        EXPECT_HAS(dataError([&] { importCorpus(request()); }), expected);
    }
}

TEST_F(Import, RefusesEmptyLanguagesByName)
{
    put("en/a.txt", "one\n");
    put("sv/a.txt", " \n\n");
    EXPECT_HAS(dataError([&] { importCorpus(request()); }), "language \"sv\"");
    fs::remove_all(source() / "sv");
    fs::create_directories(source() / "nb");
    EXPECT_HAS(dataError([&] { importCorpus(request()); }), "language \"nb\"");
    fs::remove_all(source() / "nb");
    put("fi/train.txt", "yksi\n");
    put("fi/valid.txt", "yksi\n");
    EXPECT_HAS(dataError([&] { importCorpus(request()); }), "\"fi\"");
    fs::remove_all(source() / "fi");
    EXPECT_NO_THROW(importCorpus(request()));
}

TEST_F(Import, RefusesTakenAndImpossibleNames)
{
    put("en.txt", "one\n");
    importCorpus(request());
    const auto hash = openCorpus("small").hash;
    put("en.txt", "two\n");
    EXPECT_HAS(dataError([&] { importCorpus(request()); }), "there is a corpus \"small\" already");
    EXPECT_EQ(openCorpus("small").hash, hash);
    auto replacing = request();
    replacing.replace = true;
    importCorpus(replacing);
    EXPECT_NE(openCorpus("small").hash, hash);
    EXPECT_FALSE(fs::exists(home() / "corpora/.import-small"));
    for (const char* name : {"", "a/b", "..", ".hidden", "with space"})
        EXPECT_HAS(dataError([&] { importCorpus(request(name)); }), "cannot name a corpus");
}

TEST_F(Import, AFailedReplacementKeepsTheOldCorpus)
{
    put("en.txt", "one\n");
    importCorpus(request());
    put("en.txt", "tw\xff\n");
    auto replacing = request();
    replacing.replace = true;
    dataError([&] { importCorpus(replacing); });
    EXPECT_EQ(documentsOf(openCorpus("small"), "en"), std::set<std::string>{"one"});
}

TEST_F(Import, RefusesWhatItCannotRead)
{
    EXPECT_HAS(dataError([&] { importCorpus(request()); }), "nothing there is a folder per language");
    auto missing = request();
    missing.source = source() / "gone";
    EXPECT_HAS(dataError([&] { importCorpus(missing); }), "no such file or folder");
    put("en.txt", "one\n");
    auto wrong = request();
    wrong.format = ImportFormat::Html;
    EXPECT_HAS(dataError([&] { importCorpus(wrong); }), "as html");
    auto share = request();
    share.valid_share = 1;
    EXPECT_HAS(dataError([&] { importCorpus(share); }), "validation share");
    EXPECT_HAS(dataError([] { importFormat("pdf"); }), "auto, folders, files, jsonl, html");
    EXPECT_EQ(importFormat("jsonl"), ImportFormat::JsonLines);
}

TEST_F(Import, AnExceptionOfProgressCancels)
{
    put("en.txt", inventedText(30000, 1, latin)); // more than a megabyte
    EXPECT_THROW(importCorpus(request(), [](const ImportProgress&) { throw std::runtime_error("stop"); }),
                 std::runtime_error);
    EXPECT_FALSE(fs::exists(home() / "corpora/small"));
    ImportProgress last;
    importCorpus(request(), [&](const ImportProgress& now) { last = now; });
    EXPECT_EQ(last.bytes_read, last.bytes_total);
    EXPECT_EQ(last.documents, 30000);
}

TEST(LocaleCodes, ReduceWhereUnique)
{
    const auto codes =
        reducedCodes({"de-DE", "en-US", "en-GB", "pt-BR", "zh-CN", "zh-TW", "fr", "sr-Latn", "nb-NO", "es-419"});
    const std::map<std::string, std::string> expected = {
        {"de-DE", "de"},    {"en-US", "en-US"}, {"en-GB", "en-GB"},     {"pt-BR", "pt-BR"}, {"zh-CN", "zh-CN"},
        {"zh-TW", "zh-TW"}, {"fr", "fr"},       {"sr-Latn", "sr-Latn"}, {"nb-NO", "nb"},    {"es-419", "es"}};
    EXPECT_EQ(codes, expected);
}

TEST(LocaleCodes, AreNormalised)
{
    EXPECT_EQ(normalisedCode("de_de"), "de-DE");
    EXPECT_EQ(normalisedCode("ZH_hant_tw"), "zh-Hant-TW");
    EXPECT_EQ(normalisedCode("english"), "english");
    EXPECT_TRUE(looksLikeLanguageCode("gsw-CH"));
    EXPECT_FALSE(looksLikeLanguageCode("README"));
    EXPECT_FALSE(isUsableCode("../x"));
}

} // namespace
} // namespace sy
