#include "ui/plots/heat_layout.h"
#include "ui/plots/heat_map.h"
#include "ui/plots/heat_scale.h"

#include "ui/models/palette.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace sy;

namespace {

HeatMatrix small()
{
    HeatMatrix matrix;
    matrix.rows = 3;
    matrix.columns = 4;
    matrix.value = {0, 0.1, 0.2, 0.7, 0.25, 0.25, 0.25, 0.25, 1, 0, std::nan(""), 0};
    matrix.row_names = {"de", "en", "ru"};
    matrix.row_groups = {"Germanic", "Germanic", "Slavic"};
    matrix.column_names = {"0", "1", "2", "3"};
    matrix.row_title = "Language";
    matrix.column_title = "Expert";
    matrix.value_title = "P(expert | language)";
    return matrix;
}

std::unique_ptr<HeatMap> shown(HeatMatrix matrix, const QSize& size = {600, 400})
{
    auto map = std::make_unique<HeatMap>();
    map->setMatrix(std::move(matrix));
    map->resize(size);
    map->show();
    return map;
}

QColor pixel(HeatMap& map, int row, int column)
{
    const QRect cell = map.cellRect(row, column);
    return map.grab().toImage().pixelColor(cell.center().x(), cell.bottom() - 3);
}

} // namespace

class HeatMapTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void paintsEveryCellInTheColourOfItsValue()
    {
        const auto map = shown(small());
        const HeatRange range(map->matrix());
        QCOMPARE(range.lower(), 0.0);
        QCOMPARE(range.upper(), 1.0);
        const bool dark = map->palette().color(QPalette::Base).lightnessF() < 0.5;
        for (int r = 0; r < 3; ++r)
            for (int c = 0; c < 4; ++c) {
                const double value = map->matrix().value[static_cast<size_t>(4 * r + c)];
                if (std::isnan(value)) continue;
                QCOMPARE(pixel(*map, r, c).rgb(), sequentialColour(value, dark).rgb());
            }
    }
    void hatchesWhatIsUnknown()
    {
        const auto map = shown(small());
        const QRect cell = map->cellRect(2, 2).adjusted(3, 3, -3, -3);
        const QImage picture = map->grab().toImage();
        QSet<QRgb> colours;
        for (int x = cell.left(); x < cell.right(); ++x) colours << picture.pixel(x, cell.center().y());
        QCOMPARE(colours.size(), 2);
        QVERIFY(map->cellText(2, 2).endsWith("unknown"));
    }
    void scales_data()
    {
        QTest::addColumn<int>("scale");
        QTest::addColumn<double>("value");
        QTest::addColumn<double>("place");
        const int lift = static_cast<int>(HeatScale::Lift), plain = static_cast<int>(HeatScale::Sequential);
        QTest::newRow("chance") << lift << 1.0 << 0.5;
        QTest::newRow("half") << lift << 0.5 << 0.25;
        QTest::newRow("double") << lift << 2.0 << 0.75;
        QTest::newRow("none at all") << lift << 0.0 << 0.0;
        QTest::newRow("beyond") << lift << 16.0 << 1.0;
        QTest::newRow("in between") << plain << 1.0 << 0.25;
        QTest::newRow("below") << plain << -3.0 << 0.0;
    }
    void scales()
    {
        QFETCH(int, scale);
        QFETCH(double, value);
        QFETCH(double, place);
        HeatMatrix matrix = small();
        matrix.scale = static_cast<HeatScale>(scale);
        matrix.upper = 4;
        QCOMPARE(HeatRange(matrix).place(value), place);
    }
    void averagesColumnsThatShareAPixel()
    {
        HeatMatrix matrix = small();
        matrix.rows = 1;
        matrix.columns = 6000;
        matrix.value.assign(6000, 0.0);
        for (size_t i = 3000; i < 6000; ++i) matrix.value[i] = i % 2 ? 1.0 : 0.5;
        matrix.row_names = QStringList{"0"};
        matrix.row_groups.clear();
        matrix.column_names.clear();
        std::vector<double> steps;
        for (int i = 1; i <= 6000; ++i) steps.push_back(10.0 * i);
        const auto map = shown(matrix);
        map->setColumnAxis(steps);
        const bool dark = map->palette().color(QPalette::Base).lightnessF() < 0.5;
        QCOMPARE(pixel(*map, 0, 100).rgb(), sequentialColour(0, dark).rgb());
        const double from = HeatRange(matrix).place(0.55), to = HeatRange(matrix).place(0.95);
        const QColor mixed = pixel(*map, 0, 5000);
        QVERIFY(mixed.lightnessF() < sequentialColour(from, false).lightnessF() || dark);
        QVERIFY(mixed.lightnessF() > sequentialColour(to, false).lightnessF() || dark);
        QVERIFY(map->cellText(0, 5000).contains(QLocale().toString(50010.0, 'g', 10)));
    }
    void standsOnAnAxisWhereWindowsAreUneven()
    {
        HeatMatrix matrix = small();
        const HeatLayout places(matrix, {100, 200, 400, 800}, QFont(), QSizeF(600, 400), 0);
        QVERIFY(places.on_axis);
        const double unit = places.cells.width() / 800; // from 0 on
        QVERIFY(std::abs(places.left(1) - places.left(0) - 100 * unit) < 1e-6);
        QVERIFY(std::abs(places.left(4) - places.left(3) - 400 * unit) < 1e-6);
        QCOMPARE(places.columnAt(places.cells.left() + 399 * unit), 2);
        QCOMPARE(places.columnAt(places.cells.left() + 401 * unit), 3);
        QCOMPARE(places.columnAt(places.cells.right() + 1), -1);
    }
    void choosesByMouse()
    {
        const auto map = shown(small());
        QSignalSpy cells(map.get(), &HeatMap::cellChosen), rows(map.get(), &HeatMap::rowChosen),
            columns(map.get(), &HeatMap::columnChosen), hovered(map.get(), &HeatMap::cellHovered);
        QTest::mouseMove(map.get(), map->cellRect(1, 2).center());
        QCOMPARE(hovered.last(), (QVariantList{1, 2}));
        QTest::mouseClick(map.get(), Qt::LeftButton, {}, map->cellRect(1, 2).center());
        QCOMPARE(cells.last(), (QVariantList{1, 2}));
        QTest::mouseClick(map.get(), Qt::LeftButton, {},
                          map->cellRect(2, 0).center() - QPoint(map->cellRect(2, 0).width() / 2 + 8, 0));
        QCOMPARE(rows.last(), QVariantList{2});
        QTest::mouseClick(map.get(), Qt::LeftButton, {},
                          QPoint(map->cellRect(0, 3).center().x(), map->cellRect(0, 3).top() - 6));
        QCOMPARE(columns.last(), QVariantList{3});
        QCOMPARE(map->selectedRow(), -1); // the page decides
    }
    void choosesByKeys()
    {
        const auto map = shown(small());
        QSignalSpy cells(map.get(), &HeatMap::cellChosen), cleared(map.get(), &HeatMap::selectionCleared);
        map->setSelected(1, 1);
        QCOMPARE(cells.size(), 0);
        for (const int key : {Qt::Key_Right, Qt::Key_Right, Qt::Key_Down, Qt::Key_Down, Qt::Key_Return})
            QTest::keyClick(map.get(), static_cast<Qt::Key>(key));
        QCOMPARE(cells.last(), (QVariantList{2, 2})); // from the selected cell, stopped at the edge
        QTest::keyClick(map.get(), Qt::Key_End);
        QTest::keyClick(map.get(), Qt::Key_Space);
        QCOMPARE(cells.last(), (QVariantList{2, 3}));
        QTest::keyClick(map.get(), Qt::Key_Escape);
        QCOMPARE(cleared.size(), 1);
        QCOMPARE(map->selectedRow(), -1);
    }
    void keepsSelectionAndCursorThroughNewValues()
    {
        const auto map = shown(small());
        map->setSelected(2, 3);
        HeatMatrix other = small();
        other.value[0] = 0.5;
        map->setMatrix(other);
        QCOMPARE(map->selectedRow(), 2);
        QCOMPARE(map->selectedColumn(), 3);
    }
    void theSameMatrixIsTheSameWhereSomethingIsUnknown()
    {
        HeatMatrix a = small(), b = small();
        a.side = b.side = {{"drop", "%", {1, std::nan(""), 3}, 1}};
        QVERIFY(a == b); // it has an unknown cell: what is drawn of it is kept
        b.value[10] = 0;
        QVERIFY(!(a == b));
        b = a;
        b.side[0].value[1] = 2;
        QVERIFY(!(a == b));
        b = a;
        b.unit = "nats";
        QVERIFY(!(a == b));
    }
    void readsOut()
    {
        const auto map = shown(small());
        QCOMPARE(map->cellText(0, 3), QString("language de, expert 3: %1").arg(QLocale().toString(0.7, 'f', 2)));
        map->setReadOut([](int row, int column) { return QString("%1 of %2").arg(row).arg(column); });
        QVERIFY(map->cellText(0, 3).endsWith(" · 0 of 3"));
        QVERIFY(map->cellText(7, 0).isEmpty());
        map->setSelected(0, 3);
        map->findChild<QAction*>("heatCopyValue")->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(), map->cellText(0, 3));
    }
    void exports()
    {
        HeatMatrix matrix = small();
        matrix.row_names[0] = "de, \"at\"";
        const auto map = shown(matrix);
        const QList<QByteArray> lines = map->toCsv().split('\n');
        QCOMPARE(lines[0], QByteArray("row,column,value\r"));
        QCOMPARE(lines[2], QByteArray("\"de, \"\"at\"\"\",1,0.1\r"));
        QCOMPARE(lines[11], QByteArray("ru,2,nan\r"));
        QCOMPARE(lines.size(), 14);
        map->setTitle("Experts <b>by</b> language");
        QVERIFY(map->toSvg({600, 400}).contains("by"));
        const QImage png = QImage::fromData(map->toPng({600, 400}, 2), "PNG");
        QCOMPARE(png.size(), QSize(1200, 800));
        QCOMPARE(png.pixelColor(2, 2), QColor(Qt::white));
    }
    void numbersStandBesideTheirRows()
    {
        HeatMatrix matrix = small();
        const auto map = shown(matrix);
        const int right = map->cellRect(0, 3).right();
        matrix.side = {{"drop", "%", {0.5, 2, std::nan("")}, 1}, {"loss", "nats", {4}, 2}};
        map->setMatrix(matrix);
        QVERIFY(map->cellRect(0, 3).right() < right - 40);
        QVERIFY(std::isnan(map->matrix().side[1].value[2])); // too few: not known
        QVERIFY(map->toCsv().endsWith(
            "ru,drop (%),nan\r\nde,loss (nats),4\r\nen,loss (nats),nan\r\nru,loss (nats),nan\r\n"));
        const QRect cell = map->cellRect(1, 3);
        const QImage picture = map->grab().toImage();
        QVERIFY(picture.pixelColor(cell.right() + 12, cell.center().y()) !=
                picture.pixelColor(cell.right() + 3, cell.center().y()));
    }
    void drawsAnything_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::newRow("nothing") << 0 << 0;
        QTest::newRow("one") << 1 << 1;
        QTest::newRow("many") << 300 << 5000;
        QTest::newRow("tall") << 1000 << 2;
    }
    void drawsAnything()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        HeatMatrix matrix;
        matrix.rows = rows;
        matrix.columns = columns;
        matrix.value.assign(static_cast<size_t>(rows * columns), 3.0);
        const auto map = shown(matrix);
        for (const QSize size : {QSize(20, 20), QSize(400, 200), QSize(2000, 1200)}) {
            map->resize(size);
            QVERIFY(!map->grab().isNull());
            QVERIFY(!map->toSvg(size).isEmpty());
        }
        QTest::keyClick(map.get(), Qt::Key_Right);
        map->setSelected(5000, 7000); // beyond: not drawn
        QVERIFY(!map->grab().isNull());
    }
    void takesTooFewValuesAsUnknown()
    {
        HeatMatrix matrix = small();
        matrix.value.resize(5);
        const auto map = shown(matrix);
        QCOMPARE(map->matrix().value.size(), size_t{12});
        QVERIFY(std::isnan(map->matrix().value[11]));
    }
};

QTEST_MAIN(HeatMapTest)
#include "heat_map_test.moc"
