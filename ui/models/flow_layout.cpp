#include "ui/models/flow_layout.h"

#include <QWidget>

namespace sy {

FlowLayout::FlowLayout(QWidget* parent, int spacing) : QLayout(parent)
{
    setContentsMargins(0, 0, 0, 0);
    setSpacing(spacing);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

QLayoutItem* FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const auto* item : m_items) size = size.expandedTo(item->minimumSize());
    const auto margins = contentsMargins();
    return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

void FlowLayout::setGeometry(const QRect& area)
{
    QLayout::setGeometry(area);
    place(area, true);
}

int FlowLayout::place(const QRect& area, bool really) const
{
    const QRect inside = area.marginsRemoved(contentsMargins());
    const bool mirrored = parentWidget() && parentWidget()->layoutDirection() == Qt::RightToLeft;
    int height = 0; // one for all, so that texts of a line stand on one line
    for (const auto* item : m_items) height = qMax(height, item->isEmpty() ? 0 : item->sizeHint().height());
    int x = 0, y = inside.y(), line = 0;
    for (auto* item : m_items) {
        if (item->isEmpty()) continue; // hidden
        const QSize size(item->sizeHint().width(), height);
        if (x > 0 && x + size.width() > inside.width()) {
            x = 0;
            y += line + spacing();
            line = 0;
        }
        const int left = mirrored ? inside.right() + 1 - x - size.width() : inside.x() + x;
        if (really) item->setGeometry(QRect(QPoint(left, y), size));
        x += size.width() + spacing();
        line = qMax(line, size.height());
    }
    return y + line - area.y() + contentsMargins().bottom();
}

} // namespace sy
