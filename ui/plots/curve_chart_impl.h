// The inside of CurveChart, shared by its sources only.
#pragma once

#include "ui/plots/chart_overlay.h"
#include "ui/plots/curve_chart.h"
#include "ui/plots/curve_layer.h"
#include "ui/plots/legend_column.h"

#include <QPointer>

namespace sy {

struct CurveChart::Impl {
    enum class Drag { None, Pan, Box };

    explicit Impl(CurveChart& chart);

    // ---- view: curve_chart_view.cpp ----
    void dataChanged();
    void scheduleReplot();
    void replot();
    void prepare(); ///< ranges, scales, labels and badge from the data and the link
    void prepareX();
    void prepareY();
    void prepareLabels();
    void prepareBadge();
    AxisMap mapX(); ///< of the ranges that hold now, drawn already or not
    AxisMap mapY();
    void keepMargins();
    void updateCursor();
    void useLink(ChartLink* other);

    // ---- input: curve_chart_input.cpp ----
    bool plotEvent(QEvent* event);
    bool pressed(const QMouseEvent& event);
    bool moved(const QMouseEvent& event);
    bool released(const QMouseEvent& event);
    bool wheel(const QWheelEvent& event);
    void tip(const QHelpEvent& event);
    void zoomX(double factor, std::optional<double> at_pixel = {});
    void zoomY(double factor, std::optional<double> at_pixel = {});
    void panX(double share);
    void moveCursor(int columns);
    bool scrollsInstead(const QWheelEvent& event) const;

    // ---- menu: curve_chart_menu.cpp ----
    void makeActions();
    QAction* action(const char* name, const QString& text, const QKeySequence& keys, std::function<void()> run);
    void exportAs(const QString& ending);
    QSize exportSize() const;
    template <class Draw> QByteArray exported(Draw draw); ///< with a legend where there are some curves
    void setLegend(bool visible);

    CurveChart& q;
    CurveSet set;
    QCustomPlot* plot;
    CurveLayer* layer;
    ChartOverlay* overlay;
    LegendColumn* legend = nullptr;
    ChartLink* own_link;
    QPointer<ChartLink> link;
    QString title, y_label, y_unit, definition, badge;
    bool x_log = false, y_log = false, outliers_hidden = false, y_auto = true, dirty = true;
    XRange y_range;
    int left_margin = 0;
    QList<QAction*> actions;
    QAction *follow_action = nullptr, *log_action = nullptr;

    Drag drag = Drag::None;
    std::optional<int64_t> marked_step;
    QPointF press, drag_from, mouse;
    bool mouse_inside = false;
};

} // namespace sy
