// Menus and tool bar of the window.
#include "ui/window/main_window.h"

#include "ui/models/icons.h"
#include "ui/models/selection.h"
#include "ui/models/text.h"
#include "ui/setup/setup_page.h"
#include "ui/window/run_control.h"
#include "ui/window/shortcut_sheet.h"
#include "ui/window/theme.h"

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QToolBar>

namespace sy {

QAction* MainWindow::addCommand(QMenu& menu, const char* name, const QString& text, const QKeySequence& keys,
                                std::function<void()> act)
{
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, [act = std::move(act)] { act(); });
    menu.addAction(action);
    addAction(action); // the palette and a hidden menu bar find it here
    return action;
}

void MainWindow::makeFileMenu()
{
    auto& menu = *menuBar()->addMenu(tr("&File"));
    addCommand(menu, "newExperiment", tr("&New experiment"), QKeySequence::New, [this] {
        m_setup->startFromPreset("demo");
        showSetup();
    });
    addCommand(menu, "openConfiguration", tr("&Open configuration…"), QKeySequence::Open, [this] {
        const auto path =
            QFileDialog::getOpenFileName(this, tr("Open configuration"), {}, tr("Configurations (*.json)"));
        if (!path.isEmpty()) openPath(path);
    });
    addCommand(menu, "importCorpusFolder", tr("Import &corpus…"), {}, [this] {
        const auto path = QFileDialog::getExistingDirectory(this, tr("Import corpus: folder of text by language"));
        if (!path.isEmpty()) openPath(path);
    });
    menu.addSeparator();
    addCommand(menu, "importBundle", tr("&Import runs…"), QKeySequence("Ctrl+Shift+I"), [this] { askImport(); });
    addCommand(menu, "exportBundle", tr("&Export shown runs…"), QKeySequence("Ctrl+Shift+E"),
               [this] { askExport(m_context.selection->shownRuns()); });
    menu.addSeparator();
    addCommand(menu, "quit", tr("&Quit"), QKeySequence::Quit, [this] { close(); });
}

void MainWindow::makeRunMenu()
{
    auto& menu = *menuBar()->addMenu(tr("&Run"));
    const auto sends = [this](const char* verb) { return [this, verb] { m_control->send(targetRuns(), verb); }; };
    m_pause = addCommand(menu, "pause", tr("&Pause"), QKeySequence("Ctrl+P"), sends("pause"));
    m_go_on = addCommand(menu, "goOn", tr("&Go on"), QKeySequence("Ctrl+G"), sends("resume"));
    m_stop = addCommand(menu, "stop", tr("&Stop and save"), QKeySequence("Ctrl+."), sends("stop"));
    m_checkpoint =
        addCommand(menu, "checkpointNow", tr("&Checkpoint now"), QKeySequence("Ctrl+Shift+K"), sends("checkpoint"));
    m_evaluate = addCommand(menu, "evaluateNow", tr("&Evaluate now"), QKeySequence("Ctrl+E"), sends("evaluate"));
    menu.addSeparator();
    m_resume = addCommand(menu, "resumeRun", tr("&Resume from last checkpoint"), QKeySequence("Ctrl+Shift+R"),
                          [this] { m_control->resume(targetRuns()); });
    m_like_this = addCommand(menu, "newRunLikeCurrent", tr("&New run like this"), QKeySequence("Ctrl+L"), [this] {
        m_setup->startFromRun(m_context.selection->currentRun());
        showSetup();
    });
    m_pause->setToolTip(tr("Pauses the current run between two steps; it keeps its memory"));
    m_stop->setToolTip(tr("Saves a checkpoint and ends the current run; it can be resumed"));
}

