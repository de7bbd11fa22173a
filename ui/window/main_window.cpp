#include "ui/window/main_window.h"

#include "ui/charts/charts_page.h"
#include "ui/charts/system_page.h"
#include "ui/compare/compare_page.h"
#include "ui/models/routing_focus.h"
#include "ui/models/routing_index_reader.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/models/text.h"
#include "ui/probe/probe_page.h"
#include "ui/runs/run_details.h"
#include "ui/runs/run_end.h"
#include "ui/runs/run_list_panel.h"
#include "ui/setup/setup_page.h"
#include "ui/window/command_palette.h"
#include "ui/window/death_watch.h"
#include "ui/window/notice_stack.h"
#include "ui/window/queue_panel.h"
#include "ui/window/routing_page.h"
#include "ui/window/run_control.h"
#include "ui/window/theme.h"

#include <QCloseEvent>
#include <QDir>
#include <QDockWidget>
#include <QFileInfo>
#include <QLabel>
#include <QScreen>
#include <QStatusBar>
#include <QTabWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace sy {

namespace {

constexpr int layout_version = 1;
constexpr int message_ms = 15000;

} // namespace

MainWindow::MainWindow(const StorePaths& paths, const QString& cli, const QString& settings_file, QWidget* parent)
    : QMainWindow(parent), m_settings(std::make_unique<QSettings>(settings_file, QSettings::IniFormat)),
      m_theme(new Theme(this))
{
    setObjectName("mainWindow");
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    m_theme->setAppearance(static_cast<Appearance>(std::clamp(m_settings->value("window/appearance").toInt(), 0, 2)));
    m_context = {paths,
                 cli,
                 new Selection(m_settings.get(), this),
                 new StoreWatch(paths, 150, this),
                 new StoreAccess(paths, this),
                 m_settings.get(),
                 new RoutingFocus(this)};
    new RoutingIndexReader(m_context, this);
    m_control = new RunControl(m_context, this);
    m_deaths = new DeathWatch(this);
    makePages();
    makeDocks();
    makeFileMenu();
    makeRunMenu();
    makeViewMenu();
    makeHelpMenu();
    makeToolBar();
    makeStatusBar();
    connectPages();
    connectRunList();
    connectReports();
    restoreLayout();
    showPicture(*m_context.watch->picture());
}

MainWindow::~MainWindow()
{
    // Pages hold pointers to what the context names: they go first.
    delete takeCentralWidget();
    for (auto* dock : findChildren<QDockWidget*>()) delete dock;
}

void MainWindow::makePages()
{
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_notices = new NoticeStack(centre);
    m_pages = new QTabWidget(centre);
    m_pages->setObjectName("pages");
    m_pages->setDocumentMode(true);
    m_setup = new SetupPage(m_context, m_pages);
    m_charts = new ChartsPage(m_context, m_pages);
    m_inspector = m_context;
    m_inspector.access = new StoreAccess(m_context.paths, this); // long reads of routes hold nobody else up
    m_routing = new RoutingPage(m_inspector, m_pages);
    m_probe = new ProbePage(m_inspector, m_pages);
    m_compare = new ComparePage(m_context, m_pages);
    m_pages->addTab(m_setup, tr("Set up"));
    m_pages->addTab(m_charts, tr("Charts"));
    m_pages->addTab(m_routing, tr("Routing"));
    m_pages->addTab(m_probe, tr("Probe"));
    m_pages->addTab(m_compare, tr("Compare"));
    layout->addWidget(m_notices);
    layout->addWidget(m_pages, 1);
    setCentralWidget(centre);
}

QDockWidget* MainWindow::addPanel(const char* name, const QString& title, QWidget* content, Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(content);
    addDockWidget(area, dock);
    return dock;
}

void MainWindow::makeDocks()
{
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    m_run_list = new RunListPanel(m_context, this);
    m_details = new RunDetails(m_context, this);
    m_runs_dock = addPanel("runsDock", tr("Runs"), m_run_list, Qt::LeftDockWidgetArea);
    m_details_dock = addPanel("detailsDock", tr("Run"), m_details, Qt::RightDockWidgetArea);
    m_system_dock = addPanel("systemDock", tr("System"), new SystemPage(m_context, this), Qt::BottomDockWidgetArea);
    auto* queue = new QueuePanel(m_context, this);
    m_queue_dock = addPanel("queueDock", tr("Queue"), queue, Qt::BottomDockWidgetArea);
    connect(queue, &QueuePanel::removeRequested, m_control, &RunControl::removeFromQueue);
    connect(queue, &QueuePanel::runChosen, m_context.selection, &Selection::setCurrentRun);
}

