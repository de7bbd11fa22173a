// The shown runs side by side: where their settings differ, what came of it, and the curves.
#pragma once

#include "ui/compare/compared_run.h"
#include "ui/models/page_context.h"

#include <QHash>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QMenu;
class QSplitter;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace sy {

class CompareCurves;
class ComparisonTable;
class CurveChart;

class ComparePage : public QWidget {
    Q_OBJECT

public:
    explicit ComparePage(const PageContext& context, QWidget* parent = nullptr);
    ~ComparePage() override;

    QString baseline() const; ///< run id
    void setBaseline(const QString& id);

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Extra { ///< what the picture does not hold
        int64_t revision = -1;
        bool reading = false, known = false;
        nlohmann::json details;
        std::map<std::string, SeriesSummary> series;
        int64_t tokens = 0;
    };
    QWidget* makeBar();
    QWidget* makeTables();
    QWidget* makeChart();
    QTableView* makeTable(const char* name, ComparisonTable* model);
    void makeActions();
    void refresh();
    void readExtra(const RunSummary& run);
    void collect();
    ComparedRun comparedRun(const RunSummary& run) const;
    size_t baselinePlace() const;
    void fillBaselines();
    void fillSeries();
    void fillSeriesMenu(const QStringList& names);
    void fillNotes();
    void fillSettings();
    void fillMetrics();
    void fitTable(QTableView* view);
    void exportSettings();
    void exportMetrics();
    void saveState() const;

    PageContext m_context;
    QStackedWidget* m_pages;
    QLabel* m_empty;
    QComboBox* m_baseline;
    QCheckBox* m_all;
    QCheckBox* m_transpose;
    QToolButton* m_series;
    QLabel* m_notes;
    QSplitter* m_splitter;
    QSplitter* m_tables;
    ComparisonTable* m_settings_model;
    ComparisonTable* m_metrics_model;
    QTableView* m_settings;
    QTableView* m_metrics;
    QLabel* m_same;
    QComboBox* m_curve;
    QComboBox* m_x;
    CurveChart* m_chart;
    CompareCurves* m_curves;
    QHash<QString, Extra> m_extra;
    std::vector<ComparedRun> m_runs;
    QStringList m_names;   ///< series of any of the runs
    QStringList m_chosen;  ///< series of the metrics table
    QString m_wanted_base; ///< id
};

} // namespace sy
