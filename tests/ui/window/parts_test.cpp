// Parts of the window: commands found by typing, notices, the queue's table, ends that are told.
#include "core/store/run_writer.h"
#include "ui/window/command_palette.h"
#include "ui/window/death_watch.h"
#include "ui/window/long_task.h"
#include "ui/window/notice_stack.h"
#include "ui/window/queue_model.h"
#include "ui/window/theme.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProgressDialog>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <atomic>
#include <csignal>

using namespace sy;

namespace {

StorePicture pictureOf(RunStatus status)
{
    StorePicture picture;
    RunSummary run;
    run.id = "01A";
    run.name = "demo";
    run.status = status;
    run.step = 120;
    picture.runs.push_back(run);
    return picture;
}

QueueEntry entryOf(int64_t key, QueueState state)
{
    QueueEntry entry;
    entry.key = key;
    entry.request.name = "demo";
    entry.state = state;
    return entry;
}

} // namespace

class PartsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::C); }

    void commandsMatch_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("matches");
        QTest::newRow("nothing typed") << ""
                                       << "Pause" << true;
        QTest::newRow("any case") << "PAU"
                                  << "Pause" << true;
        QTest::newRow("words in any order") << "checkpoint resume"
                                            << "Resume from last checkpoint" << true;
        QTest::newRow("initials") << "nrlt"
                                  << "New run like this" << true;
        QTest::newRow("one word is missing") << "resume now"
                                             << "Resume from last checkpoint" << false;
        QTest::newRow("letters out of order") << "esuap"
                                              << "Pause" << false;
    }
    void commandsMatch()
    {
        QFETCH(QString, query);
        QFETCH(QString, text);
        QFETCH(bool, matches);
        QCOMPARE(matchScore(query, text) >= 0, matches);
    }

    void beginningsComeFirst()
    {
        QVERIFY(matchScore("st", "Stop and save") > matchScore("st", "Run the last"));
        QVERIFY(matchScore("save", "Stop and save") > matchScore("save", "Unsaved"));
    }

    void thePaletteTriggersWhatWasTyped()
    {
        QWidget window;
        QAction enabled("&Stop and save", &window), disabled("Stop all", &window);
        disabled.setEnabled(false);
        window.addActions({&enabled, &disabled});
        QSignalSpy triggered(&enabled, &QAction::triggered);
        QCOMPARE(actionEntries(window).size(), size_t(1));
        QCOMPARE(actionEntries(window, false).size(), size_t(2));
        CommandPalette palette(actionEntries(window), &window);
        palette.open();
        auto* query = palette.findChild<QLineEdit*>("commandQuery");
        QTest::keyClicks(query, "stop");
        QCOMPARE(palette.findChild<QListWidget*>("commandList")->count(), 1);
        QTest::keyClick(query, Qt::Key_Return);
        QTRY_COMPARE(triggered.count(), 1);
        QVERIFY(!palette.isVisible());
    }

    void ofTwinsTheFocusedOneIsMeant()
    {
        QWidget window;
        QLineEdit first(&window), second(&window);
        second.move(0, 50);
        int copied = 0;
        for (auto* edit : {&first, &second}) {
            auto* action = new QAction("Copy picture", edit);
            action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
            action->setShortcut(QKeySequence::Copy);
            QObject::connect(action, &QAction::triggered, &window, [&, edit] { copied = edit == &first ? 1 : 2; });
            edit->addAction(action);
        }
        QCOMPARE(actionEntries(window, false).size(), size_t(1));
        QCOMPARE(actionEntries(window).size(), size_t(0));
        second.setFocus();
        const auto entries = actionEntries(window);
        QCOMPARE(entries.size(), size_t(1));
        entries[0].choose();
        QCOMPARE(copied, 2);
    }

    void nothingFoundIsSaidAndCannotBeChosen()
    {
        QWidget window;
        QAction stop("Stop", &window);
        window.addAction(&stop);
        QSignalSpy triggered(&stop, &QAction::triggered);
        CommandPalette palette(actionEntries(window), &window);
        palette.open();
        auto* query = palette.findChild<QLineEdit*>("commandQuery");
        QTest::keyClicks(query, "zzz");
        const auto* list = palette.findChild<QListWidget*>("commandList");
        QCOMPARE(list->count(), 1);
        QVERIFY(list->item(0)->text().startsWith("No command"));
        QTest::keyClick(query, Qt::Key_Return);
        QVERIFY(palette.isVisible());
        QTest::keyClick(query, Qt::Key_Down);
        QTest::keyClick(query, Qt::Key_Return);
        QVERIFY(palette.isVisible());
        QCOMPARE(triggered.count(), 0);
    }

    void noticesAreReplacedAndGo()
    {
        NoticeStack bar;
        int acted = 0;
        bar.add("a", NoticeStack::Kind::Problem, "<b>first</b>", {{"Resume", [&] { ++acted; }}});
        bar.add("a", NoticeStack::Kind::Problem, "second", {{"Resume", [&] { ++acted; }}});
        QCOMPARE(bar.count(), 1);
        QCOMPARE(bar.findChild<QLabel*>("noticeText", Qt::FindChildrenRecursively)->textFormat(), Qt::PlainText);
        auto* row = bar.findChild<QFrame*>("notice:a");
        for (auto* button : row->findChildren<QToolButton*>())
            if (button->text() == "Resume") button->click();
        QCOMPARE(acted, 1);
        QCOMPARE(bar.count(), 0);
        QVERIFY(bar.isHidden());
    }

    void theQueueShowsHowEntriesEnded()
    {
        QueueModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto killed = entryOf(1, QueueState::Failed);
        killed.signal = SIGKILL;
        killed.run = "01A";
        auto failed = entryOf(2, QueueState::Failed);
        failed.exit_status = 1;
        auto resumed = entryOf(3, QueueState::Waiting);
        resumed.request.resume = "01A";
        model.setEntries({killed, failed, resumed}, {{"01A", "<i>one</i>"}});
        const auto text = [&](int row, int column) { return model.index(row, column).data().toString(); };
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(text(0, QueueModel::WhatColumn), QString("resume <i>one</i>")); // newest first
        QCOMPARE(text(1, QueueModel::EndColumn), QString("exit status 1"));
        QCOMPARE(text(2, QueueModel::EndColumn), QString("killed by SIGKILL"));
        QVERIFY(model.index(0, 0).data(QueueModel::WaitingRole).toBool());
        model.setEntries({killed}, {});
        QCOMPARE(model.rowCount(), 1);
    }

    void aDeathIsToldOnceAndAgainWhenMoreIsKnown()
    {
        DeathWatch watch;
        QSignalSpy died(&watch, &DeathWatch::died), lives(&watch, &DeathWatch::lives);
        watch.see(pictureOf(RunStatus::Running));
        watch.see(pictureOf(RunStatus::Interrupted));
        watch.see(pictureOf(RunStatus::Interrupted));
        QCOMPARE(died.count(), 1);
        QVERIFY(died[0][0].value<Death>().text.contains("without farewell"));
        auto picture = pictureOf(RunStatus::Interrupted);
        auto entry = entryOf(7, QueueState::Failed);
        entry.run = "01A";
        entry.signal = SIGKILL;
        entry.ended_ms = 1;
        entry.log_tail = "first\nlast words\n";
        picture.queue.push_back(entry);
        watch.see(picture);
        QCOMPARE(died.count(), 2);
        const auto text = died[1][0].value<Death>().text;
        QVERIFY(text.contains("SIGKILL") && text.contains("last words") && text.contains("120"));
        watch.see(pictureOf(RunStatus::Running));
        QCOMPARE(lives.count(), 1);
    }

    void oldDeathsAreNoNews()
    {
        DeathWatch watch;
        QSignalSpy died(&watch, &DeathWatch::died);
        auto picture = pictureOf(RunStatus::Failed);
        picture.queue.push_back(entryOf(1, QueueState::Failed));
        watch.see(picture);
        watch.see(picture);
        QCOMPARE(died.count(), 0);
    }

    void importedRunsAreOnlyNewsWhenTheyFail()
    {
        DeathWatch watch;
        QSignalSpy died(&watch, &DeathWatch::died);
        const auto imported = [](RunStatus status) {
            auto picture = pictureOf(status);
            picture.runs[0].origin = "server";
            return picture;
        };
        watch.see({});
        watch.see(imported(RunStatus::Interrupted)); // exported while it ran
        QCOMPARE(died.count(), 0);
        watch.see(imported(RunStatus::Failed));
        watch.see(imported(RunStatus::Failed));
        QCOMPARE(died.count(), 1);
    }

    void anEntryThatNeverBecameARunIsTold()
    {
        DeathWatch watch;
        QSignalSpy died(&watch, &DeathWatch::died);
        watch.see({});
        StorePicture picture;
        auto entry = entryOf(1, QueueState::Failed);
        entry.exit_status = 1;
        entry.log_tail = "no corpus named 'handbook'";
        picture.queue.push_back(entry);
        watch.see(picture);
        watch.see(picture);
        QCOMPARE(died.count(), 1);
        const auto death = died[0][0].value<Death>();
        QVERIFY(!death.resumable && death.text.contains("no corpus named 'handbook'"));
    }

    void longWorkEndsInOneOfThreeWays()
    {
        QWidget window;
        QStringList heard;
        const auto finished = [&](const QString& text) { heard << "finished " + text; };
        const auto failed = [&](const QString& text) { heard << "failed " + text; };
        runLongTask(
            window, "one", [](const TaskProgress& progress) { return progress(0.5), QString("fine"); }, finished,
            failed);
        QTRY_COMPARE(heard, QStringList{"finished fine"});
        runLongTask(
            window, "two", [](const TaskProgress&) -> QString { throw std::runtime_error("disk full"); }, finished,
            failed);
        QTRY_COMPARE(heard.size(), 2);
        QCOMPARE(heard[1], QString("failed disk full"));
        std::atomic<bool> ended = false;
        runLongTask(
            window, "three",
            [&](const TaskProgress& progress) -> QString {
                struct End {
                    std::atomic<bool>& flag;
                    ~End() { flag = true; }
                } end{ended};
                for (;;) {
                    progress(0.1);
                    QThread::msleep(5);
                }
            },
            finished, failed);
        QTRY_VERIFY(!window.findChildren<QProgressDialog*>("longTask").isEmpty());
        window.findChildren<QProgressDialog*>("longTask").last()->findChild<QPushButton*>()->click();
        QTRY_VERIFY(ended);
        QTest::qWait(20);
        QCOMPARE(heard.size(), 2);
    }

    void bothPalettesAreReadable()
    {
        for (const auto& palette : {lightPalette(), darkPalette()}) {
            for (const auto& [ground, text] :
                 {std::pair{QPalette::Window, QPalette::WindowText}, std::pair{QPalette::Base, QPalette::Text},
                  std::pair{QPalette::Highlight, QPalette::HighlightedText},
                  std::pair{QPalette::Button, QPalette::ButtonText}})
                QVERIFY(std::abs(palette.color(ground).lightnessF() - palette.color(text).lightnessF()) > 0.4);
        }
    }
};

QTEST_MAIN(PartsTest)
#include "parts_test.moc"
