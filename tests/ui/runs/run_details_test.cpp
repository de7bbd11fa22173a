#include "ui/runs/run_details.h"

#include "runs_support.h"
#include "ui/runs/cell_table.h"
#include "ui/runs/checkpoints_section.h"
#include "ui/runs/config_section.h"
#include "ui/runs/run_end.h"
#include "ui/runs/settings_tree.h"

#include "core/config/config_io.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QTimer>
#include <QTreeView>

#include <csignal>
#include <fstream>
#include <memory>

using namespace sy;

namespace {

constexpr auto strict = QAbstractItemModelTester::FailureReportingMode::QtTest;

struct DetailsBench : test::Bench {
    std::unique_ptr<RunDetails> details;

    RunDetails& open(const QString& run)
    {
        details = std::make_unique<RunDetails>(context());
        details->resize(400, 700);
        details->show();
        selection.setCurrentRun(run);
        return *details;
    }
    QString label(const char* name) { return details->findChild<QLabel*>(name)->text(); }
    QTreeView* view(const char* name) { return details->findChild<QTreeView*>(name); }
    void tab(const char* action) { details->findChild<QAction*>(action)->trigger(); }
    RunSummary stored(const QString& id) { return Store::openExisting(paths).run(id.toStdString()); }
};

RunSummary ended(RunStatus status)
{
    auto run = test::summary("a", status);
    run.heartbeat_ms = 1700000000000;
    run.host = "server";
    run.pid = 4711;
    return run;
}

/// A picture with how its process ended.
std::shared_ptr<StorePicture> endedBy(std::optional<int64_t> exit_status, std::optional<int64_t> signal)
{
    auto picture = std::make_shared<StorePicture>();
    QueueEntry entry;
    entry.run = "IDa";
    entry.state = QueueState::Failed;
    entry.ended_ms = 1700000001000;
    entry.exit_status = exit_status;
    entry.signal = signal;
    entry.log_tail = "last words\n";
    picture->queue.push_back(entry);
    return picture;
}

void checkpoint(RunWriter& writer, int64_t step, bool best)
{
    const std::string folder = "step-" + std::to_string(step);
    fs::create_directories(writer.checkpointFolder() / folder);
    std::ofstream(writer.checkpointFolder() / folder / "weights") << "1234";
    writer.checkpoint({step, writer.id() + "/" + folder, 1024, "hash", best, 4.5, false});
}

} // namespace

class RunDetailsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void saysWhyItEnded_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("how"); // 0 = not in the queue, 1 = exit status 3, 2 = SIGKILL, 3 = SIGSEGV
        QTest::addColumn<QString>("part");
        QTest::addColumn<bool>("resumes");
        QTest::newRow("killed") << int(RunStatus::Interrupted) << 2 << "was killed (SIGKILL)" << true;
        QTest::newRow("crashed") << int(RunStatus::Interrupted) << 3 << "ended by SIGSEGV" << true;
        QTest::newRow("exit status") << int(RunStatus::Failed) << 1 << "exit status 3" << true;
        QTest::newRow("by hand") << int(RunStatus::Interrupted) << 0 << "Gone without farewell: process 4711 on server"
                                 << true;
        QTest::newRow("stopped") << int(RunStatus::Stopped) << 0 << "" << true;
        QTest::newRow("finished") << int(RunStatus::Finished) << 0 << "" << false;
        QTest::newRow("running") << int(RunStatus::Running) << 0 << "" << false;
    }
    void saysWhyItEnded()
    {
        QFETCH(int, status);
        QFETCH(int, how);
        QFETCH(QString, part);
        QFETCH(bool, resumes);
        auto picture = how == 0   ? std::make_shared<StorePicture>()
                       : how == 1 ? endedBy(3, std::nullopt)
                                  : endedBy(std::nullopt, how == 2 ? SIGKILL : SIGSEGV);
        const RunEnd end = runEnd(*picture, ended(static_cast<RunStatus>(status)));
        QVERIFY2(part.isEmpty() ? end.reason.isEmpty() : end.reason.contains(part), qPrintable(end.reason));
        QCOMPARE(end.can_resume, resumes);
        QCOMPARE(end.last_lines, how == 0 ? "" : "last words");
    }

    void anEarlierProcessTellsNothing()
    {
        auto picture = endedBy(std::nullopt, SIGKILL);
        picture->queue[0].ended_ms = 1600000000000; // it was resumed by hand since
        QVERIFY(runEnd(*picture, ended(RunStatus::Interrupted)).reason.startsWith("Gone without farewell"));
    }

    void importedAndWaitingRunsAreNotResumed()
    {
        auto run = ended(RunStatus::Interrupted);
        run.origin = "server";
        QVERIFY(!runEnd(StorePicture(), run).can_resume);
        QVERIFY(runEnd(StorePicture(), run).reason.contains("when it was exported")); // nobody knows that it died
        StorePicture picture;
        QueueEntry waiting;
        waiting.request.resume = "IDa";
        picture.queue.push_back(waiting);
        QVERIFY(!runEnd(picture, ended(RunStatus::Interrupted)).can_resume);
    }

    void cellsFollowTheirSource()
    {
        CellTable table({{"a", {}, false}, {"b", {}, true}});
        const QAbstractItemModelTester tester(&table, strict);
        const auto row = [](const char* a, double b) { return CellRow{{a, {}}, {QString::number(b), b}}; };
        table.setRows({row("x", 1), row("y", 2)});
        const QPersistentModelIndex y = table.index(1, 0);
        QSignalSpy changes(&table, &QAbstractItemModel::dataChanged),
            inserts(&table, &QAbstractItemModel::rowsInserted);
        table.setRows({row("x", 1), row("y", 3), row("z", 4)});
        QCOMPARE(changes.count(), 1);
        QCOMPARE(inserts.count(), 1);
        QVERIFY(y.isValid());
        QCOMPARE(y.sibling(1, 1).data(CellTable::RawRole).toDouble(), 3.0);
        table.setRows({row("x", 1)});
        QVERIFY(!y.isValid());
        table.setRows({});
        QCOMPARE(table.rowCount(), 0);
    }

    void theTreeMarksDifferences()
    {
        SettingsTree tree("Preset");
        const QAbstractItemModelTester tester(&tree, strict);
        tree.show({{"model", {{"d_model", 16}, {"num_experts", 8}}}, {"device", "cpu"}},
                  {{"model.d_model", 16}, {"model.num_experts", 4}, {"device", "cpu"}});
        const QModelIndex model = tree.index(1, 0); // device, model
        QVERIFY(model.data(SettingsTree::ChangedRole).toBool());
        QVERIFY(!tree.index(0, 0).data(SettingsTree::ChangedRole).toBool());
        const QModelIndex experts = tree.index(1, 0, model);
        QVERIFY(experts.data(SettingsTree::ChangedRole).toBool());
        QCOMPARE(experts.siblingAtColumn(SettingsTree::BaseColumn).data().toString(), "4");
        QCOMPARE(experts.data(SettingsTree::PathRole).toString(), "model.num_experts");
        tree.show(nullptr);
        QCOMPARE(tree.rowCount(), 0);
    }

    void theSetLineGivesTheConfigurationBack()
    {
        for (const auto& preset : presets()) {
            if (preset.name != "demo") continue;
            auto config = configFromJson(preset.settings);
            config.model.num_experts = 16;
            config.data.languages = {"de", "en"};
            config.data.corpus = "it's mine";
            const QString line = setLine(toJson(config), "demo");
            QCOMPARE(line,
                     "demo --set 'data.corpus=it'\\''s mine' --set data.languages=de,en --set model.num_experts=16");
        }
        QCOMPARE(setLine(toJson(ExperimentConfig{}), "no such preset"), "");
    }

    void keepsTheBestAndTheLast()
    {
        const auto at = [](int64_t step, bool best, bool removed = false) {
            CheckpointRecord record;
            record.step = step;
            record.best = best;
            record.removed = removed;
            return record;
        };
        QCOMPARE(removableCheckpoints({at(1, true, true), at(2, true), at(3, true), at(4, false), at(5, false)}),
                 (std::vector<int64_t>{2, 4}));
        QCOMPARE(removableCheckpoints({at(5, true)}), std::vector<int64_t>{});
        QCOMPARE(removableCheckpoints({}), std::vector<int64_t>{});
    }

    void showsTheCurrentRun()
    {
        DetailsBench bench;
        const QString id = bench.addRun("<b>bold</b>", 4.25);
        auto& details = bench.open({});
        QVERIFY(details.findChild<QLabel*>("noRun")->isVisible());
        QTRY_COMPARE(bench.watch.picture()->runs.size(), size_t(1));
        bench.selection.setCurrentRun(id);
        QTRY_COMPARE(bench.label("runTitle"), "<b>bold</b>");
        QCOMPARE(details.findChild<QLabel*>("runTitle")->textFormat(), Qt::PlainText);
        QTRY_COMPARE(bench.label("runState"), "finished · step 10 of 100");
        QTRY_COMPARE(bench.label("overview_best"), "4.250 at step 10");
        QTRY_VERIFY(bench.label("overview_tokenizer").isEmpty());
        QVERIFY(!details.findChild<QWidget*>("resumeRun")->isVisible());
    }

    void offersToResumeWhatVanished()
    {
        DetailsBench bench;
        QString id;
        {
            auto writer = RunWriter::create(bench.paths, test::newRun("gone"));
            writer.setStatus(RunStatus::Running);
            writer.logLine(nowMs(), "info", "train", "the last line");
            id = QString::fromStdString(writer.id());
        }
        auto& details = bench.open(id);
        QTRY_VERIFY(details.findChild<QWidget*>("resumeRun")->isVisible());
        QVERIFY(bench.label("endReason").startsWith("Gone without farewell"));
        QTRY_VERIFY(details.findChild<QPlainTextEdit*>("endLines")->toPlainText().contains("the last line"));
        QSignalSpy resumed(&details, &RunDetails::resumeRequested);
        details.findChild<QPushButton*>("resumeRun")->click();
        QCOMPARE(resumed.first().first().toStringList(), QStringList{id});
    }

    void editsTagsAndNote()
    {
        DetailsBench bench;
        const QString a = bench.addRun("a"), b = bench.addRun("b");
        Store::open(bench.paths).tag(a.toStdString(), "old");
        auto& details = bench.open(a);
        auto* tags = details.findChild<QLineEdit*>("overviewTags");
        auto* note = details.findChild<QPlainTextEdit*>("overviewNote");
        QTRY_COMPARE(tags->text(), "old");
        tags->setFocus();
        tags->selectAll();
        QTest::keyClicks(tags, "x, y,, x");
        Store::open(bench.paths).setStarred(a.toStdString(), true); // a picture that comes while typing
        QTRY_VERIFY(bench.watch.picture()->find(a)->starred);
        QCOMPARE(tags->text(), "x, y,, x");
        QTest::keyClick(tags, Qt::Key_Return);
        QTRY_COMPARE(bench.stored(a).tags, (std::vector<std::string>{"x", "y"}));
        note->setFocus();
        QTest::keyClicks(note, "of a");
        bench.selection.setCurrentRun(b); // what was typed belongs to a
        QTRY_COMPARE(bench.stored(a).note, "of a");
        QCOMPARE(bench.stored(b).note, "");
        QTRY_COMPARE(note->toPlainText(), "");
    }

    void readsOnlyWhatIsLookedAt()
    {
        DetailsBench bench;
        auto writer = RunWriter::create(bench.paths, test::newRun("live"));
        writer.setStatus(RunStatus::Running);
        writer.logLine(nowMs(), "info", "train", "first");
        writer.logLine(nowMs(), "warning", "moe", "dropped <b>many</b>");
        writer.event({1, nowMs(), "started", "started on cpu", nullptr});
        writer.flush();
        bench.open(QString::fromStdString(writer.id()));
        QTRY_COMPARE(bench.label("overview_seed"), "0"); // read, so what else was asked for is read after one more
        bool read = false;
        bench.access.read(
            bench.details.get(), [](const Store&) { return true; }, [&](bool) { read = true; });
        QTRY_VERIFY(read);
        QCOMPARE(bench.view("runEvents")->model()->rowCount(), 0);
        bench.tab("showEvents");
        QTRY_COMPARE(bench.view("runEvents")->model()->rowCount(), 1);
        bench.tab("showLog");
        auto* log = bench.view("runLog");
        QTRY_COMPARE(log->model()->rowCount(), 2);
        const QPersistentModelIndex first = log->model()->index(0, 0);
        log->setCurrentIndex(first);
        writer.logLine(nowMs(), "error", "train", "third");
        writer.flush();
        QTRY_COMPARE(log->model()->rowCount(), 3);
        QCOMPARE(QPersistentModelIndex(log->currentIndex()), first);
        bench.details->findChild<QComboBox*>("logLevel")->setCurrentIndex(3);
        QCOMPARE(log->model()->rowCount(), 2);
        bench.details->findChild<QLineEdit*>("logText")->setText("MANY");
        QCOMPARE(log->model()->rowCount(), 1);
        QCOMPARE(log->model()->index(0, 2).data().toString(), "moe: dropped <b>many</b>");
        log->selectAll();
        for (auto* action : log->actions())
            if (action->shortcut() == QKeySequence::Copy) action->trigger();
        QVERIFY(QApplication::clipboard()->text().endsWith("warning\tmoe: dropped <b>many</b>\n"));
    }

    void theConfigurationShowsWhatWasChanged()
    {
        DetailsBench bench;
        auto config = configFromJson(nlohmann::json::object());
        config.model.num_experts = 16;
        auto run = test::newRun("a");
        run.config = toJson(config);
        run.preset.clear();
        auto writer = RunWriter::create(bench.paths, run);
        bench.open(QString::fromStdString(writer.id()));
        bench.tab("showConfiguration");
        QTRY_COMPARE(bench.label("configBase"), "Changed from the defaults: 1");
        auto* model = bench.view("runConfig")->model();
        QVERIFY(model->rowCount() > 3);
        bench.details->findChild<QCheckBox*>("configChangedOnly")->setChecked(true);
        QCOMPARE(model->rowCount(), 1);
        QCOMPARE(model->index(0, 1, model->index(0, 0)).data().toString(), "16");
        bench.details->findChild<QLineEdit*>("configSearch")->setText("dropout");
        QCOMPARE(model->rowCount(), 0);
        bench.details->findChild<QAction*>("copyConfigSet")->trigger();
        QCOMPARE(QApplication::clipboard()->text(), "--set model.num_experts=16");
        bench.details->findChild<QAction*>("copyConfigJson")->trigger();
        QVERIFY(nlohmann::json::parse(QApplication::clipboard()->text().toStdString()) == toJson(config));
    }

    void removesCheckpointsOfEndedRunsOnly()
    {
        DetailsBench bench;
        QString id;
        fs::path folder;
        {
            auto writer = RunWriter::create(bench.paths, test::newRun("a"));
            writer.setStatus(RunStatus::Running);
            for (const int64_t step : {10, 20, 30}) checkpoint(writer, step, step == 20);
            id = QString::fromStdString(writer.id());
            folder = writer.checkpointFolder();
            bench.open(id);
            bench.tab("showCheckpoints");
            QTRY_COMPARE(bench.view("runCheckpoints")->model()->rowCount(), 3);
            QCOMPARE(bench.label("checkpointTotal"), "3.00 KiB in 3 checkpoints on the disk");
            QVERIFY(!bench.details->findChild<QPushButton*>("keepBestAndLast")->isEnabled()); // it lives
            writer.setStatus(RunStatus::Finished);
        }
        auto* keep = bench.details->findChild<QPushButton*>("keepBestAndLast");
        QTRY_VERIFY(keep->isEnabled());
        QTimer::singleShot(0, this, [] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            QVERIFY(box && box->informativeText().contains("Steps 10. This frees 1.00 KiB"));
            box->findChild<QPushButton*>("confirmDelete")->click();
        });
        keep->click();
        QTRY_COMPARE(bench.view("runCheckpoints")->model()->rowCount(), 2);
        QVERIFY(!fs::exists(folder / "step-10"));
        QVERIFY(fs::exists(folder / "step-20"));
        QTRY_VERIFY(bench.label("checkpointTotal").endsWith("1 removed earlier"));
    }

    void samplesAreListedByStep()
    {
        DetailsBench bench;
        auto writer = RunWriter::create(bench.paths, test::newRun("a"));
        writer.setStatus(RunStatus::Running);
        const auto probe = [&](int64_t step, const char* text, const char* prediction) {
            Probe made;
            made.step = step;
            made.text = text;
            made.language = "de";
            made.target = "Tag";
            made.prediction = prediction;
            writer.probe(made);
        };
        probe(10, "Guten", "x");
        probe(10, "Abend", "");
        probe(20, "Guten", "Tag");
        writer.flush();
        bench.open(QString::fromStdString(writer.id()));
        bench.tab("showSamples");
        auto* model = bench.view("runSamples")->model();
        QTRY_COMPARE(model->rowCount(), 2);
        QCOMPARE(model->index(1, 1).data().toString(), "Tag");
        QCOMPARE(bench.label("sampleTarget"), "Tag");
        bench.details->findChild<QComboBox*>("sampleChoice")->setCurrentIndex(1);
        QCOMPARE(model->rowCount(), 1);
        QVERIFY(bench.label("sampleHint").contains("no predictions"));
        probe(30, "Abend", "später");
        writer.flush();
        QTRY_COMPARE(model->rowCount(), 2); // the chosen sentence stays chosen
        QVERIFY(bench.label("sampleHint").isEmpty());
    }
};

QTEST_MAIN(RunDetailsTest)
#include "run_details_test.moc"
