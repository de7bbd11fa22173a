#include "ui/plots/chart_overlay.h"

#include "ui/plots/chart_theme.h"
#include "ui/plots/number_text.h"

#include <QCoreApplication>

#include <cmath>

namespace sy {

ChartOverlay::ChartOverlay(QCustomPlot* plot) : QCPLayerable(plot, QStringLiteral("overlay")) {}

QRect ChartOverlay::clipRect() const
{
    return parentPlot()->axisRect()->rect();
}

void ChartOverlay::draw(QCPPainter* painter)
{
    if (m_marked && parentPlot()->xAxis->range().contains(*m_marked)) {
        const QRectF rect(clipRect());
        const double x = std::round(parentPlot()->xAxis->coordToPixel(*m_marked));
        painter->setAntialiasing(false);
        painter->setPen(QPen(parentPlot()->palette().color(QPalette::Highlight), 2));
        painter->drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()));
        painter->setAntialiasing(true);
    }
    if (m_box) {
        QColor fill = parentPlot()->palette().color(QPalette::Highlight);
        painter->setPen(QPen(fill, 1));
        fill.setAlpha(50);
        painter->setBrush(fill);
        painter->drawRect(*m_box);
    }
    if (!m_cursor) return;
    drawMarks(painter);
    drawReadOut(painter);
}

void ChartOverlay::drawMarks(QCPPainter* painter) const
{
    const QPalette& palette = parentPlot()->palette();
    const QRectF rect(clipRect());
    painter->setAntialiasing(false);
    painter->setPen(QPen(blended(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.5), 1, Qt::DashLine));
    painter->drawLine(QPointF(m_cursor->pixel, rect.top()), QPointF(m_cursor->pixel, rect.bottom()));
    painter->setAntialiasing(true);
    painter->setPen(QPen(palette.color(QPalette::Base), 1));
    for (const CurveReading& reading : m_cursor->readings) {
        if (!std::isfinite(reading.shown)) continue;
        painter->setBrush(reading.colour);
        const QPointF at(parentPlot()->xAxis->coordToPixel(reading.x),
                         parentPlot()->yAxis->coordToPixel(reading.shown));
        if (rect.contains(at)) painter->drawEllipse(at, 3.5, 3.5);
    }
}

QString ChartOverlay::valueOf(const CurveReading& reading) const
{
    if (!m_cursor->raw_too) return valueText(reading.shown);
    return QStringLiteral("%1 (%2)").arg(valueText(reading.shown), valueText(reading.raw));
}

QString ChartOverlay::nearestId() const
{
    QString id;
    double best = 30; // pixels
    if (!m_cursor->mouse_y) return id;
    for (const CurveReading& reading : m_cursor->readings) {
        const double distance = std::abs(parentPlot()->yAxis->coordToPixel(reading.shown) - *m_cursor->mouse_y);
        if (!(distance < best)) continue;
        best = distance;
        id = reading.id;
    }
    return id;
}

/// Where the box lies and how many rows fit.
struct ChartOverlay::ReadOut {
    QFont font, bold;
    double line = 0;
    qsizetype rows = 0;
    QString more;
    QRectF box;
};

ChartOverlay::ReadOut ChartOverlay::layOut() const
{
    ReadOut out;
    const QRectF rect = QRectF(clipRect()).adjusted(2, 2, -2, -2);
    const auto& readings = m_cursor->readings;
    out.font = out.bold = smallFont(parentPlot()->font());
    out.bold.setBold(true);
    const QFontMetricsF metrics(out.font), bold_metrics(out.bold);
    out.line = metrics.height() + 1;
    const double share = m_cursor->mouse_y ? 0.75 : 0.5; // the curves matter more than their numbers
    const auto room = std::max<qsizetype>(2, static_cast<qsizetype>((rect.height() * share - 8) / out.line) - 1);
    out.rows = readings.size() <= room ? readings.size() : std::max<qsizetype>(0, room - 1);
    if (out.rows < readings.size())
        out.more = QCoreApplication::translate("sy::ChartOverlay", "and %1 more").arg(readings.size() - out.rows);
    double width = std::max(metrics.horizontalAdvance(m_cursor->head), metrics.horizontalAdvance(out.more));
    for (qsizetype i = 0; i < out.rows; ++i)
        width = std::max(width, 2 * out.line + bold_metrics.horizontalAdvance(readings[i].name) +
                                    bold_metrics.horizontalAdvance(valueOf(readings[i])));
    width = std::min(width + 12, std::max(120.0, rect.width() * 0.6));
    const double height = out.line * static_cast<double>(1 + out.rows + (out.more.isEmpty() ? 0 : 1)) + 8;
    double left = m_cursor->pixel + 10;
    if (left + width > rect.right()) left = m_cursor->pixel - 10 - width;
    left = std::clamp(left, rect.left(), std::max(rect.left(), rect.right() - width));
    if (rect.height() > 4 * out.line) out.box = QRectF(left, rect.top() + 2, width, height);
    return out;
}

void ChartOverlay::drawReadOut(QCPPainter* painter) const
{
    const ReadOut out = layOut();
    if (out.box.isEmpty()) return;
    const QPalette& palette = parentPlot()->palette();
    const QColor text = palette.color(QPalette::Text), base = palette.color(QPalette::Base);
    QColor ground = blended(base, palette.color(QPalette::Window), 0.6);
    ground.setAlpha(235);
    painter->setPen(QPen(blended(text, base, 0.3), 1));
    painter->setBrush(ground);
    painter->drawRoundedRect(out.box, 4, 4);
    QRectF row(out.box.left() + 6, out.box.top() + 4, out.box.width() - 12, out.line);
    const auto faintLine = [&](const QString& line) {
        painter->setFont(out.font);
        painter->setPen(blended(text, base, 0.7));
        painter->drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetricsF(out.font).elidedText(line, Qt::ElideRight, row.width()));
        row.translate(0, out.line);
    };
    faintLine(m_cursor->head);
    const QString nearest = nearestId();
    for (qsizetype i = 0; i < out.rows; ++i, row.translate(0, out.line)) {
        painter->setFont(m_cursor->readings[i].id == nearest ? out.bold : out.font);
        drawRow(painter, row, m_cursor->readings[i]);
    }
    if (!out.more.isEmpty()) faintLine(out.more);
}

void ChartOverlay::drawRow(QCPPainter* painter, const QRectF& row, const CurveReading& reading) const
{
    const QFontMetricsF metrics(painter->font());
    const double swatch = row.height() * 0.55;
    painter->setPen(Qt::NoPen);
    painter->setBrush(reading.colour);
    painter->drawRoundedRect(QRectF(row.left(), row.center().y() - swatch / 2, swatch, swatch), 2, 2);
    painter->setPen(parentPlot()->palette().color(QPalette::Text));
    const QString value = valueOf(reading);
    painter->drawText(row, Qt::AlignRight | Qt::AlignVCenter, value);
    const QRectF name = row.adjusted(row.height(), 0, -metrics.horizontalAdvance(value) - 8, 0);
    painter->drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                      metrics.elidedText(reading.name, Qt::ElideMiddle, name.width()));
}

} // namespace sy
