// Experts as causes: interventions on a checkpoint, and what another capacity would drop.
#pragma once

#include "core/store/records.h"
#include "ui/models/page_context.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QSpinBox;
class QStackedWidget;
class QTabWidget;
class QToolButton;

namespace sy {

class EffectsRunner;
class ExpertsPanel;
class ReplayPanel;

class CausesPage : public QWidget {
    Q_OBJECT

public:
    explicit CausesPage(const PageContext& context, QWidget* parent = nullptr);

    EffectsRunner* runner() const { return m_runner; }
    ReplayPanel* replay() const { return m_replay; }

    /// Rows that wrap do not make it taller than it must be.
    bool hasHeightForWidth() const override { return false; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Read {
        std::vector<CheckpointRecord> checkpoints;
        int64_t rows = 32;                    ///< the run's eval_rows
        std::optional<Evaluation> evaluation; ///< near the chosen checkpoint
    };
    QWidget* makeBar();
    void refresh();
    void runChanged();
    void read();
    void take(Read read);
    void fillCheckpoints();
    void checkpointChosen();
    void showEmpty();
    void showBaseline();
    void showProgress();
    int64_t chosenStep() const;

    PageContext m_context;
    EffectsRunner* m_runner;
    QStackedWidget* m_pages;
    QLabel *m_empty, *m_baseline, *m_problem;
    QComboBox* m_checkpoint;
    QSpinBox* m_rows;
    QProgressBar* m_progress;
    QToolButton* m_cancel;
    QTabWidget* m_tabs;
    ExpertsPanel* m_experts;
    ReplayPanel* m_replay;
    Read m_read;
    QString m_read_run;
    qint64 m_read_revision = -1;
    int64_t m_read_step = -1;
    bool m_reading = false, m_read_again = false;
};

} // namespace sy
