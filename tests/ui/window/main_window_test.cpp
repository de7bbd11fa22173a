// The real window and real trainers: set up, launch, watch, control, lose, find again.
#include "core/base/files.h"
#include "core/store/bundle.h"
#include "core/store/run_writer.h"
#include "core/text/import.h"
#include "tests/support/made_up_text.h"
#include "ui/charts/charts_page.h"
#include "ui/models/routing_focus.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/plots/curve_chart.h"
#include "ui/plots/heat_map.h"
#include "ui/probe/probe_page.h"
#include "ui/probe/probe_picture.h"
#include "ui/routing/parallel_dialog.h"
#include "ui/runs/run_list_panel.h"
#include "ui/setup/setup_page.h"
#include "ui/window/main_window.h"
#include "ui/window/routing_page.h"

#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolBar>
#include <QToolButton>
#include <QTreeView>

#include <cmath>
#include <csignal>

using namespace sy;

namespace {

constexpr int patience_ms = 150000; ///< two cores that do other things too

} // namespace

class MainWindowTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_home;
    StorePaths m_paths;
    std::unique_ptr<MainWindow> m_window;

    void open()
    {
        m_window = std::make_unique<MainWindow>(m_paths, SWITCHYARD_CLI, m_home.filePath("workbench.ini"));
        m_window->resize(1366, 768);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }

    const StorePicture& picture() const { return *m_window->context().watch->picture(); }

    const RunSummary* run(const std::string& name) const
    {
        for (const auto& run : picture().runs)
            if (run.name == name) return &run;
        return nullptr;
    }

    bool hasStatus(const std::string& name, RunStatus status) const
    {
        const auto* found = run(name);
        return found && found->status == status;
    }

    int64_t stepOf(const std::string& name) const { return run(name) ? run(name)->step : -1; }

    void type(const QString& editor, const QString& text)
    {
        auto* line = m_window->findChild<QLineEdit*>(editor);
        QVERIFY2(line, qPrintable("no editor " + editor));
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, text);
        QTest::keyClick(line, Qt::Key_Tab);
    }

    void trigger(const char* name)
    {
        auto* action = m_window->findChild<QAction*>(name);
        QVERIFY2(action, name);
        QTRY_VERIFY2_WITH_TIMEOUT(action->isEnabled(), name, patience_ms);
        action->trigger();
    }

    /// A button in a notice, by its text; null while there is none.
    QToolButton* noticeButton(const QString& text) const
    {
        auto* notices = m_window->findChild<QWidget*>("noticeStack");
        for (auto* button : notices->findChildren<QToolButton*>())
            if (button->text() == text && button->isVisibleTo(notices)) return button;
        return nullptr;
    }

    QString noticeText() const
    {
        QStringList texts;
        for (auto* label : m_window->findChild<QWidget*>("noticeStack")->findChildren<QLabel*>("noticeText"))
            texts << label->text();
        return texts.join("\n");
    }

    void tinyExperiment()
    {
        m_window->showSetup();
        const std::pair<const char*, const char*> settings[] = {
            {"model.vocab_size", "400"},  {"model.d_model", "32"},
            {"model.d_ff", "64"},         {"model.d_kv", "8"},
            {"model.num_experts", "4"},   {"data.batch_size", "8"},
            {"data.input_length", "48"},  {"data.target_length", "16"},
            {"train.steps", "1000000"},   {"train.eval_every", "200"},
            {"train.eval_rows", "4"},     {"train.checkpoint_every", "100"},
            {"train.window_steps", "50"}, {"train.log_every", "5"},
            {"train.threads", "1"}}; // two cores are shared with whatever else runs
        for (const auto& [path, value] : settings) type(QString("edit_%1").arg(path), value);
        type("runName", "first");
    }

