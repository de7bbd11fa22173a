// A table of figures with a key per row: what the token view lists.
#pragma once

#include <QAbstractTableModel>
#include <QColor>
#include <QTableView>
#include <QVector>

#include <vector>

class QSortFilterProxyModel;

namespace sy {

struct GridColumn {
    QString title, tip;
    bool number = false; ///< right-aligned
    bool operator==(const GridColumn&) const = default;
};

struct GridCell {
    QString text;
    QVariant raw; ///< of exports and sorting; invalid = the text
    bool operator==(const GridCell&) const = default;
};

struct GridRow {
    qint64 key = 0;
    QVector<GridCell> cells;
    QColor swatch; ///< beside the first cell; invalid = none
    bool bold = false;
    bool operator==(const GridRow&) const = default;
};

GridCell textCell(const QString& text);
GridCell countCell(qint64 count);
/// "–" for NaN.
GridCell numberCell(double value, int decimals);
GridCell percentCell(double share, int decimals = 1); ///< raw stays the share

/// Texts are plain. Rows of the same keys in the same order are updated in place, anything else resets.
class TokenGridModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role { SortRole = Qt::UserRole, KeyRole };
    using QAbstractTableModel::QAbstractTableModel;

    void setContent(const QVector<GridColumn>& columns, std::vector<GridRow> rows);
    const std::vector<GridRow>& rows() const { return m_rows; }
    int rowOf(qint64 key) const; ///< -1 = none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    bool sameKeys(const std::vector<GridRow>& rows) const;

    QVector<GridColumn> m_columns;
    std::vector<GridRow> m_rows;
};

/// Sorted by its headers. Chosen row and scroll position survive new content. A click on the chosen row or Escape lets
/// it go.
class TokenGridView : public QTableView {
    Q_OBJECT

public:
    TokenGridView(const QString& object_name, const QString& export_name, QWidget* parent = nullptr);

    TokenGridModel* grid() const { return m_grid; }
    void setContent(const QVector<GridColumn>& columns, std::vector<GridRow> rows);
    /// Emits nothing. -1 = none.
    void setChosen(qint64 key);
    qint64 chosen() const { return m_chosen; }

Q_SIGNALS:
    void keyChosen(qint64 key); ///< by the user; -1 = let go

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    void showChosen();
    void letGo();

    TokenGridModel* m_grid;
    QSortFilterProxyModel* m_sorted;
    qint64 m_chosen = -1;
    bool m_showing = false, m_sized = false;
};

} // namespace sy
