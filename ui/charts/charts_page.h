// Charts of any recorded series for the shown runs, live and saved.
#pragma once

#include "ui/charts/chart_cell.h"
#include "ui/charts/chart_options.h"
#include "ui/models/page_context.h"
#include "ui/plots/chart_link.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QStackedLayout;

namespace sy {

class ChartGrid;
class CurveLoader;
class SeriesList;

/// One link for all charts: they zoom and point together. Curves: "<run id>|<series>". Chart set, order and options are
/// kept in PageContext::settings.
class ChartsPage : public QWidget {
    Q_OBJECT

public:
    explicit ChartsPage(const PageContext& context, QWidget* parent = nullptr);

    QVector<ChartSpec> specs() const;
    /// A chart at the end, or the one that is there; it is scrolled into view.
    void showSeries(const QString& series);
    void removeSeries(const QString& series);
    CurveChart* chartOf(const QString& series) const; ///< null where there is none
    CurveLoader* loader() const { return m_loader; }

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    // ---- charts_page_actions.cpp ----
    void makeActions();
    void toggleOption(bool ChartOptions::*option);
    void smoothBy(double change);
    void exportAll();
    void restoreDefaults();

    void buildWidgets();
    void connectStatus();
    void addCell(const ChartSpec& spec);
    void connectCell(ChartCell* cell);
    void applyOptions(ChartCell& cell);
    void optionsChanged(const ChartOptions& options);
    void saveSpecs();
    void toggleMaximised(ChartCell* cell);

    // ---- charts_page_data.cpp ----
    /// Which runs, with the names and colours of now; then what is wanted of the loader.
    void sync();
    QStringList runsToShow() const;
    void syncCell(ChartCell& cell, const QStringList& runs);
    QVector<QPair<QString, CurveLook>> curvesOf(const ChartCell& cell, const QStringList& runs) const;
    void syncSeriesList(const QStringList& runs);
    void syncEmptyText(const QStringList& runs);
    void takeRows(const QString& run, const QString& series, const Curve& rows, bool anew);
    void takeClock(const QString& run);

    PageContext m_context;
    CurveLoader* m_loader;
    ChartLink* m_link;
    ChartOptions m_options;
    ChartOptionsBar* m_bar;
    ChartGrid* m_grid;
    SeriesList* m_series;
    QLabel *m_empty, *m_status;
    QStackedLayout* m_stack;
    QTimer m_slow_read;
    QString m_problem;
    bool m_building = true; ///< charts are restored: nothing to save
};

} // namespace sy
