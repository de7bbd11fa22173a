#include "ui/charts/chart_grid.h"

#include "ui/charts/chart_cell.h"

#include <QDropEvent>
#include <QMimeData>
#include <QScrollBar>

#include <cmath>

namespace sy {

namespace {

constexpr int gap = 6;

} // namespace

ChartGrid::ChartGrid(QWidget* parent) : QScrollArea(parent)
{
    setObjectName(QStringLiteral("chartGrid"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // a bar that comes and goes would change the columns' width
    auto* content = new QWidget;
    content->setAcceptDrops(true);
    content->installEventFilter(this);
    setWidget(content);
}

/// The fewest columns with which every chart is in sight; where none has room for that, as many as fit.
ChartGrid::Cells ChartGrid::cellsFor(QSize view) const
{
    const QFontMetrics metrics(font());
    const int narrowest = metrics.averageCharWidth() * 56, lowest = metrics.height() * 14;
    const int count = std::max(1, static_cast<int>(m_cells.size()));
    const int most = std::clamp((view.width() - gap) / (narrowest + gap), 1, count);
    for (int columns = 1;; ++columns) {
        const int width = (view.width() - gap * (columns + 1)) / columns;
        const int rows = (count + columns - 1) / columns;
        const int filling = (view.height() - gap) / rows - gap; // the height that fills the view
        const int height = std::max(lowest, std::min(static_cast<int>(width * 0.62), view.height() - 2 * gap));
        if (filling >= std::max(lowest, static_cast<int>(width * 0.45)))
            return {columns, rows, QSize(width, std::min(filling, static_cast<int>(width * 0.85)))};
        if (columns == most) return {columns, rows, QSize(width, height)};
    }
}

int ChartGrid::columnCount() const
{
    return cellsFor(viewport()->size()).columns;
}

void ChartGrid::add(ChartCell* cell)
{
    cell->setParent(widget());
    cell->show();
    m_cells.append(cell);
    layOut();
}

void ChartGrid::remove(ChartCell* cell)
{
    m_cells.removeOne(cell);
    if (m_maximised == cell) m_maximised = nullptr;
    cell->hide();
    cell->deleteLater(); // it may be its own button that asks
    layOut();
    Q_EMIT orderChanged();
}

void ChartGrid::move(ChartCell* cell, int to)
{
    const auto from = m_cells.indexOf(cell);
    to = std::clamp(to, 0, static_cast<int>(m_cells.size()) - 1);
    if (from < 0 || from == to) return;
    m_cells.move(from, to);
    layOut();
    ensureWidgetVisible(cell);
    Q_EMIT orderChanged();
}

void ChartGrid::maximise(ChartCell* cell)
{
    if (m_maximised == cell) return;
    if (m_maximised) m_maximised->setMaximised(false);
    m_maximised = cell;
    if (m_maximised) m_maximised->setMaximised(true);
    layOut();
    if (m_maximised) m_maximised->chart()->setFocus();
}

void ChartGrid::layOut()
{
    const Cells cells = cellsFor(viewport()->size());
    const int cell_width = cells.size.width(), cell_height = cells.size.height(), columns = cells.columns;
    const int height = m_maximised ? viewport()->height() : cells.rows * (cell_height + gap) + gap;
    widget()->resize(viewport()->width(), height);
    QWidget* before = nullptr;
    for (int i = 0; i < m_cells.size(); ++i) {
        ChartCell* cell = m_cells[i];
        cell->setVisible(!m_maximised || m_maximised == cell);
        if (m_maximised)
            cell->setGeometry(widget()->rect().adjusted(gap, gap, -gap, -gap));
        else
            cell->setGeometry(gap + (i % columns) * (cell_width + gap), gap + (i / columns) * (cell_height + gap),
                              cell_width, cell_height);
        if (before) setTabOrder(before, cell);
        before = cell->chart();
    }
}

void ChartGrid::resizeEvent(QResizeEvent* event)
{
    QScrollArea::resizeEvent(event);
    layOut();
}

void ChartGrid::changeEvent(QEvent* event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange && widget()) layOut();
}

int ChartGrid::indexAt(const QPoint& position) const
{
    for (int i = 0; i < m_cells.size(); ++i)
        if (m_cells[i]->geometry().adjusted(-gap, -gap, 0, 0).contains(position)) return i;
    return static_cast<int>(m_cells.size()) - 1;
}

bool ChartGrid::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != widget()) return QScrollArea::eventFilter(watched, event);
    const QString mime = QLatin1String(ChartCell::mimeType());
    if (event->type() == QEvent::DragEnter || event->type() == QEvent::DragMove) {
        auto* drag = static_cast<QDragMoveEvent*>(event);
        if (drag->mimeData()->hasFormat(mime)) drag->acceptProposedAction();
        return true;
    }
    if (event->type() != QEvent::Drop) return QScrollArea::eventFilter(watched, event);
    auto* drop = static_cast<QDropEvent*>(event);
    const QString series = QString::fromUtf8(drop->mimeData()->data(mime));
    for (ChartCell* cell : std::as_const(m_cells))
        if (cell->spec().series == series) {
            drop->acceptProposedAction();
            move(cell, indexAt(drop->position().toPoint()));
            break;
        }
    return true;
}

} // namespace sy
