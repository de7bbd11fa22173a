// A table of ready-made cells that follows its source: rows that were appended are inserted, cells that differ are
// reported, everything else stays, so that selections and scrolling survive.
#pragma once

#include <QAbstractTableModel>
#include <QStringList>
#include <QVariant>
#include <QVector>

namespace sy {

struct Cell {
    QString text;
    QVariant raw; ///< number or text to sort and export by; invalid = the text
    bool bold = false, faint = false;
    bool operator==(const Cell&) const = default;
};
using CellRow = QVector<Cell>;

class CellTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role { RawRole = Qt::UserRole };

    struct Column {
        QString title, tip;
        bool number = false;
    };

    explicit CellTable(QVector<Column> columns, QObject* parent = nullptr);

    void setRows(QVector<CellRow> rows);
    const QVector<CellRow>& rows() const { return m_rows; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QVector<Column> m_columns;
    QVector<CellRow> m_rows;
};

} // namespace sy
