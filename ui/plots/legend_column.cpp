#include "ui/plots/legend_column.h"

#include "ui/plots/chart_theme.h"

#include <QCoreApplication>

namespace sy {

LegendColumn::LegendColumn(QCustomPlot* plot, const CurveSet& set) : QCPLayoutElement(plot), m_set(set)
{
    setMinimumMargins(QMargins(6, 10, 6, 0));
    setSizeConstraintRect(scrOuterRect);
}

QVector<LegendColumn::Row> LegendColumn::rows() const
{
    const QPalette& palette = mParentPlot->palette();
    QVector<Row> out;
    for (const auto& curve : m_set.curves()) out.append({curve->look.name, curve->look.colour, curve->look.pattern, 2});
    for (const CurveBand& band : m_set.bands()) {
        const QColor ground = palette.color(QPalette::Base);
        out.append({band.look.name, blended(band.look.colour, ground, 0.4), Qt::SolidLine, 8});
    }
    for (const ReferenceLine& line : m_set.referenceLines())
        out.append(
            {line.text, blended(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.7), Qt::DashLine, 1});
    return out;
}

int LegendColumn::wantedWidth() const
{
    const QFontMetrics metrics(smallFont(mParentPlot->font()));
    int width = metrics.horizontalAdvance(QStringLiteral("and 99 more"));
    for (const Row& row : rows()) width = std::max(width, metrics.horizontalAdvance(row.name));
    return std::min(width + 2 * metrics.height() + 14,
                    std::max(16 * metrics.averageCharWidth(), mParentPlot->viewport().width() / 4));
}

QSize LegendColumn::minimumOuterSizeHint() const
{
    return {wantedWidth(), 0};
}

QSize LegendColumn::maximumOuterSizeHint() const
{
    return {wantedWidth(), QWIDGETSIZE_MAX};
}

void LegendColumn::draw(QCPPainter* painter)
{
    const QPalette& palette = mParentPlot->palette();
    const QFont font = smallFont(mParentPlot->font());
    const QFontMetricsF metrics(font);
    const double line = metrics.height() + 1;
    const QVector<Row> legend = rows();
    const qsizetype all = legend.size();
    const auto room = std::max<qsizetype>(1, static_cast<qsizetype>(rect().height() / line));
    const qsizetype shown = all <= room ? all : room - 1;
    QRectF row(rect().left(), rect().top(), rect().width(), line);
    painter->setFont(font);
    for (qsizetype i = 0; i < shown; ++i, row.translate(0, line)) {
        const Row& look = legend[i];
        painter->setAntialiasing(false);
        painter->setPen(QPen(look.colour, look.width, look.pattern, Qt::FlatCap));
        painter->drawLine(QPointF(row.left(), row.center().y()), QPointF(row.left() + 1.4 * line, row.center().y()));
        painter->setPen(palette.color(QPalette::Text));
        const QRectF text = row.adjusted(1.8 * line, 0, 0, 0);
        painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(look.name, Qt::ElideMiddle, text.width()));
    }
    if (shown == all) return;
    painter->setPen(blended(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.7));
    painter->drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                      QCoreApplication::translate("sy::LegendColumn", "and %1 more").arg(all - shown));
}

} // namespace sy