private Q_SLOTS:
    void initTestCase()
    {
        QLocale::setDefault(QLocale::C);
        qputenv("SWITCHYARD_HOME", m_home.path().toUtf8());
        m_paths = StorePaths::inHome();
        const fs::path source = m_home.filePath("text").toStdString();
        fs::create_directories(source);
        for (const auto& [code, number] : {std::pair{"aa", 1}, {"bb", 2}, {"cc", 3}})
            writeFileAtomically(source / (std::string(code) + ".txt"), test::madeUpText(uint64_t(number), 400));
        ImportRequest request;
        request.source = source;
        request.name = "handbook"; // what the preset demo asks for
        importCorpus(request);
    }

    void cleanupTestCase()
    {
        // Trainers outlive windows on purpose; not this test's.
        if (m_window)
            for (const auto& run : picture().runs)
                if (run.status == RunStatus::Running || run.status == RunStatus::Paused)
                    ::kill(pid_t(run.pid), SIGKILL);
        m_window.reset();
    }

    void startsWithAnExperimentReadyToLaunch()
    {
        open();
        auto* launch = m_window->findChild<QPushButton*>("launch");
        QVERIFY(launch);
        QTRY_VERIFY(launch->isEnabled());
        QVERIFY(m_window->findChild<QLineEdit*>("edit_train.steps")->text() == "1500");
    }

    void refusesWhatCannotRun()
    {
        type("edit_model.d_model", "33");
        QVERIFY(!m_window->findChild<QPushButton*>("launch")->isEnabled());
        type("edit_model.d_model", "32");
    }

    void noTwoCommandsShareAKey()
    {
        // An action reaches what lies in its widget; two of one key must not reach the same place.
        QList<QPair<QAction*, QWidget*>> keyed;
        auto widgets = m_window->findChildren<QWidget*>();
        widgets.prepend(m_window.get());
        for (auto* widget : widgets)
            for (auto* action : widget->actions())
                if (!action->shortcut().isEmpty() && !qobject_cast<QMenu*>(widget) && !qobject_cast<QToolBar*>(widget))
                    keyed.append({action, action->shortcutContext() == Qt::WindowShortcut ? m_window.get() : widget});
        QVERIFY(keyed.size() > 20);
        for (const auto& [one, place] : keyed)
            for (const auto& [other, elsewhere] : keyed)
                if (one != other && one->shortcut() == other->shortcut())
                    QVERIFY2(place != elsewhere && !place->isAncestorOf(elsewhere) && !elsewhere->isAncestorOf(place),
                             qPrintable(one->text() + " and " + other->text() + ": " + one->shortcut().toString()));
    }

    void launchesFromTheForm()
    {
        tinyExperiment();
        auto* launch = m_window->findChild<QPushButton*>("launch");
        QTRY_VERIFY(launch->isEnabled());
        launch->click();
        QTRY_VERIFY_WITH_TIMEOUT(hasStatus("first", RunStatus::Running), patience_ms);
        QTRY_COMPARE(m_window->findChild<QTabWidget*>("pages")->currentIndex(), 1);
        QCOMPARE(m_window->context().selection->currentRun().toStdString(), run("first")->id);
    }

    void pointsArriveInTheCharts()
    {
        auto* charts = m_window->findChild<ChartsPage*>();
        QTRY_VERIFY(charts->chartOf("train/cross_entropy"));
        auto* chart = charts->chartOf("train/cross_entropy");
        QTRY_VERIFY_WITH_TIMEOUT(chart->pointCount() > 20, patience_ms);
        const auto before = chart->pointCount();
        QTRY_VERIFY_WITH_TIMEOUT(chart->pointCount() > before, patience_ms);
        // What is drawn is what is stored.
        const auto rows = chart->rows(chart->curveIds().first());
        const auto stored = Store::openExisting(m_paths).curve("first", "train/cross_entropy", 1, rows.step.back());
        QCOMPARE(rows.step, stored.step);
        QCOMPARE(rows.value, stored.value);
    }

    void theTitleTellsProgress()
    {
        QTRY_VERIFY(m_window->windowTitle().contains("first") && m_window->windowTitle().contains("1000000"));
    }

    void pausesAndGoesOn()
    {
        trigger("pause");
        QTRY_VERIFY_WITH_TIMEOUT(hasStatus("first", RunStatus::Paused), patience_ms);
        trigger("goOn");
        QTRY_VERIFY_WITH_TIMEOUT(hasStatus("first", RunStatus::Running), patience_ms);
        const auto step = stepOf("first");
        QTRY_VERIFY_WITH_TIMEOUT(stepOf("first") > step, patience_ms);
    }

    void evaluatesAndSavesNow()
    {
        const auto evaluations = Store::openExisting(m_paths).evaluations("first").size();
        trigger("evaluateNow");
        QTRY_VERIFY_WITH_TIMEOUT(Store::openExisting(m_paths).evaluations("first").size() > evaluations, patience_ms);
        const auto bytes = run("first")->checkpoint_bytes;
        trigger("checkpointNow");
        QTRY_VERIFY_WITH_TIMEOUT(run("first")->checkpoint_bytes > 0 || bytes > 0, patience_ms);
    }

    void theRouterIsWatchedWhileItTrains()
    {
        m_window->showRouting("load");
        auto* page = m_window->findChild<RoutingPage*>();
        auto* load = page->view("load")->findChild<HeatMap*>("loadMap");
        QTRY_VERIFY_WITH_TIMEOUT(load->matrix().columns > 1, patience_ms);
        QCOMPARE(load->matrix().rows, 4);
        const int windows = load->matrix().columns;
        QTRY_VERIFY_WITH_TIMEOUT(load->matrix().columns > windows, patience_ms);

        // What the matrix says is what the store counted in the window that it names.
        m_window->showRouting("languages");
        auto* map = page->view("languages")->findChild<HeatMap*>("languageMatrix");
        auto* focus = m_window->context().focus;
        QTRY_VERIFY(!focus->index()->window_steps.empty());
        focus->setStep(focus->index()->window_steps.front());
        const auto window = Store::openExisting(m_paths).windowsAt("first", *focus->step()).front();
        const auto agrees = [&] {
            const auto& shown = map->matrix();
            if (shown.rows != 3 || shown.columns != 4) return false;
            for (int row = 0; row < 3; ++row) {
                const auto language = size_t(focus->index()->languages.indexOf(shown.row_names[row]));
                int64_t sum = 0;
                for (size_t e = 0; e < 4; ++e) sum += window.load[language * 4 + e];
                for (int column = 0; column < 4; ++column) {
                    const auto e = size_t(shown.column_names[column].toInt());
                    const double share = double(window.load[language * 4 + e]) / double(sum);
                    if (std::abs(shown.value[size_t(row * 4 + column)] - share) > 1e-12) return false;
                }
            }
            return true;
        };
        QTRY_VERIFY_WITH_TIMEOUT(agrees(), patience_ms);
        focus->setStep({});
    }

    void theRunningTrainerIsProbed()
    {
        m_window->showProbe();
        auto* page = m_window->findChild<ProbePage*>();
        auto* mode = page->findChild<QComboBox*>("probeMode");
        mode->setCurrentIndex(0);
        page->findChild<QPlainTextEdit*>("probeText")->setPlainText("words of a text");
        auto* source = page->findChild<QComboBox*>("probeSourceA");
        const auto trainer = [&] { return source->findText("trainer", Qt::MatchContains); };
        QTRY_VERIFY_WITH_TIMEOUT(trainer() >= 0, patience_ms);
        source->setCurrentIndex(trainer());
        Q_EMIT source->activated(trainer());
        page->findChild<QToolButton*>("probeAsk")->click();
        const auto answered = [&] {
            const auto& texts = page->picture()->texts();
            return !texts.empty() && texts.front().a && texts.front().sentence.text == "words of a text";
        };
        QTRY_VERIFY_WITH_TIMEOUT(answered(), patience_ms);
        m_window->showCharts();
    }

    void closingHarmsNothingAndReopeningFindsItLive()
    {
        m_window->close();
        m_window.reset();
        open();
        QTRY_VERIFY(hasStatus("first", RunStatus::Running));
        QCOMPARE(m_window->findChild<QTabWidget*>("pages")->currentIndex(), 1);
        const auto step = stepOf("first");
        QTRY_VERIFY_WITH_TIMEOUT(stepOf("first") > step, patience_ms);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<ChartsPage*>()->chartOf("train/cross_entropy")->pointCount() > 20,
                                 patience_ms);
    }

    void aKilledTrainerIsReportedAndResumed()
    {
        // A checkpoint to go on from, and rows that came after it.
        const auto lateRows = [&] {
            const auto saved = Store::openExisting(m_paths).checkpoints("first");
            return !saved.empty() && stepOf("first") > saved.back().step + 5 &&
                   stepOf("first") < saved.back().step + 70;
        };
        QTRY_VERIFY_WITH_TIMEOUT(lateRows(), patience_ms);
        QCOMPARE(::kill(pid_t(run("first")->pid), SIGKILL), 0);
        QTRY_VERIFY_WITH_TIMEOUT(hasStatus("first", RunStatus::Interrupted), patience_ms);
        QTRY_VERIFY_WITH_TIMEOUT(noticeText().contains("SIGKILL"), patience_ms);
        const auto rewinds = run("first")->rewinds;
        auto* resume = noticeButton("Resume");
        QVERIFY(resume);
        resume->click();
        QTRY_VERIFY_WITH_TIMEOUT(hasStatus("first", RunStatus::Running), patience_ms);
        QTRY_VERIFY(noticeText().isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(run("first")->rewinds, rewinds + 1, patience_ms);
        // The chart forgot the rows that the resumption deleted.
        auto* chart = m_window->findChild<ChartsPage*>()->chartOf("train/cross_entropy");
        const auto step = stepOf("first");
        QTRY_VERIFY_WITH_TIMEOUT(stepOf("first") > step + 50, patience_ms);
        const auto agrees = [&] {
            const auto rows = chart->rows(chart->curveIds().first());
            if (rows.step.empty() || rows.step.back() < step) return false;
            const auto stored = Store::openExisting(m_paths).curve("first", "train/cross_entropy", 1, rows.step.back());
            return rows.step == stored.step && rows.value == stored.value;
        };
        QTRY_VERIFY_WITH_TIMEOUT(agrees(), patience_ms);
    }

    void stopsAndResumes()
    {
        trigger("stop");
        QTRY_VERIFY_WITH_TIMEOUT(hasStatus("first", RunStatus::Stopped), patience_ms);
        const auto step = stepOf("first");
        trigger("resumeRun");
        QTRY_VERIFY_WITH_TIMEOUT(hasStatus("first", RunStatus::Running) && stepOf("first") > step, patience_ms);
        trigger("stop");
        QTRY_VERIFY_WITH_TIMEOUT(hasStatus("first", RunStatus::Stopped), patience_ms);
    }

    void aCheckpointIsJudgedOnParallelSentences()
    {
        QByteArray lines = "aa\tbb\tcc\n";
        for (int i = 0; i < 6; ++i) {
            for (uint64_t language = 1; language <= 3; ++language) {
                const auto text = test::madeUpText(language, 6);
                lines += QByteArray::fromStdString(text).split('\n').value(i).replace('\t', ' ');
                lines += language < 3 ? '\t' : '\n';
            }
        }
        const QString file = m_home.filePath("sentences.tsv");
        writeFileAtomically(file.toStdString(), lines.toStdString());
        m_window->showRouting("languages");
        trigger("judgeOnParallel");
        auto* dialog = m_window->findChild<ParallelDialog*>();
        QVERIFY(dialog);
        dialog->findChild<QLineEdit*>("parallelDialogFile")->setText(m_home.filePath("missing.tsv"));
        dialog->run();
        auto* said = dialog->findChild<QLabel*>("parallelResult");
        QTRY_VERIFY_WITH_TIMEOUT(said->text().contains("missing.tsv"), patience_ms);
        QCOMPARE(dialog->table().rowCount(), 0);
        dialog->findChild<QLineEdit*>("parallelDialogFile")->setText(file);
        dialog->run();
        // Two sparse layers, by count, by gate and given the token.
        QTRY_COMPARE_WITH_TIMEOUT(dialog->table().rowCount(), 6, patience_ms);
        QVERIFY2(said->text().contains("6 sentences in 3 languages"), qPrintable(said->text()));
        const double information = dialog->table().item(0, 2)->data(Qt::UserRole).toDouble();
        QVERIFY(information >= 0 && information <= std::log(3.0));
        dialog->close();
    }

    void anExperimentThatCannotStartSaysWhy()
    {
        QueueRequest request;
        request.config = Store::openExisting(m_paths).config("first");
        request.config["data"]["corpus"] = "nowhere";
        request.name = "lost";
        Store::openExisting(m_paths).enqueue(request); // as another program would: the window serves the queue
        QTRY_VERIFY_WITH_TIMEOUT(noticeText().contains("nowhere"), patience_ms);
        QVERIFY(noticeButton("Show queue"));
    }

    void filtersDeletesAndUndoes()
    {
        auto* list = m_window->findChild<RunListPanel*>();
        list->setFilterText("num_experts:4");
        QTRY_COMPARE(list->model()->rowCount(), 1);
        list->setFilterText("num_experts:5");
        QTRY_COMPARE(list->model()->rowCount(), 0);
        list->setFilterText("");
        QTRY_COMPARE(list->model()->rowCount(), 1);
        list->select({QString::fromStdString(run("first")->id)});
        trigger("deleteRuns");
        QTRY_VERIFY(run("first")->deleted);
        QTRY_COMPARE(list->model()->rowCount(), 0);
        auto* undo = m_window->findChild<QToolButton*>("noticeUndo");
        QVERIFY(undo);
        undo->click();
        QTRY_VERIFY(!run("first")->deleted);
        QTRY_COMPARE(list->model()->rowCount(), 1);
    }

    void aPageThatIsCalledHasTheKeys()
    {
        auto* list = m_window->findChild<RunListPanel*>();
        list->setFocus();
        trigger("showSetup");
        auto* setup = m_window->findChild<SetupPage*>();
        QVERIFY(setup == m_window->focusWidget() || setup->isAncestorOf(m_window->focusWidget()));
        auto* steps = m_window->findChild<QLineEdit*>("edit_train.steps");
        steps->setFocus();
        trigger("showCharts");
        QVERIFY(!setup->isAncestorOf(m_window->focusWidget()));
        trigger("showSetup");
        QCOMPARE(m_window->focusWidget(), steps);
    }

    void aPanelThatIsCalledIsInFront()
    {
        auto* system = m_window->findChild<QDockWidget*>("systemDock");
        auto* queue = m_window->findChild<QDockWidget*>("queueDock");
        for (auto* dock : {system, queue}) dock->hide();
        for (auto* dock : {system, queue, system}) {
            if (dock->isVisible()) dock->toggleViewAction()->trigger();
            dock->toggleViewAction()->trigger();
            QTRY_VERIFY(!dock->visibleRegion().isEmpty());
        }
        for (auto* dock : {system, queue}) dock->hide();
    }

    void takesBundlesAndConfigurationsThatAreDropped()
    {
        const QString bundle = m_home.filePath("runs.sybundle");
        exportBundle(m_paths, {"first"}, bundle.toStdString());
        const QString elsewhere = m_home.filePath("elsewhere");
        QVERIFY(QDir().mkpath(elsewhere));
        const auto paths = StorePaths::ofFile((elsewhere + "/store.sqlite").toStdString());
        MainWindow other(paths, SWITCHYARD_CLI, elsewhere + "/workbench.ini");
        other.openPath(bundle);
        QTRY_COMPARE_WITH_TIMEOUT(other.context().watch->picture()->runs.size(), size_t(1), patience_ms);
        const auto& run = other.context().watch->picture()->runs[0];
        QCOMPARE(run.name, std::string("first"));
        QVERIFY(!run.origin.empty());
        writeFileAtomically((elsewhere + "/mine.json").toStdString(), R"({"preset": "demo", "train": {"steps": 77}})");
        other.openPath(elsewhere + "/mine.json");
        QTRY_COMPARE(other.findChild<QLineEdit*>("edit_train.steps")->text(), QString("77"));
    }

    void aStoreThatGoesAwayIsSaid()
    {
        const QString elsewhere = m_home.filePath("moving");
        QVERIFY(QDir().mkpath(elsewhere));
        const auto paths = StorePaths::ofFile((elsewhere + "/store.sqlite").toStdString());
        NewRun only;
        only.name = "only";
        only.config = {{"device", "cpu"}};
        RunWriter::create(paths, only).setStatus(RunStatus::Finished);
        MainWindow other(paths, SWITCHYARD_CLI, elsewhere + "/workbench.ini");
        QTRY_COMPARE_WITH_TIMEOUT(other.context().watch->picture()->runs.size(), size_t(1), patience_ms);
        const auto notice = [&] { return other.findChild<QFrame*>("notice:storeGone"); };
        QVERIFY(!notice());
        const QString file = elsewhere + "/store.sqlite";
        QVERIFY(QFile::rename(file, file + ".away"));
        QTRY_VERIFY_WITH_TIMEOUT(notice(), patience_ms);
        QVERIFY(notice()->findChild<QLabel*>("noticeText")->text().contains(file));
        QVERIFY(QFile::rename(file + ".away", file));
        QTRY_VERIFY_WITH_TIMEOUT(!notice(), patience_ms);
        QCOMPARE(other.context().watch->picture()->runs.size(), size_t(1));
    }

    void theChartIsExported()
    {
        auto* chart = m_window->findChild<ChartsPage*>()->chartOf("train/cross_entropy");
        QVERIFY(chart->toPng({800, 400}).startsWith("\x89PNG"));
        QVERIFY(chart->toSvg({800, 400}).contains("<svg"));
        QVERIFY(chart->toPdf({800, 400}).startsWith("%PDF"));
        QVERIFY(chart->toCsv().count('\n') > 20);
    }
};

QTEST_MAIN(MainWindowTest)
#include "main_window_test.moc"
