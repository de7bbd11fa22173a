// The first training batch as text: what the encoder reads, what the decoder must say.
#pragma once

#include "core/text/preview.h"

#include <QAbstractTableModel>
#include <QStyledItemDelegate>
#include <QWidget>

#include <vector>

class QLabel;
class QTableView;

namespace sy {

class BatchModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { LanguageColumn, InputColumn, TargetColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setRows(const std::vector<RowPreview>& rows);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<RowPreview> m_rows;
};

/// Wraps text and sets sentinels (<extra_id_0>) apart by colour.
class SentinelDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

class BatchTab : public QWidget {
    Q_OBJECT

public:
    explicit BatchTab(QWidget* parent = nullptr);
    void setPreview(const TextPreview* preview, int64_t batch_size, int64_t seed);
    BatchModel* model() const { return m_model; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitRows();

    BatchModel* m_model;
    QTableView* m_table;
    QLabel* m_note;
};

} // namespace sy
