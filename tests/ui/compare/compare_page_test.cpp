#include "ui/compare/compare_page.h"

#include "core/store/run_writer.h"
#include "tests/support/page_bench.h"
#include "ui/plots/curve_chart.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QTableView>
#include <QTest>

using namespace sy;

namespace {

struct Bench : test::PageBench {
    RunWriter begin(const std::string& name, int64_t experts, const std::string& tokenizer = "t")
    {
        NewRun run;
        run.name = name;
        run.config = {{"model", {{"num_experts", experts}, {"d_model", 16}}}, {"device", "cpu"}};
        run.steps = 100;
        run.corpus_hash = "c";
        run.tokenizer_hash = tokenizer;
        run.flops_per_token = 1e6;
        auto writer = RunWriter::create(paths, run);
        writer.setStatus(RunStatus::Running);
        return writer;
    }

    static void point(RunWriter& writer, int64_t step, double loss)
    {
        writer.points({{"valid/cross_entropy", step, loss}});
        writer.clock({{step, step * 100, 1e9, 1700000000000 + step, 0.5}});
        writer.setStep(step);
        writer.flush();
    }
};

QString id(const RunWriter& writer)
{
    return QString::fromStdString(writer.id());
}

QTableView* table(const QWidget& page, const char* name)
{
    return page.findChild<QTableView*>(name);
}

QStringList things(const QTableView& view)
{
    QStringList names;
    for (int row = 0; row < view.model()->rowCount(); ++row)
        names << view.model()->headerData(row, Qt::Vertical).toString();
    return names;
}

} // namespace

class ComparePageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void saysWhatToDoWhileThereIsNothingToCompare()
    {
        Bench bench;
        auto a = bench.begin("<i>a</i>", 8);
        Bench::point(a, 10, 5);
        ComparePage page(bench.context());
        page.show();
        QVERIFY(page.findChild<QLabel*>("compareEmpty")->text().contains("Tick two runs"));
        QTRY_COMPARE(bench.watch.picture()->runs.size(), size_t(1));
        bench.selection.setShown(id(a), true);
        const auto* empty = page.findChild<QLabel*>("compareEmpty");
        QTRY_VERIFY(empty->text().contains("one more run"));
        QVERIFY(empty->text().contains("<i>a</i>"));
        QCOMPARE(empty->textFormat(), Qt::PlainText);
    }

    void comparesFollowsAndRebases()
    {
        Bench bench;
        auto a = bench.begin("a", 8), b = bench.begin("b", 1);
        Bench::point(a, 10, 5);
        Bench::point(b, 10, 4);
        ComparePage page(bench.context());
        page.resize(1200, 700);
        page.show();
        bench.selection.setShownRuns({id(a), id(b)});
        auto* settings = table(page, "settingsTable");
        auto* metrics = table(page, "metricsTable");
        QTRY_COMPARE(things(*settings), QStringList{"model.num_experts"});
        QTRY_COMPARE(things(*metrics), (QStringList{"valid/cross_entropy best", "valid/cross_entropy final"}));
        QTRY_COMPARE(metrics->model()->index(0, 1).data().toString(), "4.000\n−1.000 (−20.0 %) better");
        QCOMPARE(metrics->model()->index(0, 0).data().toString(), "5.000");
        page.setBaseline(id(b));
        QCOMPARE(metrics->model()->index(0, 0).data().toString(), "5.000\n+1.000 (+25.0 %) worse");
        auto* chart = page.findChild<CurveChart*>("compareChart");
        QTRY_COMPARE(chart->pointCount(), 2);
        Bench::point(a, 20, 3); // a live run grows
        QTRY_COMPARE(metrics->model()->index(1, 0).data().toString(), "3.000\n−1.000 (−25.0 %) better");
        QTRY_COMPARE(chart->rows(id(a)).step, (std::vector<int64_t>{10, 20}));
        QTRY_VERIFY(page.findChild<QLabel*>("fairness")->text().contains("another step than b (10): a"));
        page.findChild<QCheckBox*>("allSettings")->setChecked(true);
        QVERIFY(things(*settings).contains("model.d_model"));
        page.findChild<QCheckBox*>("runsAsRows")->click();
        QCOMPARE(things(*metrics), (QStringList{"a", "b (baseline)"}));
    }

    void warnsOfOtherTokenizers()
    {
        Bench bench;
        auto a = bench.begin("a", 8), b = bench.begin("b", 8, "other");
        Bench::point(a, 10, 5);
        Bench::point(b, 10, 4);
        ComparePage page(bench.context());
        page.show();
        bench.selection.setShownRuns({id(a), id(b)});
        QTRY_VERIFY(page.findChild<QLabel*>("fairness")->text().contains("tokenizers are not comparable"));
        QTRY_VERIFY(page.findChild<QLabel*>("sameSettings")->text().contains("same settings"));
    }

    void remembersTheBaseline()
    {
        Bench bench;
        auto a = bench.begin("a", 8), b = bench.begin("b", 1);
        bench.selection.setShownRuns({id(a), id(b)});
        {
            ComparePage page(bench.context());
            page.show();
            QTRY_COMPARE(page.baseline(), id(a));
            page.setBaseline(id(b));
        }
        ComparePage page(bench.context());
        page.show();
        QTRY_COMPARE(page.baseline(), id(b));
    }

    void aDeletedRunLeaves()
    {
        Bench bench;
        QString a_id, b_id;
        {
            auto a = bench.begin("a", 8), b = bench.begin("b", 1), c = bench.begin("c", 2);
            for (auto* writer : {&a, &b, &c}) writer->setStatus(RunStatus::Finished);
            a_id = id(a);
            b_id = id(b);
            bench.selection.setShownRuns({a_id, b_id, id(c)});
        }
        ComparePage page(bench.context());
        page.show();
        auto* baseline = page.findChild<QComboBox*>("baseline");
        QTRY_COMPARE(baseline->count(), 3);
        Store::open(bench.paths).softDelete(b_id.toStdString());
        QTRY_COMPARE(baseline->count(), 2);
    }
};

QTEST_MAIN(ComparePageTest)
#include "compare_page_test.moc"
