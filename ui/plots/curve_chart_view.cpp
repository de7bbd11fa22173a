#include "ui/plots/curve_chart_impl.h"

#include "ui/plots/axis_tickers.h"
#include "ui/plots/chart_theme.h"
#include "ui/plots/number_text.h"
#include "ui/plots/replot_queue.h"

#include <cmath>

namespace sy {

CurveChart::Impl::Impl(CurveChart& chart) : q(chart)
{
    plot = new QCustomPlot(&chart);
    plot->setObjectName(QStringLiteral("plot"));
    plot->setNoAntialiasingOnDrag(false);
    plot->setMouseTracking(true);
    plot->setFocusPolicy(Qt::NoFocus);
    layer = new CurveLayer(plot, set);
    overlay = new ChartOverlay(plot);
    plot->xAxis->setRange(0, 1);
    own_link = new ChartLink(&chart);
}

void CurveChart::Impl::useLink(ChartLink* other)
{
    if (link == other) return;
    if (link) {
        link->disconnect(&q);
        link->setExtent(&q, {});
    }
    link = other;
    if (link != own_link) QObject::connect(link, &QObject::destroyed, &q, [this] { useLink(own_link); });
    QObject::connect(link, &ChartLink::rangeChanged, &q, [this] { scheduleReplot(); });
    QObject::connect(link, &ChartLink::cursorChanged, &q, [this] { updateCursor(); });
    QObject::connect(link, &ChartLink::modeChanged, &q, [this] {
        if (follow_action) follow_action->setChecked(link->mode() == ChartLink::Mode::Follow);
        scheduleReplot();
    });
    dataChanged();
}

void CurveChart::Impl::dataChanged()
{
    link->setExtent(&q, set.xExtent(x_log));
    scheduleReplot();
}

void CurveChart::Impl::scheduleReplot()
{
    dirty = true;
    if (!q.isVisible() || plot->visibleRegion().isEmpty()) return; // drawn when it comes into sight
    ReplotQueue::instance().request(&q, [this] {
        if (dirty) replot();
    });
}

void CurveChart::Impl::replot()
{
    dirty = false;
    prepare();
    plot->replot(QCustomPlot::rpQueuedRefresh);
    keepMargins();
    updateCursor();
}

AxisMap CurveChart::Impl::mapX()
{
    prepareX();
    return AxisMap(*plot->xAxis);
}

AxisMap CurveChart::Impl::mapY()
{
    if (!y_auto) plot->yAxis->setRange(y_range.lower, y_range.upper);
    return AxisMap(*plot->yAxis);
}

/// Tick labels of other lengths would move the curves sideways at every turn of the wheel: the margin only grows.
void CurveChart::Impl::keepMargins()
{
    const int left = plot->axisRect()->margins().left();
    if (left <= left_margin) return;
    left_margin = left;
    QMargins least = plot->axisRect()->minimumMargins();
    least.setLeft(left);
    plot->axisRect()->setMinimumMargins(least);
}

void CurveChart::Impl::prepare()
{
    if (left_margin == 0) plot->axisRect()->setMinimumMargins(QMargins(4, 8, 12, 2));
    prepareX();
    prepareY();
    prepareLabels();
    prepareBadge();
}

namespace {

void setScale(QCPAxis& axis, bool log)
{
    axis.setScaleType(log ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
}

template <class Ticker> void setTicker(QCPAxis& axis)
{
    if (typeid(*axis.ticker()) != typeid(Ticker)) axis.setTicker(QSharedPointer<Ticker>::create());
}

/// Room above and below, and for a single value.
XRange padded(XRange range, bool log)
{
    if (log) {
        const double factor = range.upper > range.lower ? std::pow(range.upper / range.lower, 0.05) : 1.5;
        return {range.lower / factor, range.upper * factor};
    }
    const double size = range.size();
    const double room = size > 0 ? 0.05 * size : std::max(0.05 * std::abs(range.lower), 1e-12);
    if (size == 0 && range.lower == 0) return {-1, 1};
    return {range.lower - room, range.upper + room};
}

} // namespace

void CurveChart::Impl::prepareX()
{
    XRange range = link->range();
    const auto extent = set.xExtent(x_log);
    if (!extent && link->mode() == ChartLink::Mode::All && !link->extent()) range = {0, 1};
    if (x_log && !(range.lower > 0)) range.lower = extent ? extent->lower : std::max(range.upper, 1.0) / 100;
    if (x_log && !(range.lower < range.upper)) range = {range.lower / 2, range.lower * 2};
    setScale(*plot->xAxis, x_log);
    if (x_log)
        setTicker<LogTicker>(*plot->xAxis);
    else if (isDuration(set.xKind()))
        setTicker<DurationTicker>(*plot->xAxis);
    else
        setTicker<NumberTicker>(*plot->xAxis);
    plot->xAxis->setRange(range.lower, range.upper);
    const int label = QFontMetrics(plot->xAxis->tickLabelFont()).horizontalAdvance(QStringLiteral("88,888 k"));
    plot->xAxis->ticker()->setTickCount(std::clamp(plot->width() / (2 * label), 2, 10));
}

void CurveChart::Impl::prepareY()
{
    const XRange x{plot->xAxis->range().lower, plot->xAxis->range().upper};
    if (y_auto) {
        const auto range = set.yExtent(x, y_log, outliers_hidden);
        y_range = range ? padded(*range, y_log) : y_log ? XRange{0.1, 10} : XRange{0, 1};
    }
    if (y_log && !(y_range.lower > 0)) y_range.lower = std::max(y_range.upper, 1e-300) / 1e3;
    setScale(*plot->yAxis, y_log);
    if (y_log)
        setTicker<LogTicker>(*plot->yAxis);
    else
        setTicker<NumberTicker>(*plot->yAxis);
    plot->yAxis->setRange(y_range.lower, y_range.upper);
    const int line = QFontMetrics(plot->yAxis->tickLabelFont()).height();
    plot->yAxis->ticker()->setTickCount(std::clamp(plot->height() / (3 * line), 2, 8));
}

void CurveChart::Impl::prepareLabels()
{
    const XKind kind = set.xKind();
    const QString x_unit = isDuration(kind) && !x_log ? durationUnit(plot->xAxis->range().upper) : xUnit(kind);
    plot->xAxis->setLabel(QStringLiteral("%1 (%2)").arg(xLabel(kind), x_unit));
    QString label = y_unit.isEmpty() ? y_label : QStringLiteral("%1 (%2)").arg(y_label, y_unit);
    const QFontMetrics metrics(plot->yAxis->labelFont());
    const int room = plot->height() - 3 * metrics.height();
    if (metrics.horizontalAdvance(label) > room) label = y_unit.isEmpty() ? y_label : y_unit;
    plot->yAxis->setLabel(metrics.elidedText(label, Qt::ElideRight, std::max(room, 20)));
}

void CurveChart::Impl::prepareBadge()
{
    const XRange x{plot->xAxis->range().lower, plot->xAxis->range().upper};
    const HiddenPoints hidden = set.hidden(x, y_range, x_log, y_log);
    QStringList parts;
    const auto tell = [&](size_t count, const QString& text) {
        if (count) parts << text.arg(QLocale().toString(static_cast<qulonglong>(count)));
    };
    if (outliers_hidden && y_auto)
        tell(hidden.outside,
             hidden.outside == 1 ? CurveChart::tr("%1 point outside") : CurveChart::tr("%1 points outside"));
    tell(hidden.not_finite, CurveChart::tr("%1 nan or inf"));
    tell(hidden.not_positive, CurveChart::tr("%1 at or below 0, not on a log axis"));
    tell(hidden.no_clock, CurveChart::tr("%1 without a clock"));
    badge = parts.join(QStringLiteral(" · "));
    layer->setBadge(badge);
}

void CurveChart::Impl::updateCursor()
{
    const auto x = link->cursor();
    std::optional<ChartOverlay::Cursor> cursor;
    if (x && set.pointCount() && plot->xAxis->range().contains(*x)) {
        const double pixel = plot->xAxis->coordToPixel(*x);
        const double reach = std::abs(plot->xAxis->pixelToCoord(pixel + 4) - *x);
        QString head = xText(set.xKind(), *x);
        if (!y_unit.isEmpty()) head += QStringLiteral(" · ") + y_unit;
        cursor = ChartOverlay::Cursor{pixel, head, set.readAt(*x, reach), set.smoothing() > 0, {}};
        if (mouse_inside) cursor->mouse_y = mouse.y();
    }
    overlay->setMarked(marked_step ? set.xOf(*marked_step) : std::nullopt);
    overlay->setCursor(std::move(cursor));
    if (q.isVisible() && !dirty) plot->layer(QStringLiteral("overlay"))->replot();
}

} // namespace sy
