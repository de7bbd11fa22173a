// What stands beside the curves: bands, constants, the step that other views look at.
#include "ui/plots/chart_theme.h"
#include "ui/plots/curve_layer_view.h"

namespace sy {

void CurveLayer::drawBand(QCPPainter* painter, const View& view, const CurveBand& band) const
{
    const std::vector<double> x = m_set.bandX(band);
    QColor fill = band.look.colour;
    fill.setAlphaF(0.22F);
    painter->setAntialiasing(true);
    const auto known = [&](size_t i) { return std::isfinite(band.lower[i]) && std::isfinite(band.upper[i]); };
    for (size_t i = 0; i < x.size(); ++i) {
        QPolygonF above, below;
        for (; i < x.size() && known(i); ++i) {
            const double at = view.x.pixel(x[i]);
            above << QPointF(at, view.y.pixel(band.upper[i]));
            below.prepend(QPointF(at, view.y.pixel(band.lower[i])));
        }
        if (above.size() == 1) { // alone: as wide as a dot
            above = {above[0] - QPointF(3, 0), above[0] + QPointF(3, 0)};
            below = {below[0] + QPointF(3, 0), below[0] - QPointF(3, 0)};
        }
        painter->setPen(Qt::NoPen);
        painter->setBrush(fill);
        painter->drawPolygon(above + below);
    }
}

void CurveLayer::drawReferenceLines(QCPPainter* painter, const View& view, bool labels) const
{
    const QColor text = blended(parentPlot()->palette().color(QPalette::Text), view.ground, 0.7);
    painter->setAntialiasing(false);
    painter->setFont(smallFont(parentPlot()->font()));
    const QFontMetricsF metrics(painter->font());
    for (const ReferenceLine& line : m_set.referenceLines()) {
        if (!view.drawable(line.y)) continue;
        const double y = std::round(view.y.pixel(line.y));
        if (y < view.rect.top() || y > view.rect.bottom()) continue;
        painter->setPen(QPen(text, 1, Qt::DashLine));
        if (!labels) {
            painter->drawLine(QPointF(view.rect.left(), y), QPointF(view.rect.right(), y));
            continue;
        }
        painter->setPen(text);
        const bool above = y - metrics.height() > view.rect.top();
        const QRectF place(view.rect.left() + 6, above ? y - metrics.height() - 1 : y + 1, view.rect.width() - 12,
                           metrics.height());
        const QString shown = metrics.elidedText(line.text, Qt::ElideRight, place.width());
        QRectF under = place;
        under.setLeft(place.right() - metrics.horizontalAdvance(shown) - 2);
        QColor veil = view.ground;
        veil.setAlphaF(0.75F);
        painter->fillRect(under, veil);
        painter->drawText(place, Qt::AlignRight | Qt::AlignVCenter, shown);
    }
}

void CurveLayer::drawMarkedStep(QCPPainter* painter, const View& view) const
{
    if (!m_marked) return;
    double at = static_cast<double>(*m_marked);
    if (m_set.xKind() != XKind::Step) {
        if (m_set.curves().empty() || !m_set.curves().front()->clock) return;
        at = m_set.curves().front()->clock->at(m_set.xKind(), *m_marked);
    }
    if (std::isnan(at) || at < view.range.lower || at > view.range.upper) return;
    painter->setAntialiasing(false);
    painter->setPen(QPen(parentPlot()->palette().color(QPalette::Highlight), 2));
    const double x = std::round(view.x.pixel(at));
    painter->drawLine(QPointF(x, view.rect.top()), QPointF(x, view.rect.bottom()));
}

} // namespace sy