void MainWindow::makeStatusBar()
{
    m_message = plainLabel("statusMessage", {}, this);
    m_message_end = new QTimer(this);
    m_message_end->setSingleShot(true);
    m_message_end->setInterval(message_ms);
    connect(m_message_end, &QTimer::timeout, m_message, &QLabel::clear);
    m_problem = plainLabel("storeProblem", {}, this);
    m_problem->setWordWrap(true);
    statusBar()->addWidget(m_message);
    statusBar()->addWidget(m_problem, 1);
    QString path = QString::fromStdString(m_context.paths.database.string());
    if (const QString home = QDir::homePath() + '/'; path.startsWith(home)) path.replace(0, home.size(), "~/");
    statusBar()->addPermanentWidget(plainLabel("storePath", tr("Store: %1").arg(path), this));
}

void MainWindow::resetLayout()
{
    for (auto* dock : {m_runs_dock, m_details_dock, m_system_dock, m_queue_dock}) {
        dock->setFloating(false);
        dock->show();
    }
    addDockWidget(Qt::LeftDockWidgetArea, m_runs_dock);
    addDockWidget(Qt::RightDockWidgetArea, m_details_dock);
    addDockWidget(Qt::BottomDockWidgetArea, m_system_dock);
    tabifyDockWidget(m_system_dock, m_queue_dock);
    m_system_dock->raise();
    const QSize size = this->size();
    resizeDocks({m_runs_dock, m_details_dock}, {std::max(300, size.width() / 5), std::max(270, size.width() / 6)},
                Qt::Horizontal);
    resizeDocks({m_system_dock}, {std::max(120, size.height() / 5)}, Qt::Vertical);
    // What is below the pages takes much of a low screen.
    const bool low = size.height() < 900;
    m_system_dock->setVisible(!low);
    m_queue_dock->setVisible(!low);
}

void MainWindow::restoreLayout()
{
    const QSize screen = this->screen()->availableSize();
    resize(screen.width() * 9 / 10, screen.height() * 9 / 10);
    restoreGeometry(m_settings->value("window/geometry").toByteArray());
    if (!restoreState(m_settings->value("window/state").toByteArray(), layout_version)) resetLayout();
    m_pages->setCurrentIndex(std::clamp(m_settings->value("window/page", 0).toInt(), 0, m_pages->count() - 1));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    // Runs are processes of their own: there is nothing to ask.
    m_settings->setValue("window/geometry", saveGeometry());
    m_settings->setValue("window/state", saveState(layout_version));
    m_settings->setValue("window/page", m_pages->currentIndex());
    m_settings->sync();
    QMainWindow::closeEvent(event);
}

void MainWindow::setAppearance(const QString& look)
{
    m_theme->setAppearance(look == "dark"    ? Appearance::Dark
                           : look == "light" ? Appearance::Light
                                             : Appearance::System);
}

void MainWindow::focusPage()
{
    auto* page = m_pages->currentWidget();
    if (page->isAncestorOf(focusWidget())) return;
    auto* last = page->focusWidget();
    (last ? last : page)->setFocus(Qt::ShortcutFocusReason); // its keys work at once
}

void MainWindow::showSetup()
{
    m_pages->setCurrentWidget(m_setup);
}

void MainWindow::showCharts()
{
    m_pages->setCurrentWidget(m_charts);
}

void MainWindow::showRouting(const QString& view)
{
    m_pages->setCurrentWidget(m_routing);
    if (!view.isEmpty()) m_routing->showView(view);
}

void MainWindow::showProbe()
{
    m_pages->setCurrentWidget(m_probe);
}

void MainWindow::showCompare()
{
    m_pages->setCurrentWidget(m_compare);
}

void MainWindow::showPicture(const StorePicture& picture)
{
    m_problem->setText(picture.problem);
    if (!picture.problem.isEmpty()) return; // the last complete picture stays
    tellWhetherStoreIsGone(picture);
    showWantedRuns(picture);
    chooseRun(picture);
    showTitle(picture);
    enableActions(picture);
    m_control->follow(picture);
}

