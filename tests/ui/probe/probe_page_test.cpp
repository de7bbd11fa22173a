#include "tests/support/planted_run.h"
#include "tests/ui/probe/probe_support.h"
#include "ui/probe/text_picker.h"

#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTimer>
#include <QToolButton>

using namespace sy;

namespace {

QString textOf(const QWidget& page, const char* label)
{
    const auto* found = page.findChild<QLabel*>(QLatin1String(label));
    return found && !found->isHidden() ? found->text() : QString();
}

void type(const QWidget& page, const QString& text)
{
    auto* edit = page.findChild<QPlainTextEdit*>("probeText");
    page.findChild<QComboBox*>("probeMode")->setCurrentIndex(ProbeTextPicker::Typed);
    edit->setPlainText(text);
    edit->setFocus();
    QTest::keyClick(edit, Qt::Key_Return, Qt::ControlModifier);
}

QString problemsOf(const ProbePage& page)
{
    QStringList all;
    for (const auto& text : page.picture()->texts()) all << text.problem_a << text.problem_b;
    return all.join(QLatin1Char('\n'));
}

const ChipPlace* chipOf(const ProbePage& page, const QString& layer, int token, bool b = false)
{
    for (const auto& chip : page.picture()->layout().chips)
        if (chip.layer == layer && chip.token == token && chip.b == b) return &chip;
    return nullptr;
}

} // namespace

class ProbePageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void saysWhatToDoNext()
    {
        test::ProbeBench bench;
        auto dense = bench.begin("<i>dense</i>", 1);
        auto sparse = bench.begin("sparse");
        RoutingIndexReader reader(bench.pageContext());
        ProbePage page(bench.pageContext());
        page.show();
        const auto* empty = page.findChild<QLabel*>("probeEmpty");
        QVERIFY(empty->text().contains("Choose a run"));
        bench.choose(test::idOf(dense));
        QTRY_VERIFY(empty->text().contains("<i>dense</i> is a dense model"));
        QCOMPARE(empty->textFormat(), Qt::PlainText);
        bench.choose(test::idOf(sparse));
        QTRY_VERIFY(empty->text().isEmpty());
        page.findChild<QComboBox*>("probeMode")->setCurrentIndex(ProbeTextPicker::Recorded);
        QTRY_VERIFY(textOf(page, "probeState").contains("recorded no sentences yet"));
        page.findChild<QComboBox*>("probeMode")->setCurrentIndex(ProbeTextPicker::Typed);
        QTRY_VERIFY(textOf(page, "probeState").contains("Type or paste a text"));
        page.findChild<QComboBox*>("probeMode")->setCurrentIndex(ProbeTextPicker::Parallel);
        QTRY_VERIFY(textOf(page, "probeState").contains("Choose a file"));
    }

    void showsRecordedSentencesOfTheShownStep()
    {
        test::ProbeBench bench;
        test::PlantedRun planted;
        planted.languages = 4;
        const auto run = QString::fromStdString(test::writePlantedRun(bench.paths, planted));
        RoutingIndexReader reader(bench.pageContext());
        ProbePage page(bench.pageContext());
        page.resize(900, 600);
        page.show();
        bench.choose(run);
        QTRY_COMPARE(page.picture()->texts().size(), size_t(4));
        for (size_t l = 0; l < 4; ++l) { // expert l takes language l, wherever structure was planted
            const auto& answer = page.picture()->texts()[l].a;
            QCOMPARE(answer->probe.step, planted.steps);
            QCOMPARE(test::expertsOf(answer, "encoder.1"), std::vector<int32_t>(8, int32_t(l)));
            QCOMPARE(test::expertsOf(answer, "decoder.1"), std::vector<int32_t>(3, int32_t(l)));
        }
        for (const int64_t step : {200, 300, 400, 500, 100}) bench.focus.setStep(step); // the mouse, on the slider
        QTRY_COMPARE(page.picture()->texts().at(0).a->probe.step, 100);
        QTRY_VERIFY(!page.isBusy());
        bench.focus.setStep(199); // between two: the one before
        QTRY_VERIFY(!page.isBusy());
        QCOMPARE(page.picture()->texts().at(0).a->probe.step, 100);
        auto* sentence = page.findChild<QComboBox*>("recordedSentence");
        QCOMPARE(sentence->count(), 5);
        sentence->setCurrentIndex(2);
        Q_EMIT sentence->activated(2);
        QTRY_COMPARE(page.picture()->texts().size(), size_t(1));
        QCOMPARE(page.picture()->texts()[0].sentence.text,
                 QString("A sentence in %1").arg(bench.focus.index()->languages[1]));
    }

    void recordsBetweenStepsAreThoseBefore_data()
    {
        QTest::addColumn<int64_t>("asked");
        QTest::addColumn<int64_t>("told");
        QTest::newRow("exact") << int64_t{200} << int64_t{200};
        QTest::newRow("between") << int64_t{299} << int64_t{200};
        QTest::newRow("before the first") << int64_t{5} << int64_t{100};
        QTest::newRow("after the last") << int64_t{9999} << int64_t{600};
    }

    void recordsBetweenStepsAreThoseBefore()
    {
        QFETCH(int64_t, asked);
        QFETCH(int64_t, told);
        test::ProbeBench bench;
        test::PlantedRun planted;
        planted.languages = 4;
        const auto run = QString::fromStdString(test::writePlantedRun(bench.paths, planted));
        ProbeAsker asker(bench.pageContext());
        std::vector<ProbeAnswer> answers;
        QString problem;
        connect(&asker, &ProbeAsker::answered, this,
                [&](int, const ProbeAnswer& answer) { answers.push_back(answer); });
        connect(&asker, &ProbeAsker::refused, this, [&](int, const QString& why) { problem = why; });
        const auto probes = test::plantedProbes(planted, 100);
        ProbedSentence known{QString::fromStdString(probes[1].text), {}, QString::fromStdString(probes[1].target)};
        asker.ask({{ProbeSource::Kind::Recorded, run, "planted", {}, asked}, {known, {"unknown", {}, {}}}, "none", -1});
        QTRY_VERIFY(!asker.isBusy());
        QCOMPARE(answers.size(), size_t(1));
        QCOMPARE(answers[0].probe.step, told);
        QCOMPARE(answers[0].probe.language, probes[1].language);
        QVERIFY(problem.contains("not recorded"));
    }

    void countsWhatChangedBetweenTwoSteps()
    {
        test::ProbeBench bench;
        test::PlantedRun planted;
        planted.languages = 4;
        const auto run = QString::fromStdString(test::writePlantedRun(bench.paths, planted));
        RoutingIndexReader reader(bench.pageContext());
        ProbePage page(bench.pageContext());
        page.resize(900, 600);
        page.show();
        bench.choose(run);
        QTRY_COMPARE(page.picture()->texts().size(), size_t(4));
        QVERIFY(textOf(page, "probeChanges").isEmpty());
        QVERIFY(test::ProbeBench::choose(page, "probeSourceB", "Recorded at step 100"));
        QTRY_VERIFY(!textOf(page, "probeChanges").isEmpty());
        // The slow way: from the store, not from the picture.
        const auto store = Store::open(bench.paths);
        int changed = 0, tokens = 0;
        const auto then = store.probes(run.toStdString(), 100, 100), now = store.probes(run.toStdString(), 600, 600);
        for (size_t s = 0; s < now.size(); ++s)
            for (size_t t = 0; t < now[s].routes[0].expert.size(); ++t, ++tokens)
                changed += now[s].routes[0].expert[t] != then[s].routes[0].expert[t];
        QVERIFY(changed > 0);
        QVERIFY2(textOf(page, "probeChanges").contains(QString("encoder.1 %1 %").arg(qRound(100.0 * changed / tokens))),
                 qPrintable(textOf(page, "probeChanges")));
        int marked = 0;
        for (const auto& chip : page.picture()->layout().chips)
            marked += chip.b && chip.changed && chip.layer == "encoder.1";
        QCOMPARE(marked, changed);
    }

    void asksCheckpointsSideBySide()
    {
        test::ProbeBench bench;
        auto writer = bench.begin("served");
        RoutingIndexReader reader(bench.pageContext());
        ProbePage page(bench.pageContext());
        page.resize(900, 600);
        page.show();
        bench.choose(test::idOf(writer));
        QTRY_VERIFY(page.findChild<SourceBox*>("probeSourceA")->count() > 3);
        QVERIFY(test::ProbeBench::choose(page, "probeSourceA", "Last checkpoint (step 800)"));
        QVERIFY(test::ProbeBench::choose(page, "probeSourceB", "Checkpoint of step 400"));
        type(page, "a bb ccc");
        QTRY_COMPARE(page.picture()->texts().size(), size_t(1));
        QTRY_VERIFY(page.picture()->texts()[0].b);
        const auto& text = page.picture()->texts()[0];
        QCOMPARE(test::expertsOf(text.a, "encoder.1"), (std::vector<int32_t>{1, 2, 3}));
        QCOMPARE(test::expertsOf(text.b, "encoder.1"), (std::vector<int32_t>{2, 2, 3}));
        QCOMPARE(text.a->source, QString("served · step 800"));
        QCOMPARE(textOf(page, "probeChanges"), QString("Tokens changed from A to B: encoder.1 33 % · decoder.1 0 %"));
        QVERIFY(chipOf(page, "encoder.1", 0, true)->changed);
        QVERIFY(!chipOf(page, "encoder.1", 1, true)->changed);
        auto* capacity = page.findChild<QComboBox*>("probeCapacity");
        capacity->setCurrentIndex(2);
        Q_EMIT capacity->activated(2);
        QTRY_VERIFY(page.picture()->texts()[0].a->route("encoder.1")->dropped[2]);
        const QString words = page.picture()->chipDescription(*chipOf(page, "encoder.1", 2));
        QVERIFY2(words.contains("dropped"), qPrintable(words));
        QVERIFY(words.contains("expert 3, probability 0.750, entropy 0.500 nats (36 % of ln 4)"));
        QVERIFY(words.contains("expert 0: 25.0 %"));
    }

    void tellsWhatWentWrong()
    {
        test::ProbeBench bench;
        auto writer = bench.begin("served");
        RoutingIndexReader reader(bench.pageContext());
        ProbePage page(bench.pageContext());
        page.show();
        bench.choose(test::idOf(writer));
        QTRY_VERIFY(test::ProbeBench::choose(page, "probeSourceA", "Last checkpoint (step 800)"));
        type(page, "refused");
        QTRY_VERIFY(problemsOf(page).contains("the text is refused"));
        type(page, "crash");
        QTRY_VERIFY(problemsOf(page).contains("out of memory at token 3"));
        type(page, "slow");
        auto* cancel = page.findChild<QToolButton*>("probeCancel");
        QTRY_VERIFY(cancel->isVisible());
        cancel->click();
        QVERIFY(!page.isBusy());
        QVERIFY(!cancel->isVisible());
        type(page, "good");
        QTRY_VERIFY(!page.picture()->texts().empty() && page.picture()->texts()[0].a);
    }

    void asksTheRunningTrainer()
    {
        test::ProbeBench bench;
        auto writer = bench.begin("live");
        RoutingIndexReader reader(bench.pageContext());
        ProbePage page(bench.pageContext());
        page.show();
        bench.choose(test::idOf(writer));
        QTimer trainer; // between two steps it looks for commands
        QStringList asked;
        connect(&trainer, &QTimer::timeout, this, [&] {
            for (const auto& command : writer.waitingCommands()) {
                const auto text = command.payload.at("text").get<std::string>();
                asked << QString::fromStdString(command.payload.at("capacity").get<std::string>());
                if (text == "refused")
                    writer.answer(command.id, false, {{"error", "probe: no sentinel 200"}});
                else
                    writer.answer(command.id, true, test::FakeServedModel("live", "800").probe(command.payload));
            }
        });
        trainer.start(20);
        QTRY_VERIFY(test::ProbeBench::choose(page, "probeSourceA", "Running trainer, now"));
        type(page, "a bb");
        QTRY_VERIFY(!page.picture()->texts().empty() && page.picture()->texts()[0].a);
        QCOMPARE(test::expertsOf(page.picture()->texts()[0].a, "encoder.1"), (std::vector<int32_t>{1, 2}));
        QCOMPARE(asked, QStringList{"none"});
        type(page, "refused");
        QTRY_VERIFY(problemsOf(page).contains("no sentinel 200"));
        trainer.stop();
        type(page, "nobody answers");
        QTRY_VERIFY(!writer.waitingCommands().empty());
        QVERIFY(page.isBusy());
        {
            RunWriter ends = std::move(writer);
        }
        QTRY_VERIFY2(problemsOf(page).contains("The trainer ended"), qPrintable(problemsOf(page)));
    }

    void sharesTheChosenToken()
    {
        test::ProbeBench bench;
        auto writer = bench.begin("served");
        RoutingIndexReader reader(bench.pageContext());
        ProbePage page(bench.pageContext());
        page.resize(900, 600);
        page.show();
        bench.choose(test::idOf(writer));
        QTRY_VERIFY(test::ProbeBench::choose(page, "probeSourceA", "Last checkpoint (step 800)"));
        type(page, "a bb ccc");
        QTRY_VERIFY(chipOf(page, "encoder.1", 2));
        auto* details = page.findChild<QWidget*>("probeDetails");
        QVERIFY(!details->isVisible());
        QTest::mouseClick(page.picture(), Qt::LeftButton, {}, chipOf(page, "encoder.1", 2)->rect.center());
        QVERIFY(details->isVisible());
        QCOMPARE(bench.focus.token(), 30);
        QCOMPARE(bench.focus.expert(), 3);
        QVERIFY(page.findChild<QLabel*>("probeTokenTitle")->text().contains("▁ccc (token 3 of the encoder)"));
        QTest::mouseClick(page.picture(), Qt::LeftButton, {}, chipOf(page, "decoder.1", 0)->rect.center());
        QCOMPARE(bench.focus.layer(), 1);
        QCOMPARE(bench.focus.expert(), 0); // "yes" goes to 3 + 1 mod 4
        page.picture()->setFocus();
        QTest::keyClick(page.picture(), Qt::Key_Right);
        QTest::keyClick(page.picture(), Qt::Key_Return);
        QCOMPARE(page.picture()->chosen().token, 1);
        QCOMPARE(bench.focus.expert(), 3);
        QTest::keyClick(page.picture(), Qt::Key_Up);
        QTest::keyClick(page.picture(), Qt::Key_Return);
        QCOMPARE(page.picture()->chosen().layer, QString("encoder.1"));
        QTest::keyClick(page.picture(), Qt::Key_Escape);
        QVERIFY(!details->isVisible());
    }

    void theSameTokenElsewhereStaysChosen()
    {
        test::ProbeBench bench;
        auto writer = bench.begin("served");
        RoutingIndexReader reader(bench.pageContext());
        ProbePage page(bench.pageContext());
        page.resize(900, 600);
        page.show();
        bench.choose(test::idOf(writer));
        QTRY_VERIFY(test::ProbeBench::choose(page, "probeSourceA", "Last checkpoint (step 800)"));
        type(page, "ccc a ccc");
        QTRY_VERIFY(chipOf(page, "encoder.1", 2));
        for (const int place : {0, 2}) {
            QTest::mouseClick(page.picture(), Qt::LeftButton, {}, chipOf(page, "encoder.1", place)->rect.center());
            QCOMPARE(bench.focus.token(), 30);
            QCOMPARE(bench.focus.expert(), 3);
        }
    }
    void anotherRunForgetsTheLast()
    {
        test::ProbeBench bench;
        auto one = bench.begin("one"), two = bench.begin("two");
        RoutingIndexReader reader(bench.pageContext());
        ProbePage page(bench.pageContext());
        page.show();
        bench.choose(test::idOf(one));
        QTRY_VERIFY(test::ProbeBench::choose(page, "probeSourceA", "Last checkpoint (step 800)"));
        type(page, "a bb");
        QTRY_COMPARE(page.picture()->texts().size(), size_t(1));
        bench.choose(test::idOf(two));
        QTRY_VERIFY(page.picture()->texts().empty());
        bench.selection.setShown(test::idOf(one), true); // now B offers it
        QTRY_VERIFY(page.findChild<SourceBox*>("probeSourceB")->findText("one: Last checkpoint (step 800)") > 0);
    }
};

int main(int argc, char** argv)
{
    return test::mainOrServedModel<ProbePageTest>(argc, argv);
}
#include "probe_page_test.moc"
