// A chart of many named curves: live or saved, some points or millions.
//
// Drawing a visible range costs a few points per pixel, whatever it holds (level_pyramid.h). NaN and infinities are
// gaps with a mark at the upper edge; values that a log axis cannot show and values outside a range that was fitted
// robustly are counted in a badge: nothing is dropped silently.
#pragma once

#include "ui/plots/chart_link.h"
#include "ui/plots/chart_types.h"
#include "ui/plots/run_clock.h"

#include <QStringList>
#include <QVector>
#include <QWidget>

#include <memory>
#include <optional>

class QAction;
class QCustomPlot;
class QMenu;

namespace sy {

/// All slots and setters belong to the GUI thread; many calls cost one replot. Keyboard: left and right pan, up and
/// down zoom y, + and - zoom x, Home shows all, F follows, L makes y logarithmic, Ctrl + left and right move the
/// cursor. Mouse: the wheel zooms x (over the y axis or with Shift: y; in a page that scrolls only after a click, or
/// with Ctrl), drag pans, Shift + drag zooms into a box, double click shows all.
class CurveChart : public QWidget {
    Q_OBJECT

public:
    explicit CurveChart(QWidget* parent = nullptr);
    ~CurveChart() override;

    // ---- what it is about ----
    void setTitle(const QString& title); ///< above the plot in exports, and their file name
    QString title() const;
    void setYAxis(const QString& label, const QString& unit);
    void setDefinition(const QString& text); ///< what the figure means and its source: tooltip of the y axis
    void setEmptyText(const QString& text);  ///< drawn while no curve has a point: what to do next

    // ---- curves, drawn in the order of their first setCurve ----
    /// Adds a curve without points, or restyles one.
    void setCurve(const QString& id, const CurveLook& look);
    void removeCurve(const QString& id);
    QStringList curveIds() const;
    bool hasCurve(const QString& id) const;
    /// Drawn thicker and above the others; empty = none.
    void setHighlighted(const QString& id);
    /// All points anew, in step order: the first read, or after a rewind.
    void setRows(const QString& id, const Curve& rows);
    /// Points that came later. Rows at or before the last step replace it and everything after.
    void appendRows(const QString& id, const Curve& rows);
    /// The run's clock, for x kinds other than Step. Points later than its last tick wait for it (counted in the
    /// badge).
    void setClock(const QString& id, RunClockPtr clock);
    /// Rows held, NaN and infinities included.
    Curve rows(const QString& id) const;
    qint64 pointCount() const;

    // ---- beside the curves: in the legend and the CSV, never smoothed ----
    /// The area between two curves, drawn under all: a null distribution. `id` may be that of its curve. Steps that
    /// only one of the two has are left out; both empty = no band.
    void setBand(const QString& id, const Curve& lower, const Curve& upper, const QColor& colour,
                 const QString& name = {}, const QString& run = {});
    /// A constant with a word at its line; NaN = none.
    void setReferenceLine(const QString& id, double y, const QString& text);
    std::optional<double> referenceLine(const QString& id) const;
    /// A line across at the step that other views look at, on the screen only; empty = none.
    void setMarkedStep(std::optional<int64_t> step);

    // ---- how it is drawn ----
    void setXKind(XKind kind);
    void setXLog(bool log);
    void setYLog(bool log);
    void setYValue(YValue value);
    /// Weight w in [0, 1) of the debiased exponential moving average s_t = m_t / (1 - w^t), m_t = w m_(t-1) + (1 - w)
    /// v_t, m_0 = 0, over the finite values v_1, v_2, ... of a curve. 0 = off. The raw line stays, faint.
    void setSmoothing(double weight);
    /// On: y spans what lies between Tukey's fences of the visible values (the quartiles, widened by 1.5 times their
    /// distance; of the logarithms on a log axis); the badge counts what lies outside.
    void setOutliersHidden(bool hidden);
    void setLegendVisible(bool visible);
    /// Shares x range and cursor with other charts; null = its own.
    void setLink(ChartLink* link);
    ChartLink* link() const;
    /// All x, and y fitted to it again.
    void showAll();
    void setYRange(double lower, double upper); ///< until showAll

    // ---- what it shows ----
    XRange yRange() const;
    QString badgeText() const; ///< "12 points outside", "3 NaN"; empty = nothing to tell
    /// Every curve's recorded point nearest to x (none beyond a curve's ends), highest value first.
    QVector<CurveReading> readAt(double x) const;
    QCustomPlot* plot() const;
    /// Draws now instead of when the event loop turns.
    void replotNow();

    // ---- export: the visible range as drawn, but on white and with a legend; all rows as CSV ----
    QByteArray toPng(const QSize& size, double scale = 2) const;
    QByteArray toSvg(const QSize& size) const;
    QByteArray toPdf(const QSize& size) const;
    /// RFC 4180, UTF-8, exact numbers: run, series, step, tokens, flops, wall_ms, process_s, value; one row a step and
    /// curve. For YValue::Exponential also exp_value, unless `stored_only`.
    QByteArray toCsv(bool stored_only = false) const;
    void copyToClipboard() const;
    /// Fit, follow, log y, copy, export ...: also in the context menu.
    QList<QAction*> chartActions() const;
    QMenu* createMenu();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void yLogChanged(bool log); ///< by the chart's own menu
    void maximiseRequested();   ///< Enter or the menu
    void clicked(double x);     ///< without dragging; in the unit of the x axis

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sy
