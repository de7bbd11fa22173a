// The page over a real store that is written while it is open.
#include "ui/charts/charts_page.h"

#include "ui/charts/chart_grid.h"
#include "ui/charts/curve_loader.h"
#include "ui/charts/series_list.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/models/store_watch.h"

#include "core/store/run_writer.h"

#include <QAction>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

#include <cmath>

namespace sy {

namespace {

const QString train = QStringLiteral("train/cross_entropy"), languages = QStringLiteral("valid/cross_entropy/*");

NewRun newRun(const std::string& name)
{
    NewRun run;
    run.name = name;
    run.config = nlohmann::json::object();
    run.steps = 1000;
    return run;
}

void write(RunWriter& writer, int64_t first, int64_t last, double value = 5)
{
    std::vector<Point> points;
    std::vector<ClockTick> ticks;
    for (int64_t step = first; step <= last; ++step) {
        points.push_back({"train/cross_entropy", step, value + 1.0 / static_cast<double>(step)});
        points.push_back({"train/grad_norm", step, 2});
        ticks.push_back({step, 100 * step, 1e6 * static_cast<double>(step), 1'700'000'000'000 + 1000 * step,
                         static_cast<double>(step)});
    }
    writer.points(std::move(points));
    writer.clock(std::move(ticks));
    writer.setStep(last);
    writer.flush();
}

/// A home, and a page in it.
struct Bench {
    QTemporaryDir folder;
    StorePaths paths = StorePaths::ofFile((folder.path() + "/store.sqlite").toStdString());
    QSettings settings{folder.path() + "/workbench.ini", QSettings::IniFormat};
    Selection selection;
    StoreWatch watch{paths, 20};
    StoreAccess access{paths};
    std::unique_ptr<ChartsPage> page;

