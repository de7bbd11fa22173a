#include "ui/compare/compared_run.h"
#include "ui/compare/comparison_table.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <limits>

using namespace sy;

namespace {

ComparedRun compared(const char* name, const RunSettings& settings = {})
{
    ComparedRun run;
    run.id = run.name = name;
    run.settings = std::make_shared<const RunSettings>(settings);
    return run;
}

QStringList namesOf(const std::vector<SettingRow>& rows)
{
    QStringList names;
    for (const auto& row : rows) names << QString::fromStdString(row.name);
    return names;
}

} // namespace

class ComparedRunTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void listsOnlySettingsThatDiffer()
    {
        auto a = compared("a", {{"train.seed", 1}, {"model.d_model", 16}, {"x.own", 1}, {"model.num_experts", 8}});
        auto b = compared("b", {{"train.seed", 2}, {"model.d_model", 16}, {"model.num_experts", 1}});
        a.facts["code"] = "1";
        b.facts["code"] = "2";
        a.facts["host"] = b.facts["host"] = "vm";
        const auto rows = settingRows({a, b}, false);
        QCOMPARE(namesOf(rows), (QStringList{"model.num_experts", "train.seed", "x.own", "code"})); // field list first
        QVERIFY(*rows[0].value[1] == 1);
        QVERIFY(rows[2].value[1] == nullptr);
        QVERIFY(rows[3].fact);
        QCOMPARE(namesOf(settingRows({a, b}, true)),
                 (QStringList{"model.num_experts", "model.d_model", "train.seed", "x.own", "code", "host"}));
        QVERIFY(settingRows({}, true).empty());
    }

    void deltas_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<double>("baseline");
        QTest::addColumn<int>("better");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("verdict");
        const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
        const int lower = int(Better::Lower), higher = int(Better::Higher), neither = int(Better::Neither);
        QTest::newRow("lower loss") << 4.5 << 5.0 << lower << "−0.500 (−10.0 %) better" << 1;
        QTest::newRow("higher loss") << 5.25 << 5.0 << lower << "+0.250 (+5.0 %) worse" << -1;
        QTest::newRow("higher speed") << 1500.0 << 1000.0 << higher << "+500.00 (+50.0 %) better" << 1;
        QTest::newRow("lower speed") << 500.0 << 1000.0 << higher << "−500.00 (−50.0 %) worse" << -1;
        QTest::newRow("neither") << 2.0 << 1.0 << neither << "+1.000 (+100.0 %)" << 0;
        QTest::newRow("equal") << 4.5 << 4.5 << lower << "equal" << 0;
        QTest::newRow("baseline 0") << 1.0 << 0.0 << lower << "+1.000 worse" << -1;
        QTest::newRow("negative baseline") << -1.0 << -2.0 << lower << "+1.000 (+50.0 %) worse" << -1;
        QTest::newRow("nan") << nan << 5.0 << lower << "" << 0;
        QTest::newRow("infinite baseline") << 5.0 << inf << lower << "" << 0;
    }
    void deltas()
    {
        QFETCH(double, value);
        QFETCH(double, baseline);
        QFETCH(int, better);
        QFETCH(QString, text);
        QFETCH(int, verdict);
        const auto delta = deltaOf({true, value, 10}, {true, baseline, 10}, static_cast<Better>(better));
        QCOMPARE(deltaText(delta), text);
        QCOMPARE(delta.verdict, verdict);
    }

    void aMissingValueHasNoDelta()
    {
        QVERIFY(!deltaOf({}, {true, 1, 1}, Better::Lower).known);
        QVERIFY(!deltaOf({true, 1, 1}, {}, Better::Lower).known);
    }

    void theBestDependsOnTheSeries()
    {
        auto run = compared("a");
        run.series["valid/cross_entropy"] = {3, 10, 30, 4.5, 4.25, 6, 20, 10, 0};
        run.series["train/tokens_per_second"] = {3, 10, 30, 900, 800, 1000, 10, 20, 0};
        run.series["train/learning_rate"] = {3, 10, 30, 0.1, 0.1, 0.2, 30, 10, 0};
        QCOMPARE(metricValue(run, "valid/cross_entropy", Statistic::Best).value, 4.25);
        QCOMPARE(metricValue(run, "valid/cross_entropy", Statistic::Best).step, 20);
        QCOMPARE(metricValue(run, "valid/cross_entropy", Statistic::Final).value, 4.5);
        QCOMPARE(metricValue(run, "train/tokens_per_second", Statistic::Best).value, 1000.0);
        QVERIFY(!metricValue(run, "train/learning_rate", Statistic::Best).known);
        QVERIFY(!metricValue(run, "train/grad_norm", Statistic::Final).known);
    }

    void saysWhatIsUnfair_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<bool>("grave");
        QTest::addColumn<QString>("part");
        QTest::newRow("nothing") << 0 << false << "";
        QTest::newRow("tokenizer") << 1 << true << "tokenizers are not comparable";
        QTest::newRow("corpus") << 2 << true << "Another corpus than base's: other";
        QTest::newRow("flops") << 3 << false << "equal FLOPs per token";
        QTest::newRow("flops within 1 %") << 4 << false << "";
        QTest::newRow("step") << 5 << false << "At another step than base (100): other";
        QTest::newRow("tokens") << 6 << false << "number of tokens";
        QTest::newRow("unknown hash") << 7 << false << "";
    }
    void saysWhatIsUnfair()
    {
        QFETCH(int, what);
        QFETCH(bool, grave);
        QFETCH(QString, part);
        auto base = compared("base");
        base.step = 100;
        base.tokens = 1000;
        base.flops_per_token = 1e6;
        base.tokenizer_hash = base.corpus_hash = "abc";
        auto other = base;
        other.id = other.name = "other";
        if (what == 1) other.tokenizer_hash = "def";
        if (what == 2) other.corpus_hash = "def";
        if (what == 3) other.flops_per_token = 1.02e6;
        if (what == 4) other.flops_per_token = 1.009e6;
        if (what == 5) other.step = 90;
        if (what == 6) other.tokens = 980;
        if (what == 7) other.corpus_hash.clear();
        const auto notes = fairnessNotes({base, other}, 0);
        QCOMPARE(notes.size(), size_t(part.isEmpty() ? 0 : 1));
        if (notes.empty()) return;
        QCOMPARE(notes[0].grave, grave);
        QVERIFY2(notes[0].text.contains(part), qPrintable(notes[0].text));
    }

    void percentSignsInNamesAreText()
    {
        auto base = compared("50 % %1"), other = compared("%2");
        base.step = 1;
        const auto notes = fairnessNotes({base, other}, 0);
        QVERIFY2(notes.front().text.contains("50 % %1 (1): %2"), qPrintable(notes.front().text));
    }

    void theTableTurns()
    {
        ComparisonTable table;
        const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
        using Thing = ComparisonTable::Thing;
        const QVector<ComparisonTable::Run> runs{{"<b>a</b>", Qt::red, true}, {"b", Qt::blue, false}, {"c", {}, false}};
        const auto thing = [](const char* name, double first) {
            Thing made{name, {}, {}};
            for (int i = 0; i < 3; ++i)
                made.cells << ComparisonTable::Cell{QString::number(first + i), {}, first + i, 0, false};
            return made;
        };
        table.setContent(runs, {thing("x", 1), thing("y", 10)});
        QCOMPARE(table.rowCount(), 2);
        QCOMPARE(table.columnCount(), 3);
        QCOMPARE(table.index(1, 2).data().toString(), "12");
        QCOMPARE(table.headerData(0, Qt::Horizontal).toString(), "<b>a</b> (baseline)");
        QCOMPARE(table.headerData(0, Qt::Horizontal, Qt::ToolTipRole).toString(), "<qt>&lt;b&gt;a&lt;/b&gt;");
        QVERIFY(!table.headerData(0, Qt::Horizontal, Qt::DecorationRole).isNull());
        table.setTransposed(true);
        QCOMPARE(table.rowCount(), 3);
        QCOMPARE(table.index(2, 1).data().toString(), "12");
        QCOMPARE(table.headerData(1, Qt::Vertical).toString(), "b");
        QSignalSpy resets(&table, &QAbstractItemModel::modelReset), changes(&table, &QAbstractItemModel::dataChanged);
        table.setContent(runs, {thing("x", 1), thing("y", 20)});
        QCOMPARE(resets.count(), 0);
        QCOMPARE(changes.count(), 1);
        table.setContent(runs, {thing("x", 1)});
        QCOMPARE(resets.count(), 1);
    }
};

QTEST_MAIN(ComparedRunTest)
#include "compared_run_test.moc"
