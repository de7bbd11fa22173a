#include "ui/setup/table_combo.h"

#include <QHeaderView>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QTreeView>
#include <QWheelEvent>

#include <algorithm>

namespace sy {

TableCombo::TableCombo(QWidget* parent) : QComboBox(parent)
{
    auto* model = new QStandardItemModel(0, 2, this);
    auto* list = new QTreeView(this);
    list->setRootIsDecorated(false);
    list->setUniformRowHeights(true);
    list->setHeaderHidden(true);
    list->setAllColumnsShowFocus(true);
    list->setSelectionBehavior(QAbstractItemView::SelectRows);
    setModel(model);
    setView(list);
    setFocusPolicy(Qt::StrongFocus);
    setMaxVisibleItems(24);
}

void TableCombo::setEntries(const QVector<Entry>& entries)
{
    if (entries == m_entries) return;
    const auto value = [](const Entry& entry) { return entry.value; };
    const bool same_values = std::ranges::equal(entries, m_entries, {}, value, value);
    m_entries = entries;
    auto* items = static_cast<QStandardItemModel*>(model());
    for (int row = 0; same_values && row < items->rowCount(); ++row) items->item(row, 1)->setText(entries[row].about);
    if (same_values) return;
    const QString shown = currentText();
    const QSignalBlocker quiet(this);
    items->removeRows(0, items->rowCount());
    for (const auto& entry : entries) {
        items->appendRow({new QStandardItem(entry.value), new QStandardItem(entry.about)});
    }
    showColours();
    setCurrentIndex(findText(shown));
    if (isEditable()) setEditText(shown);
}

void TableCombo::showColours()
{
    auto* items = static_cast<QStandardItemModel*>(model());
    for (int row = 0; row < items->rowCount(); ++row)
        items->item(row, 1)->setForeground(palette().brush(QPalette::PlaceholderText));
}

void TableCombo::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) showColours();
    QComboBox::changeEvent(event);
}

void TableCombo::showPopup()
{
    auto* list = static_cast<QTreeView*>(view());
    for (int column = 0; column < 2; ++column) list->resizeColumnToContents(column);
    const int wanted = list->columnWidth(0) + list->columnWidth(1) + list->verticalScrollBar()->sizeHint().width() +
                       2 * list->frameWidth();
    list->setMinimumWidth(qMax(wanted, width()));
    QComboBox::showPopup();
}

void TableCombo::wheelEvent(QWheelEvent* event)
{
    if (hasFocus())
        QComboBox::wheelEvent(event);
    else
        event->ignore();
}

} // namespace sy
