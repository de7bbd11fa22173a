#include "ui/models/text.h"
#include "ui/setup/experiment_form.h"
#include "ui/setup/experiment_model.h"
#include "ui/setup/field_row.h"
#include "ui/setup/labels.h"
#include "ui/setup/run_identity.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace sy;

namespace {

/// Another value that the setting's own rule allows, as text.
QString anotherValue(const SettingInfo& setting, const QString& now)
{
    if (setting.fallback.is_boolean()) return now == "true" ? "false" : "true";
    for (const auto& choice : setting.choices)
        if (fromUtf8(choice) != now) return fromUtf8(choice);
    if (setting.fallback.is_array()) return "de,en";
    if (setting.path == "device") return "cuda:1";
    if (setting.fallback.is_string()) return "other";
    if (setting.fallback.is_number_integer()) return QString::number(now.toLongLong() + setting.field.multiple);
    return now == "0.5" ? "0.25" : "0.5";
}

/// What a user does to enter `text`.
void enter(QWidget* editor, const QString& text)
{
    if (auto* box = qobject_cast<QCheckBox*>(editor)) {
        if (box->isChecked() != (text == "true")) box->click();
    } else if (auto* combo = qobject_cast<QComboBox*>(editor); combo && !combo->isEditable()) {
        combo->setFocus();
        combo->setCurrentIndex(combo->findText(text));
        Q_EMIT combo->activated(combo->currentIndex());
    } else {
        auto* line = combo ? combo->lineEdit() : qobject_cast<QLineEdit*>(editor);
        QVERIFY(line);
        line->setFocus();
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, text);
    }
}

QStringList shownRows(const ExperimentForm& form)
{
    QStringList paths;
    for (const auto* row : form.findChildren<FieldRow*>())
        if (row->isVisibleTo(&form)) paths << row->path();
    return paths;
}

} // namespace

class SetupFormTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void everySettingHasAnEditorThatRoundTrips_data()
    {
        QTest::addColumn<QString>("path");
        for (const auto& setting : settings()) QTest::newRow(setting.path.c_str()) << fromUtf8(setting.path);
    }
    void everySettingHasAnEditorThatRoundTrips()
    {
        QFETCH(QString, path);
        ExperimentModel model;
        ExperimentForm form(model);
        auto* row = form.row(path);
        QVERIFY(row);
        auto* editor = form.findChild<QWidget*>("edit_" + path);
        QVERIFY(editor);
        QCOMPARE(row->editor()->text(), model.text(path));
        const QString wanted = anotherValue(model.setting(path), model.text(path));
        enter(editor, wanted);
        QCOMPARE(model.text(path), wanted);
        QCOMPARE(row->editor()->text(), wanted);
        QVERIFY(row->isMarked());
        QCOMPARE(model.changedPaths(), QStringList{path});
        ExperimentConfig expected = presetConfig("demo");
        QCOMPARE(assignSetting(expected, path.toStdString(), wanted.toStdString()), std::string());
        QVERIFY(model.config() == expected);
        model.undoStack()->undo(); // one piece, however many keys it took
        QVERIFY(model.config() == presetConfig("demo"));
        QCOMPARE(row->editor()->text(), model.text(path));
        QVERIFY(!row->isMarked());
        model.undoStack()->redo();
        form.findChild<QToolButton*>("reset_" + path)->click();
        QVERIFY(model.config() == presetConfig("demo"));
    }

    void aNarrowFormIsNeverShifted()
    {
        ExperimentModel model;
        ExperimentForm form(model);
        model.setText("train.steps", "7"); // shows the arrow at the row's end
        form.show();
        auto* scroll = form.findChild<QScrollArea*>("settingsScroll");
        form.resize(form.fontMetrics().horizontalAdvance('0') * 54, 500);
        QTRY_COMPARE(scroll->widget()->width(), scroll->viewport()->width());
        form.resize(form.fontMetrics().horizontalAdvance('0') * 200, 500);
        QTRY_COMPARE(scroll->widget()->width(), scroll->viewport()->width());
        const auto* row = form.row("train.steps");
        QCOMPARE(row->findChild<QToolButton*>("reset_train.steps")->geometry().right(), row->width() - 3);
    }

    void problemsShowAtTheirField_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("range") << "model.d_model"
                               << "4"
                               << "at least 8";
        QTest::newRow("multiple") << "model.d_model"
                                  << "77"
                                  << "multiple of 8";
        QTest::newRow("open end") << "router.capacity_factor_train"
                                  << "0"
                                  << "above 0";
        QTest::newRow("no number") << "optimizer.learning_rate"
                                   << "fast"
                                   << "must be a number";
        QTest::newRow("empty") << "train.steps"
                               << ""
                               << "whole number";
        QTest::newRow("not whole") << "train.steps"
                                   << "1.5"
                                   << "whole number";
        QTest::newRow("between fields") << "train.micro_batches"
                                        << "3"
                                        << "must divide data.batch_size";
        QTest::newRow("device") << "device"
                                << "gpu"
                                << "cpu, cuda";
    }
    void problemsShowAtTheirField()
    {
        QFETCH(QString, path);
        QFETCH(QString, text);
        QFETCH(QString, part);
        ExperimentModel model;
        ExperimentForm form(model);
        const auto sound = model.config();
        model.setText(path, text);
        QVERIFY(!model.problems().empty());
        const QString where = fromUtf8(model.problems().front().path);
        QCOMPARE(where, path);
        QVERIFY2(form.row(where)->shownProblem().contains(part), qPrintable(form.row(where)->shownProblem()));
        QVERIFY(form.findChild<QLabel*>("problem_" + where)->isVisibleTo(&form));
        for (const auto* row : form.findChildren<FieldRow*>())
            if (row->path() != where) QCOMPARE(row->shownProblem(), QString());
        model.undoStack()->undo();
        QVERIFY(model.problems().empty());
        QVERIFY(model.config() == sound);
        QCOMPARE(form.row(where)->shownProblem(), QString());
    }

    void lengthsThatNeedTooManySentinelsAreRefused()
    {
        ExperimentModel model;
        model.setText("data.input_length", "600");
        model.setText("data.target_length", "600");
        QCOMPARE(model.problem("data.input_length"), QString());
        model.setText("data.mean_span_length", "1");
        model.setText("data.noise_density", "0.5");
        QVERIFY2(model.problem("data.input_length").contains("sentinels"),
                 qPrintable(model.problem("data.input_length")));
        model.setText("data.tokenizer", "mine.model"); // may have more: its own business
        QCOMPARE(model.problem("data.input_length"), QString());
    }

    void whatIsBeingTypedIsLeftAlone()
    {
        ExperimentModel model;
        ExperimentForm form(model);
        auto* line = form.findChild<QLineEdit*>("edit_optimizer.learning_rate");
        line->selectAll();
        QTest::keyClicks(line, "1");
        QTest::keyClicks(line, ".");
        QCOMPARE(line->text(), "1.");
        QCOMPARE(model.config().optimizer.learning_rate, 1.0);
        QTest::keyClicks(line, "5e-3");
        QCOMPARE(model.config().optimizer.learning_rate, 1.5e-3);
        Q_EMIT line->editingFinished();
        QCOMPARE(line->text(), "0.0015");
    }

    void arrowsStepNumbers_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("from");
        QTest::addColumn<int>("key");
        QTest::addColumn<QString>("to");
        QTest::newRow("whole") << "train.steps"
                               << "100" << int(Qt::Key_Up) << "101";
        QTest::newRow("multiple") << "model.d_model"
                                  << "128" << int(Qt::Key_Down) << "120";
        QTest::newRow("double") << "data.batch_size"
                                << "16" << int(Qt::Key_PageUp) << "32";
        QTest::newRow("half") << "optimizer.learning_rate"
                              << "0.02" << int(Qt::Key_PageDown) << "0.01";
        QTest::newRow("second digit") << "optimizer.learning_rate"
                                      << "0.02" << int(Qt::Key_Up) << "0.021";
        QTest::newRow("over a decade") << "optimizer.learning_rate"
                                       << "0.01" << int(Qt::Key_Down) << "0.0099";
        QTest::newRow("not below the range") << "model.num_experts"
                                             << "1" << int(Qt::Key_Down) << "1";
        QTest::newRow("not out of an open end") << "model.dropout"
                                                << "0.99" << int(Qt::Key_Up) << "0.99";
        QTest::newRow("no number") << "train.steps"
                                   << "many" << int(Qt::Key_Up) << "many";
    }
    void arrowsStepNumbers()
    {
        QFETCH(QString, path);
        QFETCH(QString, from);
        QFETCH(int, key);
        QFETCH(QString, to);
        ExperimentModel model;
        ExperimentForm form(model);
        model.setText(path, from);
        auto* line = form.findChild<QLineEdit*>("edit_" + path);
        QTest::keyClick(line, Qt::Key(key));
        QCOMPARE(line->text(), to);
        QCOMPARE(model.text(path), to);
    }

    void searchLooksAtPathsAndMeanings()
    {
        ExperimentModel model;
        ExperimentForm form(model);
        auto* search = form.findChild<QLineEdit*>("settingsSearch");
        search->setText("CAPACITY factor");
        QCOMPARE(shownRows(form), QStringList({"router.capacity_factor_train", "router.capacity_factor_eval"}));
        search->setText("residual stream");
        QCOMPARE(shownRows(form), QStringList{"model.d_model"});
        search->setText("expert_choice");
        QVERIFY(shownRows(form).contains("router.kind"));
        search->setText("no such thing");
        QVERIFY(shownRows(form).isEmpty());
        QTest::keyClick(search, Qt::Key_Escape);
        search->clear();
        QCOMPARE(shownRows(form).size(), qsizetype(settings().size()));
    }

    void onlyChangedShowsOnlyChanged()
    {
        ExperimentModel model;
        ExperimentForm form(model);
        auto* only = form.findChild<QToolButton*>("onlyChanged");
        QVERIFY(!only->isEnabled());
        QCOMPARE(only->text(), "0 changed");
        model.setText("train.steps", "7");
        model.setText("router.z_loss_weight", "1e-3");
        QCOMPARE(only->text(), "2 changed");
        only->setChecked(true);
        QCOMPARE(shownRows(form), QStringList({"router.z_loss_weight", "train.steps"}));
        form.goTo("model.d_ff"); // a jump must not end at a hidden field
        QVERIFY(!only->isChecked());
        QVERIFY(shownRows(form).contains("model.d_ff"));
        form.findChild<QToolButton*>("resetAll")->click();
        QCOMPARE(only->text(), "0 changed");
        QVERIFY(model.config() == presetConfig("demo"));
        model.undoStack()->undo();
        QCOMPARE(model.text("train.steps"), "7");
    }

    void presetsAreWhatFieldsAreComparedWith()
    {
        ExperimentModel model;
        for (const auto& preset : presets()) {
            model.startFromPreset(fromUtf8(preset.name));
            QVERIFY(model.config() == loadConfig(preset.name));
            QVERIFY(model.changedPaths().isEmpty());
            QCOMPARE(model.preset(), fromUtf8(preset.name));
        }
        auto other = presetConfig("demo");
        other.train.steps = 3;
        model.start("a run", other, "demo");
        QCOMPARE(model.changedPaths(), QStringList{"train.steps"});
        model.start("a run", other, "from-the-future"); // unknown: the defaults
        QVERIFY(model.isChanged("model.d_model"));
        model.undoStack()->undo();
        QCOMPARE(model.preset(), "demo");
        QCOMPARE(model.changedPaths(), QStringList{"train.steps"});
    }

    void editsOfOneSettingAreOneUndo()
    {
        ExperimentModel model;
        for (const QString text : {"1", "12", "123"}) model.setText("train.steps", text);
        model.setText("train.seed", "5");
        model.setText("train.steps", "4");
        QCOMPARE(model.undoStack()->count(), 3);
        model.undoStack()->undo();
        QCOMPARE(model.text("train.steps"), "123");
        model.undoStack()->undo();
        model.undoStack()->undo();
        QVERIFY(model.config() == presetConfig("demo"));
        model.setText("train.steps", model.text("train.steps")); // nothing new
        QVERIFY(!model.undoStack()->canUndo());
        model.setText("train.steps", "9");
        model.setText("train.steps", "1500"); // back where it was: nothing to undo
        QVERIFY(!model.undoStack()->canUndo());
    }

    void theDraftSurvives()
    {
        ExperimentModel model;
        model.startFromPreset("mini");
        model.setText("train.steps", "0"); // out of range
        model.setText("optimizer.learning_rate", "fa\"st");
        model.setText("data.languages", "de,en");
        ExperimentModel later;
        QVERIFY(later.restore(model.saved()));
        QVERIFY(later.config() == model.config());
        QCOMPARE(later.preset(), "mini");
        QCOMPARE(later.text("optimizer.learning_rate"), "fa\"st");
        QVERIFY(later.problems() == model.problems());
        QVERIFY(!later.undoStack()->canUndo());
        const auto before = later.saved();
        for (const QByteArray broken : {"", "{", "[]", "{\"config\": 3}", "nonsense"}) QVERIFY(!later.restore(broken));
        QCOMPARE(later.saved(), before);
        QVERIFY(later.restore(R"({"config": {"model": {"d_ff": "x", "new": 1}}, "preset": 7, "unreadable": []})"));
    }

    void namesOfStrangersAreNoMarkup()
    {
        QCOMPARE(plainToolTip("a <b>&"), "<qt>a &lt;b&gt;&amp;</qt>");
        ExperimentModel model;
        ExperimentForm form(model);
        model.setOutsideProblems({{"data.corpus", "<b>x</b>"}});
        QCOMPARE(form.findChild<QLabel*>("problem_data.corpus")->textFormat(), Qt::PlainText);
        QCOMPARE(form.row("data.corpus")->shownProblem(), "<b>x</b>");
    }

    void languageChipsAndLineAgree()
    {
        ExperimentModel model;
        ExperimentForm form(model);
        EditorOffers offers;
        offers.languages = {"de", "en", "fr"};
        form.offer(offers);
        auto* de = form.findChild<QToolButton*>("language_de");
        auto* line = form.findChild<QLineEdit*>("edit_data.languages");
        QVERIFY(de->isChecked()); // none named: all
        de->click();
        QCOMPARE(line->text(), "en,fr");
        QVERIFY(model.config().data.languages == (std::vector<std::string>{"en", "fr"}));
        de->click();
        QVERIFY(model.config().data.languages.empty());
        QTest::keyClicks(line, " fr , ");
        QVERIFY(model.config().data.languages == std::vector<std::string>{"fr"});
        QVERIFY(!de->isChecked());
        QCOMPARE(line->text(), " fr , ");
    }

    void freeNames_data()
    {
        QTest::addColumn<QString>("stem");
        QTest::addColumn<QString>("name");
        QTest::newRow("free") << "mini"
                              << "mini";
        QTest::newRow("taken") << "demo"
                               << "demo-3";
        QTest::newRow("numbered") << "demo-2"
                                  << "demo-3";
        QTest::newRow("none") << ""
                              << "run";
    }
    void freeNames()
    {
        QFETCH(QString, stem);
        QFETCH(QString, name);
        QCOMPARE(freeRunName(stem, {"demo", "demo-2"}), name);
    }

    void aTakenNameIsMarkedWhileTyping()
    {
        RunIdentity identity;
        identity.setStem("demo");
        identity.setTaken({"demo", "best"});
        QCOMPARE(identity.name(), "demo-2");
        QCOMPARE(identity.problem(), QString());
        auto* line = identity.findChild<QLineEdit*>("runName");
        QTest::keyClicks(line, "bes");
        QCOMPARE(identity.problem(), QString());
        QTest::keyClicks(line, "t ");
        QVERIFY(identity.problem().contains("best-2"));
        QVERIFY(identity.findChild<QLabel*>("runNameProblem")->isVisibleTo(&identity));
        identity.setTaken({"demo"}); // purged meanwhile
        QCOMPARE(identity.problem(), QString());
        QCOMPARE(identity.name(), "best");
        identity.nextName();
        QCOMPARE(identity.name(), "best-2");
        identity.setTags({"a", "b c"});
        QCOMPARE(identity.tags(), QStringList({"a", "b c"}));
        identity.findChild<QLineEdit*>("runTags")->setText(" x,, y ,x");
        QCOMPARE(identity.tags(), QStringList({"x", "y"}));
    }
};

QTEST_MAIN(SetupFormTest)
#include "setup_form_test.moc"
