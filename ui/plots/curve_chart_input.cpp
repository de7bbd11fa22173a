#include "ui/plots/curve_chart_impl.h"

#include "ui/plots/chart_theme.h"

#include <QAbstractScrollArea>
#include <QKeyEvent>
#include <QScrollBar>
#include <QToolTip>

#include <cmath>

namespace sy {

namespace {

constexpr double zoom_step = 1.25;

/// The range that shows what lies between two pixels of the axis.
XRange between(const AxisMap& map, double from_pixel, double to_pixel)
{
    const double a = map.value(from_pixel), b = map.value(to_pixel);
    return {std::min(a, b), std::max(a, b)};
}

XRange zoomed(const AxisMap& map, double factor, std::optional<double> at_pixel)
{
    const double centre = at_pixel.value_or(map.origin + map.length / 2);
    return between(map, centre + (map.origin - centre) / factor, centre + (map.origin + map.length - centre) / factor);
}

/// As far as doubles can tell neighbouring pixels apart.
bool sensible(XRange range)
{
    const double size = std::max(std::abs(range.lower), std::abs(range.upper));
    return std::isfinite(range.lower) && std::isfinite(range.upper) && range.size() > 1e-10 * size &&
           range.size() > 1e-290;
}

} // namespace

void CurveChart::Impl::zoomX(double factor, std::optional<double> at_pixel)
{
    const XRange range = zoomed(mapX(), factor, at_pixel);
    const auto all = link->extent();
    if (factor < 1 && all && range.lower <= all->lower && range.upper >= all->upper) {
        link->showAll(); // live again
        return;
    }
    if (sensible(range)) link->setRange(range);
}

void CurveChart::Impl::zoomY(double factor, std::optional<double> at_pixel)
{
    const XRange range = zoomed(mapY(), factor, at_pixel);
    if (sensible(range)) q.setYRange(range.lower, range.upper);
}

void CurveChart::Impl::panX(double share)
{
    const AxisMap map = mapX();
    link->setRange(between(map, map.origin + share * map.length, map.origin + (1 + share) * map.length));
}

void CurveChart::Impl::moveCursor(int columns)
{
    const AxisMap map = mapX();
    const double now = link->cursor() ? map.pixel(*link->cursor()) : map.origin + map.length / 2;
    link->setCursor(map.value(std::clamp(now + columns, map.origin, map.origin + map.length)));
}

bool CurveChart::Impl::plotEvent(QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        return pressed(*static_cast<QMouseEvent*>(event));
    case QEvent::MouseMove:
        return moved(*static_cast<QMouseEvent*>(event));
    case QEvent::MouseButtonRelease:
        return released(*static_cast<QMouseEvent*>(event));
    case QEvent::MouseButtonDblClick:
        q.showAll();
        return true;
    case QEvent::Wheel:
        return wheel(*static_cast<QWheelEvent*>(event));
    case QEvent::ToolTip:
        tip(*static_cast<QHelpEvent*>(event));
        return true;
    case QEvent::Leave:
        mouse_inside = false;
        if (drag == Drag::None) link->setCursor({});
        return false;
    case QEvent::Paint:
        if (dirty) scheduleReplot(); // it has come into sight
        return false;
    case QEvent::PaletteChange:
    case QEvent::FontChange:
        applyTheme(*plot);
        left_margin = 0;
        scheduleReplot();
        return false;
    case QEvent::Resize:
        left_margin = 0;
        scheduleReplot();
        return false;
    default:
        return false;
    }
}

bool CurveChart::Impl::pressed(const QMouseEvent& event)
{
    q.setFocus(Qt::MouseFocusReason);
    if (event.button() != Qt::LeftButton) return false;
    drag = event.modifiers().testFlag(Qt::ShiftModifier) ? Drag::Box : Drag::Pan;
    press = drag_from = mouse = event.position();
    return true;
}