void MainWindow::makeViewMenu()
{
    auto& menu = *menuBar()->addMenu(tr("&View"));
    struct PageCommand {
        const char* name;
        QString text;
        std::function<void()> show;
    };
    int number = 0;
    for (const auto& page : {PageCommand{"showSetup", tr("Page: &Set up"), [this] { showSetup(); }},
                             PageCommand{"showCharts", tr("Page: &Charts"), [this] { showCharts(); }},
                             PageCommand{"showRouting", tr("Page: R&outing"), [this] { showRouting(); }},
                             PageCommand{"showProbe", tr("Page: &Probe"), [this] { showProbe(); }},
                             PageCommand{"showCompare", tr("Page: Co&mpare"), [this] { showCompare(); }}})
        addCommand(menu, page.name, page.text, QKeySequence(QStringLiteral("Ctrl+%1").arg(++number)),
                   [this, show = page.show] {
                       show();
                       focusPage();
                   });
    menu.addSeparator();
    for (auto* dock : {m_runs_dock, m_details_dock, m_system_dock, m_queue_dock}) {
        auto* toggle = dock->toggleViewAction();
        toggle->setText(tr("Panel: %1").arg(dock->windowTitle()));
        menu.addAction(toggle);
        addAction(toggle);
        connect(toggle, &QAction::triggered, dock, [dock](bool on) {
            if (on) dock->raise(); // it may share its place with another
        });
    }
    m_runs_dock->toggleViewAction()->setShortcut(QKeySequence("Ctrl+B"));
    m_details_dock->toggleViewAction()->setShortcut(QKeySequence("Ctrl+Shift+B"));
    m_system_dock->toggleViewAction()->setShortcut(QKeySequence("Ctrl+Shift+M"));
    m_queue_dock->toggleViewAction()->setShortcut(QKeySequence("Ctrl+Shift+Q"));
    addCommand(menu, "resetLayout", tr("&Reset layout"), {}, [this] { resetLayout(); });
    menu.addSeparator();
    auto* group = new QActionGroup(this);
    const std::pair<Appearance, QString> looks[] = {{Appearance::System, tr("Appearance: follow the system")},
                                                    {Appearance::Light, tr("Appearance: light")},
                                                    {Appearance::Dark, tr("Appearance: dark")}};
    const char* const names[] = {"appearanceSystem", "appearanceLight", "appearanceDark"};
    for (const auto& [look, text] : looks) {
        auto* action = addCommand(menu, names[static_cast<int>(look)], text, {}, [this, look = look] {
            m_settings->setValue("window/appearance", static_cast<int>(look));
            m_theme->setAppearance(look);
        });
        action->setCheckable(true);
        action->setChecked(m_theme->appearance() == look);
        group->addAction(action);
    }
    menu.addSeparator();
    addCommand(menu, "fullScreen", tr("&Full screen"), QKeySequence("F11"),
               [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
}

void MainWindow::makeHelpMenu()
{
    auto& menu = *menuBar()->addMenu(tr("&Help"));
    addCommand(menu, "commands", tr("&Commands…"), QKeySequence("Ctrl+K"), [this] { openCommandPalette(); });
    addCommand(menu, "shortcuts", tr("&Keyboard shortcuts"), QKeySequence("F1"), [this] { showShortcutSheet(*this); });
    addCommand(menu, "about", tr("&About Switchyard"), {}, [this] {
        auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Switchyard"),
                                    tr("Switchyard %1\n\nA research workbench for Switch Transformers.\n\n"
                                       "Licence: GPL-3.0-or-later.\nQt %2, QCustomPlot 2.1, SQLite, SentencePiece.")
                                        .arg(QApplication::applicationVersion(), qVersion()),
                                    QMessageBox::Close, this);
        box->setTextFormat(Qt::PlainText);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    });
}

void MainWindow::makeToolBar()
{
    auto* bar = addToolBar(tr("Main tool bar"));
    bar->setObjectName("mainToolBar");
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setIconSize({fontMetrics().height(), fontMetrics().height()});
    auto* new_run = findChild<QAction*>("newExperiment");
    auto* commands = findChild<QAction*>("commands");
    const std::pair<QAction*, Glyph> glyphs[] = {{new_run, Glyph::Add},       {m_pause, Glyph::Pause},
                                                 {m_go_on, Glyph::Play},      {m_stop, Glyph::Stop},
                                                 {m_checkpoint, Glyph::Save}, {m_evaluate, Glyph::Measure},
                                                 {m_resume, Glyph::Resume},   {commands, Glyph::Search}};
    for (const auto& [action, glyph] : glyphs) action->setIcon(glyphIcon(glyph));
    m_resume->setIconText(tr("Resume"));
    m_checkpoint->setIconText(tr("Checkpoint"));
    m_evaluate->setIconText(tr("Evaluate"));
    m_stop->setIconText(tr("Stop"));
    bar->addAction(new_run);
    bar->addSeparator();
    bar->addActions({m_pause, m_go_on, m_stop, m_checkpoint, m_evaluate, m_resume});
    auto* space = new QWidget(bar);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    bar->addAction(commands);
}

} // namespace sy
