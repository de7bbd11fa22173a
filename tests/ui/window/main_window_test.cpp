#include "core/store/run_writer.h"
#include "ui/window/main_window.h"

#include <QFile>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

namespace {

constexpr int patience_ms = 10000;

sy::NewRun newRun(const std::string& name)
{
    sy::NewRun run;
    run.name = name;
    run.config = {{"model", {{"num_experts", 8}}}, {"device", "cpu"}};
    run.steps = 100;
    run.languages = {"en"};
    return run;
}

} // namespace

class MainWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_paths = sy::StorePaths::ofFile(m_folder->filePath("store.sqlite").toStdString());
    }

    void withoutAStoreItSaysWhatToDo()
    {
        sy::MainWindow window(m_paths);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        auto* empty = window.findChild<QLabel*>("emptyPage");
        QVERIFY(empty->isVisible());
        QVERIFY(empty->text().contains("./run --headless"));
        QVERIFY(!QFile::exists(QString::fromStdString(m_paths.database.string()))); // looking creates nothing
    }

    void aRunAppearsAndGrows()
    {
        sy::MainWindow window(m_paths);
        window.show();
        auto* table = window.findChild<QTableView*>("runTable");
        auto writer = sy::RunWriter::create(m_paths, newRun("first"));
        writer.setStatus(sy::RunStatus::Running);
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 1, patience_ms);
        QTRY_COMPARE_WITH_TIMEOUT(text(table, 0, 1), "running", patience_ms);
        QVERIFY(table->isVisible());
        writer.setStep(50);
        writer.flush();
        QTRY_COMPARE_WITH_TIMEOUT(text(table, 0, 2), "50 %", patience_ms);
    }

    void namesAreNotReadAsHtml()
    {
        const std::string name = "<b>bold</b>";
        auto writer = sy::RunWriter::create(m_paths, newRun(name));
        writer.event({1, sy::nowMs(), "started", "<i>message</i>", nullptr});
        writer.flush();
        sy::MainWindow window(m_paths);
        window.show();
        auto* title = window.findChild<QLabel*>("runTitle");
        QTRY_COMPARE_WITH_TIMEOUT(title->text(), QString::fromStdString(name), patience_ms);
        QCOMPARE(title->textFormat(), Qt::PlainText);
        QCOMPARE(window.findChild<QLabel*>("runState")->textFormat(), Qt::PlainText);
    }

    void theDetailsFollowTheSelection()
    {
        auto first = sy::RunWriter::create(m_paths, newRun("first"));
        auto second_run = newRun("second");
        second_run.config["model"]["num_experts"] = 16;
        second_run.config["router"]["z_loss_weight"] = 0.001;
        auto second = sy::RunWriter::create(m_paths, second_run);
        first.event({3, sy::nowMs(), "checkpoint", "saved step 3", nullptr});
        first.flush();
        sy::MainWindow window(m_paths);
        window.show();
        auto* table = window.findChild<QTableView*>("runTable");
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 2, patience_ms);
        selectRun(table, "second");
        auto* config = window.findChild<QTreeWidget*>("runConfig");
        QTRY_COMPARE_WITH_TIMEOUT(setting(config, "num_experts"), "16", patience_ms);
        QCOMPARE(setting(config, "z_loss_weight"), "0.001");
        selectRun(table, "first");
        QTRY_COMPARE_WITH_TIMEOUT(setting(config, "num_experts"), "8", patience_ms);
        auto* events = window.findChild<QTreeWidget*>("runEvents");
        QVERIFY(!events->findItems("saved step 3", Qt::MatchExactly, 3).isEmpty());
    }

    void aBrokenStoreIsReportedAndTheWindowStays()
    {
        QFile file(QString::fromStdString(m_paths.database.string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(4096, 'x'));
        file.close();
        sy::MainWindow window(m_paths);
        window.show();
        auto* problem = window.findChild<QLabel*>("storeProblem");
        QTRY_VERIFY_WITH_TIMEOUT(problem->text().contains("store.sqlite"), patience_ms);
        QCOMPARE(problem->textFormat(), Qt::PlainText);
    }

private:
    static QString text(QTableView* table, int row, int column)
    {
        return table->model()->index(row, column).data().toString();
    }

    static void selectRun(QTableView* table, const QString& name)
    {
        for (int row = 0; row < table->model()->rowCount(); ++row)
            if (text(table, row, 0) == name) table->selectRow(row);
    }

    static QString setting(QTreeWidget* tree, const QString& key)
    {
        const auto items = tree->findItems(key, Qt::MatchExactly | Qt::MatchRecursive, 0);
        return items.isEmpty() ? QString() : items.first()->text(1);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    sy::StorePaths m_paths;
};

QTEST_MAIN(MainWindowTest)
#include "main_window_test.moc"
