#include "ui/tokens/token_grid.h"

#include "ui/models/table_export.h"
#include "ui/models/text.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSortFilterProxyModel>

#include <algorithm>
#include <cmath>

namespace sy {

namespace {

const QString nothing = QStringLiteral("–");

} // namespace

GridCell textCell(const QString& text)
{
    return {text, {}};
}

GridCell countCell(qint64 count)
{
    return {QLocale().toString(count), count};
}

GridCell numberCell(double value, int decimals)
{
    return {std::isnan(value) ? nothing : QLocale().toString(value, 'f', decimals), value};
}

GridCell percentCell(double share, int decimals)
{
    return {std::isnan(share) ? nothing : QLocale().toString(100 * share, 'f', decimals) + QStringLiteral(" %"), share};
}

bool TokenGridModel::sameKeys(const std::vector<GridRow>& rows) const
{
    return rows.size() == m_rows.size() && std::equal(rows.begin(), rows.end(), m_rows.begin(),
                                                      [](const auto& a, const auto& b) { return a.key == b.key; });
}

void TokenGridModel::setContent(const QVector<GridColumn>& columns, std::vector<GridRow> rows)
{
    if (columns == m_columns && sameKeys(rows)) {
        if (rows == m_rows) return;
        m_rows = std::move(rows);
        if (!m_rows.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_columns = columns;
    m_rows = std::move(rows);
    endResetModel();
}

int TokenGridModel::rowOf(qint64 key) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const GridRow& row) { return row.key == key; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int TokenGridModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int TokenGridModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant TokenGridModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const GridRow& row = m_rows[static_cast<size_t>(index.row())];
    if (role == KeyRole) return row.key;
    if (role == Qt::DecorationRole) return index.column() == 0 && row.swatch.isValid() ? row.swatch : QVariant();
    if (role == Qt::FontRole && row.bold) {
        QFont font;
        font.setBold(true);
        return font;
    }
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((m_columns[index.column()].number ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    if (index.column() >= row.cells.size()) return {};
    const GridCell& cell = row.cells[index.column()];
    switch (role) {
    case Qt::DisplayRole:
        return cell.text;
    case Qt::ToolTipRole:
        return plainTip(cell.text);
    case SortRole:
        return cell.raw.isValid() ? cell.raw : cell.text;
    default:
        return {};
    }
}

QVariant TokenGridModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size()) return {};
    const GridColumn& column = m_columns[section];
    if (role == Qt::DisplayRole) return column.title;
    if (role == Qt::ToolTipRole) return plainTip(column.tip);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((column.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return {};
}

TokenGridView::TokenGridView(const QString& object_name, const QString& export_name, QWidget* parent)
    : QTableView(parent), m_grid(new TokenGridModel(this)), m_sorted(new QSortFilterProxyModel(this))
{
    setObjectName(object_name);
    m_sorted->setSourceModel(m_grid);
    m_sorted->setSortRole(TokenGridModel::SortRole);
    m_sorted->setSortCaseSensitivity(Qt::CaseInsensitive);
    setModel(m_sorted);
    setSortingEnabled(true);
    m_sorted->sort(-1);
    horizontalHeader()->setSortIndicator(-1, Qt::DescendingOrder);
    horizontalHeader()->setSortIndicatorClearable(true);
    horizontalHeader()->setHighlightSections(false);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() * 3 / 2);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setHorizontalScrollMode(ScrollPerPixel);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    addTableExport(*this, export_name);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& row) {
        if (m_showing || !row.isValid()) return;
        m_chosen = row.data(TokenGridModel::KeyRole).toLongLong();
        Q_EMIT keyChosen(m_chosen);
    });
}

void TokenGridView::setContent(const QVector<GridColumn>& columns, std::vector<GridRow> rows)
{
    const int scroll = verticalScrollBar()->value(), across = horizontalScrollBar()->value();
    m_showing = true;
    m_grid->setContent(columns, std::move(rows));
    m_showing = false;
    horizontalHeader()->setStretchLastSection(!columns.isEmpty() && !columns.back().number);
    if (!m_sized && m_grid->rowCount() > 0) {
        m_sized = true;
        resizeColumnsToContents();
        const int most = fontMetrics().averageCharWidth() * 28;
        for (int c = 0; c < m_grid->columnCount(); ++c) setColumnWidth(c, std::min(columnWidth(c), most));
    }
    showChosen();
    verticalScrollBar()->setValue(scroll);
    horizontalScrollBar()->setValue(across);
}

void TokenGridView::setChosen(qint64 key)
{
    if (key == m_chosen) return;
    m_chosen = key;
    showChosen();
    const QModelIndex current = currentIndex();
    if (current.isValid()) scrollTo(current);
}

void TokenGridView::showChosen()
{
    m_showing = true;
    const int row = m_chosen < 0 ? -1 : m_grid->rowOf(m_chosen);
    if (row < 0) {
        clearSelection();
        setCurrentIndex({});
    } else {
        const QModelIndex place = m_sorted->mapFromSource(m_grid->index(row, 0));
        selectionModel()->setCurrentIndex(place, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }
    m_showing = false;
}

void TokenGridView::letGo()
{
    m_chosen = -1;
    showChosen();
    Q_EMIT keyChosen(-1);
}

void TokenGridView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_chosen >= 0) return letGo();
    QTableView::keyPressEvent(event);
}

void TokenGridView::mousePressEvent(QMouseEvent* event)
{
    const QModelIndex under = indexAt(event->position().toPoint());
    const bool again = m_chosen >= 0 && under.isValid() &&
                       under.data(TokenGridModel::KeyRole).toLongLong() == m_chosen &&
                       selectionModel()->isRowSelected(under.row());
    if (again && event->button() == Qt::LeftButton) return letGo();
    QTableView::mousePressEvent(event);
}

} // namespace sy
