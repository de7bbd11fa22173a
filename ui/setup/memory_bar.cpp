#include "ui/setup/memory_bar.h"

#include "ui/models/palette.h"

#include <QPainter>

namespace sy {

MemoryBar::MemoryBar(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void MemoryBar::setParts(const QVector<MemoryPart>& parts, double free_bytes)
{
    m_parts = parts;
    m_free = free_bytes;
    update();
}

double MemoryBar::needed() const
{
    double sum = 0;
    for (const auto& part : m_parts) sum += part.bytes;
    return sum;
}

QSize MemoryBar::sizeHint() const
{
    return {120, fontMetrics().height() * 3 / 4 + 2};
}

void MemoryBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.fillRect(frame, palette().color(QPalette::AlternateBase));
    const double scale = qMax(qMax(needed(), m_free), 1.0);
    double from = 0;
    for (const auto& part : m_parts) {
        const double left = frame.left() + frame.width() * from / scale;
        from += part.bytes;
        const double right = frame.left() + frame.width() * from / scale;
        painter.fillRect(QRectF(left, frame.top(), right - left, frame.height()), part.colour);
    }
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawRect(frame);
    if (needed() <= m_free) return;
    const double limit = frame.left() + frame.width() * m_free / scale;
    const QRectF beyond(limit, frame.top(), frame.right() - limit, frame.height());
    painter.fillRect(beyond, QBrush(stateColours(palette()).bad, Qt::BDiagPattern));
    painter.setPen(QPen(stateColours(palette()).bad, 2));
    painter.drawLine(QPointF(limit, frame.top()), QPointF(limit, frame.bottom()));
}

} // namespace sy
