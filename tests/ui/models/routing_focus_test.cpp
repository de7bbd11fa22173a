// What the router's views share, and where it comes from.
#include "core/store/run_writer.h"
#include "tests/support/page_bench.h"
#include "ui/models/palette.h"
#include "ui/models/routing_index_reader.h"

#include <QSignalSpy>
#include <QTest>

#include <set>

using namespace sy;

namespace {

RoutingIndexPtr indexOf(const QString& run, QStringList layers, QStringList languages, int experts = 4)
{
    auto index = std::make_shared<RoutingIndex>();
    index->run = run;
    index->layers = std::move(layers);
    index->languages = std::move(languages);
    index->experts = experts;
    index->window_steps = {20, 40};
    index->evaluation_steps = {30, 50};
    return index;
}

NewRun newRun(const std::string& name)
{
    NewRun run;
    run.name = name;
    run.config = nlohmann::json::object();
    run.languages = {"de", "en"};
    run.sparse_layers = {"encoder.1", "decoder.1"};
    run.num_experts = 3;
    run.environment = nlohmann::json::object();
    return run;
}

RoutingWindow window(int64_t step)
{
    RoutingWindow window;
    window.first_step = step - 9;
    window.last_step = step;
    window.languages = 2;
    window.experts = 3;
    window.load = window.kept = {1, 2, 3, 4, 5, 6};
    window.importance.assign(6, 1);
    window.tokens = {6, 15};
    window.top_tokens.resize(3);
    return window;
}

} // namespace

class RoutingFocusTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void choosingAgainForgets()
    {
        RoutingFocus focus;
        focus.setIndex(indexOf("a", {"encoder.1", "decoder.1"}, {"de", "en"}));
        QSignalSpy expert(&focus, &RoutingFocus::expertChanged);
        focus.setExpert(2);
        focus.setExpert(2);
        QCOMPARE(expert.count(), 2);
        QCOMPARE(focus.expert(), -1);
        focus.setExpert(9); // there is none
        QCOMPARE(focus.expert(), -1);
        focus.setLayer(7);
        QCOMPARE(focus.layer(), 0);
        focus.setLanguage(1);
        focus.setToken(12);
        focus.clear();
        QCOMPARE(focus.language(), -1);
        QCOMPARE(focus.token(), qint64(-1));
    }

    void newRowsKeepTheChoice()
    {
        RoutingFocus focus;
        focus.setIndex(indexOf("a", {"encoder.1", "decoder.1"}, {"de", "en"}));
        focus.setLayer(1);
        focus.setLanguage(1);
        focus.setExpert(3);
        focus.setStep(40);
        QSignalSpy run(&focus, &RoutingFocus::runChanged), news(&focus, &RoutingFocus::indexChanged);
        focus.setIndex(indexOf("a", {"encoder.1", "decoder.1"}, {"de", "en"}));
        QCOMPARE(run.count(), 0);
        QCOMPARE(news.count(), 1);
        QCOMPARE(focus.layer(), 1);
        QCOMPARE(focus.language(), 1);
        QCOMPARE(focus.expert(), 3);
        QCOMPARE(focus.shownStep(), int64_t(40));
    }

    void anotherRunKeepsLayerAndLanguageByName()
    {
        RoutingFocus focus;
        focus.setIndex(indexOf("a", {"encoder.1", "decoder.1"}, {"de", "en"}));
        focus.setLayer(1);
        focus.setLanguage(1);
        focus.setExpert(3);
        focus.setStep(20);
        QSignalSpy run(&focus, &RoutingFocus::runChanged);
        focus.setIndex(indexOf("b", {"encoder.1", "encoder.3", "decoder.1"}, {"ar", "de", "en"}));
        QCOMPARE(run.count(), 1);
        QCOMPARE(focus.layer(), 2);
        QCOMPARE(focus.language(), 2);
        QCOMPARE(focus.expert(), -1);
        QVERIFY(!focus.step());
        QCOMPARE(focus.shownStep(), int64_t(50));
        focus.setIndex(indexOf("dense", {}, {"ar"}, 1));
        QCOMPARE(focus.layer(), -1);
        QCOMPARE(focus.language(), -1);
    }

    void stepAtOrBefore()
    {
        QVERIFY(!RoutingIndex::atOrBefore({}, 5));
        QCOMPARE(*RoutingIndex::atOrBefore({10, 20, 30}, 25), int64_t(20));
        QCOMPARE(*RoutingIndex::atOrBefore({10, 20, 30}, 30), int64_t(30));
        QCOMPARE(*RoutingIndex::atOrBefore({10, 20, 30}, 3), int64_t(10));
    }

    void indexFollowsTheStore()
    {
        test::PageBench bench;
        auto writer = RunWriter::create(bench.paths, newRun("run"));
        writer.window(window(10));
        writer.flush();
        RoutingIndexReader reader(bench.context());
        bench.selection.setCurrentRun(QString::fromStdString(writer.id()));
        QTRY_COMPARE(bench.focus.index()->run, QString::fromStdString(writer.id()));
        QTRY_COMPARE(bench.focus.index()->window_steps, std::vector<int64_t>{10});
        QCOMPARE(bench.focus.index()->layers, QStringList({"encoder.1", "decoder.1"}));
        QCOMPARE(bench.focus.index()->experts, 3);
        QVERIFY(!bench.focus.index()->tokenizer);
        QVERIFY(!bench.focus.index()->tokenizer_problem.isEmpty());
        QCOMPARE(bench.focus.index()->piece(7), QString("#7"));
        writer.window(window(20));
        writer.flush();
        QTRY_COMPARE(bench.focus.index()->window_steps, (std::vector<int64_t>{10, 20}));
        bench.selection.setCurrentRun({});
        QTRY_VERIFY(bench.focus.index()->run.isEmpty());
    }

    void expertColoursAreApartAndReadable()
    {
        for (const int experts : {2, 8, 12, 64}) {
            std::set<QRgb> seen;
            for (int e = 0; e < experts; ++e) seen.insert(expertColour(e, experts).rgb());
            QCOMPARE(static_cast<int>(seen.size()), experts);
        }
        QCOMPARE(onColour(QColor("#f0f0f0")), QColor(Qt::black));
        QCOMPARE(onColour(QColor("#202030")), QColor(Qt::white));
    }

    void scalesRunFromTheGroundToStrong()
    {
        for (const bool dark : {false, true}) {
            double before = sequentialColour(0, dark).lightnessF();
            for (int i = 1; i <= 20; ++i) {
                const double now = sequentialColour(i / 20.0, dark).lightnessF();
                QVERIFY(dark ? now > before : now < before);
                before = now;
            }
            QCOMPARE(sequentialColour(std::nan(""), dark).alpha(), 0);
            QCOMPARE(divergingColour(7, dark), divergingColour(1, dark));
            QVERIFY(divergingColour(-1, dark).blue() > divergingColour(-1, dark).red());
            QVERIFY(divergingColour(1, dark).red() > divergingColour(1, dark).blue());
        }
    }
};

QTEST_MAIN(RoutingFocusTest)
#include "routing_focus_test.moc"
