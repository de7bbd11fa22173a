#include "ui/runs/run_list_model.h"

#include "runs_support.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>

#include <limits>

using namespace sy;
using sy::test::PictureMaker;
using sy::test::summary;

namespace {

constexpr auto strict = QAbstractItemModelTester::FailureReportingMode::QtTest;

/// "abc", and with groups "8:ab 1:c".
QString letters(const RunListModel& model)
{
    QStringList parts;
    for (int row = 0; row < model.rowCount(); ++row) {
        const QModelIndex index = model.index(row, 0);
        if (!index.data(RunListModel::IsGroupRole).toBool()) {
            parts << index.data().toString();
            continue;
        }
        QString group = index.data(RunListModel::RawRole).toString() + ':';
        for (int child = 0; child < model.rowCount(index); ++child)
            group += model.index(child, 0, index).data().toString();
        parts << group;
    }
    return parts.join(model.grouping().isEmpty() ? "" : " ");
}

/// One run a letter, in this order.
StorePicturePtr picture(const QString& ids, const std::map<QChar, int>& experts = {})
{
    PictureMaker maker;
    for (const QChar id : ids) {
        const auto found = experts.find(id);
        maker.add(summary(QString(id).toStdString()),
                  {{"model.num_experts", found == experts.end() ? 1 : found->second}});
    }
    return maker.done();
}

int columnOf(const RunListModel& model, const char* key)
{
    return int(model.columns().indexOf(*RunColumn::fromKey(key)));
}

QString cell(const RunListModel& model, const QString& id, const char* key)
{
    return model.indexOf(id, columnOf(model, key)).data().toString();
}

} // namespace

class RunListModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void showsNumbersAsText()
    {
        Selection selection;
        RunListModel model(&selection);
        auto run = summary("demo", RunStatus::Running);
        run.metrics["valid/cross_entropy"] = {3, 10, 30, 4.5, 4.25, 6.0, 20, 10, 0};
        run.parameters_total = 3280640;
        run.started_ms = 5000;
        run.heartbeat_ms = 65000;
        auto maker = PictureMaker().add(run);
        maker.picture->seconds_left["IDdemo"] = 75;
        model.setPicture(maker.done());
        QCOMPARE(cell(model, "IDdemo", "name"), "demo");
        QCOMPARE(cell(model, "IDdemo", "status"), "running");
        QCOMPARE(cell(model, "IDdemo", "progress"), "25 %");
        QCOMPARE(cell(model, "IDdemo", "step"), "100 / 400");
        QCOMPARE(cell(model, "IDdemo", "metric:min:valid/cross_entropy"), "4.250");
        QCOMPARE(cell(model, "IDdemo", "metric:last:valid/cross_entropy"), "4.500");
        QCOMPARE(cell(model, "IDdemo", "metric:last:train/cross_entropy"), "");
        QCOMPARE(cell(model, "IDdemo", "time_left"), "1 min 15 s");
        QCOMPARE(cell(model, "IDdemo", "duration"), "1 min 0 s");
        QCOMPARE(cell(model, "IDdemo", "parameters"), "3.28 M");
        QCOMPARE(model.indexOf("IDdemo", columnOf(model, "parameters")).data(RunListModel::RawRole),
                 QVariant(3280640LL));
    }

    void columnKeysComeBack_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<bool>("known");
        QTest::newRow("fixed") << "time_left" << true;
        QTest::newRow("metric") << "metric:max:valid/cross_entropy/de" << true;
        QTest::newRow("setting") << "setting:model.num_experts" << true;
        QTest::newRow("unknown") << "colour" << false;
        QTest::newRow("metric without series") << "metric:max:" << false;
        QTest::newRow("metric of nothing known") << "metric:mean:x" << false;
        QTest::newRow("setting without path") << "setting:" << false;
    }
    void columnKeysComeBack()
    {
        QFETCH(QString, key);
        QFETCH(bool, known);
        const auto column = RunColumn::fromKey(key);
        QCOMPARE(column.has_value(), known);
        if (column) QCOMPARE(column->key(), key);
    }

    void followsPictures_data()
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
        QTest::newRow("many apart gone") << "abcdefghijklmnopqrstuvwxyz"
                                         << "bdfhjlnprtvxz";
    }
    void followsPictures()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        Selection selection;
        RunListModel model(&selection);
        const QAbstractItemModelTester tester(&model, strict);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setPicture(picture(before));
        QCOMPARE(letters(model), before);
        std::vector<std::pair<QPersistentModelIndex, QString>> held;
        for (int row = 0; row < model.rowCount(); ++row)
            held.emplace_back(model.index(row, 1), model.index(row, 0).data().toString());
        model.setPicture(picture(after));
        QCOMPARE(letters(model), after);
        QCOMPARE(resets.count(), 0);
        for (const auto& [index, name] : held) {
            QCOMPARE(index.isValid(), after.contains(name));
            if (index.isValid()) QCOMPARE(model.index(index.row(), 0).data().toString(), name);
        }
    }

    void reportsOnlyRowsThatLookDifferent()
    {
        Selection selection;
        RunListModel model(&selection);
        auto maker = PictureMaker().add(summary("a")).add(summary("b")).add(summary("c"));
        model.setPicture(maker.done());
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy layouts(&model, &QAbstractItemModel::layoutChanged);
        PictureMaker next; // another look that read the same settings
        next.settings = maker.settings;
        next.picture->runs = maker.picture->runs;
        model.setPicture(next.done());
        QCOMPARE(changes.count(), 0);
        auto last = std::make_shared<StorePicture>(*next.picture);
        last->runs[1].step = 101;
        model.setPicture(last);
        QCOMPARE(changes.count(), 1);
        QCOMPARE(changes.first().first().toModelIndex().row(), 1);
        QCOMPARE(layouts.count(), 0);
    }

    void sortsByNumbersWithTheMissingLast()
    {
        Selection selection;
        RunListModel model(&selection);
        const QAbstractItemModelTester tester(&model, strict);
        PictureMaker maker;
        const std::vector<std::pair<const char*, double>> losses{
            {"a", 10}, {"b", 9}, {"c", std::numeric_limits<double>::quiet_NaN()}, {"d", 100}};
        for (const auto& [name, loss] : losses) {
            auto run = summary(name);
            run.last["valid/cross_entropy"] = loss;
            maker.add(run);
        }
        maker.add(summary("e"));
        model.setPicture(maker.done());
        const int column = columnOf(model, "metric:last:valid/cross_entropy");
        model.sort(column, Qt::AscendingOrder);
        QCOMPARE(letters(model), "badce");
        model.sort(column, Qt::DescendingOrder);
        QCOMPARE(letters(model), "dabce");
    }

    void sortsNamesByTheirNumbers()
    {
        Selection selection;
        RunListModel model(&selection);
        model.setPicture(PictureMaker().add(summary("run-10")).add(summary("Run-9")).add(summary("run-9b")).done());
        model.sort(0, Qt::AscendingOrder);
        QCOMPARE(letters(model), "Run-9run-9brun-10");
    }

    void groupsAndKeepsRowsThatChangeTheirGroup()
    {
        Selection selection;
        RunListModel model(&selection);
        const QAbstractItemModelTester tester(&model, strict);
        model.setPicture(picture("abc", {{'a', 16}, {'b', 8}, {'c', 16}}));
        model.setGrouping("model.num_experts");
        QCOMPARE(letters(model), "8:b 16:ac");
        const QPersistentModelIndex c = model.indexOf("IDc");
        model.setPicture(picture("abcd", {{'a', 16}, {'b', 8}, {'c', 8}, {'d', 2}}));
        QCOMPARE(letters(model), "2:d 8:bc 16:a");
        QCOMPARE(c, QPersistentModelIndex(model.indexOf("IDc")));
        model.setPicture(picture("bc", {{'b', 8}, {'c', 8}}));
        QCOMPARE(letters(model), "8:bc");
        QVERIFY(c.isValid());
        model.setGrouping("status");
        QCOMPARE(letters(model), "finished:bc");
        model.setGrouping("");
        QCOMPARE(letters(model), "bc");
    }

    void aGroupTellsItsSizeAndBest()
    {
        Selection selection;
        RunListModel model(&selection);
        auto a = summary("a"), b = summary("b");
        a.best_valid = 5;
        b.best_valid = 4;
        a.tags = b.tags = {"x", "y"};
        model.setPicture(PictureMaker().add(a).add(b).add(summary("c")).done());
        model.setGrouping("tags");
        const QModelIndex group = model.index(0, 0);
        QCOMPARE(group.data().toString(), "x, y  (2)");
        QCOMPARE(group.siblingAtColumn(columnOf(model, "metric:min:valid/cross_entropy")).data().toString(), "4.000");
        QCOMPARE(model.index(1, 0).data().toString(), "no tags  (1)");
    }

    void offersSettingsInWhichRunsDiffer()
    {
        PictureMaker maker;
        maker.add(summary("a"), {{"x.same", 1}, {"x.other", 1}, {"x.some", 1}});
        maker.add(summary("b"), {{"x.same", 1}, {"x.other", 2}});
        QStringList keys;
        for (const auto& one : groupings(RunRows().of(maker.done()))) keys << one.key;
        QVERIFY(keys.contains("x.other") && keys.contains("x.some") && !keys.contains("x.same"));
    }

    void ticksFollowTheSelectionBothWays()
    {
        Selection selection;
        RunListModel model(&selection);
        const QAbstractItemModelTester tester(&model, strict);
        model.setPicture(picture("ab", {{'a', 8}, {'b', 8}}));
        QVERIFY(model.setData(model.indexOf("IDa"), Qt::Checked, Qt::CheckStateRole));
        QCOMPARE(selection.shownRuns(), QStringList{"IDa"});
        QCOMPARE(model.indexOf("IDa").data(RunListModel::ColourRole).value<QColor>(), selection.colour("IDa"));
        QVERIFY(!model.indexOf("IDb").data(RunListModel::ColourRole).isValid());
        model.setGrouping("model.num_experts");
        QCOMPARE(model.index(0, 0).data(Qt::CheckStateRole).toInt(), int(Qt::PartiallyChecked));
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        selection.setShown("IDb", true);
        QVERIFY(changes.count() > 0);
        QCOMPARE(model.index(0, 0).data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
        QVERIFY(model.setData(model.index(0, 0), Qt::Unchecked, Qt::CheckStateRole));
        QVERIFY(selection.shownRuns().isEmpty());
    }

    void listsWhatWaits()
    {
        Selection selection;
        RunListModel model(&selection);
        PictureMaker maker;
        for (int64_t key = 1; key <= 4; ++key) {
            QueueEntry entry;
            entry.key = key;
            entry.request.name = "q" + std::to_string(key);
            entry.request.config = {{"train", {{"steps", 50}}}};
            entry.state = key == 1 ? QueueState::Starting : key == 4 ? QueueState::Done : QueueState::Waiting;
            if (key == 3) entry.request.device = "cuda:0";
            maker.add(entry);
        }
        QueueEntry resumption;
        resumption.key = 9;
        resumption.request.resume = "IDa";
        maker.add(resumption).add(summary("a", RunStatus::Interrupted));
        model.setPicture(maker.done());
        QCOMPARE(letters(model), "q1q2q3a");
        QCOMPARE(cell(model, "queue:1", "status"), "starting");
        QCOMPARE(cell(model, "queue:2", "status"), "queued, place 1");
        QCOMPARE(cell(model, "queue:3", "device"), "cuda:0");
        QCOMPARE(cell(model, "queue:3", "status"), "queued, place 1");
        QCOMPARE(cell(model, "queue:2", "step"), "0 / 50");
        QCOMPARE(cell(model, "IDa", "status"), "queued, place 2");
        QVERIFY(!model.indexOf("queue:2").data(Qt::CheckStateRole).isValid());
        QVERIFY(!model.setData(model.indexOf("queue:2"), Qt::Checked, Qt::CheckStateRole) ||
                selection.shownRuns().isEmpty());
    }

    void deletedRunsAreListedOnlyWhenAskedFor()
    {
        Selection selection;
        RunListModel model(&selection);
        auto gone = summary("b");
        gone.deleted = true;
        model.setPicture(PictureMaker().add(summary("a")).add(gone).done());
        QCOMPARE(letters(model), "a");
        model.setShowDeleted(true);
        QCOMPARE(letters(model), "ab");
        model.setShowDeleted(false);
        model.setFilter(RunFilter("is:deleted", {}));
        QCOMPARE(letters(model), "b");
    }

    void namesAreNotMarkup()
    {
        Selection selection;
        RunListModel model(&selection);
        model.setPicture(PictureMaker().add(summary("<b>x</b>")).done());
        QCOMPARE(model.index(0, 0).data().toString(), "<b>x</b>");
        QCOMPARE(model.index(0, 0).data(Qt::ToolTipRole).toString(), "<qt>&lt;b&gt;x&lt;/b&gt;");
    }

    void aThousandRuns()
    {
        Selection selection;
        RunListModel model(&selection);
        const QAbstractItemModelTester tester(&model, strict);
        PictureMaker maker;
        for (int i = 0; i < 1000; ++i) {
            auto run = summary("run-" + std::to_string(i));
            run.best_valid = (i * 7919) % 1000;
            maker.add(run, {{"model.num_experts", 1 << (i % 4)}, {"train.seed", i}});
        }
        model.setPicture(maker.done());
        const auto words = FilterWords::of(model.rows(), {});
        model.sort(columnOf(model, "metric:min:valid/cross_entropy"), Qt::AscendingOrder);
        QCOMPARE(model.index(0, 0).data().toString(), "run-0");
        QCOMPARE(model.index(1, 0).data().toString(), "run-679");
        model.setFilter(RunFilter("num_experts:8 best:<500", words));
        QCOMPARE(model.listedRuns(), 125);
        model.setGrouping("model.num_experts");
        model.setFilter({});
        QCOMPARE(model.rowCount(), 4);
    }
    void filteringAThousandRuns() { measure(false); }
    void sortingAThousandRuns() { measure(true); }

private:
    void measure(bool sorting)
    {
        Selection selection;
        RunListModel model(&selection);
        PictureMaker maker;
        for (int i = 0; i < 1000; ++i) {
            auto run = summary("run-" + std::to_string(i));
            run.best_valid = (i * 7919) % 1000;
            maker.add(run, {{"model.num_experts", 1 << (i % 4)}, {"train.seed", i}});
        }
        model.setPicture(maker.done());
        bool odd = false;
        QBENCHMARK
        {
            odd = !odd;
            if (sorting)
                model.sort(columnOf(model, "metric:min:valid/cross_entropy"),
                           odd ? Qt::AscendingOrder : Qt::DescendingOrder);
            else
                model.setFilter(RunFilter(odd ? "num_experts:8 best:<500 run" : "", FilterWords::of(model.rows(), {})));
        }
    }
};

QTEST_GUILESS_MAIN(RunListModelTest)
#include "run_list_model_test.moc"
