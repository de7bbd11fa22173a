#include "ui/plots/heat_layout.h"

#include "ui/plots/chart_theme.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace sy {

namespace {

double widest(const QStringList& names, const QFontMetricsF& metrics)
{
    double width = 0;
    for (const QString& name : names) width = std::max(width, metrics.horizontalAdvance(name));
    return std::ceil(width);
}

double columnWidth(const HeatSideColumn& column, const QFontMetricsF& metrics)
{
    const double text = metrics.horizontalAdvance(QStringLiteral("88.88") + QString(column.decimals, QLatin1Char('8')));
    return std::ceil(std::max(text, metrics.horizontalAdvance(sideTitle(column)))) + 8;
}

double sideWidth(const HeatMatrix& matrix, const QFontMetricsF& metrics)
{
    double width = 0;
    for (const HeatSideColumn& column : matrix.side) width += columnWidth(column, metrics) + 2;
    return width;
}

int indexOf(const std::vector<double>& edges, double at)
{
    if (edges.size() < 2 || !(at >= edges.front()) || !(at < edges.back())) return -1;
    return static_cast<int>(std::upper_bound(edges.begin(), edges.end(), at) - edges.begin()) - 1;
}

} // namespace

QString sideTitle(const HeatSideColumn& column)
{
    return column.unit.isEmpty() ? column.title : QStringLiteral("%1 (%2)").arg(column.title, column.unit);
}

HeatLayout::HeatLayout(const HeatMatrix& matrix, const std::vector<double>& axis, const QFont& base, const QSizeF& size,
                       double top)
    : on_axis(!axis.empty() && static_cast<int>(axis.size()) == matrix.columns), font(smallFont(base)), name_font(font)
{
    const QFontMetricsF metrics(font);
    const double line = std::ceil(metrics.height()), gap = std::ceil(line / 3);
    const double strip = 2 * line + gap; // read-out and scale
    const double names = std::min(widest(matrix.row_names, metrics) + gap, std::floor(size.width() * 0.28));
    double group = matrix.row_groups.isEmpty() ? 0 : widest(matrix.row_groups, metrics) + gap;
    if (group + names > size.width() * 0.34) group = 0; // the dividers stay
    const double least = std::ceil(metrics.horizontalAdvance(matrix.row_title)) + gap;
    const double margin = std::max(group + names, std::min(least, std::floor(size.width() * 0.28)));
    const double beside = on_axis ? 0 : sideWidth(matrix, metrics) + (matrix.side.empty() ? 0 : gap);
    const double width = std::max(1.0, size.width() - margin - 2 * gap - beside);
    const double longest = widest(matrix.column_names, metrics);
    turned = !on_axis && matrix.columns > 0 && longest + 4 > width / matrix.columns &&
             line <= width / std::max(1, matrix.columns);
    const double header = on_axis ? gap : line + (turned ? std::min(longest + 4, 6 * line) : line);
    const double footer = on_axis ? 2 * line + 4 : 0;
    cells = QRectF(margin + gap, top + header, width, std::max(1.0, size.height() - top - header - footer - strip));
    groups = QRectF(gap / 2, cells.top(), group, cells.height());
    row_names = QRectF(cells.left() - names, cells.top(), names - gap / 2, cells.height());
    if (on_axis) {
        column_names = QRectF(cells.left(), cells.bottom(), width, line + 4);
        column_title = QRectF(cells.left(), column_names.bottom(), width, line);
        row_title = QRectF(0, column_names.top(), cells.left() - gap, line);
    } else {
        column_title = QRectF(cells.left(), top, width, line);
        column_names = QRectF(cells.left(), top + line, width, header - line);
        row_title = QRectF(0, cells.top() - line, cells.left() - gap / 2, line);
    }
    placeColumns(matrix, axis);
    placeSide(matrix, cells.right() + gap);
    placeRows(matrix);
    placeScale(matrix, size, strip);
}

