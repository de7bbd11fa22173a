// Set an experiment up, know what it costs, launch it.
#pragma once

#include "ui/models/launch.h"
#include "ui/models/page_context.h"
#include "ui/models/store_watch.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QHBoxLayout;
class QProcess;
class QTabWidget;

namespace sy {

class BatchTab;
class CorpusTab;
class CostPanel;
class ElidedLabel;
class ExperimentForm;
class ExperimentModel;
class LaunchBox;
class MessageBar;
class PreviewBar;
class Previewer;
class RunIdentity;
class SamplingTab;
class Surroundings;
class TableCombo;
class TokensTab;

/// The draft (settings, name, tags, tab) is kept in PageContext::settings between starts; the first start shows the
/// first preset, ready to launch where its corpus is imported. Folders and JSON files can be dropped on it.
class SetupPage : public QWidget {
    Q_OBJECT

public:
    explicit SetupPage(const PageContext& context, QWidget* parent = nullptr);
    ~SetupPage() override; ///< keeps the draft; ends processes it has started

    ExperimentModel& model() { return *m_model; }
    LaunchRequest request() const; ///< what Launch asks for now

public Q_SLOTS:
    void startFromPreset(const QString& name);
    void startFromRun(const QString& id); ///< "new run like this"
    void openFile(const QString& path);   ///< a configuration as JSON; problems are told in the page
    void saveFile(const QString& path);
    void importCorpus(const QString& path); ///< opens the import dialog; an empty path lets the user choose
    void launch();                          ///< does nothing while there are problems

Q_SIGNALS:
    void launchRequested(const sy::LaunchRequest& request);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void build();
    QWidget* buildHeader();
    QWidget* buildTabs();
    QWidget* buildSide();
    void addActions();
    QAction* addAction(const QString& name, const QString& text, const QKeySequence& key, void (SetupPage::*slot)());
    using QWidget::addAction;
    void connectParts();

    void restoreDraft();
    void keepDraft();
    void settingsChanged();
    void pictureChanged();
    void corporaChanged();
    void devicesChanged();
    void refreshOffers();
    void refreshLaunch();
    void refreshCost();
    void refreshPreview();
    void showPreview();
    void measureMachine();
    void goToProblem(const QString& path);

    void askRun();
    void askOpen();
    void askSave();
    void askImport();
    void focusSearch();
    void resetAll();

    PageContext m_context;
    ExperimentModel* m_model;
    Surroundings* m_surroundings;
    Previewer* m_previewer;
    ExperimentForm* m_form = nullptr;
    CostPanel* m_cost = nullptr;
    LaunchBox* m_launch = nullptr;
    RunIdentity* m_identity = nullptr;
    MessageBar* m_message = nullptr;
    TableCombo* m_preset = nullptr;
    TableCombo* m_device = nullptr;
    QTabWidget* m_tabs = nullptr;
    CorpusTab* m_corpus = nullptr;
    TokensTab* m_tokens = nullptr;
    SamplingTab* m_sampling = nullptr;
    BatchTab* m_batch = nullptr;
    PreviewBar* m_preview_bar = nullptr;
    QHBoxLayout* m_header_buttons = nullptr;
    ElidedLabel* m_summary = nullptr;
    QAction* m_launch_action = nullptr;
    QProcess* m_doctor = nullptr;
    QTimer m_cost_pause, m_preview_pause, m_draft_pause;
    QString m_read_run; ///< id of the run whose configuration is being read
};

} // namespace sy
