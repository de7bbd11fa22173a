#include "ui/routing/load_page.h"

#include "tests/ui/routing/routing_support.h"
#include "ui/plots/curve_chart.h"
#include "ui/plots/heat_map.h"
#include "ui/routing/load_figures.h"

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QTest>

#include <cmath>
#include <numeric>

namespace sy {

using namespace sy::test;

namespace {

/// Of the planted window, in slow words: load of an expert over all languages.
double loadOf(const RoutingWindow& window, size_t expert)
{
    double sum = 0;
    for (size_t l = 0; l < 4; ++l) sum += static_cast<double>(window.load[4 * l + expert]);
    return sum;
}

double totalOf(const std::vector<int64_t>& cells)
{
    return static_cast<double>(std::accumulate(cells.begin(), cells.end(), int64_t{0}));
}

} // namespace

class LoadPageTest : public QObject {
    Q_OBJECT

private:
    struct Shown {
        RoutingBench bench;
        std::unique_ptr<LoadPage> page;
        HeatMap* map = nullptr;
        HeatMap* layers = nullptr;
        CurveChart* chart = nullptr;

        void open(const QString& run)
        {
            page = std::make_unique<LoadPage>(bench.context());
            page->resize(780, 560);
            page->show();
            map = page->findChild<HeatMap*>("loadMap");
            layers = page->findChild<HeatMap*>("loadLayers");
            chart = page->findChild<CurveChart*>("loadChart");
            bench.look(run);
        }
        QString label(const char* name) const { return page->findChild<QLabel*>(name)->text(); }
        QAbstractButton* tile(LoadFigure figure) const
        {
            return page->findChild<QAbstractButton*>(QStringLiteral("loadTile%1").arg(static_cast<int>(figure)));
        }
        QString value(LoadFigure figure) const { return tile(figure)->text().section('\n', 0, 0); }
    };

private Q_SLOTS:
    void theMapHoldsTheShareOfEveryExpertAndWindow()
    {
        Shown s;
        s.open(s.bench.addRun("a", {10, 20, 30, 40}, {}));
        QTRY_COMPARE(s.map->matrix().columns, 4);
        for (size_t e = 0; e < 4; ++e)
            for (size_t w = 0; w < 4; ++w) {
                const RoutingWindow window = plantedWindow(10 * (static_cast<int64_t>(w) + 1), 0);
                QCOMPARE(s.map->matrix().value[4 * e + w], 100 * loadOf(window, e) / totalOf(window.load));
                QCOMPARE(s.chart->rows(QStringLiteral("expert %1").arg(e)).value[w],
                         100 * loadOf(window, e) / totalOf(window.load));
            }
        QCOMPARE(s.chart->referenceLine("fair"), std::optional(25.0));
        QTRY_COMPARE(s.chart->referenceLine("capacity"), std::optional(25 * 1.25));
    }
    void otherMaps()
    {
        Shown s;
        s.open(s.bench.addRun("a", {40}, {}));
        QTRY_COMPARE(s.map->matrix().columns, 1);
        auto* kind = s.page->findChild<QComboBox*>("loadMapKind");
        kind->setCurrentIndex(1);
        Q_EMIT kind->activated(1);
        QCOMPARE(s.map->matrix().value, (std::vector<double>{1, 1, 1, 1}));
        QCOMPARE(s.map->matrix().scale, HeatScale::Lift);
        kind->setCurrentIndex(2);
        Q_EMIT kind->activated(2);
        for (size_t e = 0; e < 4; ++e) // keeps 50 + 10 e of 100
            QVERIFY(std::abs(s.map->matrix().value[e] - (50 - 10 * static_cast<double>(e))) < 1e-9);
    }
    void tilesTellTheShownWindow()
    {
        Shown s;
        s.open(s.bench.addRun("a", {10, 20, 30, 40}, {}));
        QTRY_COMPARE(s.value(LoadFigure::Dropped), QString("35.0 %"));
        QCOMPARE(s.value(LoadFigure::Dead), QString("0 of 4"));
        QCOMPARE(s.value(LoadFigure::Confidence), QString("0.75"));
        QCOMPARE(s.value(LoadFigure::Z), QString("2.00"));
        QCOMPARE(s.value(LoadFigure::Logits), QString("-4.0 … 4.0"));
        QCOMPARE(s.value(LoadFigure::CapacityNeeded), QString("2.00"));
        // Every expert has the same probability mass: ln 4 less the tokens' mean entropy of 0.5.
        QCOMPARE(s.value(LoadFigure::Information), QLocale().toString(std::log(4.0) - 0.5, 'f', 2));
        s.bench.focus.setStep(29);
        const RoutingWindow window = plantedWindow(20, 0);
        QCOMPARE(s.value(LoadFigure::Dropped), QString("%1 %").arg(QLocale().toString(
                                                   100 * (1 - totalOf(window.kept) / totalOf(window.load)), 'f', 1)));
        QCOMPARE(s.value(LoadFigure::CapacityNeeded), QString("1.50"));
        QVERIFY(s.label("loadWindow").contains("11 – 20"));
        QCOMPARE(s.map->selectedColumn(), 1);
        s.bench.focus.setLayer(1);
        QTRY_COMPARE(s.value(LoadFigure::Dropped), QString("0.0 %"));
    }
    void aTileIsDrawnOverTrainingForAllLayers_data()
    {
        QTest::addColumn<LoadFigure>("figure");
        QTest::addColumn<double>("planted"); // encoder.1, window up to 40
        QTest::newRow("share") << LoadFigure::Share << 25.0;
        QTest::newRow("dropped") << LoadFigure::Dropped << 35.0;
        QTest::newRow("violation") << LoadFigure::MaxViolation << 0.0;
        QTest::newRow("cv") << LoadFigure::Cv << 0.0;
        QTest::newRow("confidence") << LoadFigure::Confidence << 0.75;
        QTest::newRow("information") << LoadFigure::Information << std::log(4.0) - 0.5;
        QTest::newRow("logits") << LoadFigure::Logits << 4.0;
        QTest::newRow("capacity") << LoadFigure::CapacityNeeded << 2.0;
    }
    void aTileIsDrawnOverTrainingForAllLayers()
    {
        QFETCH(LoadFigure, figure);
        QFETCH(double, planted);
        Shown s;
        s.open(s.bench.addRun("a", {20, 40}, {}));
        s.tile(figure)->click();
        QTRY_COMPARE(s.layers->matrix().rows, 3);
        QVERIFY(std::abs(s.layers->matrix().value[1] - planted) < 1e-12);
        const bool own =
            figure == LoadFigure::Share || figure == LoadFigure::Information || figure == LoadFigure::Logits;
        if (!own) QVERIFY(std::abs(s.chart->rows("encoder.1").value[1] - planted) < 1e-12);
        QTRY_COMPARE(s.chart->curveIds().size(), figure == LoadFigure::Share ? 4 : 3);
    }
    void entropiesExplainTheirGap()
    {
        Shown s;
        s.open(s.bench.addRun("a", {20, 40}, {}));
        s.tile(LoadFigure::Information)->click();
        QTRY_COMPARE(s.chart->rows("mean probability").value.size(), size_t{2});
        QVERIFY(std::abs(s.chart->rows("mean probability").value[1] - std::log(4.0)) < 1e-12);
        QCOMPARE(s.chart->rows("mean").value[1], 0.5);
        QCOMPARE(s.chart->referenceLine("uniform"), std::optional(std::log(4.0)));
        QCOMPARE(s.chart->referenceLine("fair"), std::optional<double>());
    }
    void manyExpertsAreDrawnAsTheirRange()
    {
        Shown s;
        NewRun run;
        run.name = "many";
        run.config = nlohmann::json::object();
        run.steps = 100;
        run.num_experts = 40;
        run.languages = planted_languages;
        run.sparse_layers = planted_layers;
        RunWriter writer = RunWriter::create(s.bench.paths, run);
        RoutingWindow window = plantedWindow(10, 1);
        window.layer = 0;
        window.experts = 40;
        window.load.assign(160, 10);
        window.load[3] = 50; // expert 3
        window.load[5] = 0;
        window.kept = window.load;
        window.importance.assign(160, 1);
        writer.window(window);
        writer.flush();
        s.open(fromUtf8(writer.id()));
        QTRY_COMPARE(s.chart->curveIds(), QStringList({"largest", "smallest"}));
        const double total = 1600 + 40 - 10;
        QCOMPARE(s.chart->rows("largest").value[0], 100 * 80 / total);
        QVERIFY(std::abs(s.chart->rows("smallest").value[0] - 100 * 30 / total) < 1e-9);
        QVERIFY(s.chart->toCsv().contains("all experts upper,10"));
        s.bench.focus.setExpert(7);
        QCOMPARE(s.chart->rows("expert 7").value[0], 100 * 40 / total);
    }
    void theNeededFactorStandsAgainstTheConfiguredOne()
    {
        Shown s;
        s.open(s.bench.addRun("a", {20, 40}, {}));
        s.tile(LoadFigure::CapacityNeeded)->click();
        QTRY_COMPARE(s.chart->rows("encoder.1").value, (std::vector<double>{1.5, 2}));
        QTRY_COMPARE(s.chart->referenceLine("train"), std::optional(1.25));
    }
    void choicesAreSharedBothWays()
    {
        Shown s;
        s.open(s.bench.addRun("a", {10, 20, 30, 40}, {}));
        QTRY_COMPARE(s.map->matrix().columns, 4);
        RoutingFocus& focus = s.bench.focus;
        Q_EMIT s.map->cellChosen(2, 1);
        QCOMPARE(focus.expert(), 2);
        QCOMPARE(focus.step(), std::optional<int64_t>(20));
        QCOMPARE(s.map->selectedRow(), 2);
        Q_EMIT s.map->cellChosen(2, 2); // the step moves, the expert stays
        QCOMPARE(focus.expert(), 2);
        QCOMPARE(focus.step(), std::optional<int64_t>(30));
        Q_EMIT s.map->rowChosen(2);
        QCOMPARE(focus.expert(), -1);
        Q_EMIT s.chart->clicked(11); // within the window 11 - 20
        QCOMPARE(focus.step(), std::optional<int64_t>(20));
        QTRY_COMPARE(s.layers->matrix().rows, 3);
        Q_EMIT s.layers->cellChosen(1, 3);
        QCOMPARE(focus.layer(), 1);
        QCOMPARE(focus.step(), std::optional<int64_t>(40));
        QTRY_COMPARE(s.map->matrix().value[0], 25.0);
    }
    void aLiveRunGoesOn()
    {
        Shown s;
        const QString run = s.bench.addRun("a", {10, 20}, {});
        s.open(run);
        QTRY_COMPARE(s.map->matrix().columns, 2);
        {
            RunWriter writer = RunWriter::resume(s.bench.paths, run.toStdString(), 20);
            for (int64_t layer = 0; layer < 3; ++layer) writer.window(plantedWindow(30, layer));
            writer.flush();
        }
        auto index = std::make_shared<RoutingIndex>(*s.bench.focus.index());
        index->window_steps.push_back(30);
        ++index->revision;
        s.bench.focus.setIndex(index);
        QTRY_COMPARE(s.map->matrix().columns, 3);
        QTRY_COMPARE(s.chart->rows("expert 0").step, (std::vector<int64_t>{10, 20, 30}));
        QTRY_COMPARE(s.layers->matrix().columns, 3);
        QVERIFY(!std::isnan(s.layers->matrix().value[2]));
    }
    void everyFigureHasACommand()
    {
        Shown s;
        s.open(s.bench.addRun("a", {20, 40}, {}));
        QTRY_COMPARE(s.map->matrix().columns, 2);
        auto* action = s.page->findChild<QAction*>("loadFigure6");
        QCOMPARE(action->shortcut(), QKeySequence(Qt::Key_7));
        action->trigger();
        QVERIFY(s.tile(LoadFigure::Confidence)->isChecked());
        QTRY_COMPARE(s.chart->rows("encoder.1").value, (std::vector<double>{0.75, 0.75}));
        s.page->findChild<QAction*>("loadMapKind1")->trigger();
        QCOMPARE(s.map->matrix().scale, HeatScale::Lift);
    }
    void whatWasNotRecordedIsSaid()
    {
        LayerLoad load;
        WindowFigures window;
        window.last_step = 5;
        window.figures.load = {1, 0};
        window.figures.kept = {1, 0};
        window.figures.utilization = {2, 0};
        window.figures.mean_probability_entropy = std::nan("");
        load.append({window, window}); // the second is not later
        QCOMPARE(load.windows.size(), size_t{1});
        QCOMPARE(tileText(LoadFigure::CapacityNeeded, load.windows[0]), QString("–"));
        QCOMPARE(tileText(LoadFigure::Logits, load.windows[0]), QString("–"));
        QCOMPARE(tileText(LoadFigure::Information, load.windows[0]), QString("–"));
        QVERIFY(std::isnan(dropOf(load.windows[0], 1)));
        QVERIFY(load.curve([](const WindowFigures& w) { return w.capacity_needed; }).step.empty());
        QCOMPARE(load.windowAt(4), 0);
        QCOMPARE(LayerLoad().windowAt(4), -1);
    }
    void aReadThatFailsIsTold()
    {
        Shown s;
        const QString run = s.bench.addRun("a", {10, 20}, {});
        auto index = std::make_shared<RoutingIndex>();
        index->run = "no such run";
        for (const auto& layer : planted_layers) index->layers << fromUtf8(layer);
        index->experts = 4;
        index->window_steps = {10, 20};
        s.open(run);
        QTRY_COMPARE(s.map->matrix().columns, 2);
        s.bench.focus.setIndex(index);
        QTRY_VERIFY2(s.map->emptyText().contains("no such run"), qPrintable(s.map->emptyText()));
        s.bench.look(run); // another run is not held up
        QTRY_COMPARE(s.map->matrix().columns, 2);
    }
    void saysWhatToDoWhereThereIsNothing()
    {
        Shown s;
        const QString dense = s.bench.addRun("dense", {}, {}, 1), fresh = s.bench.addRun("fresh", {}, {});
        s.open(dense);
        QVERIFY(s.label("loadEmpty").contains("dense model"));
        s.bench.look(fresh);
        QVERIFY(s.label("loadEmpty").isEmpty());
        QCOMPARE(s.map->matrix().columns, 0);
        QCOMPARE(s.value(LoadFigure::Dropped), QString("–"));
    }
};

} // namespace sy

QTEST_MAIN(sy::LoadPageTest)
#include "load_page_test.moc"
