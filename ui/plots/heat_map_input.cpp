#include "ui/plots/chart_theme.h"
#include "ui/plots/heat_map_impl.h"
#include "ui/plots/heat_painter.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace sy {

HeatMap::Impl::Impl(HeatMap& map) : q(map) {}

const HeatLayout& HeatMap::Impl::layout()
{
    if (!placed || placed->cells.bottom() > q.height() || cache.isNull() ||
        cache.size() != (QSizeF(q.size()) * q.devicePixelRatioF()).toSize())
        placed.emplace(matrix, axis, q.font(), QSizeF(q.size()), std::ceil(QFontMetricsF(q.font()).height() / 4));
    return *placed;
}

void HeatMap::Impl::changed()
{
    cache = {};
    placed.reset();
    if (cursor.row >= matrix.rows || cursor.column >= matrix.columns) cursor = {};
    if (hovered.row >= matrix.rows || hovered.column >= matrix.columns) hovered = {};
    q.update();
}

HeatMap::Impl::Cell HeatMap::Impl::at(const QPointF& position)
{
    if (empty() || !layout().cells.contains(position)) return {};
    return {layout().rowAt(position.y()), layout().columnAt(position.x())};
}

HeatMap::Impl::Cell HeatMap::Impl::told() const
{
    if (hovered.valid()) return hovered;
    if (q.hasFocus() && cursor.valid()) return cursor;
    const Cell selected{selected_row, selected_column};
    return selected.row < matrix.rows && selected.column < matrix.columns ? selected : Cell();
}

void HeatMap::Impl::hover(Cell cell)
{
    if (!cell.valid()) cell = {};
    if (cell == hovered) return;
    hovered = cell;
    q.update();
    Q_EMIT q.cellHovered(cell.row, cell.column);
}

void HeatMap::Impl::moveCursor(int rows, int columns)
{
    if (empty()) return;
    if (!cursor.valid()) {
        cursor = {std::clamp(selected_row, 0, matrix.rows - 1), std::clamp(selected_column, 0, matrix.columns - 1)};
    } else {
        cursor.row = std::clamp(cursor.row + rows, 0, matrix.rows - 1);
        cursor.column = std::clamp(cursor.column + columns, 0, matrix.columns - 1);
    }
    hovered = {};
    q.update();
    Q_EMIT q.cellHovered(cursor.row, cursor.column);
}

bool HeatMap::Impl::key(int key)
{
    const int far = std::max(matrix.rows, matrix.columns);
    switch (key) {
    case Qt::Key_Left:
        moveCursor(0, -1);
        return true;
    case Qt::Key_Right:
        moveCursor(0, 1);
        return true;
    case Qt::Key_Up:
        moveCursor(-1, 0);
        return true;
    case Qt::Key_Down:
        moveCursor(1, 0);
        return true;
    case Qt::Key_PageUp:
        moveCursor(-10, 0);
        return true;
    case Qt::Key_PageDown:
        moveCursor(10, 0);
        return true;
    case Qt::Key_Home:
        moveCursor(0, -far);
        return true;
    case Qt::Key_End:
        moveCursor(0, far);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (!cursor.valid()) return false;
        Q_EMIT q.cellChosen(cursor.row, cursor.column);
        return true;
    case Qt::Key_Escape:
        if (!cursor.valid() && selected_row < 0 && selected_column < 0) return false;
        cursor = {};
        selected_row = selected_column = -1;
        q.update();
        Q_EMIT q.selectionCleared();
        return true;
    default:
        return false;
    }
}

void HeatMap::Impl::chooseAt(const QPointF& position)
{
    if (empty()) return;
    const HeatLayout& places = layout();
    const int row = places.rowAt(position.y()), column = places.columnAt(position.x());
    if (row >= 0 && column >= 0) {
        cursor = {row, column};
        Q_EMIT q.cellChosen(row, column);
    } else if (row >= 0 && position.x() < places.cells.left()) {
        Q_EMIT q.rowChosen(row);
    } else if (column >= 0 && places.column_names.contains(position)) {
        Q_EMIT q.columnChosen(column);
    }
    q.update();
}

