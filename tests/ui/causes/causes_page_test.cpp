#include "ui/causes/causes_page.h"

#include "core/store/run_writer.h"
#include "tests/support/fake_served_model.h"
#include "tests/support/page_bench.h"
#include "tests/support/planted_run.h"
#include "ui/causes/effects_runner.h"
#include "ui/causes/replay_panel.h"
#include "ui/models/routing_index_reader.h"
#include "ui/plots/bar_chart.h"

#include <QAction>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QSlider>
#include <QSpinBox>
#include <QTableView>
#include <QTabWidget>
#include <QToolButton>

using namespace sy;

namespace {

struct Bench : test::PageBench {
    std::unique_ptr<RoutingIndexReader> reader;
    std::unique_ptr<CausesPage> page;

    RunWriter begin(const std::string& name, int64_t experts = test::fake_experts, bool checkpoints = true)
    {
        NewRun run;
        run.name = name;
        run.config = {{"model", {{"num_experts", experts}}}, {"train", {{"eval_rows", 5}}}, {"device", "cpu"}};
        run.steps = 1000;
        run.languages = {"aa", "bb"};
        if (experts > 1) run.sparse_layers = {"encoder.1", "decoder.1"};
        run.num_experts = experts;
        auto writer = RunWriter::create(paths, run);
        writer.setStatus(RunStatus::Running);
        for (const int64_t step : {400, 800}) {
            if (!checkpoints) break;
            CheckpointRecord checkpoint;
            checkpoint.step = step;
            checkpoint.folder = writer.id() + "/step-" + std::to_string(step);
            writer.checkpoint(checkpoint);
        }
        writer.flush();
        return writer;
    }

    void open(const std::string& run)
    {
        auto given = context();
        given.cli = QCoreApplication::applicationFilePath();
        reader = std::make_unique<RoutingIndexReader>(given);
        page = std::make_unique<CausesPage>(given);
        page->resize(1000, 700);
        page->show();
        selection.setCurrentRun(QString::fromStdString(run));
    }

    template <class Widget> Widget* find(const char* name) const
    {
        return page->findChild<Widget*>(QLatin1String(name));
    }
    QString label(const char* name) const
    {
        const auto* found = find<QLabel>(name);
        return found->isHidden() ? QString() : found->text();
    }
    void trigger(const char* name) const
    {
        auto* action = find<QAction>(name);
        QTRY_VERIFY2(action->isEnabled(), name);
        action->trigger();
    }
    QString cell(int row, const QString& header) const
    {
        const auto* model = find<QTableView>("interventions")->model();
        for (int column = 0; column < model->columnCount(); ++column)
            if (model->headerData(column, Qt::Horizontal).toString() == header)
                return model->index(row, column).data().toString();
        return "no " + header;
    }
    int rows() const { return find<QTableView>("interventions")->model()->rowCount(); }
};

} // namespace

class CausesPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void saysWhatToDoNext()
    {
        Bench bench;
        auto dense = bench.begin("<b>dense</b>", 1);
        auto young = bench.begin("young", 4, false);
        bench.open("");
        QVERIFY(bench.label("causesEmpty").contains("Choose a run"));
        bench.selection.setCurrentRun(QString::fromStdString(dense.id()));
        QTRY_VERIFY(bench.label("causesEmpty").contains("<b>dense</b> is a dense model"));
        bench.selection.setCurrentRun(QString::fromStdString(young.id()));
        QTRY_VERIFY(bench.label("causesBaseline").contains("no checkpoint here yet"));
        QVERIFY(!bench.find<QAction>("causes.ablate")->isEnabled());
        bench.find<QTabWidget>("causesTabs")->setCurrentIndex(1);
        QTRY_VERIFY(bench.label("replayHeadline").contains("recorded no routes"));
        QVERIFY(!bench.find<QAction>("replay.evaluate")->isEnabled());
    }

    void ablatesBesideRandomTokens()
    {
        Bench bench;
        auto writer = bench.begin("served");
        Evaluation evaluation;
        evaluation.step = 800;
        evaluation.layers = {0, 1};
        evaluation.row_language = {0, 1};
        evaluation.counts = {10, 0, 20, 20, 0, 20, 10, 20, 25, 25, 25, 25, 25, 25, 25, 25};
        writer.evaluation(evaluation);
        writer.flush();
        bench.open(writer.id());
        QTRY_COMPARE(bench.find<QSpinBox>("causesRows")->value(), 5);
        bench.find<QSpinBox>("causesSeeds")->setValue(2);
        bench.focus.setExpert(2); // in another view
        QTRY_COMPARE(bench.find<QComboBox>("causesExpert")->currentIndex(), 2);
        bench.trigger("causes.ablate");
        QTRY_VERIFY(!bench.page->runner()->isBusy() && bench.rows() == 1);
        QCOMPARE(bench.label("causesBaseline"), QString("baseline 3.7500 nats (2 languages, 400 tokens)"));
        QCOMPARE(bench.cell(0, "Intervention"), QString("Ablate e2"));
        QCOMPARE(bench.cell(0, "Layer"), QString("encoder.1"));
        QCOMPARE(bench.cell(0, "Tokens"), QString("30.0 %"));
        QCOMPARE(bench.cell(0, "Change (nats)"), QString("+0.5250"));
        QCOMPARE(bench.cell(0, "Random (nats)"), QString("+0.0150"));
        const auto* chart = bench.find<BarChart>("causesChart");
        QCOMPARE(chart->categoryText(0), QString("all: Ablate e2 0.525 nats, Random tokens 0.015 nats")
                                             .replace(" nats", QString(QChar::Nbsp) + "nats"));
        QVERIFY(chart->categoryText(2).startsWith("bb: Ablate e2 0.6"));
        const auto* languages = bench.find<QTableView>("languageEffects")->model();
        QCOMPARE(languages->rowCount(), 2);
        QCOMPARE(languages->index(1, 1).data().toString(), QString("+0.6000"));
        bench.trigger("causes.ablate"); // it is known
        QVERIFY(!bench.page->runner()->isBusy());
        bench.find<QComboBox>("causesOther")->setCurrentIndex(0);
        bench.trigger("causes.swap");
        QTRY_COMPARE(bench.rows(), 2);
        QCOMPARE(bench.cell(1, "Intervention"), QString("Swap e0 and e2"));
        QCOMPARE(bench.cell(1, "Change (nats)"), QString("+0.0500"));
        bench.trigger("causes.force");
        QTRY_COMPARE(bench.rows(), 3);
        QCOMPARE(bench.cell(2, "Change (nats)"), QString("+1.0000"));
        bench.find<QTableView>("languageEffects")->clicked(languages->index(1, 0));
        QCOMPARE(bench.focus.language(), 1);
    }

    void ranksEveryExpertAndCancels()
    {
        Bench bench;
        auto writer = bench.begin("served");
        bench.open(writer.id());
        QTRY_COMPARE(bench.find<QSpinBox>("causesRows")->value(), 5);
        bench.find<QSpinBox>("causesSeeds")->setValue(1);
        bench.trigger("causes.ablateEvery");
        QVERIFY(bench.page->runner()->isBusy());
        QTRY_VERIFY(!bench.page->runner()->isBusy() && bench.rows() == 4);
        QCOMPARE(bench.cell(0, "Intervention"), QString("Ablate e3")); // the dearest first
        QCOMPARE(bench.cell(3, "Intervention"), QString("Ablate e0"));
        QVERIFY(bench.find<BarChart>("causesChart")->categoryText(3).startsWith("e3: Ablated 0.7"));
        bench.find<QSpinBox>("causesRows")->setValue(77); // never answers
        QCOMPARE(bench.rows(), 0);                        // other rows, other losses
        bench.trigger("causes.ablate");
        auto* cancel = bench.find<QToolButton>("causesCancel");
        QTRY_VERIFY(cancel->isVisible());
        cancel->click();
        QVERIFY(!bench.page->runner()->isBusy());
        bench.find<QSpinBox>("causesRows")->setValue(5);
        QCOMPARE(bench.rows(), 4); // kept
        auto* checkpoint = bench.find<QComboBox>("causesCheckpoint");
        QCOMPARE(checkpoint->count(), 2);
        checkpoint->setCurrentIndex(1);
        Q_EMIT checkpoint->activated(1);
        QCOMPARE(bench.rows(), 0);
        QVERIFY(bench.label("causesBaseline").contains("not evaluated yet"));
    }

    void selectionIsShared()
    {
        Bench bench;
        auto writer = bench.begin("served");
        bench.open(writer.id());
        QTRY_COMPARE(bench.find<QSpinBox>("causesRows")->value(), 5);
        bench.find<QSpinBox>("causesSeeds")->setValue(0);
        bench.trigger("causes.ablateEvery");
        QTRY_COMPARE(bench.rows(), 4);
        QTRY_VERIFY(!bench.page->runner()->isBusy());
        auto* table = bench.find<QTableView>("interventions");
        table->setCurrentIndex(table->model()->index(0, 0)); // e3
        QCOMPARE(bench.focus.expert(), 3);
        bench.focus.setExpert(1);
        QCOMPARE(bench.cell(table->currentIndex().row(), "Intervention"), QString("Ablate e1"));
    }

    void tellsWhyItFailed()
    {
        Bench bench;
        auto writer = bench.begin("served");
        auto given = bench.context();
        bench.open(writer.id());
        given.cli = "/nowhere/switchyard-cli";
        CausesPage page(given);
        page.show();
        auto* action = page.findChild<QAction*>("causes.baseline");
        QTRY_VERIFY(action->isEnabled());
        action->trigger();
        const auto* problem = page.findChild<QLabel*>("causesProblem");
        QTRY_VERIFY(problem->text().contains("Cannot start /nowhere/switchyard-cli"));
        QVERIFY(problem->isVisible());
        QCOMPARE(problem->textFormat(), Qt::PlainText);
    }

    void replaysCapacityAtOnce()
    {
        Bench bench;
        test::PlantedRun planted;
        planted.languages = 4;
        bench.open(test::writePlantedRun(bench.paths, planted));
        bench.find<QTabWidget>("causesTabs")->setCurrentIndex(1);
        auto* replay = bench.page->replay();
        QTRY_VERIFY(replay->picture().all.choices > 0);
        auto* factor = bench.find<QDoubleSpinBox>("replayFactor");
        QCOMPARE(factor->value(), planted.capacity_factor); // the run's own
        QVERIFY(bench.label("replayNote").startsWith("Exact for encoder.1"));
        // A planted layer is balanced in the evaluation's batch: a fair share of slots is enough.
        bench.find<QSlider>("replaySlider")->setValue(50);
        QCOMPARE(factor->value(), 0.5);
        QTRY_VERIFY(!replay->isBusy() && replay->picture().all.dropped > 0);
        const auto input = test::plantedRoutes(planted, planted.steps);
        ReplayRule rule;
        rule.factor = 0.5;
        QCOMPARE(replay->picture().all.dropped, replayCapacity(input.encoder, input.layers[0], 4, 4, rule).dropped);
        QVERIFY(bench.label("replayHeadline").contains("Nothing is dropped from factor"));
        QCOMPARE(bench.find<QTableView>("replayTable")->model()->rowCount(), 4);
        bench.find<QComboBox>("replayBy")->setCurrentIndex(3);
        QCOMPARE(bench.find<QTableView>("replayTable")->model()->rowCount(), int(planted.width));
        bench.focus.setLayer(2);
        QTRY_VERIFY(bench.label("replayNote").startsWith("Approximate for decoder.1"));
        bench.find<QComboBox>("replayPriority")->setCurrentIndex(1);
        QTRY_VERIFY(bench.label("replayHeadline").contains("decoder"));
        bench.trigger("replay.reset");
        QTRY_VERIFY(!bench.label("replayHeadline").contains("decoder"));
        QCOMPARE(factor->value(), planted.capacity_factor);
        for (int i = 0; i < 50; ++i) factor->setValue(0.5 + 0.02 * i); // the mouse: overtaken replays are left out
        QTRY_VERIFY(!replay->isBusy());
        rule.factor = factor->value();
        QCOMPARE(replay->picture().all.dropped, replayCapacity(input.decoder, input.layers[2], 4, 4, rule).dropped);
    }

    void evaluatesTheTrueLossOfACapacity()
    {
        Bench bench;
        auto writer = bench.begin("served");
        bench.open(writer.id());
        bench.find<QTabWidget>("causesTabs")->setCurrentIndex(1);
        bench.find<QDoubleSpinBox>("replayFactor")->setValue(2);
        bench.trigger("replay.evaluate");
        QTRY_COMPARE(bench.label("replayTruth"),
                     QString("True loss 4.2500 nats, +0.5000 against the run's own capacity (3.7500); "
                             "25.0 % of choices dropped in all sparse layers."));
        bench.find<QDoubleSpinBox>("replayFactor")->setValue(3);
        QVERIFY(bench.label("replayTruth").isEmpty()); // not of this one
    }
};

int main(int argc, char** argv)
{
    return test::mainOrServedModel<CausesPageTest>(argc, argv);
}
#include "causes_page_test.moc"
