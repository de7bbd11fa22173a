// The numbers behind a chart: clocks, smoothing, ranges, readings, CSV.
#include "ui/plots/curve_set.h"
#include "ui/plots/number_text.h"

#include <QTest>

#include <cmath>

namespace sy {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Curve steps(std::vector<double> values, int64_t first = 1)
{
    Curve rows;
    for (const double value : values) {
        rows.step.push_back(first++);
        rows.value.push_back(value);
    }
    return rows;
}

CurvePoints& filled(CurveSet& set, const QString& id, const Curve& rows)
{
    CurvePoints& curve = set.add(id);
    curve.look.name = id;
    set.setRows(curve, rows);
    return curve;
}

} // namespace

class CurveSetTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void smoothingEqualsItsClosedForm_data()
    {
        QTest::addColumn<double>("weight");
        for (const double weight : {0.0, 0.3, 0.9, 0.999}) QTest::addRow("w = %g", weight) << weight;
    }
    void smoothingEqualsItsClosedForm()
    {
        QFETCH(double, weight);
        const std::vector<double> values{4, 1, nan, 7, infinity, -2, 0.5, 3};
        CurveSet set;
        set.setSmoothing(weight);
        CurvePoints& curve = filled(set, "a", steps({values.begin(), values.begin() + 3}));
        set.appendRows(curve, steps({values.begin() + 3, values.end()}, 4)); // it goes on where it was
        std::vector<double> finite;
        for (size_t t = 0; t < values.size(); ++t) {
            if (!std::isfinite(values[t])) {
                if (weight > 0) QVERIFY(!std::isfinite(curve.shown()[t]));
                continue;
            }
            finite.push_back(values[t]);
            double sum = 0, weights = 0;
            for (size_t i = 0; i < finite.size(); ++i) {
                const double w = std::pow(weight, static_cast<double>(finite.size() - 1 - i));
                sum += w * finite[i];
                weights += w;
            }
            QVERIFY(std::abs(curve.shown()[t] - sum / weights) < 1e-9);
        }
    }
    void aConstantStaysWhatItIs()
    {
        CurveSet set;
        set.setSmoothing(0.99);
        const CurvePoints& curve = filled(set, "a", steps(std::vector<double>(100, 2.5)));
        for (size_t i = 0; i < 100; ++i) QVERIFY(std::abs(curve.smooth[i] - 2.5) < 1e-12);
    }
    void rowsAtKnownStepsReplace()
    {
        CurveSet set;
        set.setSmoothing(0.5);
        CurvePoints& curve = filled(set, "a", steps({1, 2, 3, 4}));
        set.appendRows(curve, steps({30, 40, 50}, 3));
        QCOMPARE(curve.value, (std::vector<double>{1, 2, 30, 40, 50}));
        CurveSet fresh;
        fresh.setSmoothing(0.5);
        const CurvePoints& again = filled(fresh, "a", steps({1, 2, 30, 40, 50}));
        QCOMPARE(curve.smooth.values(), again.smooth.values());
    }
    void clockInterpolatesAndWaits()
    {
        CurveSet set;
        set.setXKind(XKind::Tokens);
        CurvePoints& curve = filled(set, "a", steps({1, 2, 3, 4, 5}));
        QCOMPARE(set.hidden({0, 1e9}, {0, 9}, false, false).no_clock, size_t{5});
        auto clock =
            std::make_shared<RunClock>(std::vector<ClockTick>{{2, 200, 2e9, 5000, 1}, {4, 600, 6e9, 9000, 3}}, 1000);
        set.setClock(curve, clock);
        QCOMPARE(curve.x, (std::vector<double>{100, 200, 400, 600})); // step 5 waits
        QCOMPARE(set.hidden({0, 1e9}, {0, 9}, false, false).no_clock, size_t{1});
        clock->append({{5, 700, 7e9, 10000, 4}});
        set.setClock(curve, clock);
        QCOMPARE(curve.x, (std::vector<double>{100, 200, 400, 600, 700}));
        set.setXKind(XKind::WallTime);
        QCOMPARE(curve.x, (std::vector<double>{2, 4, 6, 8, 9}));
        set.setXKind(XKind::ProcessTime);
        QCOMPARE(curve.x, (std::vector<double>{0.5, 1, 2, 3, 4}));
        set.setXKind(XKind::Step);
        QCOMPARE(curve.x, (std::vector<double>{1, 2, 3, 4, 5}));
    }
    void aWallClockSetBackStandsStill()
    {
        const RunClock clock({{1, 10, 1, 5000, 1}, {2, 20, 2, 3000, 2}, {3, 30, 3, 8000, 3}}, 1000);
        QCOMPARE(clock.at(XKind::WallTime, 2), 4.0);
        QCOMPARE(clock.at(XKind::WallTime, 3), 7.0);
        QVERIFY(std::isnan(clock.at(XKind::WallTime, 4)));
        QVERIFY(std::isnan(RunClock().at(XKind::Flops, 1)));
    }
    void rangesAndWhatTheyHide()
    {
        CurveSet set;
        filled(set, "a", steps({nan, 2, 4, -infinity, 0, -3, 8}));
        const XRange all{1, 7};
        QCOMPARE(set.yExtent(all, false, false), std::optional(XRange{-3, 8}));
        QCOMPARE(set.yExtent(all, true, false), std::optional(XRange{2, 8}));
        QCOMPARE(set.yExtent({1, 1}, false, false), std::optional<XRange>());
        const HiddenPoints linear = set.hidden(all, {0, 5}, false, false);
        QCOMPARE(linear.outside, size_t{2});
        QCOMPARE(linear.not_finite, size_t{2});
        QCOMPARE(linear.not_positive, size_t{0});
        const HiddenPoints log = set.hidden(all, {1, 5}, false, true);
        QCOMPARE(log.outside, size_t{1});
        QCOMPARE(log.not_positive, size_t{2});
    }
    void outliersLieBeyondTukeysFences()
    {
        std::vector<double> values;
        for (int i = 0; i < 100; ++i) values.push_back(i % 10);
        values[50] = 1e6;
        CurveSet set;
        filled(set, "a", steps(values));
        const auto range = set.yExtent({1, 100}, false, true);
        QVERIFY(range && range->lower == 0 && range->upper > 9 && range->upper < 20);
        QCOMPARE(set.hidden({1, 100}, *range, false, false).outside, size_t{1});
        CurveSet flat; // half of the values are the same
        filled(flat, "a", steps(std::vector<double>(50, 3)));
        QCOMPARE(flat.yExtent({1, 50}, false, true), std::optional(XRange{3, 3}));
    }
    void readingsAreTheNearestPointsHighestFirst()
    {
        CurveSet set;
        filled(set, "low", steps({1, 2, 3, 4}));
        filled(set, "high", steps({10, 20, 30, 40}));
        filled(set, "bad", steps({nan, nan, nan, nan}));
        filled(set, "later", steps({99}, 100));
        const auto readings = set.readAt(2.4);
        QCOMPARE(readings.size(), 3);
        QCOMPARE(readings[0].id, "high");
        QCOMPARE(readings[0].raw, 20.0);
        QCOMPARE(readings[0].step, 2);
        QCOMPARE(readings[1].id, "low");
        QCOMPARE(readings[2].id, "bad");
        QCOMPARE(set.readAt(2.6)[0].raw, 30.0);
        QCOMPARE(set.readAt(0.5).size(), 0);
        QCOMPARE(set.readAt(0.5, 1).size(), 3);
    }
    void csvHoldsExactNumbers()
    {
        CurveSet set;
        CurvePoints& curve = filled(set, "a", Curve{{1, 3}, {0.1, nan}});
        curve.look.run = "odd, \"name\"";
        curve.look.series = "valid/cross_entropy";
        set.setClock(curve, std::make_shared<RunClock>(
                                std::vector<ClockTick>{{1, 100, 1.5e9, 1234, 0.25}, {2, 200, 3e9, 2234, 1}}, 1000));
        QCOMPARE(set.csv(), QByteArray("run,series,step,tokens,flops,wall_ms,process_s,value\r\n"
                                       "\"odd, \"\"name\"\"\",valid/cross_entropy,1,100,1.5e+09,1234,0.25,0.1\r\n"
                                       "\"odd, \"\"name\"\"\",valid/cross_entropy,3,,,,,nan\r\n"));
        set.setYValue(YValue::Exponential);
        QVERIFY(set.csv().startsWith("run,series,step,tokens,flops,wall_ms,process_s,value,exp_value\r\n"));
        QVERIFY(!set.csv(true).contains("exp_value"));
        QCOMPARE(curve.y[0], std::exp(0.1));
    }
    void tickTexts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const QString space(QChar::Nbsp);
        QTest::newRow("plain") << tickText(500, 500, 1500) << "500";
        QTest::newRow("quarter") << tickText(1.25, 0.25, 2) << "1.25";
        QTest::newRow("zero") << tickText(0, 0.5, 2) << "0";
        QTest::newRow("millions") << tickText(1.5e6, 5e5, 2e6) << "1.5" + space + "M";
        QTest::newRow("peta") << tickText(2e15, 1e15, 3e15) << "2" + space + "P";
        QTest::newRow("tiny") << tickText(2e-5, 1e-5, 5e-5) << "2e-05";
        QTest::newRow("seconds") << durationTickText(45, 100) << "45";
        QTest::newRow("minutes") << durationTickText(90, 600) << "1:30";
        QTest::newRow("hours") << durationTickText(5400, 10000) << "1:30";
        QTest::newRow("days") << durationTickText(216000, 600000) << "2.5";
    }
    void tickTexts()
    {
        QFETCH(QString, text);
        QTEST(text, "expected");
    }
};

} // namespace sy

QTEST_APPLESS_MAIN(sy::CurveSetTest)
#include "curve_set_test.moc"
