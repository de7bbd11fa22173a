#include "ui/runs/cell_table.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"

#include <QApplication>
#include <QFont>
#include <QPalette>

namespace sy {

CellTable::CellTable(QVector<Column> columns, QObject* parent)
    : QAbstractTableModel(parent), m_columns(std::move(columns))
{
}

void CellTable::setRows(QVector<CellRow> rows)
{
    const qsizetype kept = std::min(rows.size(), m_rows.size());
    if (rows.size() < m_rows.size()) {
        beginRemoveRows({}, int(kept), int(m_rows.size()) - 1);
        m_rows.resize(kept);
        endRemoveRows();
    }
    for (qsizetype row = 0; row < kept; ++row) {
        if (m_rows[row] == rows[row]) continue;
        m_rows[row] = rows[row];
        Q_EMIT dataChanged(index(int(row), 0), index(int(row), columnCount() - 1));
    }
    if (rows.size() == kept) return;
    beginInsertRows({}, int(kept), int(rows.size()) - 1);
    m_rows = std::move(rows);
    endInsertRows();
}

int CellTable::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int CellTable::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_columns.size());
}

QVariant CellTable::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto& row = m_rows[index.row()];
    if (index.column() >= row.size()) return {};
    const Cell& cell = row[index.column()];
    switch (role) {
    case Qt::DisplayRole:
        return cell.text;
    case RawRole:
        return cell.raw.isValid() ? cell.raw : QVariant(cell.text);
    case Qt::ToolTipRole:
        return plainTip(cell.text);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((m_columns[index.column()].number ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    case Qt::FontRole: {
        QFont font = QApplication::font();
        font.setBold(true);
        return cell.bold ? QVariant(font) : QVariant();
    }
    case Qt::ForegroundRole:
        return cell.faint ? QVariant(stateColours(QApplication::palette()).faint) : QVariant();
    default:
        return {};
    }
}

QVariant CellTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size()) return {};
    const Column& column = m_columns[section];
    if (role == Qt::DisplayRole) return column.title;
    if (role == Qt::ToolTipRole) return column.tip;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((column.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return {};
}

} // namespace sy
