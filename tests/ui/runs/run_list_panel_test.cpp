#include "ui/runs/run_list_panel.h"

#include "runs_support.h"
#include "ui/models/table_export.h"
#include "ui/runs/columns_dialog.h"
#include "ui/runs/notice_bar.h"
#include "ui/runs/run_delegate.h"
#include "ui/runs/tag_dialog.h"

#include <QAction>
#include <QColorDialog>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <QTreeView>

#include <memory>

using namespace sy;

namespace {

struct PanelBench : test::Bench {
    std::unique_ptr<RunListPanel> panel;

    RunListPanel& open()
    {
        panel.reset(); // its settings are kept now
        panel = std::make_unique<RunListPanel>(context());
        panel->resize(900, 500);
        panel->show();
        return *panel;
    }
    RunListModel& model() { return *panel->model(); }
    void trigger(const char* name) { panel->findChild<QAction*>(name)->trigger(); }
    bool enabled(const char* name) { return panel->findChild<QAction*>(name)->isEnabled(); }
    RunSummary stored(const QString& id) { return Store::openExisting(paths).run(id.toStdString()); }
    QString notice() { return panel->findChild<NoticeBar*>()->text(); }
    void waitFor(const QString& id)
    {
        QVERIFY(QTest::qWaitFor([&] { return model().indexOf(id).isValid(); }));
    }
    QPoint inName(const QString& id, QRect RunDelegate::NameAreas::*area)
    {
        const QModelIndex index = model().indexOf(id);
        QStyleOptionViewItem option;
        option.fontMetrics = panel->view()->fontMetrics();
        option.rect = panel->view()->visualRect(index);
        return (RunDelegate::nameAreas(option, true).*area).center();
    }
};

/// Does `what` with the dialog that comes up.
template <class Dialog, class What> void whenOpen(What what)
{
    auto* timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, what] {
        auto* dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget());
        if (!dialog) return;
        timer->deleteLater();
        what(dialog);
    });
    timer->start(5);
}

} // namespace

class RunListPanelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void anEmptyStoreSaysWhatToDo()
    {
        PanelBench bench;
        auto& panel = bench.open();
        QVERIFY(panel.findChild<QLabel*>("emptyRunList")->isVisible());
        QVERIFY(panel.findChild<QLabel*>("emptyRunList")->text().contains("No runs yet"));
        QVERIFY(!fs::exists(bench.paths.database)); // looking creates nothing
        const QString id = bench.addRun("first");
        bench.waitFor(id);
        QVERIFY(!panel.findChild<QLabel*>("emptyRunList")->isVisible());
    }

    void aFilterWithoutMatchCanBeCleared()
    {
        PanelBench bench;
        const QString id = bench.addRun("a");
        auto& panel = bench.open();
        bench.waitFor(id);
        panel.setFilterText("nothing");
        QVERIFY(!bench.model().indexOf(id).isValid());
        QVERIFY(panel.findChild<QLabel*>("emptyRunList")->text().contains("No run matches"));
        panel.setFilterText("statu:running");
        QVERIFY(panel.findChild<QLabel*>("filterProblem")->text().contains("unknown key \"statu\""));
        QVERIFY(panel.findChild<QLabel*>("filterProblem")->isVisible());
        QVERIFY(bench.model().indexOf(id).isValid());
        panel.setFilterText("");
        QVERIFY(!panel.findChild<QLabel*>("filterProblem")->isVisible());
    }

    void theCurrentRowIsTheCurrentRun()
    {
        PanelBench bench;
        const QString a = bench.addRun("a"), b = bench.addRun("b");
        auto& panel = bench.open();
        bench.waitFor(b);
        panel.view()->setCurrentIndex(bench.model().indexOf(a));
        QCOMPARE(bench.selection.currentRun(), a);
        bench.selection.setCurrentRun(b);
        QCOMPARE(panel.view()->currentIndex().siblingAtColumn(0), bench.model().indexOf(b));
        QVERIFY(!bench.selection.isShown(a));
        const QPoint name = bench.inName(a, &RunDelegate::NameAreas::text);
        QTest::mouseClick(panel.view()->viewport(), Qt::LeftButton, {}, name);
        QVERIFY(!bench.selection.isShown(a));
        QTest::mouseDClick(panel.view()->viewport(), Qt::LeftButton, {}, name);
        QCOMPARE(bench.selection.currentRun(), a);
        QVERIFY(bench.selection.isShown(a));
        panel.view()->setCurrentIndex(bench.model().indexOf(b));
        QTest::keyClick(panel.view(), Qt::Key_Return);
        QVERIFY(bench.selection.isShown(b));
    }

    void clicksOnTickStarAndColour()
    {
        PanelBench bench;
        const QString a = bench.addRun("a");
        auto& panel = bench.open();
        bench.waitFor(a);
        auto* place = panel.view()->viewport();
        QTest::mouseClick(place, Qt::LeftButton, {}, bench.inName(a, &RunDelegate::NameAreas::tick));
        QVERIFY(bench.selection.isShown(a));
        QVERIFY(bench.selection.currentRun().isEmpty()); // ticking chooses nothing
        QTest::mouseClick(place, Qt::LeftButton, {}, bench.inName(a, &RunDelegate::NameAreas::star));
        QTRY_VERIFY(bench.stored(a).starred);
        QTest::mouseClick(place, Qt::LeftButton, {}, bench.inName(a, &RunDelegate::NameAreas::colour));
        auto* dialog = panel.findChild<QColorDialog*>();
        QVERIFY(dialog);
        dialog->setCurrentColor(Qt::magenta);
        dialog->accept();
        QCOMPARE(bench.selection.colour(a), QColor(Qt::magenta));
        QTest::mouseClick(place, Qt::LeftButton, {}, bench.inName(a, &RunDelegate::NameAreas::tick));
        QVERIFY(!bench.selection.isShown(a));
    }

    void bulkStarAndTicks()
    {
        PanelBench bench;
        const QString a = bench.addRun("a"), b = bench.addRun("b");
        auto& panel = bench.open();
        bench.waitFor(b);
        panel.select({a, b});
        QTest::keyClick(panel.view(), Qt::Key_Space);
        QCOMPARE(bench.selection.shownRuns().size(), 2);
        QTest::keyClick(panel.view(), Qt::Key_Space);
        QVERIFY(bench.selection.shownRuns().isEmpty());
        bench.trigger("starRuns");
        QTRY_VERIFY(bench.stored(a).starred && bench.stored(b).starred);
        QTRY_COMPARE(panel.findChild<QAction*>("starRuns")->text(), "Take star away");
        bench.trigger("starRuns");
        QTRY_VERIFY(!bench.stored(a).starred && !bench.stored(b).starred);
        QCOMPARE(panel.selectedIds().size(), 2); // still selected after all these pictures
    }

    void tagsAndNotesOfManyRuns()
    {
        PanelBench bench;
        const QString a = bench.addRun("a"), b = bench.addRun("b");
        {
            auto store = Store::open(bench.paths);
            store.tag(a.toStdString(), "half");
            for (const auto& id : {a, b}) store.tag(id.toStdString(), "old");
        }
        auto& panel = bench.open();
        bench.waitFor(b);
        panel.select({a, b});
        whenOpen<TagDialog>([](TagDialog* dialog) {
            auto* list = dialog->findChild<QListWidget*>("tagList");
            QCOMPARE(list->item(0)->checkState(), Qt::PartiallyChecked);
            QCOMPARE(list->item(1)->text(), "old");
            list->item(1)->setCheckState(Qt::Unchecked);
            dialog->findChild<QLineEdit*>("newTag")->setText(" new ");
            QTest::keyClick(dialog, Qt::Key_Return);
        });
        bench.trigger("tagRuns");
        QTRY_COMPARE(bench.stored(a).tags, (std::vector<std::string>{"half", "new"}));
        QTRY_COMPARE(bench.stored(b).tags, std::vector<std::string>{"new"});
        whenOpen<QDialog>([](QDialog* dialog) {
            dialog->findChild<QPlainTextEdit*>()->setPlainText("both <b>");
            dialog->accept();
        });
        bench.trigger("noteRuns");
        QTRY_COMPARE(bench.stored(b).note, "both <b>");
        QCOMPARE(bench.stored(a).note, "both <b>");
    }

    void deletesUndoesAndPurges()
    {
        PanelBench bench;
        const QString a = bench.addRun("a"), b = bench.addRun("b");
        bench.selection.setShownRuns({a, b});
        auto& panel = bench.open();
        bench.waitFor(b);
        panel.select({a});
        QTest::keyClick(panel.view(), Qt::Key_Delete);
        QTRY_VERIFY(!bench.model().indexOf(a).isValid());
        QTRY_COMPARE(bench.notice(), "1 run deleted.");
        QCOMPARE(bench.selection.shownRuns(), QStringList{b});
        QTest::keyClick(panel.view(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(bench.model().indexOf(a).isValid());
        QTRY_COMPARE(bench.selection.shownRuns(), (QStringList{b, a}));
        QVERIFY(!bench.enabled("undoDelete"));
        panel.select({a});
        bench.trigger("deleteRuns");
        QTRY_VERIFY(bench.stored(a).deleted);
        panel.setFilterText("is:deleted");
        QTRY_VERIFY(bench.model().indexOf(a).isValid());
        panel.select({a});
        QVERIFY(!bench.enabled("deleteRuns"));
        QTRY_VERIFY(bench.enabled("purgeRuns"));
        whenOpen<QMessageBox>([](QMessageBox* box) {
            QCOMPARE(box->textFormat(), Qt::PlainText);
            QVERIFY(box->informativeText().startsWith("a\n"));
            box->button(QMessageBox::Cancel)->click();
        });
        bench.trigger("purgeRuns");
        QVERIFY(bench.stored(a).deleted); // still there
        whenOpen<QMessageBox>([](QMessageBox* box) { box->findChild<QPushButton*>("purgeButton")->click(); });
        bench.trigger("purgeRuns");
        QTRY_COMPARE(Store::openExisting(bench.paths).runs(true).size(), size_t(1));
        QTRY_VERIFY(!bench.enabled("undoDelete")); // nothing to bring back
    }

    void theUndoButtonBringsBack()
    {
        PanelBench bench;
        const QString a = bench.addRun("a");
        auto& panel = bench.open();
        bench.waitFor(a);
        panel.select({a});
        bench.trigger("deleteRuns");
        auto* undo = panel.findChild<QWidget*>("noticeUndo");
        QTRY_VERIFY(undo->isVisible());
        QTest::mouseClick(undo, Qt::LeftButton);
        QTRY_VERIFY(!bench.stored(a).deleted);
        QVERIFY(bench.notice().isEmpty());
    }

    void aLiveRunIsNotDeleted()
    {
        PanelBench bench;
        auto live = RunWriter::create(bench.paths, test::newRun("<u>live</u>"));
        live.setStatus(RunStatus::Running);
        const QString id = QString::fromStdString(live.id()), ended = bench.addRun("ended");
        auto& panel = bench.open();
        bench.waitFor(ended);
        bench.waitFor(id);
        panel.select({id, ended});
        bench.trigger("deleteRuns");
        QTRY_VERIFY(bench.notice().contains("'<u>live</u>' is alive"));
        QCOMPARE(panel.findChild<QLabel*>("noticeText")->textFormat(), Qt::PlainText);
        QVERIFY(!bench.stored(id).deleted);
        QTRY_VERIFY(bench.stored(ended).deleted); // the other went
        QTRY_VERIFY(bench.enabled("undoDelete"));
    }

    void asksTheWindowForTheRest()
    {
        PanelBench bench;
        auto live = RunWriter::create(bench.paths, test::newRun("live"));
        live.setStatus(RunStatus::Running);
        const QString id = QString::fromStdString(live.id()), ended = bench.addRun("ended");
        auto& panel = bench.open();
        bench.waitFor(ended);
        bench.waitFor(id);
        QTRY_VERIFY(bench.model().row(id)->status() == RunStatus::Running);
        QSignalSpy control(&panel, &RunListPanel::controlRequested), like(&panel, &RunListPanel::newRunLike);
        QSignalSpy compare(&panel, &RunListPanel::compareRequested), out(&panel, &RunListPanel::exportRequested);
        QSignalSpy in(&panel, &RunListPanel::importRequested);
        panel.select({id, ended});
        QVERIFY(!bench.enabled("newRunLike")); // of one run only
        QVERIFY(!bench.enabled("unpauseRuns") && !bench.enabled("resumeRuns"));
        for (const char* name : {"pauseRuns", "checkpointRuns", "evaluateRuns", "stopRuns"}) bench.trigger(name);
        QStringList verbs;
        for (const auto& call : control) {
            QCOMPARE(call[0].toStringList(), QStringList{id}); // the ended one is left out
            verbs << call[1].toString();
        }
        QCOMPARE(verbs, (QStringList{"pause", "checkpoint", "evaluate", "stop"}));
        bench.trigger("compareRuns");
        QCOMPARE(compare.count(), 1);
        QCOMPARE(bench.selection.shownRuns().size(), 2);
        bench.trigger("exportRuns");
        QCOMPARE(out.first().first().toStringList().size(), 2);
        bench.trigger("importRuns");
        QCOMPARE(in.count(), 1);
        panel.select({ended});
        bench.trigger("newRunLike");
        QCOMPARE(like.first().first().toString(), ended);
    }

    void resumesWhatVanished()
    {
        PanelBench bench;
        QString id;
        {
            auto writer = RunWriter::create(bench.paths, test::newRun("gone"));
            writer.setStatus(RunStatus::Running);
            id = QString::fromStdString(writer.id());
        } // its lock is free: nobody lives
        auto& panel = bench.open();
        bench.waitFor(id);
        QTRY_VERIFY(bench.model().row(id)->status() == RunStatus::Interrupted);
        QSignalSpy resumed(&panel, &RunListPanel::resumeRequested);
        panel.select({id});
        bench.trigger("resumeRuns");
        QCOMPARE(resumed.first().first().toStringList(), QStringList{id});
    }

    void aWaitingRunLeavesTheQueue()
    {
        PanelBench bench;
        QueueRequest request;
        request.name = "later";
        request.config = test::newRun("x").config;
        const int64_t key = Store::open(bench.paths).enqueue(request);
        auto& panel = bench.open();
        const QString id = queueRowId(key);
        bench.waitFor(id);
        QSignalSpy removed(&panel, &RunListPanel::removeFromQueue);
        panel.view()->setCurrentIndex(bench.model().indexOf(id));
        QVERIFY(bench.selection.currentRun().isEmpty());
        QVERIFY(!bench.enabled("starRuns"));
        bench.trigger("deleteRuns");
        QCOMPARE(removed.first().first().toLongLong(), key);
    }

    void keepsSelectionAndScrollWhileRunsCome()
    {
        PanelBench bench;
        QStringList ids;
        for (int i = 0; i < 40; ++i) ids << bench.addRun("run-" + std::to_string(i));
        auto& panel = bench.open();
        for (const auto& id : ids) bench.waitFor(id);
        auto* bar = panel.view()->verticalScrollBar();
        QTRY_VERIFY(bar->maximum() > 10);
        bar->setValue(10);
        const QString top = panel.view()->indexAt(QPoint(1, 1)).data(RunListModel::IdRole).toString();
        panel.select({ids[5], ids[7]});
        bar->setValue(10);
        bench.waitFor(bench.addRun("new"));
        QCOMPARE(panel.view()->indexAt(QPoint(1, 1)).data(RunListModel::IdRole).toString(), top);
        QCOMPARE(panel.selectedIds().size(), 2);
    }

    void groupsStayClosed()
    {
        PanelBench bench;
        const QString a = bench.addRun("a", 4, 8);
        bench.addRun("b", 5, 2);
        auto& panel = bench.open();
        bench.waitFor(a);
        auto* combo = panel.findChild<QComboBox*>("groupBy");
        QTRY_VERIFY(combo->findData("model.num_experts") >= 0);
        combo->setCurrentIndex(combo->findData("model.num_experts"));
        Q_EMIT combo->activated(combo->currentIndex());
        const QModelIndex group = bench.model().indexOf(a).parent();
        QVERIFY(group.isValid());
        QVERIFY(panel.view()->isExpanded(group));
        panel.view()->collapse(group);
        const QString c = bench.addRun("c", 4, 8);
        bench.waitFor(c);
        QTRY_COMPARE(bench.model().indexOf(c).parent(), bench.model().indexOf(a).parent());
        QVERIFY(!panel.view()->isExpanded(bench.model().indexOf(a).parent()));
        panel.view()->selectionModel()->select(bench.model().indexOf(a).parent(),
                                               QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        QCOMPARE(panel.selectedIds().size(), 2); // a group stands for its runs
    }

    void theFootFollowsWhatIsTicked()
    {
        PanelBench bench;
        const QString a = bench.addRun("a", 4.25), b = bench.addRun("b", 4.5);
        auto& panel = bench.open();
        bench.waitFor(b);
        const auto* foot = panel.findChild<QLabel*>("runCount");
        QTRY_COMPARE(foot->text(), "2 runs");
        bench.selection.setShown(a, true); // no new picture of the store comes
        QCOMPARE(foot->text(), "2 runs · 1 shown");
        bench.selection.setShown(b, true);
        QCOMPARE(foot->text(), "2 runs · 2 shown");
    }

    void columnsFilterAndGroupingComeBack()
    {
        PanelBench bench;
        const QString a = bench.addRun("a", 4.25);
        {
            auto& panel = bench.open();
            bench.waitFor(a);
            panel.findChild<QAction*>("chooseColumns")->trigger();
            auto* dialog = panel.findChild<ColumnsDialog*>();
            auto* series = dialog->findChild<QComboBox*>("metricSeries");
            QTRY_COMPARE(series->count(), 2);
            auto* list = dialog->findChild<QListWidget*>("columnList");
            list->setCurrentRow(1);
            const QString moved = list->currentItem()->text();
            dialog->findChild<QAction*>("moveColumnUp")->trigger();
            QCOMPARE(list->currentRow(), 0);
            QCOMPARE(list->item(0)->text(), moved);
            dialog->findChild<QAction*>("moveColumnUp")->trigger(); // the first stays
            QCOMPARE(list->item(0)->text(), moved);
            dialog->findChild<QAction*>("moveColumnDown")->trigger();
            QCOMPARE(list->item(1)->text(), moved);
            QVERIFY(!dialog->findChild<QPushButton*>("addMetric")->isEnabled());
            series->setEditText("train/cross_entropy");
            dialog->findChild<QComboBox*>("metricWhich")->setCurrentIndex(2);
            dialog->findChild<QPushButton*>("addMetric")->click();
            dialog->findChild<QComboBox*>("settingPath")->setEditText("model.d_model");
            dialog->findChild<QPushButton*>("addSetting")->click();
            dialog->accept();
            const RunColumn maximum{RunColumn::Metric, "train/cross_entropy", RunColumn::Max};
            const int column = int(bench.model().columns().indexOf(maximum));
            QVERIFY(column > 0);
            QTRY_COMPARE(bench.model().indexOf(a, column).data().toString(), "4.750");
            panel.view()->sortByColumn(column, Qt::AscendingOrder);
            panel.setFilterText("num_experts:2");
        }
        auto& panel = bench.open();
        bench.waitFor(a);
        QCOMPARE(panel.findChild<QLineEdit*>("runFilter")->text(), "num_experts:2");
        QCOMPARE(bench.model().columns().last().key(), "setting:model.d_model");
        QCOMPARE(bench.model().columns()[panel.view()->header()->sortIndicatorSection()].key(),
                 "metric:max:train/cross_entropy");
        QTRY_COMPARE(bench.model().indexOf(a, int(bench.model().columns().size()) - 1).data().toString(), "16");
    }

    void theTableAsCsvHasRawNumbers()
    {
        PanelBench bench;
        const QString a = bench.addRun("a,\"b\"", 4.125);
        bench.open();
        bench.waitFor(a);
        QTRY_VERIFY(bench.model().row(a)->run->best_valid.has_value());
        const QByteArray csv = tableCsv(bench.model());
        QVERIFY(csv.startsWith("Run,Progress,valid best"));
        QVERIFY(csv.contains("\"a,\"\"b\"\"\","));
        QVERIFY(csv.contains(",4.125,"));
    }
};

QTEST_MAIN(RunListPanelTest)
#include "run_list_panel_test.moc"
