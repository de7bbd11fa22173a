#include "ui/plots/bar_batch.h"
#include "ui/plots/chart_theme.h"
#include "ui/plots/curve_layer_view.h"

#include <cmath>

namespace sy {

AxisMap::AxisMap(const QCPAxis& axis)
    : log(axis.scaleType() == QCPAxis::stLogarithmic), vertical(axis.orientation() == Qt::Vertical)
{
    const QRect rect = axis.axisRect()->rect();
    lower = log ? std::log(axis.range().lower) : axis.range().lower;
    upper = log ? std::log(axis.range().upper) : axis.range().upper;
    origin = vertical ? rect.bottom() + 1 : rect.left();
    length = vertical ? -rect.height() : rect.width();
}

double AxisMap::pixel(double value) const
{
    constexpr double far = 1e6;
    if (log && !(value > 0)) return origin - std::copysign(far, length);
    const double share = ((log ? std::log(value) : value) - lower) / (upper - lower);
    return origin + std::clamp(share * length, -far, far);
}

double AxisMap::value(double at_pixel) const
{
    const double place = lower + (at_pixel - origin) / length * (upper - lower);
    return log ? std::exp(place) : place;
}

CurveLayer::CurveLayer(QCustomPlot* plot, const CurveSet& set) : QCPLayerable(plot, QStringLiteral("main")), m_set(set)
{
}

QRect CurveLayer::clipRect() const
{
    return parentPlot()->axisRect()->rect();
}

void CurveLayer::applyDefaultAntialiasingHint(QCPPainter* painter) const
{
    painter->setAntialiasing(true);
}

CurveLayer::View CurveLayer::makeView(QCPPainter* painter) const
{
    const QRect rect = clipRect();
    View view{AxisMap(*parentPlot()->xAxis),
              AxisMap(*parentPlot()->yAxis),
              QRectF(rect),
              parentPlot()->palette().color(QPalette::Base),
              1,
              {},
              {},
              false,
              1};
    view.vector = painter->modes().testFlag(QCPPainter::pmVectorized);
    view.pixel = 1 / std::max(1.0, painter->transform().m11() * painter->device()->devicePixelRatioF());
    if (view.vector) view.pixel = 0.5;
    const auto columns = static_cast<size_t>(std::ceil(view.rect.width() / view.pixel));
    for (size_t c = 0; c <= columns; ++c)
        view.edges.push_back(view.x.value(view.rect.left() + view.pixel * static_cast<double>(c)));
    view.range = {view.edges.front(), view.edges.back()};
    view.curves = m_set.curves().size();
    return view;
}

void CurveLayer::draw(QCPPainter* painter)
{
    if (clipRect().isEmpty()) return;
    const View view = makeView(painter);
    painter->setClipRect(view.rect);
    for (const CurveBand& band : m_set.bands()) drawBand(painter, view, band);
    drawReferenceLines(painter, view, false);
    BarBatch dense(*painter, view.rect, view.pixel);
    const CurvePoints* above = nullptr;
    if (m_set.smoothing() > 0)
        for (const auto& curve : m_set.curves())
            drawLine(painter, view, dense, *curve, curve->y, blended(curve->look.colour, view.ground, 0.28));
    for (const auto& curve : m_set.curves())
        if (curve->id == m_highlighted)
            above = curve.get();
        else
            drawLine(painter, view, dense, *curve, curve->shown(), curve->look.colour);
    if (above) drawLine(painter, view, dense, *above, above->shown(), above->look.colour);
    dense.paint();
    for (const auto& curve : m_set.curves()) drawNotFinite(painter, view, *curve);
    drawReferenceLines(painter, view, true);
    drawText(painter);
}

void CurveLayer::drawLine(QCPPainter* painter, const View& view, BarBatch& dense, const CurvePoints& curve,
                          const LevelPyramid& y, const QColor& colour) const
{
    auto [first, last] = curve.within(view.range);
    if (first > 0) --first; // lines enter and leave the view
    last = std::min(last + 1, curve.x.size());
    const size_t columns = view.edges.size();
    const size_t limit = view.curves > 8 ? columns : 2 * columns; // lines cost more than columns
    if (last - first > limit) {
        dense.add(columnsOf(view, curve, y, colour));
        return;
    }
    dense.paint(); // what came before lies below
    drawPoints(painter, view, curve, y, first, last, colour);
}

namespace {

/// The part of a line inside a rect (Liang and Barsky 1984); false where there is none.
bool clip(QLineF& line, const QRectF& rect)
{
    double from = 0, to = 1;
    const auto cut = [&](double direction, double room) { // keeps what satisfies direction * t <= room
        if (direction == 0) return room >= 0;
        const double t = room / direction;
        if (direction < 0)
            from = std::max(from, t);
        else
            to = std::min(to, t);
        return from <= to;
    };
    const double dx = line.dx(), dy = line.dy();
    if (!cut(-dx, line.x1() - rect.left()) || !cut(dx, rect.right() - line.x1()) || !cut(-dy, line.y1() - rect.top()) ||
        !cut(dy, rect.bottom() - line.y1()))
        return false;
    line = QLineF(line.pointAt(from), line.pointAt(to));
    return true;
}

} // namespace

/// Every point, joined by lines; with dots where they stand far apart, or alone.
void CurveLayer::drawPoints(QCPPainter* painter, const View& view, const CurvePoints& curve, const LevelPyramid& y,
                            size_t first, size_t last, const QColor& colour) const
{
    const QRectF roomy = view.rect.adjusted(-4, -4, 4, 4);
    const bool dots = static_cast<double>(last - first) * 14 < view.rect.width();
    QVector<QLineF> lines;
    QVector<QPointF> marks;
    bool joined = false;
    QPointF before;
    for (size_t i = first; i < last; ++i) {
        if (!view.drawable(y[i])) {
            joined = false;
            continue;
        }
        const QPointF point(view.x.pixel(curve.x[i]), view.y.pixel(y[i]));
        QLineF line(before, point);
        if (joined && clip(line, roomy)) lines.append(line);
        const bool alone = !joined && (i + 1 == last || !view.drawable(y[i + 1]));
        if ((dots || alone) && view.rect.adjusted(-1, -1, 1, 1).contains(point)) marks.append(point);
        before = point;
        joined = true;
    }
    const double width = (view.curves > 12 ? 1 : 1.5) + (curve.id == m_highlighted ? 1 : 0);
    painter->setAntialiasing(view.curves <= 24 || view.vector || curve.id == m_highlighted);
    painter->setBrush(Qt::NoBrush);
    if (curve.look.pattern == Qt::SolidLine) {
        painter->setPen(QPen(colour, width, Qt::SolidLine, Qt::FlatCap));
        painter->QPainter::drawLines(lines);
    } else { // a pattern goes on from line to line only in a polyline
        painter->setPen(QPen(colour, width, curve.look.pattern, Qt::FlatCap, Qt::BevelJoin));
        QPainterPath path;
        for (const QLineF& line : lines) {
            if (path.elementCount() == 0 || path.currentPosition() != line.p1()) path.moveTo(line.p1());
            path.lineTo(line.p2());
        }
        painter->drawPath(path);
    }
    if (marks.isEmpty()) return;
    painter->setClipRect(roomy); // whole dots at the edge, too
    painter->setAntialiasing(true);
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    for (const QPointF& mark : marks) painter->drawEllipse(mark, width + 0.7, width + 0.7);
    painter->setClipRect(view.rect);
}

/// A bar a pixel column from its lowest to its highest value, stretched to meet its neighbour's: what lines through all
/// points would have covered.
ColumnBars CurveLayer::columnsOf(const View& view, const CurvePoints& curve, const LevelPyramid& y,
                                 const QColor& colour) const
{
    const auto columns = summariseColumns(curve.x, y, view.edges);
    const QRectF roomy = view.rect.adjusted(-4, -4, 4, 4);
    ColumnBars out{colour, {}, {}};
    out.bars.reserve(columns.size());
    const auto point = [&](size_t i) { return QPointF(view.x.pixel(curve.x[i]), view.y.pixel(y[i])); };
    const auto bridge = [&](size_t from) { // to the point after it
        if (from + 1 >= curve.x.size() || !view.drawable(y[from]) || !view.drawable(y[from + 1])) return;
        QLineF line(point(from), point(from + 1));
        if (clip(line, roomy)) out.bridges.append(line);
    };
    ColumnBars::Bar before{-2, 0, 0};
    for (size_t c = 0; c < columns.size(); ++c) {
        const ColumnSummary& column = columns[c];
        if (column.first == column.last) continue;
        const bool far = before.column + 1 < static_cast<int>(c);
        if (far && column.first > 0) bridge(column.first - 1);
        before.column = static_cast<int>(c);
        if (column.y.empty() || (view.y.log && !(column.y.max > 0))) continue;
        const int top = view.row(column.y.max), low = view.row(view.y.log ? column.y.min_positive : column.y.min);
        ColumnBars::Bar bar{static_cast<int>(c), top, low + 1};
        const bool joined =
            !far && column.first > 0 && view.drawable(y[column.first]) && view.drawable(y[column.first - 1]);
        const ColumnBars::Bar own = bar;
        if (joined) bar.top = std::min(bar.top, before.bottom);
        if (joined) bar.bottom = std::max(bar.bottom, before.top);
        before = own;
        out.bars.push_back(bar);
    }
    if (!columns.empty() && columns.back().last > 0) bridge(columns.back().last - 1);
    return out;
}

/// A small triangle at the upper edge (lower for minus infinity) where a value is not finite; one a pixel column.
void CurveLayer::drawNotFinite(QCPPainter* painter, const View& view, const CurvePoints& curve) const
{
    const auto& places = curve.y.notFinite();
    painter->setAntialiasing(true);
    painter->setPen(Qt::NoPen);
    painter->setBrush(curve.look.colour);
    const auto first = curve.within(view.range).first;
    double column_end = view.range.lower;
    for (auto place = std::lower_bound(places.begin(), places.end(), first); place != places.end();) {
        const double x = curve.x[*place];
        if (x > view.range.upper) return;
        const bool low = curve.y[*place] < 0; // false for NaN
        const double at = view.x.pixel(x), edge = low ? view.rect.bottom() : view.rect.top(), tip = low ? -7 : 7;
        painter->drawPolygon(QPolygonF({{at - 4, edge}, {at + 4, edge}, {at, edge + tip}}));
        column_end = view.x.value(at + 1);
        const auto next = std::upper_bound(curve.x.begin(), curve.x.end(), column_end) - curve.x.begin();
        place = std::lower_bound(place + 1, places.end(), static_cast<size_t>(next));
    }
}

void CurveLayer::drawText(QCPPainter* painter) const
{
    const QColor ground = parentPlot()->palette().color(QPalette::Base);
    const QColor text = parentPlot()->palette().color(QPalette::Text);
    const QRectF rect(clipRect());
    if (m_set.pointCount() == 0) {
        painter->setFont(parentPlot()->font());
        painter->setPen(blended(text, ground, 0.65));
        painter->drawText(rect.adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap, m_empty_text);
    }
    if (m_badge.isEmpty()) return;
    painter->setFont(smallFont(parentPlot()->font()));
    const QFontMetricsF metrics(painter->font());
    QRectF box = metrics.boundingRect(m_badge).adjusted(-6, -2, 6, 2);
    box.moveTopRight(rect.topRight() + QPointF(-6, 6));
    painter->setAntialiasing(true);
    painter->setPen(QPen(blended(text, ground, 0.35), 1));
    painter->setBrush(blended(QColor(230, 159, 0), ground, 0.3));
    painter->drawRoundedRect(box, 4, 4);
    painter->setPen(text);
    painter->drawText(box, Qt::AlignCenter, m_badge);
}

} // namespace sy
