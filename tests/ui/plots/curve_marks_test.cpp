// What stands beside the curves of a chart: bands, constants, the step that is looked at.
#include "ui/plots/curve_chart.h"
#include "ui/plots/curve_set.h"
#include "ui/plots/qcustomplot.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>

namespace sy {

namespace {

const Curve values{{100, 200, 300}, {0.5, 0.6, 0.7}};
const Curve low{{100, 200, 300}, {0.1, 0.2, 0.1}}, high{{100, 200, 300}, {0.2, 0.3, 0.2}};

std::unique_ptr<CurveChart> shown()
{
    auto chart = std::make_unique<CurveChart>();
    chart->setCurve("a", CurveLook{"layer 1", Qt::red, Qt::SolidLine, "run", "s"});
    chart->setRows("a", values);
    chart->resize(600, 400);
    chart->show();
    chart->replotNow();
    return chart;
}

QColor at(CurveChart& chart, double x, double y)
{
    chart.replotNow();
    QCustomPlot* plot = chart.plot();
    plot->replot();
    return plot->grab().toImage().pixelColor(static_cast<int>(plot->xAxis->coordToPixel(x)),
                                             static_cast<int>(plot->yAxis->coordToPixel(y)));
}

} // namespace

class CurveMarksTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aBandHoldsTheStepsThatBothSidesHave()
    {
        CurveSet set;
        set.setBand("a", {"null", Qt::blue, Qt::SolidLine, {}, {}}, Curve{{1, 2, 4}, {1, 2, 4}},
                    Curve{{2, 3, 4}, {5, 6, 7}});
        QCOMPARE(set.bands().size(), size_t{1});
        QCOMPARE(set.bands()[0].step, (std::vector<int64_t>{2, 4}));
        QCOMPARE(set.bands()[0].lower, (std::vector<double>{2, 4}));
        QCOMPARE(set.bands()[0].upper, (std::vector<double>{5, 7}));
        set.setBand("a", {}, {}, {});
        QVERIFY(set.bands().empty());
    }
    void theAxisHoldsThemToo()
    {
        const auto chart = shown();
        const double before = chart->yRange().lower;
        QVERIFY(before > 0.4);
        chart->setBand("null", low, high, Qt::blue);
        QVERIFY(chart->yRange().lower < 0.1);
        chart->setReferenceLine("fair", 0.9, "fair share");
        QVERIFY(chart->yRange().upper > 0.9);
        QCOMPARE(chart->referenceLine("fair"), std::optional(0.9));
        chart->setBand("null", {}, {}, {});
        chart->setReferenceLine("fair", std::nan(""), {});
        QCOMPARE(chart->referenceLine("fair"), std::optional<double>());
        QCOMPARE(chart->yRange().lower, before);
    }
    void theBandIsPaintedBetweenItsCurves()
    {
        const auto chart = shown();
        chart->setBand("null", low, high, Qt::blue);
        const QColor inside = at(*chart, 151, 0.2), outside = at(*chart, 151, 0.4);
        QVERIFY(inside != outside);
        QVERIFY(inside.blue() > inside.red());
    }
    void aBandStopsWhereNothingIsKnown()
    {
        const auto chart = shown();
        Curve broken = low;
        broken.value[1] = std::nan("");
        chart->setBand("null", broken, high, Qt::blue);
        QCOMPARE(at(*chart, 151, 0.2), at(*chart, 151, 0.4));
    }
    void smoothingAndLogarithmsLeaveThemAlone()
    {
        const auto chart = shown();
        chart->setBand("null", low, high, Qt::blue);
        chart->setReferenceLine("zero", 0, "nothing");
        chart->setSmoothing(0.9);
        chart->setYLog(true);
        QVERIFY(at(*chart, 151, 0.2) != at(*chart, 151, 0.4));
        QVERIFY(chart->yRange().lower > 0);
    }
    void csvNamesThem()
    {
        const auto chart = shown();
        chart->setBand("a", Curve{{100}, {0.25}}, Curve{{100}, {0.5}}, Qt::blue, "null 95 %", "run");
        chart->setReferenceLine("fair", 0.125, "fair share");
        const QByteArray csv = chart->toCsv();
        QVERIFY(csv.contains("run,null 95 % lower,100,,,,,0.25\r\n"));
        QVERIFY(csv.contains("run,null 95 % upper,100,,,,,0.5\r\n"));
        QVERIFY(csv.endsWith(",fair share,,,,,,0.125\r\n"));
    }
    void theMarkedStepIsAcross()
    {
        const auto chart = shown();
        const QColor before = at(*chart, 200, 0.51);
        chart->setMarkedStep(200);
        QVERIFY(at(*chart, 200, 0.51) != before);
        chart->setMarkedStep({});
        QCOMPARE(at(*chart, 200, 0.51), before);
    }
    void aClickTellsItsPlace()
    {
        const auto chart = shown();
        QSignalSpy clicked(chart.get(), &CurveChart::clicked);
        const QRect rect = chart->plot()->axisRect()->rect();
        QTest::mouseClick(chart->plot(), Qt::LeftButton, {}, QPoint(rect.left() + rect.width() / 2, rect.center().y()));
        QCOMPARE(clicked.size(), 1);
        QVERIFY(std::abs(clicked[0][0].toDouble() - 200) < 2);
        QTest::mousePress(chart->plot(), Qt::LeftButton, {}, rect.center());
        QTest::mouseMove(chart->plot(), rect.center() + QPoint(40, 0));
        QTest::mouseRelease(chart->plot(), Qt::LeftButton, {}, rect.center() + QPoint(40, 0));
        QCOMPARE(clicked.size(), 1); // a drag is none
    }
};

} // namespace sy

QTEST_MAIN(sy::CurveMarksTest)
#include "curve_marks_test.moc"
