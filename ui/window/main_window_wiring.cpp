// What pages ask for, and what comes in from outside: files that are dropped, opened, written.
#include "ui/window/main_window.h"

#include "core/store/bundle.h"
#include "ui/models/palette.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/models/text.h"
#include "ui/runs/run_details.h"
#include "ui/runs/run_list_panel.h"
#include "ui/runs/words.h"
#include "ui/setup/setup_page.h"
#include "ui/window/death_watch.h"
#include "ui/window/long_task.h"
#include "ui/window/notice_stack.h"
#include "ui/window/run_control.h"

#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMimeData>
#include <QUrl>

namespace sy {

namespace {

const QString bundle_filter = QStringLiteral("*.sybundle");

QStringList localFiles(const QMimeData& data)
{
    QStringList paths;
    for (const auto& url : data.urls())
        if (url.isLocalFile()) paths.append(url.toLocalFile());
    return paths;
}

} // namespace

void MainWindow::connectPages()
{
    connect(m_context.watch, &StoreWatch::pictureReady, this, [this](const StorePicturePtr& picture) {
        showPicture(*picture);
        m_deaths->see(*picture);
    });
    connect(m_context.selection, &Selection::currentRunChanged, this,
            [this] { showPicture(*m_context.watch->picture()); });
    connect(m_setup, &SetupPage::launchRequested, m_control, &RunControl::launch);
    connect(m_details, &RunDetails::resumeRequested, m_control, &RunControl::resume);
}

void MainWindow::connectRunList()
{
    connect(m_run_list, &RunListPanel::newRunLike, this, [this](const QString& id) {
        m_setup->startFromRun(id);
        showSetup();
    });
    connect(m_run_list, &RunListPanel::controlRequested, m_control, &RunControl::send);
    connect(m_run_list, &RunListPanel::resumeRequested, m_control, &RunControl::resume);
    connect(m_run_list, &RunListPanel::removeFromQueue, m_control, &RunControl::removeFromQueue);
    connect(m_run_list, &RunListPanel::exportRequested, this, &MainWindow::askExport);
    connect(m_run_list, &RunListPanel::importRequested, this, &MainWindow::askImport);
    connect(m_run_list, &RunListPanel::compareRequested, this, [this](const QStringList& ids) {
        m_context.selection->setShownRuns(ids);
        showCompare();
    });
}

void MainWindow::connectReports()
{
    connect(m_control, &RunControl::done, this, &MainWindow::tell);
    connect(m_control, &RunControl::refused, this, [this](const QString& text) {
        m_message->clear();
        m_notices->add("refused", NoticeStack::Kind::Problem, text);
    });
    for (auto* access : {m_context.access, m_inspector.access})
        connect(access, &StoreAccess::writeFailed, this, [this](const QString& problem) {
            m_notices->add("write", NoticeStack::Kind::Problem, tr("Not saved: %1").arg(problem));
        });
    connect(m_control, &RunControl::launched, this, [this](const QString& id, bool at_once) {
        m_context.selection->setShown(id, true);
        if (!at_once) return;
        m_context.selection->setCurrentRun(id);
        showCharts();
    });
    connect(m_deaths, &DeathWatch::died, this, [this](const Death& death) {
        std::vector<NoticeAction> actions;
        if (death.resumable) actions.push_back({tr("Resume"), [this, id = death.run] { m_control->resume({id}); }});
        if (!death.run.isEmpty())
            actions.push_back({tr("Show"), [this, id = death.run] {
                                   m_context.selection->setCurrentRun(id);
                                   m_details_dock->show();
                               }});
        else
            actions.push_back({tr("Show queue"), [this] {
                                   m_queue_dock->show();
                                   m_queue_dock->raise();
                               }});
        m_notices->add(death.key, NoticeStack::Kind::Problem, death.text, actions);
    });
    connect(m_deaths, &DeathWatch::lives, m_notices, &NoticeStack::remove);
}

void MainWindow::tell(const QString& text)
{
    m_message->setText(text);
    m_message_end->start();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localFiles(*event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    for (const auto& path : localFiles(*event->mimeData())) openPath(path);
    event->acceptProposedAction();
}

void MainWindow::openPath(const QString& path)
{
    const QFileInfo file(path);
    if (file.suffix() == "sybundle") {
        importFile(path);
    } else if (file.suffix() == "json") {
        m_setup->openFile(path);
        showSetup();
    } else if (file.exists()) {
        m_setup->importCorpus(path);
        showSetup();
    } else {
        m_notices->add("open", NoticeStack::Kind::Problem, tr("%1 does not exist").arg(path));
    }
}

void MainWindow::askExport(const QStringList& ids)
{
    if (ids.isEmpty()) {
        m_notices->add("export", NoticeStack::Kind::Information, tr("Tick the runs to export in the list first."));
        return;
    }
    const auto path = QFileDialog::getSaveFileName(this, tr("Export %1").arg(runsText(ids.size())), "runs.sybundle",
                                                   tr("Run bundles (%1)").arg(bundle_filter));
    if (path.isEmpty()) return;
    std::vector<std::string> runs;
    for (const auto& id : ids) runs.push_back(id.toStdString());
    runLongTask(
        *this, tr("Exporting runs to %1").arg(path),
        [paths = m_context.paths, runs, path](const TaskProgress& progress) {
            const auto report = exportBundle(paths, runs, path.toStdString(), {}, progress);
            return tr("%1 exported, %2: %3")
                .arg(runsText(static_cast<qsizetype>(report.runs.size())), bytesText(static_cast<double>(report.bytes)),
                     path);
        },
        [this](const QString& text) { tell(text); },
        [this](const QString& problem) { m_notices->add("export", NoticeStack::Kind::Problem, problem); });
}

void MainWindow::askImport()
{
    const auto path = QFileDialog::getOpenFileName(this, tr("Import runs"), {},
                                                   tr("Run bundles (%1);;All files (*)").arg(bundle_filter));
    if (!path.isEmpty()) importFile(path);
}

void MainWindow::importFile(const QString& path)
{
    runLongTask(
        *this, tr("Importing runs from %1").arg(path),
        [paths = m_context.paths, path](const TaskProgress& progress) {
            const auto report = importBundle(paths, path.toStdString(), progress);
            return tr("Imported: %1 new, %2 with later rows, %3 unchanged")
                .arg(report.created.size())
                .arg(report.updated.size())
                .arg(report.unchanged.size());
        },
        [this](const QString& text) {
            tell(text);
            m_context.watch->lookNow();
        },
        [this](const QString& problem) { m_notices->add("import", NoticeStack::Kind::Problem, problem); });
}

} // namespace sy