void HeatLayout::placeColumns(const HeatMatrix& matrix, const std::vector<double>& axis)
{
    const QFontMetricsF metrics(font);
    const auto count = static_cast<size_t>(matrix.columns);
    if (on_axis) { // what stands at a place was counted since the one before
        axis_edges.push_back(count > 1 ? std::max(axis[0] - (axis[1] - axis[0]), std::min(axis[0], 0.0)) : axis[0] - 1);
        axis_edges.insert(axis_edges.end(), axis.begin(), axis.end());
    } else {
        for (size_t c = 0; c <= count; ++c) axis_edges.push_back(static_cast<double>(c));
    }
    const double from = axis_edges.front(), span = std::max(axis_edges.back() - from, 1e-12);
    for (const double edge : axis_edges) column_edges.push_back(cells.left() + (edge - from) / span * cells.width());
    if (on_axis || count == 0) return;
    const double cell = cells.width() / static_cast<double>(count);
    const double need = turned ? metrics.height() : widest(matrix.column_names, metrics) + 6;
    column_stride = std::max(1, static_cast<int>(std::ceil(need / cell)));
}

void HeatLayout::placeSide(const HeatMatrix& matrix, double left)
{
    if (on_axis) return;
    for (const HeatSideColumn& column : matrix.side) {
        const double width = columnWidth(column, QFontMetricsF(font));
        side.emplace_back(left, cells.top(), width, cells.height());
        left += width + 2;
    }
}

void HeatLayout::placeRows(const HeatMatrix& matrix)
{
    const double height = cells.height() / std::max(1, matrix.rows);
    for (int r = 0; r <= matrix.rows; ++r) row_edges.push_back(cells.top() + height * r);
    const double line = QFontMetricsF(font).height();
    constexpr int least = 8; // pixels that can still be read
    if (height < line) {
        const double size = std::max<double>(least, std::floor(QFontInfo(font).pixelSize() * height / line));
        name_font.setPixelSize(std::min(static_cast<int>(size), std::max(least, QFontInfo(font).pixelSize())));
    }
    row_stride = std::max(1, static_cast<int>(std::ceil(QFontMetricsF(name_font).height() * 0.85 / height)));
}

void HeatLayout::placeScale(const HeatMatrix& matrix, const QSizeF& size, double height)
{
    const QFontMetricsF metrics(font);
    const double line = std::ceil(metrics.height()), gap = std::ceil(line / 3), below = size.height() - height + gap;
    const double length = std::clamp(size.width() * 0.22, 6 * line, 14 * line);
    QString text = matrix.value_title;
    if (!matrix.unit.isEmpty()) text += QStringLiteral(" (%1)").arg(matrix.unit);
    const double title = std::min(std::ceil(metrics.horizontalAdvance(text)) + 2, size.width() * 0.3);
    bar = QRectF(size.width() - length - 2 * gap, below + line * 0.2, length, line * 0.7);
    bar_labels = QRectF(bar.left() - line, below + line, length + 2 * line, line);
    bar_title = QRectF(bar.left() - title - gap, below, title, line);
    read_out = QRectF(gap / 2, below, std::max(1.0, bar_title.left() - 2 * gap), 2 * line);
}

int HeatLayout::rowAt(double y) const
{
    return indexOf(row_edges, y);
}

int HeatLayout::columnAt(double x) const
{
    return indexOf(column_edges, x);
}

QRectF HeatLayout::cell(int row, int column) const
{
    const double x = std::round(left(column)), y = std::round(top(row));
    return {x, y, std::max(1.0, std::round(left(column + 1)) - x), std::max(1.0, std::round(top(row + 1)) - y)};
}

QRectF HeatLayout::rowBand(int row) const
{
    const QRectF first = cell(row, 0);
    return {row_names.left(), first.top(), cells.right() - row_names.left(), first.height()};
}

QRectF HeatLayout::columnBand(int column) const
{
    const QRectF first = cell(0, column);
    const double from = on_axis ? cells.top() : column_names.top();
    return {first.left(), from, first.width(), cells.bottom() - from};
}

} // namespace sy
