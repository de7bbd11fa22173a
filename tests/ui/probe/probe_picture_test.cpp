#include "ui/probe/probe_picture.h"

#include "core/store/probe_json.h"
#include "tests/support/fake_served_model.h"
#include "ui/probe/parallel_picker.h"
#include "ui/probe/token_card.h"
#include "ui/probe/token_path.h"

#include <QAbstractItemModelTester>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

using namespace sy;

namespace {

ProbeAnswer answerTo(const std::string& text, const char* checkpoint = "800")
{
    ProbeAnswer answer{QStringLiteral("run · step %1").arg(checkpoint), {"encoder.1", "decoder.1"}, 4, {}};
    answer.probe =
        probeFromJson(test::FakeServedModel("run", checkpoint).probe({{"text", text}}), {"encoder.1", "decoder.1"});
    return answer;
}

ProbedText textOf(const std::string& text, bool with_b = false)
{
    ProbedText out;
    out.sentence = {QString::fromStdString(text), "aa", {}};
    out.a = answerTo(text);
    if (with_b) out.b = answerTo(text, "400");
    return out;
}

std::vector<ChipPlace> chipsOf(const ProbeLayout& layout, const QString& layer)
{
    std::vector<ChipPlace> out;
    for (const auto& chip : layout.chips)
        if (chip.layer == layer) out.push_back(chip);
    return out;
}

} // namespace

class ProbePictureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void tokensOfALayerAreAlignedAndWrap()
    {
        const PictureFonts fonts{QFont()};
        std::string long_text;
        for (int i = 0; i < 60; ++i) long_text += "word" + std::to_string(i) + " ";
        const auto layout = layOutProbe({textOf(long_text)}, 500, fonts, true);
        const auto chips = chipsOf(layout, "encoder.1");
        QCOMPARE(chips.size(), size_t(60));
        int lines = 1;
        for (size_t i = 1; i < chips.size(); ++i) {
            if (chips[i].rect.top() > chips[i - 1].rect.top())
                ++lines;
            else
                QVERIFY(chips[i].rect.left() > chips[i - 1].rect.right());
            QVERIFY(chips[i].rect.right() < 500);
        }
        QVERIFY(lines > 3);
        QVERIFY(layout.height > lines * chips[0].rect.height());
        for (const auto& chip : layout.chips) QCOMPARE(layout.at(chip.rect.center()), &chip);
        QVERIFY(!layout.at(QPoint(1, layout.height - 1)));
    }

    void severalSentencesAlignTheirLayers()
    {
        const auto layout = layOutProbe({textOf("one"), textOf("another sentence")}, 700, PictureFonts{QFont()}, true);
        const auto chips = chipsOf(layout, "encoder.1");
        QCOMPARE(chips.size(), size_t(3));
        QCOMPARE(chips[0].rect.left(), chips[1].rect.left());
        QCOMPARE(layout.labels[0].rect.width(), layout.labels.back().rect.width());
    }

    void textFromTheRightRunsFromTheRight()
    {
        const auto layout = layOutProbe({textOf("שלום עולם")}, 500, PictureFonts{QFont()}, true);
        const auto chips = chipsOf(layout, "encoder.1");
        QCOMPARE(chips.size(), size_t(2));
        QVERIFY(chips[0].rect.left() > chips[1].rect.right());
    }

    void spacesAndSentinelsAreShown()
    {
        QCOMPARE(chipText("▁the"), QString("the"));
        QVERIFY(startsWord("▁the"));
        QVERIFY(!startsWord("the"));
        QCOMPARE(chipText("<extra_id_12>"), QString("‹12›"));
        QCOMPARE(chipText("▁"), QString());
        QCOMPARE(chipText("<i>"), QString("<i>"));
        QCOMPARE(chipText("a▁b"), QString("a␣b"));
    }

    void otherTokensAreNotCompared()
    {
        ProbedText text = textOf("a bb ccc", true);
        QCOMPARE(changedRoutes(text, "encoder.1")->changed, 1);
        QCOMPARE(changedRoutes(text, "encoder.1")->tokens, 3);
        text.b = answerTo("aaa bb");
        QVERIFY(!changedRoutes(text, "encoder.1"));
        const auto layout = layOutProbe({text}, 600, PictureFonts{QFont()}, true);
        bool told = false;
        for (const auto& line : layout.lines) told = told || line.text.contains("cannot be compared");
        QVERIFY(told);
        QCOMPARE(chipsOf(layout, "encoder.1").size(), size_t(5)); // both, one below the other
        QVERIFY(!changedRoutes(text, "encoder.7"));
    }

    void sharesPerExpertAddUp()
    {
        const auto answer = answerTo("a b cc ddd");
        QCOMPARE(expertShares(*answer.route("encoder.1"), 4), (std::vector<double>{0, 0.5, 0.25, 0.25}));
    }

    void problemsAndPredictionsAreLines()
    {
        ProbedText text = textOf("a");
        text.problem_b = "no such checkpoint";
        const auto layout = layOutProbe({text}, 500, PictureFonts{QFont()}, false);
        QStringList lines;
        for (const auto& line : layout.lines) lines << line.text;
        QVERIFY(lines.contains("B: no such checkpoint"));
        QVERIFY(lines.contains("Predicted: yes no"));
        QVERIFY(lines[0].contains("aa  ·  run · step 800"));
    }

    void exportsPictureAndData()
    {
        ProbePicture picture;
        picture.resize(600, 400);
        picture.setTexts({textOf("a, bb", true)});
        const auto csv = picture.toCsv();
        const auto lines = csv.trimmed().split('\n');
        QCOMPARE(lines.size(), 1 + 2 * (2 + 2)); // header; A and B; two tokens in either stack
        QCOMPARE(
            lines[1].trimmed(),
            QByteArray(
                "0,\"aa\",A,\"run · step 800\",800,encoder,0,20,\"▁a,\",encoder.1,2,0.75,0.5,0,1,\"2:0.75 3:0.25\""));
        const auto json = nlohmann::json::parse(picture.toJson().toStdString());
        QCOMPARE(json.at(0).at("b").at("step").get<int>(), 400);
        const Probe back = probeFromJson(json.at(0).at("a"), {"encoder.1", "decoder.1"});
        QCOMPARE(back.routes[0].expert, picture.texts()[0].a->probe.routes[0].expert);
        const QImage image = QImage::fromData(picture.toPng(500, 2));
        QCOMPARE(image.width(), 1000);
        QVERIFY(picture.toSvg(500).contains("<svg"));
    }

    void choiceAndCursorSurviveNewAnswers()
    {
        ProbePicture picture;
        picture.resize(600, 400);
        picture.setTexts({textOf("a bb ccc")});
        picture.show();
        QSignalSpy chosen(&picture, &ProbePicture::tokenChosen);
        QTest::mouseClick(&picture, Qt::LeftButton, {}, chipsOf(picture.layout(), "encoder.1")[1].rect.center());
        QCOMPARE(picture.chosen().token, 1);
        picture.setTexts({textOf("a bb ccc", true)});
        QCOMPARE(picture.chosen().token, 1);
        picture.setTexts({textOf("a")});
        QVERIFY(!picture.chosen().isValid());
        QCOMPARE(chosen.size(), 3);
    }

    void hoveringTellsAllOfAToken()
    {
        TokenCard card;
        const auto answer = answerTo("a bb");
        const auto other = answerTo("a bb", "400");
        card.setToken(answer, answer.probe.tokens[0], answer.route("encoder.1"), 0, other.route("encoder.1"), false);
        QCOMPARE(card.text(),
                 QString("▁a  (id 10)\nencoder.1 · run · step 800\nexpert 1, probability 0.750\n"
                         "entropy 0.500 nats, 36 % of ln 4\nB chose expert 2\nexpert 1: 75.0 %\nexpert 2: 25.0 %"));
        QVERIFY(!card.grab().isNull());
    }

    void thePathGoesThroughAllLayers()
    {
        TokenPath path;
        path.resize(400, 200);
        path.setToken(textOf("a bb", true), false, false, 0);
        QCOMPARE(path.text(), QString("run · step 800: encoder.1 e1\nrun · step 400: encoder.1 e2"));
        QSignalSpy stop(&path, &TokenPath::stopChosen);
        path.show();
        QTest::mouseClick(&path, Qt::LeftButton, {}, QPoint(200, 15)); // the lane of expert 0
        QCOMPARE(stop.size(), 1);
        QCOMPARE(stop[0][0].toString(), QString("encoder.1"));
        QCOMPARE(stop[0][1].toInt(), 0);
        path.clear();
        QVERIFY(path.text().isEmpty());
    }

    void picksParallelSentences()
    {
        QTemporaryDir folder;
        QSettings settings(folder.filePath("s.ini"), QSettings::IniFormat);
        QFile file(folder.filePath("p.jsonl"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"texts": {"aa": "one", "bb": "eins", "cc": "un"}})"
                   "\n"
                   R"({"texts": {"aa": "two", "bb": "zwei"}})"
                   "\n");
        file.close();
        {
            ParallelPicker picker(&settings);
            picker.setRunLanguages({"bb"});
            const QAbstractItemModelTester tester(picker.findChild<ParallelSentenceModel*>());
            QSignalSpy read(&picker, &ParallelPicker::fileRead);
            picker.openFile(file.fileName());
            QTRY_COMPARE(read.size(), 1);
            QCOMPARE(picker.tickedLanguages(), (QStringList{"bb", "aa", "cc"}));
            QCOMPARE(picker.sentences().size(), size_t(3));
            auto* search = picker.findChild<QLineEdit*>("parallelSearch");
            auto* list = picker.findChild<QListView*>("parallelSentences");
            search->setText("TWO"); // a text that is not shown, in a language below
            QCOMPARE(list->model()->rowCount(), 1);
            list->setCurrentIndex(list->model()->index(0, 0));
            QCOMPARE(picker.sentences(), (std::vector<ProbedSentence>{{"zwei", "bb", {}}, {"two", "aa", {}}}));
            for (auto* action : picker.findChild<QToolButton*>("parallelLanguages")->menu()->actions())
                if (action->data().toString() != "aa" && action->isChecked()) action->trigger();
            QCOMPARE(picker.sentences(), (std::vector<ProbedSentence>{{"two", "aa", {}}}));
        }
        ParallelPicker again(&settings);
        QTRY_COMPARE(again.file(), file.fileName());
        QCOMPARE(again.tickedLanguages(), QStringList{"aa"});
        again.openFile(folder.filePath("nowhere.jsonl"));
        QTRY_VERIFY(again.findChild<QLabel*>("parallelState")->text().contains("nowhere.jsonl"));
        QCOMPARE(again.file(), file.fileName()); // the last good one stays
    }
};

QTEST_MAIN(ProbePictureTest)
#include "probe_picture_test.moc"
