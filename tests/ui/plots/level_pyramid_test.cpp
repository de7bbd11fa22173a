// The pyramid against slow loops.
#include "ui/plots/level_pyramid.h"

#include <QTest>

#include <cmath>
#include <random>

namespace sy {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

YSummary slowSummary(const std::vector<double>& values, size_t first, size_t last)
{
    YSummary out;
    for (size_t i = first; i < last; ++i) {
        if (!std::isfinite(values[i])) continue;
        out.min = std::min(out.min, values[i]);
        out.max = std::max(out.max, values[i]);
        if (values[i] > 0) out.min_positive = std::min(out.min_positive, values[i]);
    }
    return out;
}

std::vector<double> noise(size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    std::uniform_int_distribution<int> kind(0, 40);
    std::vector<double> values;
    for (size_t i = 0; i < count; ++i) {
        const int k = kind(random);
        values.push_back(k == 0 ? nan : k == 1 ? infinity : k == 2 ? -infinity : normal(random));
    }
    return values;
}

} // namespace

class LevelPyramidTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyRangeEqualsALoop_data()
    {
        QTest::addColumn<int>("count");
        for (const int count : {0, 1, 15, 16, 17, 255, 256, 257, 4096, 4097, 10'000})
            QTest::addRow("%d values", count) << count;
    }
    void everyRangeEqualsALoop()
    {
        QFETCH(int, count);
        const auto values = noise(static_cast<size_t>(count), 7);
        LevelPyramid pyramid;
        pyramid.append(values);
        QCOMPARE(pyramid.size(), values.size());
        std::mt19937 random(3);
        std::uniform_int_distribution<size_t> place(0, values.size());
        for (int trial = 0; trial < 500; ++trial) {
            size_t first = place(random), last = place(random);
            if (first > last) std::swap(first, last);
            QVERIFY(pyramid.summary(first, last) == slowSummary(values, first, last));
        }
        QVERIFY(pyramid.summary(0, values.size()) == slowSummary(values, 0, values.size()));
    }
    void columnsEqualALoop_data()
    {
        QTest::addColumn<bool>("log");
        QTest::newRow("even columns") << false;
        QTest::newRow("columns of a log axis") << true;
    }
    void columnsEqualALoop()
    {
        QFETCH(bool, log);
        const auto values = noise(20'000, 11);
        LevelPyramid pyramid;
        pyramid.append(values);
        std::mt19937 random(5);
        std::uniform_real_distribution<double> step(0, 2);
        std::vector<double> x;
        double at = 1;
        for (size_t i = 0; i < values.size(); ++i) x.push_back(at += i % 7 == 0 ? 0 : step(random)); // equal x occur
        std::vector<double> edges;
        for (int e = 0; e <= 300; ++e)
            edges.push_back(log ? 2 * std::pow(x.back(), e / 300.0) : 100 + e * (x.back() - 500) / 300);
        const auto columns = summariseColumns(x, pyramid, edges);
        QCOMPARE(columns.size(), size_t{300});
        for (size_t c = 0; c < columns.size(); ++c) {
            YSummary slow;
            size_t inside = 0;
            for (size_t i = 0; i < x.size(); ++i)
                if (x[i] >= edges[c] && x[i] < edges[c + 1]) {
                    slow.add(values[i]);
                    ++inside;
                }
            QVERIFY(columns[c].y == slow);
            QCOMPARE(columns[c].last - columns[c].first, inside);
        }
    }
    void countsOutsideAndNotFinite()
    {
        const auto values = noise(5000, 13);
        LevelPyramid pyramid;
        pyramid.append(values);
        for (const auto& [first, last] : {std::pair<size_t, size_t>{0, 5000}, {17, 4321}, {100, 100}, {255, 257}})
            for (const auto& [lower, upper] : {std::pair{-1.0, 1.0}, {-9.0, 9.0}, {0.0, 0.0}, {5.0, 6.0}}) {
                size_t outside = 0, odd = 0;
                for (size_t i = first; i < last; ++i) {
                    outside += std::isfinite(values[i]) && (values[i] < lower || values[i] > upper);
                    odd += !std::isfinite(values[i]);
                }
                QCOMPARE(pyramid.countOutside(first, last, lower, upper), outside);
                QCOMPARE(pyramid.countNotFinite(first, last), odd);
            }
    }
    void truncatedIsAsIfNeverThere()
    {
        std::vector<double> values(3000);
        for (size_t i = 0; i < values.size(); ++i) values[i] = 1000 + static_cast<double>(i); // each one counts
        const auto others = noise(3000, 19);
        for (const size_t keep : {size_t{0}, size_t{1}, size_t{16}, size_t{300}, size_t{2999}}) {
            LevelPyramid cut, fresh;
            cut.append(values);
            cut.truncate(keep);
            cut.append(others);
            std::vector<double> expected(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(keep));
            expected.insert(expected.end(), others.begin(), others.end());
            for (size_t first = 0; first < expected.size(); first += 97)
                QVERIFY(cut.summary(first, expected.size()) == slowSummary(expected, first, expected.size()));
            QCOMPARE(cut.countNotFinite(0, expected.size()),
                     static_cast<size_t>(
                         std::count_if(expected.begin(), expected.end(), [](double v) { return !std::isfinite(v); })));
        }
    }
};

} // namespace sy

QTEST_APPLESS_MAIN(sy::LevelPyramidTest)
#include "level_pyramid_test.moc"
