#include "ui/charts/system_page.h"

#include "ui/charts/system_quantities.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/models/store_watch.h"
#include "ui/plots/curve_chart.h"

#include "core/store/run_writer.h"

#include <QLabel>
#include <QTemporaryDir>
#include <QTest>

namespace sy {

namespace {

constexpr int64_t start_ms = 1'700'000'000'000;

RunWriter newRun(const StorePaths& paths, const std::string& name)
{
    NewRun run;
    run.name = name;
    run.config = nlohmann::json::object();
    return RunWriter::create(paths, run);
}

} // namespace

class SystemPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void samplesOfTheCurrentRun()
    {
        QTemporaryDir folder;
        PageContext context;
        context.paths = StorePaths::ofFile((folder.path() + "/store.sqlite").toStdString());
        Selection selection;
        StoreWatch watch(context.paths, 20);
        StoreAccess access(context.paths);
        context.selection = &selection;
        context.watch = &watch;
        context.access = &access;
        auto one = newRun(context.paths, "one"), two = newRun(context.paths, "two");
        one.systemSample(start_ms, {{"system/cpu_percent", 1, 50},
                                    {"system/machine_cpu_percent", 1, 25},
                                    {"system/memory_bytes", 1, 3.0 * (1 << 30)},
                                    {"system/gpu0/power_watts", 1, 300},
                                    {"system/gpu1/power_watts", 1, 310}});
        one.flush();
        SystemPage page(context);
        page.resize(900, 250);
        page.show();
        auto* empty = page.findChild<QLabel*>("systemEmpty");
        QTRY_VERIFY(empty->isVisible() && empty->text().contains("Choose a run"));
        selection.setCurrentRun(QString::fromStdString(one.id()));
        QTRY_COMPARE(page.charts().size(), 3);
        QCOMPARE(page.charts()[0]->curveIds().size(), 2);
        QCOMPARE(page.charts()[2]->curveIds(), (QStringList{"system/gpu0/power_watts", "system/gpu1/power_watts"}));
        one.systemSample(start_ms + 5000, {{"system/memory_bytes", 2, 4.0 * (1 << 30)}});
        one.flush();
        QTRY_COMPARE(page.charts()[1]->pointCount(), 2);
        const double last = page.charts()[1]->link()->range().upper;
        QCOMPARE(page.charts()[1]->readAt(last)[0].raw, 4.0); // GiB
        QVERIFY(page.charts()[1]->toCsv().contains("one,system/memory_bytes,1700000005000,4294967296\r\n"));
        selection.setCurrentRun(QString::fromStdString(two.id()));
        QTRY_VERIFY(empty->isVisible() && empty->text().contains("no samples"));
        QCOMPARE(page.charts().size(), 0);
    }
    void everySeriesHasItsQuantity_data()
    {
        QTest::addColumn<QString>("series");
        QTest::addColumn<QString>("unit");
        QTest::addColumn<QString>("curve");
        QTest::newRow("processor") << "system/cpu_percent"
                                   << "%"
                                   << "trainer";
        QTest::newRow("disk") << "system/disk_free_bytes"
                              << "GiB"
                              << "free";
        QTest::newRow("GPU memory") << "system/gpu3/memory_bytes"
                                    << "GiB"
                                    << "GPU 3";
        QTest::newRow("temperature") << "system/gpu0/temperature_celsius"
                                     << "°C"
                                     << "GPU 0";
        QTest::newRow("unknown") << "system/gpu0/fan"
                                 << ""
                                 << "system/gpu0/fan";
    }
    void everySeriesHasItsQuantity()
    {
        QFETCH(QString, series);
        const SystemQuantity quantity = systemQuantity(series);
        QTEST(quantity.unit, "unit");
        QTEST(quantity.curve, "curve");
        QVERIFY(!quantity.title.isEmpty() && !quantity.definition.isEmpty());
    }
};

} // namespace sy

QTEST_MAIN(sy::SystemPageTest)
#include "system_page_test.moc"
