#include "ui/plots/bar_batch.h"

#include <algorithm>

namespace sy {

QRectF BarBatch::rectOf(int column, int top, int bottom) const
{
    return {m_rect.left() + m_pixel * column, m_rect.top() + m_pixel * top, m_pixel, m_pixel * (bottom - top)};
}

/// What the curves above leave of this one; then it covers, too.
std::vector<QRectF> BarBatch::visibleParts(const ColumnBars& curve)
{
    std::vector<QRectF> parts;
    parts.reserve(curve.bars.size());
    for (const auto& bar : curve.bars) {
        if (static_cast<size_t>(bar.column) >= m_covered.size()) m_covered.resize(static_cast<size_t>(bar.column) + 1);
        auto& covered = m_covered[static_cast<size_t>(bar.column)];
        auto first = covered.begin();
        while (first != covered.end() && first->second < bar.top) ++first;
        int at = bar.top, top = bar.top, bottom = bar.bottom;
        auto last = first;
        for (; last != covered.end() && last->first <= bar.bottom; ++last) { // touches or overlaps: they become one
            if (last->first > at) parts.push_back(rectOf(bar.column, at, last->first));
            at = std::max(at, last->second);
            top = std::min(top, last->first);
            bottom = std::max(bottom, last->second);
        }
        if (at < bar.bottom) parts.push_back(rectOf(bar.column, at, bar.bottom));
        if (first == last)
            covered.insert(first, {top, bottom});
        else {
            *first = {top, bottom};
            covered.erase(first + 1, last);
        }
    }
    return parts;
}

void BarBatch::paint()
{
    m_painter.setPen(Qt::NoPen);
    for (auto curve = m_curves.rbegin(); curve != m_curves.rend(); ++curve) {
        const auto parts = visibleParts(*curve);
        m_painter.setRenderHint(QPainter::Antialiasing, false);
        m_painter.setBrush(curve->colour);
        m_painter.drawRects(parts.data(), static_cast<int>(parts.size()));
    }
    m_painter.setRenderHint(QPainter::Antialiasing, true);
    for (const ColumnBars& curve : m_curves) {
        m_painter.setPen(QPen(curve.colour, 1));
        m_painter.drawLines(curve.bridges);
    }
    m_curves.clear();
    m_covered.clear();
}

} // namespace sy
