// Losses under interventions equal those of an independent evaluation.
#include "tests/support/trained_run.h"
#include "ui/causes/causes_page.h"
#include "ui/causes/effects_runner.h"
#include "ui/causes/replay_panel.h"
#include "ui/models/routing_index_reader.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QSpinBox>
#include <QTabWidget>
#include <QTest>

#include <cmath>

using namespace sy;

namespace {

constexpr int patience_ms = 60000; ///< a process that loads LibTorch beside other tests

} // namespace

class ServedCausesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void losesWhatAnIndependentEvaluationLoses()
    {
        if (!test::TrainedRun::hasEngine()) QSKIP("This build has no engine: nothing can be trained or served.");
        test::TrainedBench bench;
        QCOMPARE(bench.problem, QString());
        const PageContext context = bench.context(SWITCHYARD_CLI);
        RoutingIndexReader reader(context);
        CausesPage page(context);
        page.show();
        QTRY_COMPARE(bench.watch.picture()->runs.size(), size_t(1));
        bench.page.selection.setCurrentRun(QString::fromStdString(bench.watch.picture()->runs[0].id));
        QTRY_COMPARE(page.findChild<QSpinBox*>("causesRows")->value(), 4); // the run's own
        page.findChild<QSpinBox*>("causesSeeds")->setValue(2);
        bench.page.focus.setExpert(1);
        page.findChild<QAction*>("causes.ablate")->trigger();
        const auto* runner = page.runner();
        QTRY_VERIFY_WITH_TIMEOUT(!runner->isBusy(), patience_ms);
        const auto* problem = page.findChild<QLabel*>("causesProblem");
        QVERIFY2(runner->effects().all().size() == 4, qPrintable(problem->text()));
        const auto base = test::TrainedRun::ask({"evaluate", "tiny", "--rows", "4"});
        const auto ablated = test::TrainedRun::ask({"evaluate", "tiny", "--rows", "4", "--ablate", "encoder.1:1"});
        QVERIFY2(base.is_object() && ablated.is_object(), ablated.dump().c_str());
        Cause cause;
        cause.kind = Cause::Kind::Ablate;
        cause.layer = "encoder.1";
        cause.expert = 1;
        for (const QString& language : {QString(), QString("aa"), QString("bb")}) {
            const auto of = [&](const nlohmann::json& said) {
                const auto& all = language.isEmpty() ? said : said.at("languages").at(language.toStdString());
                return all.at("cross_entropy").get<double>();
            };
            QVERIFY(std::abs(*runner->effects().baseline()->of(language) - of(base)) < 1e-9);
            QVERIFY(std::abs(*runner->effects().change(cause, language) - (of(ablated) - of(base))) < 1e-9);
        }
        page.findChild<QTabWidget*>("causesTabs")->setCurrentIndex(1);
        QTRY_VERIFY(page.replay()->picture().all.choices > 0);
        QVERIFY(!page.replay()->picture().classes.empty());
        // With the run's own capacity a replay drops what the engine dropped.
        for (const int layer : {0, 1}) {
            bench.page.focus.setLayer(layer);
            QTRY_VERIFY(!page.replay()->isBusy());
            const auto& all = page.replay()->picture().all;
            QVERIFY(all.was_dropped > 0);
            QCOMPARE(all.dropped, all.was_dropped);
        }
    }
};

QTEST_MAIN(ServedCausesTest)
#include "served_causes_test.moc"