bool CurveChart::Impl::moved(const QMouseEvent& event)
{
    const QPointF step = event.position() - mouse;
    mouse = event.position();
    mouse_inside = true;
    const AxisMap x = mapX(), y = mapY();
    if (drag == Drag::None || drag == Drag::Box) {
        const bool inside = plot->axisRect()->rect().contains(mouse.toPoint());
        link->setCursor(inside ? std::optional(x.value(mouse.x())) : std::nullopt);
        updateCursor(); // the row in bold may be another
    }
    if (drag == Drag::Box) {
        overlay->setBox(QRectF(drag_from, mouse).normalized());
        plot->layer(QStringLiteral("overlay"))->replot();
    }
    if (drag != Drag::Pan) return true;
    if (step.x() != 0) link->setRange(between(x, x.origin - step.x(), x.origin + x.length - step.x()));
    if (y_auto || step.y() == 0) return true; // y follows what is visible
    const XRange moved_y = between(y, y.origin - step.y(), y.origin + y.length - step.y());
    q.setYRange(moved_y.lower, moved_y.upper);
    return true;
}

bool CurveChart::Impl::released(const QMouseEvent& event)
{
    const Drag was = std::exchange(drag, Drag::None);
    const bool still = (event.position() - press).manhattanLength() < 4;
    if (was == Drag::Pan && still && plot->axisRect()->rect().contains(press.toPoint()))
        Q_EMIT q.clicked(mapX().value(press.x()));
    if (event.button() != Qt::LeftButton || was != Drag::Box) return was != Drag::None;
    overlay->setBox({});
    const QRectF box = QRectF(drag_from, event.position()).normalized().intersected(QRectF(plot->axisRect()->rect()));
    if (box.width() > 4 && box.height() > 4) {
        const XRange x = between(mapX(), box.left(), box.right());
        const XRange y = between(mapY(), box.bottom(), box.top());
        if (sensible(x)) link->setRange(x);
        if (sensible(y)) q.setYRange(y.lower, y.upper);
    }
    scheduleReplot();
    return true;
}

/// In a page that scrolls, the wheel scrolls until the chart was clicked; Ctrl zooms at once.
bool CurveChart::Impl::scrollsInstead(const QWheelEvent& event) const
{
    if (q.hasFocus() || event.modifiers().testFlag(Qt::ControlModifier)) return false;
    for (QWidget* up = q.parentWidget(); up; up = up->parentWidget())
        if (const auto* area = qobject_cast<QAbstractScrollArea*>(up))
            if (area->verticalScrollBar()->maximum() > 0) return true;
    return false;
}

bool CurveChart::Impl::wheel(const QWheelEvent& event)
{
    const QPointF angle = event.angleDelta();
    const double turns = (angle.y() != 0 ? angle.y() : angle.x()) / 120.0; // Shift turns some wheels sideways
    if (turns == 0 || scrollsInstead(event)) return false;
    const double factor = std::pow(zoom_step, turns);
    const QPointF at = event.position();
    if (at.x() < plot->axisRect()->left() || event.modifiers().testFlag(Qt::ShiftModifier))
        zoomY(factor, at.y());
    else
        zoomX(factor, at.x());
    return true;
}

void CurveChart::Impl::tip(const QHelpEvent& event)
{
    const QRect rect = plot->axisRect()->rect();
    QString text;
    if (event.pos().x() < rect.left())
        text = definition;
    else if (event.pos().y() > rect.bottom())
        text = xDefinition(set.xKind());
    else if (!badge.isEmpty() && event.pos().y() < rect.top() + 30 && event.pos().x() > rect.center().x())
        text = CurveChart::tr("What this view does not draw as lines: %1.\nOutside: more than 1.5 quartile "
                              "distances below the first or above the third quartile of the visible values.")
                   .arg(badge);
    if (Qt::mightBeRichText(text)) text = text.toHtmlEscaped();
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(event.globalPos(), text, plot);
}

void CurveChart::keyPressEvent(QKeyEvent* event)
{
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    switch (event->key()) {
    case Qt::Key_Left:
        control ? m_impl->moveCursor(-2) : m_impl->panX(-0.1);
        return;
    case Qt::Key_Right:
        control ? m_impl->moveCursor(2) : m_impl->panX(0.1);
        return;
    case Qt::Key_Up:
        m_impl->zoomY(zoom_step);
        return;
    case Qt::Key_Down:
        m_impl->zoomY(1 / zoom_step);
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        m_impl->zoomX(zoom_step);
        return;
    case Qt::Key_Minus:
        m_impl->zoomX(1 / zoom_step);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT maximiseRequested();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace sy