QString HeatMap::Impl::tip(const QPointF& position)
{
    if (empty()) return {};
    const HeatLayout& places = layout();
    if (const Cell cell = at(position); cell.valid()) return q.cellText(cell.row, cell.column);
    const int row = places.rowAt(position.y()), column = places.columnAt(position.x());
    if (row >= 0 && position.x() < places.cells.left()) {
        const QString group = matrix.row_groups.value(row);
        return group.isEmpty() ? matrix.row_names.value(row)
                               : matrix.row_names.value(row) + QStringLiteral(" · ") + group;
    }
    if (column >= 0 && !places.on_axis && places.column_names.contains(position))
        return matrix.column_names.value(column);
    if (row >= 0 && position.x() > places.cells.right() && !matrix.side.empty()) {
        QStringList texts;
        for (const HeatSideColumn& side : matrix.side)
            texts << QStringLiteral("%1: %2").arg(sideTitle(side),
                                                  QLocale().toString(side.value[static_cast<size_t>(row)], 'g', 4));
        return texts.join(QLatin1Char('\n'));
    }
    return position.y() < places.cells.top() || position.y() > places.bar.top() - 2 ? definition : QString();
}

/// Selection, cursor and read-out: what changes with every move.
void HeatMap::Impl::drawOverlay(QPainter& painter)
{
    const HeatLayout& places = layout();
    const QColor accent = q.palette().color(QPalette::Highlight), text = q.palette().color(QPalette::Text);
    const QColor ground = q.palette().color(QPalette::Base);
    if (selected_row >= 0 && selected_row < matrix.rows) frame(painter, places.rowBand(selected_row), accent, 2);
    if (selected_column >= 0 && selected_column < matrix.columns) {
        const QRectF band = places.columnBand(selected_column);
        if (band.width() < 4) // one of thousands
            painter.fillRect(QRectF(band.center().x() - 1, band.top(), 2, band.height()), accent);
        else
            frame(painter, band, accent, 2);
    }
    if (hovered.valid()) frame(painter, places.cell(hovered.row, hovered.column), text, 1);
    if (q.hasFocus() && cursor.valid()) {
        frame(painter, places.cell(cursor.row, cursor.column), ground, 3);
        frame(painter, places.cell(cursor.row, cursor.column), text, 1.5);
    }
    const Cell cell = told();
    painter.setFont(places.font);
    painter.setPen(cell.valid() ? text : blended(text, ground, 0.65));
    const QString line = cell.valid() ? q.cellText(cell.row, cell.column) : hint();
    painter.drawText(places.read_out, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, line);
    if (q.hasFocus()) frame(painter, QRectF(q.rect()).adjusted(2, 2, -2, -2), accent, 1);
}

QString HeatMap::Impl::hint() const
{
    return HeatMap::tr("Point at a cell for its value, click to choose it.");
}

bool HeatMap::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QString text = m_impl->tip(help->pos());
    if (Qt::mightBeRichText(text)) text = text.toHtmlEscaped();
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), text, this);
    return true;
}

void HeatMap::mouseMoveEvent(QMouseEvent* event)
{
    m_impl->hover(m_impl->at(event->position()));
}

void HeatMap::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_impl->chooseAt(event->position());
    else
        QWidget::mousePressEvent(event);
}

void HeatMap::leaveEvent(QEvent*)
{
    m_impl->hover({});
}

void HeatMap::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    const bool by_key = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    if (by_key && !m_impl->cursor.valid()) m_impl->moveCursor(0, 0);
}

void HeatMap::keyPressEvent(QKeyEvent* event)
{
    if (!m_impl->key(event->key())) QWidget::keyPressEvent(event);
}

} // namespace sy
