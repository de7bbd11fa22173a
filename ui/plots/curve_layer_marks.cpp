// What stands beside the curves: bands and constants.
#include "ui/plots/chart_theme.h"
#include "ui/plots/curve_layer_view.h"

#include <algorithm>

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
        for (; i < x.size() && known(i); ++i) { // one a pixel column: all that the band covers there
            const QPointF top(view.x.pixel(x[i]), view.y.pixel(band.upper[i]));
            const QPointF low(top.x(), view.y.pixel(band.lower[i]));
            if (!above.isEmpty() && std::floor(top.x()) == std::floor(above.back().x())) {
                above.back().setY(std::min(above.back().y(), top.y()));
                below.back().setY(std::max(below.back().y(), low.y()));
            } else {
                above << top;
                below << low;
            }
        }
        std::reverse(below.begin(), below.end());
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

} // namespace sy
