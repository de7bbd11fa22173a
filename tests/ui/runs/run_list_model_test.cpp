#include "ui/models/run_list_model.h"

#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>

#include <limits>

namespace {

sy::RunSummary run(const std::string& id, const std::string& name, int64_t step = 0)
{
    sy::RunSummary summary;
    summary.id = id;
    summary.name = name;
    summary.status = sy::RunStatus::Running;
    summary.step = step;
    summary.steps = 400;
    return summary;
}

QStringList names(const sy::RunListModel& model)
{
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row) all << model.index(row, 0).data().toString();
    return all;
}

} // namespace

class RunListModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void showsNumbersAsText()
    {
        sy::RunListModel model;
        auto summary = run("1", "demo", 100);
        summary.best_valid = 4.25;
        summary.last["valid/cross_entropy"] = 4.5;
        model.setRuns({summary});
        QCOMPARE(model.index(0, sy::RunListModel::NameColumn).data().toString(), "demo");
        QCOMPARE(model.index(0, sy::RunListModel::StatusColumn).data().toString(), "running");
        QCOMPARE(model.index(0, sy::RunListModel::ProgressColumn).data().toString(), "25 %");
        QCOMPARE(model.index(0, sy::RunListModel::StepColumn).data().toString(), "100 / 400");
        QCOMPARE(model.index(0, sy::RunListModel::BestColumn).data().toString(), "4.250");
        QCOMPARE(model.index(0, sy::RunListModel::LastColumn).data().toString(), "4.500");
        QCOMPARE(model.index(0, sy::RunListModel::StartedColumn).data().toString(), "");
    }

    void showsWhatIsMissingOrBroken()
    {
        sy::RunListModel model;
        auto broken = run("1", "broken");
        broken.steps = 0;
        broken.last["valid/cross_entropy"] = std::numeric_limits<double>::quiet_NaN();
        model.setRuns({broken});
        QCOMPARE(model.index(0, sy::RunListModel::ProgressColumn).data().toString(), "0 %");
        QCOMPARE(model.index(0, sy::RunListModel::BestColumn).data().toString(), "");
        QCOMPARE(model.index(0, sy::RunListModel::LastColumn).data().toString(), "nan");
        // Sorted by loss, a run without one comes after every run with one.
        QCOMPARE(model.index(0, sy::RunListModel::LastColumn).data(sy::RunListModel::SortRole).toDouble(),
                 std::numeric_limits<double>::infinity());
    }

    void keepsRowsOfRunsThatStay_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::newRow("same") << "abc"
                              << "abc";
        QTest::newRow("new first") << "abc"
                                   << "dabc";
        QTest::newRow("new between") << "abc"
                                     << "adbec";
        QTest::newRow("one gone") << "abc"
                                  << "ac";
        QTest::newRow("gone and new") << "abc"
                                      << "dcb";
        QTest::newRow("none left") << "abc"
                                   << "";
        QTest::newRow("from nothing") << ""
                                      << "abc";
        QTest::newRow("new order") << "abc"
                                   << "cab";
    }
    void keepsRowsOfRunsThatStay()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        const auto runs = [](const QString& ids) {
            std::vector<sy::RunSummary> all;
            for (const QChar id : ids) all.push_back(run(QString(id).toStdString(), QString(id).toStdString()));
            return all;
        };
        sy::RunListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRuns(runs(before));
        model.setRuns(runs(after));
        QCOMPARE(names(model).join(""), after);
    }

    void aSelectionSurvivesARefresh()
    {
        sy::RunListModel model;
        model.setRuns({run("2", "two"), run("1", "one")});
        const QPersistentModelIndex one = model.index(1, 0);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setRuns({run("3", "three"), run("2", "two", 7), run("1", "one", 9)});
        QCOMPARE(resets.count(), 0);
        QCOMPARE(one.row(), 2);
        QCOMPARE(one.data().toString(), "one");
    }
};

QTEST_GUILESS_MAIN(RunListModelTest)
#include "run_list_model_test.moc"
