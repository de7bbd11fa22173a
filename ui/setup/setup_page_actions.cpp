// The page's actions, what is dropped on it, and what it keeps between starts.
#include "ui/models/text.h"
#include "ui/setup/corpus_tab.h"
#include "ui/setup/experiment_form.h"
#include "ui/setup/experiment_model.h"
#include "ui/setup/import_dialog.h"
#include "ui/setup/message_bar.h"
#include "ui/setup/run_identity.h"
#include "ui/setup/run_picker.h"
#include "ui/setup/setup_page.h"
#include "ui/setup/surroundings.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMimeData>
#include <QSplitter>
#include <QTabWidget>
#include <QToolButton>
#include <QUndoStack>
#include <QUrl>

namespace sy {

namespace {

QToolButton* buttonOf(QAction* action, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setDefaultAction(action);
    return button;
}

/// The local file or folder that is dragged; empty = something else, or several.
QString draggedPath(const QMimeData* data)
{
    const auto urls = data->urls();
    return urls.size() == 1 && urls[0].isLocalFile() ? urls[0].toLocalFile() : QString();
}

bool isConfiguration(const QString& path)
{
    return QFileInfo(path).isFile() && path.endsWith(".json", Qt::CaseInsensitive);
}

} // namespace

QAction* SetupPage::addAction(const QString& name, const QString& text, const QKeySequence& key,
                              void (SetupPage::*slot)())
{
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(key.isEmpty() ? text : tr("%1 (%2)").arg(text, key.toString(QKeySequence::NativeText)));
    connect(action, &QAction::triggered, this, slot);
    addAction(action);
    return action;
}

void SetupPage::addActions()
{
    m_launch_action = addAction("setup.launch", tr("Launch"), QKeySequence("Ctrl+Return"), &SetupPage::launch);
    auto* run = addAction("setup.from_run", tr("From run …"), QKeySequence("Ctrl+Shift+O"), &SetupPage::askRun);
    auto* open = addAction("setup.open", tr("Open …"), {}, &SetupPage::askOpen);
    auto* save = addAction("setup.save", tr("Save as …"), QKeySequence("Ctrl+S"), &SetupPage::askSave);
    addAction("setup.import", tr("Import a corpus …"), QKeySequence("Ctrl+I"), &SetupPage::askImport);
    addAction("setup.search", tr("Search settings"), QKeySequence("Ctrl+F"), &SetupPage::focusSearch);
    addAction("setup.measure", tr("Measure this machine"), {}, &SetupPage::measureMachine);
    addAction("setup.reset_all", tr("Reset all settings"), {}, &SetupPage::resetAll);
    auto* undo = m_model->undoStack()->createUndoAction(this, tr("Undo"));
    auto* redo = m_model->undoStack()->createRedoAction(this, tr("Redo"));
    undo->setObjectName("setup.undo");
    redo->setObjectName("setup.redo");
    undo->setShortcut(QKeySequence("Ctrl+Z"));
    redo->setShortcut(QKeySequence("Ctrl+Shift+Z"));
    for (auto* action : {undo, redo}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }
    for (auto* action : {run, open, save}) m_header_buttons->addWidget(buttonOf(action, this));
    auto* back = buttonOf(undo, this);
    auto* forth = buttonOf(redo, this);
    for (auto [button, text] : {std::pair{back, QString(QChar(0x21b6))}, std::pair{forth, QString(QChar(0x21b7))}}) {
        auto* action = button->defaultAction();
        action->setIconText(text); // the arrow on the button, the words in the menu and the palette
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        m_header_buttons->addWidget(button);
    }
    for (int i = 0; i < m_tabs->count(); ++i) {
        auto* action = new QAction(tr("Show %1").arg(m_tabs->tabText(i)), this);
        action->setObjectName("setup.tab_" + QString::number(i + 1));
        action->setShortcut(QKeySequence("Alt+" + QString::number(i + 1)));
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, [this, i] { m_tabs->setCurrentIndex(i); });
        addAction(action);
    }
}

void SetupPage::askRun()
{
    static const std::vector<RunSummary> none;
    auto* picker = new RunPicker(m_context.watch ? m_context.watch->picture()->runs : none, this);
    connect(picker, &RunPicker::chosen, this, &SetupPage::startFromRun);
    picker->open();
}

void SetupPage::askOpen()
{
    const auto path = QFileDialog::getOpenFileName(this, tr("Open a configuration"), {},
                                                   tr("Configurations (*.json);;All files (*)"));
    if (!path.isEmpty()) openFile(path);
}

void SetupPage::askSave()
{
    const auto path = QFileDialog::getSaveFileName(this, tr("Save the configuration"), m_identity->name() + ".json",
                                                   tr("Configurations (*.json)"));
    if (!path.isEmpty()) saveFile(path);
}

void SetupPage::askImport()
{
    importCorpus({});
}

void SetupPage::resetAll()
{
    m_model->resetAll();
}

void SetupPage::focusSearch()
{
    m_tabs->setCurrentIndex(0);
    m_form->focusSearch();
}

void SetupPage::importCorpus(const QString& path)
{
    QSet<QString> names;
    for (const auto& corpus : m_surroundings->corpora()) names.insert(fromUtf8(corpus.name));
    auto* dialog = new ImportDialog(m_context.cli, path, names, this);
    connect(dialog, &ImportDialog::imported, this, [this](const QString& name, const QString& summary) {
        m_message->tell(MessageBar::Information, tr("Corpus %1 is imported and chosen.").arg(name),
                        summary.split('\n', Qt::SkipEmptyParts));
        m_model->setText("data.corpus", name);
        m_model->setText("data.languages", {});
        m_surroundings->lookNow();
        m_tabs->setCurrentWidget(m_corpus);
    });
    dialog->open();
}

// ---- events ----

void SetupPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_surroundings->setActive(true);
    m_preview_pause.start();
}

void SetupPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_surroundings->setActive(false);
    keepDraft();
}

void SetupPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (!draggedPath(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void SetupPage::dropEvent(QDropEvent* event)
{
    const auto path = draggedPath(event->mimeData());
    if (path.isEmpty()) return;
    event->acceptProposedAction();
    if (isConfiguration(path))
        openFile(path);
    else
        importCorpus(path);
}

// ---- the draft ----

void SetupPage::restoreDraft()
{
    auto* settings = m_context.settings;
    m_identity->setStem(m_model->preset());
    if (!settings || !m_model->restore(settings->value("setup/draft").toByteArray())) return;
    m_identity->setStem(settings->value("setup/stem", m_model->preset()).toString());
    m_identity->setTypedName(settings->value("setup/name").toString());
    m_identity->setTags(settings->value("setup/tags").toStringList());
    m_tabs->setCurrentIndex(settings->value("setup/tab").toInt());
    findChild<QSplitter*>("setupSplitter")->restoreState(settings->value("setup/splitter").toByteArray());
}

void SetupPage::keepDraft()
{
    auto* settings = m_context.settings;
    if (!settings) return;
    settings->setValue("setup/draft", m_model->saved());
    settings->setValue("setup/stem", m_identity->stem());
    settings->setValue("setup/name", m_identity->typedName());
    settings->setValue("setup/tags", m_identity->tags());
    settings->setValue("setup/tab", m_tabs->currentIndex());
    settings->setValue("setup/splitter", findChild<QSplitter*>("setupSplitter")->saveState());
}

} // namespace sy