void MainWindow::tellWhetherStoreIsGone(const StorePicture& picture)
{
    const QString file = QString::fromStdString(m_context.paths.database.string());
    if (!picture.runs.empty()) {
        m_had_runs = true;
        m_notices->remove("storeGone");
    } else if (std::exchange(m_had_runs, false) && !QFileInfo::exists(file)) {
        m_notices->add("storeGone", NoticeStack::Kind::Problem,
                       tr("The store is gone: %1 was moved or deleted. Put it back to see its runs again; a launch "
                          "would begin a new one.")
                           .arg(file));
    }
}

void MainWindow::chooseRun(const StorePicture& picture)
{
    const auto* current = picture.find(m_context.selection->currentRun());
    if (current || picture.runs.empty()) return;
    const auto newest =
        std::find_if(picture.runs.begin(), picture.runs.end(), [](const RunSummary& run) { return !run.deleted; });
    if (newest == picture.runs.end()) return;
    const QString id = QString::fromStdString(newest->id);
    m_context.selection->setCurrentRun(id);
    if (m_context.selection->shownRuns().isEmpty()) m_context.selection->setShown(id, true);
}

void MainWindow::showRuns(const QStringList& ids_or_names)
{
    m_wanted_runs = ids_or_names;
    showPicture(*m_context.watch->picture());
}

void MainWindow::showWantedRuns(const StorePicture& picture)
{
    if (m_wanted_runs.isEmpty() || picture.runs.empty()) return;
    QStringList ids;
    for (const auto& wanted : std::exchange(m_wanted_runs, {})) {
        const auto found = std::find_if(picture.runs.begin(), picture.runs.end(), [&](const RunSummary& run) {
            return fromUtf8(run.id) == wanted || fromUtf8(run.name) == wanted;
        });
        if (found == picture.runs.end())
            m_notices->add("show", NoticeStack::Kind::Problem, tr("There is no run %1 in this store").arg(wanted));
        else
            ids << fromUtf8(found->id);
    }
    if (ids.isEmpty()) return;
    m_context.selection->setShownRuns(ids);
    m_context.selection->setCurrentRun(ids.first());
}

void MainWindow::showTitle(const StorePicture& picture)
{
    const auto* run = picture.find(m_context.selection->currentRun());
    if (!run) {
        setWindowTitle({});
        return;
    }
    const QLocale locale;
    QString title =
        tr("%1 · step %2 / %3")
            .arg(fromUtf8(run->name), locale.toString(qlonglong(run->step)), locale.toString(qlonglong(run->steps)));
    if (run->status == RunStatus::Running && run->steps > 0)
        title += tr(" · %1 %").arg(100 * run->step / run->steps);
    else
        title += tr(" · %1").arg(statusText(run->status));
    if (const auto left = picture.seconds_left.find(run->id); left != picture.seconds_left.end())
        title += tr(" · %1 left").arg(durationText(left->second));
    setWindowTitle(title);
}

void MainWindow::enableActions(const StorePicture& picture)
{
    const auto* run = picture.find(m_context.selection->currentRun());
    const auto status = run ? run->status : RunStatus::Queued;
    const bool going = run && (status == RunStatus::Running || status == RunStatus::Starting);
    const bool alive = going || (run && status == RunStatus::Paused);
    m_pause->setEnabled(going);
    m_go_on->setEnabled(run && status == RunStatus::Paused);
    m_stop->setEnabled(alive);
    m_checkpoint->setEnabled(alive);
    m_evaluate->setEnabled(alive);
    m_resume->setEnabled(run && runEnd(picture, *run).can_resume);
    m_like_this->setEnabled(run != nullptr);
}

QStringList MainWindow::targetRuns() const
{
    return {m_context.selection->currentRun()};
}

void MainWindow::openCommandPalette()
{
    auto entries = actionEntries(*this);
    for (const auto& run : m_context.watch->picture()->runs) {
        if (run.deleted) continue;
        const QString id = QString::fromStdString(run.id);
        entries.push_back({fromUtf8(run.name), tr("run, %1").arg(statusText(run.status)), [this, id] {
                               m_context.selection->setCurrentRun(id);
                               m_context.selection->setShown(id, true);
                           }});
    }
    auto* palette = new CommandPalette(std::move(entries), this);
    palette->setAttribute(Qt::WA_DeleteOnClose);
    palette->move(mapToGlobal(QPoint((width() - palette->width()) / 2, height() / 8)));
    palette->open();
}

} // namespace sy
