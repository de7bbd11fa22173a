// Capacity replay: what another capacity factor, scope or priority would drop, at once; the true loss on request.
#pragma once

#include "ui/causes/effects.h"
#include "ui/causes/replay_groups.h"
#include "ui/models/page_context.h"

#include <QWidget>

class QAction;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QSlider;
class QSortFilterProxyModel;
class QSpinBox;
class QTableView;
class QToolButton;

namespace sy {

class BarChart;
class EffectsRunner;

class ReplayPanel : public QWidget {
    Q_OBJECT

public:
    ReplayPanel(const PageContext& context, EffectsRunner* runner, QWidget* parent = nullptr);

    void setReady(bool ready); ///< there is a checkpoint to ask
    void refresh();            ///< when it is visible: reads the routes of the shown step
    const ReplayPicture& picture() const { return m_picture; }
    bool isBusy() const { return m_reading || m_computing; }

    /// Rows that wrap do not make it taller than it must be.
    bool hasHeightForWidth() const override { return false; }

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeBar();
    QWidget* makeBody();
    void makeExports(QToolButton* button);
    void read();
    void take(std::shared_ptr<ReplayInput> input, const QString& problem);
    void resetRule();
    void layerChanged();
    void compute();
    void take(ReplayPicture picture);
    void showGroups();
    void showTruth();
    void showNote();
    void evaluate();
    ReplayRule rule() const;
    Cause cause() const;
    void exportAs(const QString& suffix);

    PageContext m_context;
    EffectsRunner* m_runner;
    QDoubleSpinBox* m_factor;
    QSlider* m_slider;
    QComboBox *m_scope, *m_priority, *m_by;
    QSpinBox* m_group;
    QAction *m_reset, *m_evaluate;
    QLabel *m_headline, *m_note, *m_truth;
    BarChart* m_chart;
    DropGroupModel* m_model;
    QSortFilterProxyModel* m_sorted;
    QTableView* m_table;

    std::shared_ptr<const ReplayInput> m_input;
    QString m_input_run;
    int64_t m_input_step = -1;
    qint64 m_input_rewinds = -1;
    QString m_problem;
    ReplayPicture m_picture;
    bool m_reading = false, m_read_again = false, m_computing = false, m_compute_again = false;
};

} // namespace sy
