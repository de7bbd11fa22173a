#include "ui/plots/bar_chart.h"
#include "ui/plots/qcustomplot.h"

#include <QSvgRenderer>
#include <QTest>

#include <cmath>

namespace sy {

class BarChartTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsItsValues()
    {
        BarChart chart;
        chart.setValueAxis("Share", "%");
        chart.setBars({"de", "<i>en</i>"}, {{"in the corpus", Qt::red, {12.5, 80}}, {"sampled", Qt::blue, {20}}});
        const QString unit = QString(QChar::Nbsp) + "%";
        QCOMPARE(chart.categoryText(0), "de: in the corpus 12.5" + unit + ", sampled 20" + unit);
        QCOMPARE(chart.categoryText(1), "<i>en</i>: in the corpus 80" + unit + ", sampled none");
        QCOMPARE(chart.categoryText(2), QString());
        QCOMPARE(chart.categoryText(-1), QString());
        QCOMPARE(chart.toCsv(),
                 QByteArray("category,\"in the corpus\",\"sampled\"\r\n\"de\",12.5,20\r\n\"<i>en</i>\",80,\r\n"));
    }
    void drawsAndReplaces()
    {
        BarChart chart;
        chart.resize(400, 300);
        chart.show();
        chart.setBars({"a", "b", "c"}, {{"x", Qt::red, {1, std::nan(""), 3}}});
        QCOMPARE(chart.plot()->plottableCount(), 1);
        QVERIFY(chart.plot()->yAxis->range().upper > 3);
        QCOMPARE(chart.plot()->yAxis->range().lower, 0.0);
        chart.setBars({"a"}, {{"x", Qt::red, {-2}}});
        QVERIFY(chart.plot()->yAxis->range().lower < -2);
        QVERIFY(!QImage::fromData(chart.toPng({200, 150}), "PNG").isNull());
        QVERIFY(QSvgRenderer(chart.toSvg({200, 150})).isValid());
        chart.setBars({}, {});
        QCOMPARE(chart.plot()->plottableCount(), 0);
        QVERIFY(chart.plot()->item(0)->visible()); // the empty text
    }
};

} // namespace sy

QTEST_MAIN(sy::BarChartTest)
#include "bar_chart_test.moc"
