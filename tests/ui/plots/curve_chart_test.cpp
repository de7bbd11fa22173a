// The chart as a person meets it: mouse, keyboard, linked charts, exports.
#include "ui/plots/curve_chart.h"
#include "ui/plots/qcustomplot.h"

#include <QAction>
#include <QBuffer>
#include <QClipboard>
#include <QMenu>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTest>

#include <cmath>

namespace sy {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Curve line(int points, double factor = 1)
{
    Curve rows;
    for (int i = 1; i <= points; ++i) {
        rows.step.push_back(i);
        rows.value.push_back(factor * i);
    }
    return rows;
}

std::unique_ptr<CurveChart> shown(int points = 100)
{
    auto chart = std::make_unique<CurveChart>();
    chart->setTitle("Loss");
    chart->setYAxis("Cross entropy", "nats");
    chart->setCurve("a", CurveLook{"run <b>a</b>", Qt::red, Qt::SolidLine, "run a", "s"});
    if (points) chart->setRows("a", line(points));
    chart->resize(600, 400);
    chart->show();
    chart->activateWindow(); // shortcuts reach the active window only
    if (!QTest::qWaitForWindowActive(chart.get())) qWarning("the chart's window is not active");
    chart->replotNow();
    return chart;
}

/// Pixels of exactly this colour.
int count(const QImage& image, const QColor& colour)
{
    int hits = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) hits += image.pixelColor(x, y).rgb() == colour.rgb();
    return hits;
}

QPoint at(const CurveChart& chart, double x_share, double y_share)
{
    const QRect rect = chart.plot()->axisRect()->rect();
    return {rect.left() + static_cast<int>(x_share * rect.width()),
            rect.top() + static_cast<int>(y_share * rect.height())};
}

void wheel(CurveChart& chart, const QPoint& where, int turns)
{
    QWheelEvent event(where, chart.plot()->mapToGlobal(where), {}, {0, 120 * turns}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(chart.plot(), &event);
}

/// QTest::mouseMove moves the one pointer there is, and says nothing where it is there already.
void hover(CurveChart& chart, const QPoint& where)
{
    QMouseEvent event(QEvent::MouseMove, where, chart.plot()->mapToGlobal(where), Qt::NoButton, Qt::NoButton,
                      Qt::NoModifier);
    QApplication::sendEvent(chart.plot(), &event);
}

} // namespace

class CurveChartTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsAllAndFollowsUntilZoomed()
    {
        const auto chart = shown();
        QCOMPARE(chart->link()->range(), (XRange{1, 100}));
        chart->appendRows("a", Curve{{101, 200}, {5, 5}});
        QCOMPARE(chart->link()->range().upper, 200.0); // live
        wheel(*chart, at(*chart, 0.5, 0.5), 3);
        const XRange zoomed = chart->link()->range();
        QVERIFY(zoomed.lower > 1 && zoomed.upper < 200);
        chart->appendRows("a", Curve{{300}, {5}});
        QCOMPARE(chart->link()->range(), zoomed); // the user chose it
        chart->findChild<QAction*>("chartFollow")->trigger();
        QCOMPARE(chart->link()->range().upper, 300.0);
        QVERIFY(qFuzzyCompare(chart->link()->range().size(), zoomed.size()));
        chart->appendRows("a", Curve{{400}, {5}});
        QCOMPARE(chart->link()->range().upper, 400.0);
        QTest::keyClick(chart.get(), Qt::Key_Home);
        QCOMPARE(chart->link()->range(), (XRange{1, 400}));
        QCOMPARE(chart->link()->mode(), ChartLink::Mode::All);
    }
    void zoomingOutOfEverythingIsLiveAgain()
    {
        const auto chart = shown();
        wheel(*chart, at(*chart, 0.5, 0.5), 2);
        QCOMPARE(chart->link()->mode(), ChartLink::Mode::Fixed);
        wheel(*chart, at(*chart, 0.5, 0.5), -4);
        QCOMPARE(chart->link()->mode(), ChartLink::Mode::All);
    }
    void wheelKeepsThePointUnderTheMouse()
    {
        const auto chart = shown();
        const QPoint where = at(*chart, 0.25, 0.5);
        const double before = chart->plot()->xAxis->pixelToCoord(where.x());
        wheel(*chart, where, 1);
        wheel(*chart, where, 1); // before anything was drawn
        const XRange range = chart->link()->range();
        QVERIFY(std::abs(range.size() - 99 / (1.25 * 1.25)) < 1e-6);
        QVERIFY(std::abs((before - range.lower) / range.size() - (before - 1) / 99) < 1e-6);
    }
    void dragPansAndBoxZooms()
    {
        const auto chart = shown();
        const double per_pixel = 99.0 / chart->plot()->axisRect()->width();
        QTest::mousePress(chart->plot(), Qt::LeftButton, {}, at(*chart, 0.5, 0.5));
        QTest::mouseMove(chart->plot(), at(*chart, 0.5, 0.5) - QPoint(60, 0));
        QTest::mouseRelease(chart->plot(), Qt::LeftButton, {}, at(*chart, 0.5, 0.5) - QPoint(60, 0));
        QVERIFY(std::abs(chart->link()->range().lower - (1 + 60 * per_pixel)) < 1e-6);
        chart->showAll();
        chart->replotNow();
        const QPoint from = at(*chart, 0.25, 0.25), to = at(*chart, 0.75, 0.75);
        const double lower = chart->plot()->xAxis->pixelToCoord(from.x()),
                     upper = chart->plot()->xAxis->pixelToCoord(to.x());
        QTest::mousePress(chart->plot(), Qt::LeftButton, Qt::ShiftModifier, from);
        QTest::mouseMove(chart->plot(), to);
        QTest::mouseRelease(chart->plot(), Qt::LeftButton, Qt::ShiftModifier, to);
        QVERIFY(std::abs(chart->link()->range().lower - lower) < 1e-6);
        QVERIFY(std::abs(chart->link()->range().upper - upper) < 1e-6);
        QVERIFY(chart->yRange().lower > 1 && chart->yRange().upper < 100);
        QTest::mouseDClick(chart->plot(), Qt::LeftButton, {}, from);
        QCOMPARE(chart->link()->range(), (XRange{1, 100}));
        QVERIFY(chart->yRange().upper >= 100);
    }
    void yFollowsWhatIsVisible()
    {
        const auto chart = shown();
        chart->link()->setRange({10, 20});
        QVERIFY(chart->yRange().lower < 10 && chart->yRange().lower > 5);
        QVERIFY(chart->yRange().upper > 20 && chart->yRange().upper < 25);
    }
    void keyboardPansAndZooms()
    {
        const auto chart = shown();
        chart->link()->setRange({20, 40});
        QTest::keyClick(chart.get(), Qt::Key_Right);
        QCOMPARE(chart->link()->range(), (XRange{22, 42}));
        QTest::keyClick(chart.get(), Qt::Key_Plus);
        QVERIFY(chart->link()->range().size() < 19);
        const double height = chart->yRange().size();
        QTest::keyClick(chart.get(), Qt::Key_Up);
        QVERIFY(chart->yRange().size() < height);
        QTest::keyClick(chart.get(), Qt::Key_Right, Qt::ControlModifier);
        QVERIFY(chart->link()->cursor().has_value());
        QSignalSpy maximise(chart.get(), &CurveChart::maximiseRequested);
        QTest::keyClick(chart.get(), Qt::Key_Return);
        QCOMPARE(maximise.count(), 1);
    }
    void linkedChartsShareRangeAndCursor()
    {
        const auto one = shown(), two = shown(0);
        ChartLink link;
        one->setLink(&link);
        two->setLink(&link);
        two->setRows("a", Curve{{50, 500}, {1, 2}});
        QCOMPARE(link.range(), (XRange{1, 500})); // of both
        link.setRange({60, 70});
        one->replotNow();
        two->replotNow();
        QCOMPARE(one->plot()->xAxis->range(), QCPRange(60, 70));
        QCOMPARE(two->plot()->xAxis->range(), QCPRange(60, 70));
        hover(*one, at(*one, 0.5, 0.5));
        QVERIFY(link.cursor() && std::abs(*link.cursor() - 65) < 0.1);
        two->removeCurve("a");
        link.showAll();
        QCOMPARE(link.range(), (XRange{1, 100}));
    } // the link goes before the charts: they have their own again
    void logAxisTellsWhatItCannotShow()
    {
        const auto chart = shown();
        chart->setRows("a", Curve{{1, 2, 3, 4}, {10, 0, -5, 1000}});
        QCOMPARE(chart->badgeText(), QString());
        chart->setYLog(true);
        QCOMPARE(chart->badgeText(), "2 at or below 0, not on a log axis");
        QVERIFY(chart->yRange().lower > 0 && chart->yRange().lower < 10 && chart->yRange().upper > 1000);
        chart->setXLog(true);
        chart->replotNow();
        QVERIFY(chart->plot()->xAxis->range().lower > 0);
    }
    void notFiniteValuesAreMarkedAndCounted()
    {
        const auto chart = shown();
        Curve rows = line(9, 0);
        rows.value = {1, 1, 1, 1, nan, 1, 1, 1, 1};
        chart->setRows("a", rows);
        chart->replotNow();
        QCOMPARE(chart->badgeText(), "1 nan or inf");
        const QImage image = chart->plot()->grab().toImage();
        const QRect rect = chart->plot()->axisRect()->rect();
        QVERIFY(count(image.copy(rect.center().x() - 5, rect.top(), 10, 8), Qt::red) > 5); // the mark at the edge
        QCOMPARE(count(image.copy(rect.center().x() - 8, rect.center().y() - 40, 16, 80), Qt::red), 0); // the gap
        QVERIFY(count(image, Qt::red) > 100);
    }
    void outliersAreCountedNeverSilent()
    {
        const auto chart = shown();
        Curve rows = line(100, 0);
        for (size_t i = 0; i < 100; ++i) rows.value[i] = static_cast<double>(i % 10);
        rows.value[30] = rows.value[60] = 1e9;
        chart->setRows("a", rows);
        QCOMPARE(chart->badgeText(), QString());
        chart->setOutliersHidden(true);
        QCOMPARE(chart->badgeText(), "2 points outside");
        QVERIFY(chart->yRange().upper < 100);
        chart->link()->setRange({50, 80});
        QCOMPARE(chart->badgeText(), "1 point outside");
    }
    void denseCurvesCoverWhatTheirPointsCover()
    {
        const auto chart = shown(0);
        Curve rows;
        for (int i = 1; i <= 200'000; ++i) {
            rows.step.push_back(i);
            rows.value.push_back(i % 2 ? 1 : -1);
        }
        chart->setRows("a", rows);
        chart->replotNow();
        const QRect rect = chart->plot()->axisRect()->rect();
        const QImage image = chart->plot()->grab().toImage();
        // Every column but the outermost is red from 1 to -1, 10/11 of the height.
        const int expected = (rect.width() - 2) * (rect.height() * 10 / 11 - 2);
        QVERIFY2(count(image, Qt::red) >= expected, qPrintable(QString::number(count(image, Qt::red) - expected)));
    }
    void replacedDataIsAllThatIsLeft()
    {
        const auto chart = shown();
        chart->setRows("a", line(10)); // rewound
        QCOMPARE(chart->pointCount(), 10);
        QCOMPARE(chart->link()->range(), (XRange{1, 10}));
        QCOMPARE(chart->rows("a").step.size(), size_t{10});
        QCOMPARE(chart->rows("none").step.size(), size_t{0});
    }
    void followsThePalette()
    {
        const auto chart = shown();
        QPalette dark = chart->palette();
        dark.setColor(QPalette::Base, QColor(20, 22, 24));
        dark.setColor(QPalette::Text, Qt::white);
        chart->setPalette(dark);
        chart->replotNow();
        const QImage image = chart->plot()->grab().toImage();
        QVERIFY(count(image, QColor(20, 22, 24)) > image.width() * image.height() / 2);
        const QImage png = QImage::fromData(chart->toPng({300, 200}, 1), "PNG"); // on white all the same
        QVERIFY(count(png, Qt::white) > 300 * 200 / 2);
        QCOMPARE(chart->plot()->palette().color(QPalette::Base), QColor(20, 22, 24));
    }
    void exportsAreValidFiles()
    {
        const auto chart = shown();
        chart->setCurve("b", CurveLook{"b", Qt::blue, Qt::DashLine, "b", "s"});
        chart->setRows("b", line(50, 2));
        const QImage png = QImage::fromData(chart->toPng({640, 400}, 2), "PNG");
        QCOMPARE(png.size(), QSize(1280, 800));
        QVERIFY(count(png, Qt::red) > 100);
        const QByteArray svg = chart->toSvg({640, 400});
        QSvgRenderer renderer(svg);
        QVERIFY(renderer.isValid());
        QCOMPARE(renderer.viewBox(), QRect(0, 0, 640, 400));
        QVERIFY(svg.contains("run &lt;b&gt;a&lt;/b&gt;")); // a name is text
        const QByteArray pdf = chart->toPdf({640, 400});
        QVERIFY(pdf.startsWith("%PDF-") && pdf.trimmed().endsWith("%%EOF"));
        QCOMPARE(chart->toCsv().count("\r\n"), 1 + 100 + 50);
        chart->copyToClipboard();
        QVERIFY(!QApplication::clipboard()->image().isNull());
        chart->replotNow();
        QCOMPARE(chart->plot()->plotLayout()->elementCount(), 1); // title and legend were for the export
    }
    void emptyChartsSayWhatToDo()
    {
        const auto chart = shown(0);
        const auto darkPixels = [&] {
            const QImage image = chart->plot()->grab().toImage().copy(chart->plot()->axisRect()->rect());
            int dark = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x) dark += image.pixelColor(x, y).lightness() < 160;
            return dark;
        };
        chart->setEmptyText({});
        chart->replotNow();
        const int before = darkPixels();
        chart->setEmptyText("Tick a run to see its curve");
        chart->replotNow();
        QVERIFY(darkPixels() > before + 50);
        QVERIFY(!chart->toCsv().isEmpty());
        QVERIFY(chart->toPng({100, 100}).size() > 0);
    }
    void nonsenseChangesNothing()
    {
        const auto chart = shown();
        const XRange y = chart->yRange();
        chart->setYRange(5, 5);
        chart->setYRange(nan, 7);
        QCOMPARE(chart->yRange(), y);
        chart->link()->setRange({7, 3});
        chart->link()->setRange({nan, 3});
        QCOMPARE(chart->link()->range(), (XRange{1, 100}));
        chart->setSmoothing(nan);
        chart->setSmoothing(7);
        QVERIFY(std::isfinite(chart->readAt(50)[0].shown));
        chart->removeCurve("none");
        QCOMPARE(chart->curveIds(), QStringList{"a"});
    }
    void menuHoldsTheActions()
    {
        const auto chart = shown();
        std::unique_ptr<QMenu> menu(chart->createMenu());
        QCOMPARE(menu->actions(), chart->chartActions());
        for (const QAction* action : menu->actions())
            QVERIFY(!action->text().isEmpty() && !action->objectName().isEmpty());
        QSignalSpy spy(chart.get(), &CurveChart::yLogChanged);
        chart->findChild<QAction*>("chartLogY")->trigger();
        QCOMPARE(spy.count(), 1);
        QCOMPARE(chart->plot()->yAxis->scaleType(), QCPAxis::stLinear); // until it is drawn
        chart->replotNow();
        QCOMPARE(chart->plot()->yAxis->scaleType(), QCPAxis::stLogarithmic);
    }
};

} // namespace sy

QTEST_MAIN(sy::CurveChartTest)
#include "curve_chart_test.moc"
