#include "core/config/config_io.h"
#include "core/config/expected_drops.h"
#include "core/config/step_time.h"
#include "ui/models/text.h"
#include "ui/setup/cost_panel.h"
#include "ui/setup/launch_box.h"
#include "ui/setup/memory_bar.h"

#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace sy;

namespace {

constexpr int64_t gib = int64_t{1} << 30;

DeviceStatus device(const std::string& name, int64_t free)
{
    DeviceStatus status;
    status.device = name;
    status.name = "<b>" + name + "</b>";
    status.memory_free = free;
    status.memory_total = 2 * free;
    return status;
}

MachineDevice machine(const std::string& host, const std::string& name, double rate)
{
    MachineDevice measured;
    measured.host = host;
    measured.device = name;
    measured.matrix_peak = {{"float32", rate}, {"bfloat16", 2 * rate}};
    return measured;
}

QString value(const CostPanel& panel, const QString& key)
{
    return panel.findChild<QLabel*>("cost_" + key)->text();
}

} // namespace

class SetupCostTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void thePanelShowsThePlan_data()
    {
        QTest::addColumn<QString>("preset");
        for (const auto& preset : presets()) QTest::newRow(preset.name.c_str()) << fromUtf8(preset.name);
    }
    void thePanelShowsThePlan()
    {
        QFETCH(QString, preset);
        const auto config = loadConfig(preset.toStdString());
        const auto plan = costPlan(config);
        const auto name = deviceName(config.device);
        CostPanel panel;
        panel.setReport(costReport(config, {device("cpu", 8 * gib), device("cuda:0", 80 * gib)},
                                   {machine("here", name, 1e12), machine("there", name, 9e12)}, "here"));
        QCOMPARE(value(panel, "parameters_total"), countText(double(plan.parameters_total)));
        QCOMPARE(value(panel, "parameters_active"), countText(double(plan.parameters_active)));
        QCOMPARE(value(panel, "flops_per_token"), countText(plan.flops_per_token));
        QCOMPARE(value(panel, "flops_per_step"), countText(plan.flops_per_step));
        for (const auto& [part, bytes] : plan.bytes)
            QCOMPARE(value(panel, "bytes_" + fromUtf8(part)), bytesText(double(bytes)));
        const double rate = config.precision.mode == PrecisionMode::Float32 ? 1e12 : 2e12;
        const double seconds = plan.flops_per_step / (rate * planned_gemm_share);
        QCOMPARE(value(panel, "step_seconds"), QString::fromUtf8("≈ ") + durationText(seconds));
        QCOMPARE(value(panel, "total_seconds"),
                 QString::fromUtf8("≈ ") + durationText(seconds * double(config.train.steps)));
        QVERIFY(!panel.findChild<QPushButton*>("measureMachine")->isVisibleTo(&panel));
        const bool dense = config.model.num_experts == 1;
        QCOMPARE(value(panel, "twin").startsWith(dense ? "This is a dense" : "Matched"), true);
        if (!dense)
            QCOMPARE(value(panel, "expert_capacity"), QLocale().toString(qlonglong(plan.expert_capacity)) + " slots");
        const auto* bar = static_cast<MemoryBar*>(panel.findChild<QWidget*>("memory_cpu"));
        QCOMPARE(bar->needed(), double(plan.bytes.at("total")));
        QCOMPARE(bar->freeBytes(), double(8 * gib));
        QCOMPARE(panel.findChild<QLabel*>("fit_cpu")->text().startsWith("Fits"), plan.bytes.at("total") <= 8 * gib);
    }

    void itSaysWhatIsNotMatchedOrWillNotFit()
    {
        auto config = loadConfig("demo");
        config.router.kind = RouterKind::Top2;
        config.device = "cuda";
        CostPanel panel;
        panel.setReport(costReport(config, {device("cpu", gib), device("cuda:0", 1000)}, {}, "here"));
        QVERIFY(value(panel, "twin").startsWith("Not matched"));
        const auto ratio = costPlan(config).flops_per_token / costPlan(denseTwin(config)).flops_per_token;
        QVERIFY(value(panel, "twin").contains(QLocale().toString(ratio, 'f', 2)));
        QVERIFY(panel.findChild<QLabel*>("fit_cuda:0")->text().startsWith("Will not fit"));
        QVERIFY(panel.findChild<QLabel*>("fit_cpu")->text().startsWith("Fits"));
        QCOMPARE(value(panel, "drop_rate"),
                 QLocale().toString(100 * *expectedDropRate(config, costPlan(config)), 'f', 1) + " %");
        QVERIFY(!panel.findChild<QLabel*>("cost_device")->isVisibleTo(&panel));
        config.device = "cuda:3";
        panel.setReport(costReport(config, {device("cpu", gib), device("cuda:0", 1000)}, {}, "here"));
        QVERIFY(panel.findChild<QLabel*>("cost_device")->isVisibleTo(&panel));
        QVERIFY(!panel.findChild<QPushButton*>("measureMachine")->isVisibleTo(&panel)); // nothing here to measure
        panel.setReport(costReport(config, {device("cpu", gib)}, {}, "here"));          // a GPU went away
        QVERIFY(!panel.findChild<QWidget*>("memory_cuda:0")->isVisibleTo(&panel));
    }

    void anUnmeasuredMachineCanBeMeasured()
    {
        CostPanel panel;
        panel.setReport(costReport(loadConfig("demo"), {device("cpu", gib)}, {machine("there", "cpu", 1e12)}, "here"));
        QCOMPARE(value(panel, "step_seconds"), "not known");
        auto* measure = panel.findChild<QPushButton*>("measureMachine");
        QVERIFY(measure->isVisibleTo(&panel));
        QSignalSpy asked(&panel, &CostPanel::measureRequested);
        measure->click();
        QCOMPARE(asked.count(), 1);
        panel.setMeasuring(true);
        QVERIFY(!measure->isEnabled());
        panel.setMeasuring(false, "it broke");
        QVERIFY(measure->isEnabled());
        QCOMPARE(value(panel, "measure_note"), "it broke");
    }

    void expertsThatChooseDropNothing()
    {
        auto config = loadConfig("demo");
        config.model.decoder_sparse_step = 0;
        config.router.kind = RouterKind::ExpertChoice;
        CostPanel panel;
        panel.setReport(costReport(config, {}, {}, "here"));
        QVERIFY(value(panel, "drop_rate").startsWith("none"));
    }

    void launchIsOffWithAReason()
    {
        LaunchBox box;
        box.setQueue("cpu", 0);
        QVERIFY(box.button()->isEnabled());
        QCOMPARE(box.button()->text(), "Launch");
        box.setProblems({{"model.d_ff", "must be at least 8, got 1"}, {"name", "<i>taken</i>"}});
        QVERIFY(!box.button()->isEnabled());
        QCOMPARE(box.reason(), "2 problems to solve first");
        auto* list = box.findChild<QListWidget*>("problemList");
        QCOMPARE(list->count(), 2);
        QSignalSpy chosen(&box, &LaunchBox::problemChosen);
        Q_EMIT list->itemActivated(list->item(0));
        QCOMPARE(chosen.takeFirst().at(0).toString(), "model.d_ff");
        box.setProblems({});
        QVERIFY(box.button()->isEnabled());
        box.setQueue("cuda:1", 3);
        QCOMPARE(box.button()->text(), "Add to queue");
        QVERIFY(box.findChild<QLabel*>("queueNote")->text().startsWith("Queue of cuda:1: 3 before it"));
    }
};

QTEST_MAIN(SetupCostTest)
#include "setup_cost_test.moc"
