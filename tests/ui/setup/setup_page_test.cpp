#include "core/config/config_io.h"
#include "core/store/run_writer.h"
#include "setup_support.h"
#include "ui/models/text.h"
#include "ui/setup/batch_tab.h"
#include "ui/setup/corpus_tab.h"
#include "ui/setup/experiment_form.h"
#include "ui/setup/experiment_model.h"
#include "ui/setup/field_row.h"
#include "ui/setup/import_dialog.h"
#include "ui/setup/launch_box.h"
#include "ui/setup/message_bar.h"
#include "ui/setup/run_picker.h"
#include "ui/setup/setup_page.h"

#include <QAction>
#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTabWidget>
#include <QTest>

using namespace sy;

namespace {

const LaunchBox& launchBox(const SetupPage& page)
{
    return *page.findChild<LaunchBox*>();
}

QString message(const SetupPage& page)
{
    return page.findChild<MessageBar*>()->text();
}

void drop(QWidget& widget, const QString& path)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(widget.rect().center(), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&widget, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(widget.rect().center(), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&widget, &event);
}

NewRun savedRun(const std::string& name, const ExperimentConfig& config)
{
    NewRun run;
    run.name = name;
    run.config = toJson(config);
    run.preset = "demo";
    run.steps = config.train.steps;
    run.tags = {"first"};
    run.languages = {"de", "en"};
    return run;
}

} // namespace

class SetupPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QLocale::setDefault(QLocale::c());
        m_home.import("handbook");
        auto config = presetConfig("demo");
        config.train.steps = 77;
        config.router.z_loss_weight = 1e-3;
        const auto paths = StorePaths::inHome();
        auto writer = RunWriter::create(paths, savedRun("demo", config));
        writer.setStatus(RunStatus::Finished);
        m_run = fromUtf8(writer.id());
        auto strange = savedRun("strange", config);
        strange.config["model"]["d_ff"] = "wide";
        strange.preset = "mini";
        auto other = RunWriter::create(paths, strange);
        other.setStatus(RunStatus::Finished);
        m_strange = fromUtf8(other.id());
    }
    void init() { QFile::remove(m_home.path("workbench.ini")); }

    void theFirstStartIsReadyToLaunch()
    {
        test::Workplace place(m_home);
        SetupPage page(place.context);
        page.show();
        QCOMPARE(page.model().preset(), "demo");
        QVERIFY(page.model().changedPaths().isEmpty());
        QTRY_COMPARE(page.request().name, std::string("demo-2")); // demo is taken
        QTRY_COMPARE(launchBox(page).reason(), QString());
        QSignalSpy launched(&page, &SetupPage::launchRequested);
        page.findChild<QPushButton*>("launch")->click();
        QCOMPARE(launched.count(), 1);
        const auto request = launched[0][0].value<LaunchRequest>();
        QVERIFY(request.config == toJson(loadConfig("demo")));
        QCOMPARE(request.device, std::string("cpu"));
        QCOMPARE(request.preset, std::string("demo"));
        QCOMPARE(request.name, std::string("demo-2"));
        QVERIFY(request.tags.empty() && request.resume.empty());
        QCOMPARE(page.request().name, std::string("demo-3")); // not the same again
    }

    void launchCarriesExactlyWhatIsShown()
    {
        test::Workplace place(m_home);
        SetupPage page(place.context);
        page.startFromPreset("mini");
        page.model().setText("train.steps", "12");
        page.model().setText("data.languages", "en");
        page.model().setText("device", "cuda");
        page.findChild<QLineEdit*>("runName")->setText("  my run ");
        page.findChild<QLineEdit*>("runTags")->setText("a, b");
        QSignalSpy launched(&page, &SetupPage::launchRequested);
        page.findChild<QAction*>("setup.launch")->trigger();
        QCOMPARE(launched.count(), 1);
        const auto request = launched[0][0].value<LaunchRequest>();
        QVERIFY(request.config == toJson(loadConfig("mini", {"train.steps=12", "data.languages=en", "device=cuda"})));
        QCOMPARE(request.device, std::string("cuda:0")); // the queue's name of that device
        QCOMPARE(request.name, std::string("my run"));
        QVERIFY(request.tags == (std::vector<std::string>{"a", "b"}));
    }

    void problemsKeepFromLaunching()
    {
        test::Workplace place(m_home);
        SetupPage page(place.context);
        page.show();
        QSignalSpy launched(&page, &SetupPage::launchRequested);
        auto* action = page.findChild<QAction*>("setup.launch");
        QTRY_VERIFY(action->isEnabled());
        page.model().setText("train.steps", "0");
        QVERIFY(!action->isEnabled());
        QVERIFY(!page.findChild<QPushButton*>("launch")->isEnabled());
        page.launch();
        QCOMPARE(launched.count(), 0);
        auto* list = page.findChild<QListWidget*>("problemList");
        QCOMPARE(list->count(), 1);
        page.findChild<QTabWidget*>("setupTabs")->setCurrentIndex(2);
        page.activateWindow();
        Q_EMIT list->itemClicked(list->item(0));
        QCOMPARE(page.findChild<QTabWidget*>("setupTabs")->currentIndex(), 0);
        QTRY_COMPARE(page.focusWidget(), page.findChild<QLineEdit*>("edit_train.steps"));
        QVERIFY(page.findChild<QLabel*>("settingHelp")->text().contains("at least 1"));
        page.model().resetAll();
        QVERIFY(action->isEnabled());
        page.findChild<QLineEdit*>("runName")->setText("strange"); // of a run
        QTRY_VERIFY(!action->isEnabled());
        QVERIFY(list->item(0)->text().contains("strange-2"));
    }

    void theCorpusMustBeThere()
    {
        test::Workplace place(m_home);
        SetupPage page(place.context);
        page.show();
        auto* form = page.findChild<ExperimentForm*>();
        page.model().setText("data.corpus", "nowhere");
        QTRY_VERIFY(form->row("data.corpus")->shownProblem().contains("nowhere"));
        page.model().setText("data.corpus", "handbook");
        QCOMPARE(form->row("data.corpus")->shownProblem(), QString());
        page.model().setText("data.languages", "de,xx");
        QVERIFY(form->row("data.languages")->shownProblem().contains("xx"));
        QVERIFY(!launchBox(page).reason().isEmpty());
        page.model().undoStack()->undo();
        QCOMPARE(launchBox(page).reason(), QString());
        QTRY_VERIFY(page.findChild<QComboBox*>("edit_data.corpus")->findText("handbook") >= 0);
    }

    void aRunIsAStart()
    {
        test::Workplace place(m_home);
        SetupPage page(place.context);
        page.model().setText("train.seed", "9");
        page.startFromRun(m_run);
        QTRY_COMPARE(page.model().config().train.steps, 77);
        QCOMPARE(page.model().changedPaths(), QStringList({"router.z_loss_weight", "train.steps"}));
        QTRY_COMPARE(page.request().name, std::string("demo-2"));
        page.findChild<QAction*>("setup.undo")->trigger();
        QCOMPARE(page.model().text("train.seed"), "9");
        page.startFromRun(m_strange);
        QTRY_VERIFY2(message(page).contains("model.d_ff"), qPrintable(message(page)));
        QCOMPARE(page.model().text("train.seed"), "9");
        page.startFromRun("no such run");
        QTRY_VERIFY2(message(page).contains("no such run"), qPrintable(message(page)));
    }

    void aRunCanBePicked()
    {
        test::Workplace place(m_home);
        SetupPage page(place.context);
        QTRY_COMPARE(place.watch.picture()->runs.size(), size_t(2));
        page.findChild<QAction*>("setup.from_run")->trigger();
        auto* picker = page.findChild<RunPicker*>();
        QVERIFY(picker);
        auto* list = picker->findChild<QListWidget*>("runPickerList");
        QCOMPARE(list->count(), 2);
        picker->findChild<QLineEdit*>("runPickerSearch")->setText("demo first finished");
        QVERIFY(list->currentItem());
        QTest::keyClick(picker->findChild<QLineEdit*>("runPickerSearch"), Qt::Key_Return);
        QTRY_COMPARE(page.model().config().train.steps, 77);
    }

    void filesOpenAndSave()
    {
        test::Workplace place(m_home);
        SetupPage page(place.context);
        page.model().setText("train.steps", "21");
        page.model().setText("router.kind", "top2");
        const auto file = m_home.path("mine.json");
        page.saveFile(file);
        const auto saved = page.model().config();
        page.startFromPreset("mini");
        page.openFile(file);
        QVERIFY(page.model().config() == saved);
        QCOMPARE(page.model().preset(), "demo");
        QCOMPARE(page.model().changedPaths(), QStringList({"router.kind", "train.steps"}));
        QVERIFY(loadConfig(file.toStdString()) == saved); // the command line reads it too
        page.saveFile("/nowhere/mine.json");
        QVERIFY(message(page).contains("/nowhere/mine.json"));
    }

    void badFilesChangeNothing_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QStringList>("parts");
        QTest::newRow("all problems at once")
            << QByteArray(R"({"model": {"d_model": -8, "experts": 3}, "train": {"steps": "many"}})")
            << QStringList{"model.d_model", "model.experts", "train.steps"};
        QTest::newRow("no JSON") << QByteArray("{\"model\": ") << QStringList{"is not JSON"};
        QTest::newRow("no object") << QByteArray("[1]") << QStringList{"must be a JSON object"};
        QTest::newRow("unknown preset") << QByteArray(R"({"preset": "giant"})") << QStringList{"giant"};
        QTest::newRow("empty") << QByteArray("") << QStringList{"is not JSON"};
        QTest::newRow("not UTF-8") << QByteArray("{\"device\": \"\xff\"}") << QStringList{"bad.json"};
    }
    void badFilesChangeNothing()
    {
        QFETCH(QByteArray, content);
        QFETCH(QStringList, parts);
        test::Workplace place(m_home);
        SetupPage page(place.context);
        const auto before = page.model().config();
        m_home.put("bad.json", content);
        page.openFile(m_home.path("bad.json"));
        for (const auto& part : parts) QVERIFY2(message(page).contains(part), qPrintable(message(page)));
        QVERIFY(page.model().config() == before);
        QVERIFY(!page.model().undoStack()->canUndo());
        page.openFile(m_home.path("missing.json"));
        QVERIFY(message(page).contains("no such file"));
        page.openFile(m_home.path(""));
        QVERIFY(page.model().config() == before);
    }

    void theDraftSurvivesARestart()
    {
        test::Workplace place(m_home);
        {
            SetupPage page(place.context);
            page.startFromPreset("mini-dense");
            page.model().setText("train.steps", "-4");
            page.model().setText("optimizer.eps", "tiny");
            page.findChild<QLineEdit*>("runName")->setText("kept");
            page.findChild<QLineEdit*>("runTags")->setText("x, y");
            page.findChild<QTabWidget*>("setupTabs")->setCurrentIndex(1);
        }
        SetupPage page(place.context);
        QCOMPARE(page.model().preset(), "mini-dense");
        QCOMPARE(page.model().text("train.steps"), "-4");
        QCOMPARE(page.model().text("optimizer.eps"), "tiny");
        QCOMPARE(page.request().name, std::string("kept"));
        QVERIFY(page.request().tags == (std::vector<std::string>{"x", "y"}));
        QCOMPARE(page.findChild<QTabWidget*>("setupTabs")->currentIndex(), 1);
        QCOMPARE(page.findChild<QComboBox*>("preset")->currentText(), "mini-dense");
    }

    void droppedFoldersAndFiles()
    {
        test::Workplace place(m_home);
        SetupPage page(place.context);
        page.resize(1200, 800);
        page.show();
        m_home.put("dropped.json", R"({"preset": "demo", "train": {"steps": 8}})");
        drop(page, m_home.path("dropped.json"));
        QCOMPARE(page.model().config().train.steps, 8);
        drop(page, m_home.putTexts("Dropped Texts"));
        auto* dialog = page.findChild<ImportDialog*>();
        QVERIFY(dialog);
        QCOMPARE(dialog->findChild<QLineEdit*>("importName")->text(), "dropped-texts");
        dialog->findChild<QPushButton*>("importStart")->click();
        QTRY_COMPARE_WITH_TIMEOUT(page.model().config().data.corpus, std::string("dropped-texts"), 30000);
        QTRY_COMPARE(launchBox(page).reason(), QString());
        QVERIFY(message(page).contains("dropped-texts"));
        const auto* list = page.findChild<QTableView*>("corpusList");
        QTRY_COMPARE(list->currentIndex().siblingAtColumn(0).data().toString(), "dropped-texts");
    }

    void theQueueIsTold()
    {
        test::Workplace place(m_home);
        SetupPage page(place.context);
        const auto* note = page.findChild<QLabel*>("queueNote");
        QVERIFY(note->text().contains("nothing before it"));
        QueueRequest waiting;
        waiting.device = "cuda:0";
        waiting.config = toJson(presetConfig("demo"));
        waiting.name = "waits";
        Store::open(place.paths).enqueue(waiting);
        page.model().setText("device", "cuda");
        QTRY_VERIFY2(note->text().startsWith("Queue of cuda:0: 1 before it"), qPrintable(note->text()));
        QCOMPARE(page.findChild<QPushButton*>("launch")->text(), "Add to queue");
        page.findChild<QLineEdit*>("runName")->setText("waits"); // a name that a waiting run will take
        QVERIFY(!page.findChild<QPushButton*>("launch")->isEnabled());
        page.model().setText("device", "cpu");
        QVERIFY(note->text().contains("nothing before it"));
    }

    void previewsFollowTheSettings()
    {
        test::Workplace place(m_home);
        SetupPage page(place.context);
        page.resize(1200, 800);
        page.show();
        for (const auto& [path, text] : {std::pair{"model.vocab_size", "420"}, std::pair{"data.input_length", "48"},
                                         std::pair{"data.target_length", "20"}, std::pair{"data.batch_size", "6"}})
            page.model().setText(path, text);
        const auto* batch = page.findChild<BatchTab*>()->model();
        page.findChild<QTabWidget*>("setupTabs")->setCurrentIndex(4);
        QTRY_COMPARE_WITH_TIMEOUT(batch->rowCount(), 6, 30000);
        const auto first = batch->index(0, BatchModel::InputColumn).data().toString();
        page.model().setText("train.seed", "31");
        QTRY_VERIFY_WITH_TIMEOUT(
            batch->rowCount() == 6 && batch->index(0, BatchModel::InputColumn).data().toString() != first, 30000);
        page.model().setText("data.batch_size", "0");
        const auto* text = page.findChild<QLabel*>("previewText");
        QTRY_VERIFY2(text->accessibleName().contains("data.batch_size"), qPrintable(text->accessibleName()));
        QCOMPARE(batch->rowCount(), 0);
    }

    void aMeasurementThatFailsSaysWhy()
    {
        test::Workplace place(m_home);
        m_home.put("broken-cli", "#!/bin/sh\necho \"$1: no such luck\" >&2\nexit 3\n");
        QFile::setPermissions(m_home.path("broken-cli"), QFile::ReadOwner | QFile::ExeOwner);
        for (const auto& [cli, part] : {std::pair{m_home.path("broken-cli"), QString("doctor: no such luck")},
                                        std::pair{m_home.path("no-cli"), QString("no-cli")}}) {
            place.context.cli = cli;
            SetupPage page(place.context);
            page.findChild<QAction*>("setup.measure")->trigger();
            const auto* note = page.findChild<QLabel*>("cost_measure_note");
            QTRY_VERIFY2(note->text().contains(part), qPrintable(note->text()));
            QTRY_VERIFY(page.findChild<QPushButton*>("measureMachine")->isEnabled());
        }
    }

    void everyActionHasANameAndAText()
    {
        test::Workplace place(m_home);
        SetupPage page(place.context);
        QSet<QString> names;
        QVERIFY(page.actions().size() >= 13);
        for (const auto* action : page.actions()) {
            QVERIFY(!action->text().isEmpty());
            QVERIFY(action->objectName().startsWith("setup."));
            QVERIFY(!names.contains(action->objectName()));
            names.insert(action->objectName());
        }
    }

private:
    test::Home m_home;
    QString m_run, m_strange;
};

QTEST_MAIN(SetupPageTest)
#include "setup_page_test.moc"