    PageContext context()
    {
        PageContext out;
        out.paths = paths;
        out.selection = &selection;
        out.watch = &watch;
        out.access = &access;
        out.settings = &settings;
        return out;
    }
    void open()
    {
        page = std::make_unique<ChartsPage>(context());
        page->resize(1000, 700);
        page->show();
    }
    CurveChart& chart(const QString& series = train) { return *page->chartOf(series); }
    Curve rows(const std::string& run, const QString& series = train)
    {
        return chart(series).rows(QString::fromStdString(run) + '|' + series);
    }
    bool equalsStore(const std::string& run, const QString& series = train)
    {
        const Curve shown = rows(run, series), stored = Store::open(paths).curve(run, series.toStdString());
        return shown.step == stored.step && shown.value == stored.value;
    }
};

} // namespace

class ChartsPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhatToDoWhereThereIsNothing()
    {
        Bench bench;
        bench.open();
        auto* empty = bench.page->findChild<QLabel*>("chartsEmpty");
        QTRY_VERIFY(empty->isVisible());
        QVERIFY(empty->text().contains("Launch"));
        auto writer = RunWriter::create(bench.paths, newRun("one"));
        QTRY_VERIFY(empty->text().contains("Tick"));
        bench.selection.setCurrentRun(QString::fromStdString(writer.id()));
        QTRY_VERIFY(!empty->isVisible());
    }
    void pointsArriveWhileTheRunGrows()
    {
        Bench bench;
        auto writer = RunWriter::create(bench.paths, newRun("one"));
        write(writer, 1, 50);
        bench.open();
        bench.selection.setCurrentRun(QString::fromStdString(writer.id())); // not ticked: shown all the same
        QTRY_COMPARE(bench.rows(writer.id()).step.size(), size_t{50});
        write(writer, 51, 120);
        QTRY_COMPARE(bench.rows(writer.id()).step.size(), size_t{120});
        QVERIFY(bench.equalsStore(writer.id()));
        QCOMPARE(bench.chart().link()->range().upper, 120.0);
        QVERIFY(bench.equalsStore(writer.id(), "train/grad_norm"));
    }
    void aRewindReplacesWhatWasShown()
    {
        Bench bench;
        std::string id;
        {
            auto writer = RunWriter::create(bench.paths, newRun("one"));
            id = writer.id();
            write(writer, 1, 100);
            writer.setStatus(RunStatus::Stopped);
        }
        bench.open();
        bench.selection.setShown(QString::fromStdString(id), true);
        QTRY_COMPARE(bench.rows(id).step.size(), size_t{100});
        auto writer = RunWriter::resume(bench.paths, id, 40);
        QTRY_COMPARE(bench.rows(id).step.size(), size_t{40});
        write(writer, 41, 60, 9);
        QTRY_COMPARE(bench.rows(id).step.size(), size_t{60});
        QVERIFY(bench.equalsStore(id));
        QVERIFY(bench.rows(id).value.back() > 9);
    }
    void aValueWrittenAgainIsTaken()
    {
        Bench bench;
        auto writer = RunWriter::create(bench.paths, newRun("one"));
        write(writer, 1, 10);
        bench.open();
        bench.selection.setShown(QString::fromStdString(writer.id()), true);
        QTRY_COMPARE(bench.rows(writer.id()).step.size(), size_t{10});
        writer.points({{"train/cross_entropy", 10, 77}});
        writer.flush();
        QTRY_COMPARE(bench.rows(writer.id()).value.back(), 77.0);
        QVERIFY(bench.equalsStore(writer.id()));
    }
    void longSeriesComeInSlices()
    {
        Bench bench;
        auto writer = RunWriter::create(bench.paths, newRun("long"));
        std::vector<Point> points;
        for (int64_t step = 1; step <= 250'000; ++step)
            points.push_back({"train/cross_entropy", step, 1.0 / double(step)});
        for (int64_t step = 1000; step <= 250'000; step += 1000) points.push_back({"valid/cross_entropy", step, 3});
        writer.points(std::move(points));
        writer.setStep(250'000);
        writer.flush();
        bench.open();
        bench.selection.setShown(QString::fromStdString(writer.id()), true);
        QTRY_COMPARE_WITH_TIMEOUT(bench.rows(writer.id()).step.size(), size_t{250'000}, 20'000);
        QTRY_COMPARE(bench.rows(writer.id(), "valid/cross_entropy").step.size(), size_t{250});
        QVERIFY(bench.equalsStore(writer.id()));
    }
    void languagesOfTheCurrentRun()
    {
        Bench bench;
        auto one = RunWriter::create(bench.paths, newRun("one")), two = RunWriter::create(bench.paths, newRun("two"));
        one.points({{"valid/cross_entropy/de", 10, 2}, {"valid/cross_entropy/en", 10, 1}});
        two.points({{"valid/cross_entropy/fr", 10, 3}});
        one.setStep(10);
        two.setStep(10);
        one.flush();
        two.flush();
        bench.open();
        const QString id = QString::fromStdString(one.id());
        bench.selection.setShownRuns({QString::fromStdString(two.id()), id});
        bench.selection.setCurrentRun(id);
        QTRY_COMPARE(bench.chart(languages).curveIds(),
                     (QStringList{id + "|valid/cross_entropy/de", id + "|valid/cross_entropy/en"}));
        QTRY_COMPARE(bench.chart(languages).pointCount(), 2);
        QCOMPARE(bench.chart(languages).readAt(10)[0].name, "de");
        QCOMPARE(bench.chart(languages).readAt(10)[0].raw, std::exp(2.0)); // perplexity at first
        bench.page->findChild<QFrame*>("chart:" + languages)->findChild<QToolButton*>("perplexity")->click();
        QCOMPARE(bench.chart(languages).readAt(10)[0].raw, 2.0);
        bench.selection.setCurrentRun(QString::fromStdString(two.id()));
        QTRY_COMPARE(bench.chart(languages).pointCount(), 1);
        // A chart of a series that another chart shows already gets all of it.
        bench.page->showSeries("valid/cross_entropy/fr");
        QTRY_COMPARE(bench.rows(two.id(), "valid/cross_entropy/fr").value, std::vector<double>{3});
    }
    void xAxesFollowTheClock()
    {
        Bench bench;
        auto writer = RunWriter::create(bench.paths, newRun("one"));
        write(writer, 1, 20);
        bench.open();
        bench.selection.setShown(QString::fromStdString(writer.id()), true);
        QTRY_COMPARE(bench.rows(writer.id()).step.size(), size_t{20});
        auto* bar = bench.page->findChild<ChartOptionsBar*>();
        ChartOptions options = bar->options();
        options.x = XKind::Tokens;
        bar->setOptions(options);
        QCOMPARE(bench.chart().link()->range(), (XRange{100, 2000}));
        write(writer, 21, 30);
        QTRY_COMPARE(bench.chart().link()->range().upper, 3000.0);
        QVERIFY(bench.chart().toCsv().contains("one,train/cross_entropy,30,3000,"));
    }
    void aHundredRuns()
    {
        Bench bench;
        std::vector<std::string> ids;
        QStringList shown;
        for (int r = 0; r < 100; ++r) {
            auto writer = RunWriter::create(bench.paths, newRun("run-" + std::to_string(r)));
            write(writer, 1, 30);
            ids.push_back(writer.id());
            shown << QString::fromStdString(writer.id());
            writer.setStatus(RunStatus::Finished);
        }
        bench.open();
        bench.selection.setShownRuns(shown);
        QTRY_COMPARE_WITH_TIMEOUT(bench.chart().pointCount(), 3000, 20'000);
        for (const std::string& id : ids) QVERIFY(bench.equalsStore(id));
        bench.selection.setShownRuns(shown.mid(0, 3));
        QTRY_COMPARE(bench.chart().pointCount(), 90);
        bench.selection.setShownRuns({}); // no current run either
        QTRY_VERIFY(bench.page->findChild<QLabel*>("chartsEmpty")->isVisible());
    }
    void chartSetAndOptionsAreRemembered()
    {
        Bench bench;
        auto writer = RunWriter::create(bench.paths, newRun("one"));
        write(writer, 1, 5);
        bench.open();
        QCOMPARE(bench.page->specs(), defaultChartSpecs());
        bench.page->showSeries("train/something");
        bench.page->removeSeries("train/aux_loss");
        auto* grid = bench.page->findChild<ChartGrid*>();
        auto* norm = bench.page->findChild<ChartCell*>("chart:train/grad_norm");
        grid->move(norm, 0);
        Q_EMIT norm->moveRequested(1);
        norm->chart()->findChild<QAction*>("chartLogY")->trigger();
        bench.page->findChild<QSlider*>("smoothing")->setValue(900);
        const auto specs = bench.page->specs();
        QCOMPARE(specs[1].series, "train/grad_norm");
        QVERIFY(specs[1].y_log && specs.back().series == "train/something");
        bench.page.reset();
        bench.open();
        QCOMPARE(bench.page->specs(), specs);
        QCOMPARE(bench.page->findChild<QSlider*>("smoothing")->value(), 900);
        bench.page->findChild<QAction*>("chartsDefaults")->trigger();
        QCOMPARE(bench.page->specs(), defaultChartSpecs());
    }
    void damagedSettingsAreTheDefaults_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("no JSON") << QByteArray("{[");
        QTest::newRow("another kind") << QByteArray("{\"series\": 1}");
        QTest::newRow("nothing of use") << QByteArray("[1, {}, {\"series\": \"\"}]");
    }
    void damagedSettingsAreTheDefaults()
    {
        QFETCH(QByteArray, json);
        Bench bench;
        bench.settings.setValue("charts/specs", json);
        bench.settings.setValue("charts/x", 77);
        bench.settings.setValue("charts/smoothing", "nan");
        bench.open();
        QCOMPARE(bench.page->specs(), defaultChartSpecs());
        QCOMPARE(bench.page->findChild<ChartOptionsBar*>()->options(), ChartOptions());
    }
    void specsOfOneSeriesOnlyOnce()
    {
        const auto specs =
            chartSpecsFromJson(R"([{"series": "a", "y_log": true, "perplexity": true}, {"series": "a"}])");
        QCOMPARE(specs, (QVector<ChartSpec>{{"a", true, false}})); // no cross entropy: no perplexity
        QCOMPARE(chartSpecsFromJson(toJson(defaultChartSpecs())), defaultChartSpecs());
    }
    void seriesListAddsAndRemovesCharts()
    {
        Bench bench;
        auto writer = RunWriter::create(bench.paths, newRun("one"));
        writer.points({{"probe/<b>odd", 1, 3}, {"train/cross_entropy", 1, 3}, {"valid/cross_entropy/de", 1, 3}});
        writer.systemSample(1, {{"system/cpu_percent", 1, 50}});
        writer.setStep(1);
        writer.flush();
        bench.open();
        bench.selection.setShown(QString::fromStdString(writer.id()), true);
        bench.page->findChild<QAction*>("chartsSeries")->trigger();
        auto* tree = bench.page->findChild<QTreeWidget*>("seriesTree");
        QTRY_COMPARE(tree->topLevelItemCount(), 3); // probe, train, valid: system has a page of its own
        auto* leaf = tree->topLevelItem(0)->child(0);
        QCOMPARE(leaf->checkState(0), Qt::Unchecked);
        leaf->setCheckState(0, Qt::Checked);
        QTRY_COMPARE(bench.rows(writer.id(), "probe/<b>odd").value, std::vector<double>{3});
        tree->topLevelItem(0)->child(0)->setCheckState(0, Qt::Unchecked);
        QVERIFY(!bench.page->chartOf("probe/<b>odd"));
        auto* search = bench.page->findChild<QLineEdit*>("seriesSearch");
        search->setText("odd");
        QVERIFY(tree->topLevelItem(1)->isHidden() && !tree->topLevelItem(0)->isHidden());
        search->clear();
        QVERIFY(!tree->topLevelItem(1)->isHidden());
    }
    void maximisedAloneAndBack()
    {
        Bench bench;
        auto writer = RunWriter::create(bench.paths, newRun("one"));
        write(writer, 1, 5);
        bench.open();
        bench.selection.setShown(QString::fromStdString(writer.id()), true);
        QTRY_VERIFY(bench.chart().isVisible());
        QTest::keyClick(&bench.chart(), Qt::Key_Return);
        QVERIFY(bench.chart().isVisible() && !bench.chart("train/grad_norm").isVisible());
        bench.page->findChild<QAction*>("chartsRestore")->trigger();
        QVERIFY(bench.chart("train/grad_norm").isVisible());
        auto* grid = bench.page->findChild<ChartGrid*>();
        QVERIFY(grid->columnCount() >= 2);
        bench.page->resize(430, 700);
        QTRY_COMPARE(grid->columnCount(), 1);
        bench.page->resize(2500, 1400);
        QTRY_VERIFY(grid->widget()->height() <= grid->viewport()->height()); // all in sight
    }
    void dragMovesAChart()
    {
        Bench bench;
        auto writer = RunWriter::create(bench.paths, newRun("one"));
        write(writer, 1, 5);
        bench.open();
        bench.selection.setShown(QString::fromStdString(writer.id()), true);
        QTRY_VERIFY(bench.chart().isVisible());
        QWidget* content = bench.page->findChild<ChartGrid*>()->widget();
        const auto drop = [&](const QByteArray& series, const QPoint& where) {
            QMimeData mime;
            mime.setData(ChartCell::mimeType(), series);
            QDragEnterEvent enter(where, Qt::MoveAction, &mime, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(content, &enter);
            QDropEvent event(where, Qt::MoveAction, &mime, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(content, &event);
        };
        drop("train/grad_norm", {20, 20});
        QCOMPARE(bench.page->specs()[0].series, "train/grad_norm");
        drop("train/grad_norm", bench.page->findChild<ChartCell*>("chart:train/aux_loss")->geometry().center());
        QCOMPARE(bench.page->specs()[6].series, "train/grad_norm");
        const auto specs = bench.page->specs();
        drop("nothing/of/this", {20, 20});
        QCOMPARE(bench.page->specs(), specs);
    }
    void zoomAndHiddenPageSurviveRefresh()
    {
        Bench bench;
        auto writer = RunWriter::create(bench.paths, newRun("one"));
        write(writer, 1, 50);
        bench.open();
        bench.selection.setShown(QString::fromStdString(writer.id()), true);
        QTRY_COMPARE(bench.rows(writer.id()).step.size(), size_t{50});
        bench.chart().link()->setRange({10, 20});
        bench.page->hide();
        write(writer, 51, 60);
        QTRY_COMPARE(bench.watch.picture()->find(writer.id())->step, 60);
        QCOMPARE(bench.rows(writer.id()).step.size(), size_t{50}); // nobody looks: nothing is read
        bench.page->show();
        QTRY_COMPARE(bench.rows(writer.id()).step.size(), size_t{60});
        QCOMPARE(bench.chart("train/grad_norm").link()->range(), (XRange{10, 20}));
    }
};

} // namespace sy

QTEST_MAIN(sy::ChartsPageTest)
#include "charts_page_test.moc"
