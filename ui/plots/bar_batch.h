// Curves with more points than pixels, as upright bars of one pixel column each.
#pragma once

#include <QColor>
#include <QLineF>
#include <QPainter>
#include <QRectF>
#include <QVector>

#include <vector>

namespace sy {

/// What one dense curve covers: rows [top, bottom) of device pixels in some columns.
struct ColumnBars {
    struct Bar {
        int column, top, bottom;
    };
    QColor colour;
    std::vector<Bar> bars;
    QVector<QLineF> bridges; ///< over columns without points
};

/// Paints opaque curves as if one after the other, but every pixel only once: fifty noisy curves cost little more than
/// the area they cover together.
class BarBatch {
public:
    /// `pixel` = size of a device pixel in the painter's units; column 0 and row 0 lie at the rect's upper left.
    BarBatch(QPainter& painter, const QRectF& rect, double pixel) : m_painter(painter), m_rect(rect), m_pixel(pixel) {}

    void add(ColumnBars curve) { m_curves.push_back(std::move(curve)); }
    /// Later curves lie above earlier ones. Empties the batch.
    void paint();

private:
    std::vector<QRectF> visibleParts(const ColumnBars& curve);
    QRectF rectOf(int column, int top, int bottom) const;

    using Interval = std::pair<int, int>;
    QPainter& m_painter;
    QRectF m_rect;
    double m_pixel;
    std::vector<ColumnBars> m_curves;
    std::vector<std::vector<Interval>> m_covered; ///< by column: disjoint, ascending
};

} // namespace sy
