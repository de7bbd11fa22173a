// The window: pages in the middle, runs and their details beside them, machine and queue below.
#pragma once

#include "ui/models/page_context.h"
#include "ui/models/store_watch.h"

#include <QMainWindow>

#include <memory>

class QLabel;
class QTabWidget;
class QTimer;

namespace sy {

class ChartsPage;
class ComparePage;
class DeathWatch;
class NoticeStack;
class RunControl;
class RunDetails;
class RunListPanel;
class ProbePage;
class RoutingPage;
class SetupPage;
class Theme;

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// `cli` is the path of switchyard-cli. Settings are kept in `settings_file`.
    MainWindow(const StorePaths& paths, const QString& cli, const QString& settings_file, QWidget* parent = nullptr);
    ~MainWindow() override;

    const PageContext& context() const { return m_context; }
    const PageContext& inspector() const { return m_inspector; } ///< of Routing and Probe: reads on a thread of its own

    /// "light" or "dark" for this window's life; anything else follows the system.
    void setAppearance(const QString& look);
    void showSetup();
    void showCharts();
    void showRouting(const QString& view = {}); ///< a view by its name; empty = the last one
    void showProbe();
    void showCompare();
    /// Ticks these runs, by id or name, and makes the first the current one, as soon as the store was read.
    void showRuns(const QStringList& ids_or_names);
    void openCommandPalette();
    void resetLayout(); ///< docks where they were at first, sized for the window
    /// Bundles (*.sybundle), configurations (*.json) and corpora (folders) by what they are.
    void openPath(const QString& path);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void focusPage(); ///< gives the shown page the keys
    void makePages();
    void makeDocks();
    void makeFileMenu();
    void makeRunMenu();
    void makeViewMenu();
    void makeHelpMenu();
    void makeToolBar();
    void makeStatusBar();
    void connectPages();
    void connectRunList();
    void connectReports();
    QAction* addCommand(QMenu& menu, const char* name, const QString& text, const QKeySequence& keys,
                        std::function<void()> act);
    QDockWidget* addPanel(const char* name, const QString& title, QWidget* content, Qt::DockWidgetArea area);
    void restoreLayout();

    void showPicture(const StorePicture& picture);
    void showWantedRuns(const StorePicture& picture);
    void showTitle(const StorePicture& picture);
    void enableActions(const StorePicture& picture);
    void tellWhetherStoreIsGone(const StorePicture& picture);
    void chooseRun(const StorePicture& picture);
    void tell(const QString& text); ///< in the status bar, for a while
    void askExport(const QStringList& ids);
    void askImport();
    void importFile(const QString& path);
    QStringList targetRuns() const; ///< the current run

    bool m_had_runs = false;   ///< the last complete picture had some
    QStringList m_wanted_runs; ///< ids or names that were not found yet
    std::unique_ptr<QSettings> m_settings;
    PageContext m_context, m_inspector;
    Theme* m_theme;
    RunControl* m_control;
    DeathWatch* m_deaths;
    NoticeStack* m_notices = nullptr;
    QTabWidget* m_pages = nullptr;
    SetupPage* m_setup = nullptr;
    ChartsPage* m_charts = nullptr;
    RoutingPage* m_routing = nullptr;
    ProbePage* m_probe = nullptr;
    ComparePage* m_compare = nullptr;
    RunListPanel* m_run_list = nullptr;
    RunDetails* m_details = nullptr;
    QDockWidget *m_runs_dock = nullptr, *m_details_dock = nullptr, *m_system_dock = nullptr, *m_queue_dock = nullptr;
    QTimer* m_message_end = nullptr;
    QLabel *m_message = nullptr, *m_problem = nullptr;
    QAction *m_pause = nullptr, *m_go_on = nullptr, *m_stop = nullptr, *m_checkpoint = nullptr, *m_evaluate = nullptr,
            *m_resume = nullptr, *m_like_this = nullptr;
};

} // namespace sy
