#include "ui/runs/run_list_node.h"

#include "ui/models/selection.h"
#include "ui/models/text.h"

#include <QLocale>

#include <cmath>

namespace sy {

RunListModel::RunListModel(Selection* selection, QObject* parent)
    : QAbstractItemModel(parent), m_selection(selection), m_root(std::make_unique<Node>())
{
    connect(selection, &Selection::shownRunsChanged, this, &RunListModel::reportTicks);
    connect(selection, &Selection::colourChanged, this, [this](const QString& id) {
        const QModelIndex index = indexOf(id);
        if (index.isValid()) Q_EMIT dataChanged(index, index, {ColourRole});
    });
}

RunListModel::~RunListModel() = default;

void RunListModel::reportTicks()
{
    for (auto& [id, node] : m_nodes) {
        Q_EMIT dataChanged(indexOfNode(*node), indexOfNode(*node), {Qt::CheckStateRole, ColourRole});
    }
    for (auto& child : m_root->children)
        if (child->is_group) Q_EMIT dataChanged(indexOfNode(*child), indexOfNode(*child), {Qt::CheckStateRole});
}

void RunListModel::setColumns(const QVector<RunColumn>& columns)
{
    if (columns == m_columns) return;
    beginResetModel();
    m_columns = columns;
    endResetModel();
}

void RunListModel::setFilter(const RunFilter& filter)
{
    m_filter = filter;
    arrange();
}

void RunListModel::setShowDeleted(bool show)
{
    if (show == m_show_deleted) return;
    m_show_deleted = show;
    arrange();
}

void RunListModel::setGrouping(const QString& key)
{
    if (key == m_grouping) return;
    beginResetModel();
    m_grouping = key;
    m_nodes.clear();
    m_root->children.clear();
    endResetModel();
    arrange();
}

void RunListModel::sort(int column, Qt::SortOrder order)
{
    m_sort_column = column;
    m_sort_order = order;
    sortAll();
}

int RunListModel::listedRuns() const
{
    return int(m_nodes.size());
}

const RunRow* RunListModel::row(const QModelIndex& index) const
{
    if (!index.isValid() || nodeOf(index)->is_group) return nullptr;
    return &nodeOf(index)->row;
}

const RunRow* RunListModel::row(const QString& id) const
{
    const auto found = m_place.find(id.toStdString());
    return found == m_place.end() ? nullptr : &m_rows[found->second];
}

QModelIndex RunListModel::indexOf(const QString& id, int column) const
{
    const auto found = m_nodes.find(id.toStdString());
    return found == m_nodes.end() ? QModelIndex() : indexOfNode(*found->second, column);
}

QStringList RunListModel::idsBelow(const QModelIndex& index) const
{
    if (!index.isValid()) return {};
    const Node& node = *nodeOf(index);
    if (!node.is_group) return {node.row.id};
    QStringList ids;
    for (const auto& child : node.children) ids << child->row.id;
    return ids;
}

RunListModel::Node* RunListModel::nodeOf(const QModelIndex& index) const
{
    return index.isValid() ? static_cast<Node*>(index.internalPointer()) : m_root.get();
}

QModelIndex RunListModel::indexOfNode(const Node& node, int column) const
{
    return &node == m_root.get() ? QModelIndex() : createIndex(node.place, column, &node);
}

QModelIndex RunListModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column, nodeOf(parent)->children[size_t(row)].get());
}

QModelIndex RunListModel::parent(const QModelIndex& index) const
{
    return index.isValid() ? indexOfNode(*nodeOf(index)->parent) : QModelIndex();
}

int RunListModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : int(nodeOf(parent)->children.size());
}

int RunListModel::columnCount(const QModelIndex&) const
{
    return int(m_columns.size());
}

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Node& node = *nodeOf(index);
    const RunColumn& column = m_columns[index.column()];
    if (role == KindRole) return int(column.kind);
    if (role == IsGroupRole) return node.is_group;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((isNumberColumn(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return node.is_group ? groupData(node, column, role) : runData(node, column, role);
}

QVariant RunListModel::runData(const Node& node, const RunColumn& column, int role) const
{
    const RunRow& row = node.row;
    switch (role) {
    case Qt::DisplayRole:
        return cellText(row, column);
    case Qt::ToolTipRole: // views read tips as markup where they look like it
        return cellToolTip(row, column).toHtmlEscaped().replace('\n', QLatin1String("<br>")).prepend("<qt>");
    case Qt::CheckStateRole:
        if (column.kind != RunColumn::Name || !row.isRun()) return {};
        return m_selection->isShown(row.id) ? Qt::Checked : Qt::Unchecked;
    case RawRole:
        return cellValue(row, column);
    case IdRole:
        return row.id;
    case StatusRole:
        return int(row.status());
    case ProgressRole:
        return row.progress();
    case ColourRole:
        return row.isRun() && m_selection->isShown(row.id) ? QVariant(m_selection->colour(row.id)) : QVariant();
    case StarredRole:
        return row.run->starred;
    case DeletedRole:
        return row.run->deleted;
    default:
        return {};
    }
}

QVariant RunListModel::groupBest(const Node& group, const RunColumn& column) const
{
    QVariant best;
    const auto order = column.which == RunColumn::Max ? Qt::DescendingOrder : Qt::AscendingOrder;
    for (const auto& child : group.children) {
        const QVariant value = cellValue(child->row, column);
        if (compareValues(value, best, order) < 0) best = value;
    }
    return best;
}

QVariant RunListModel::groupTick(const Node& group) const
{
    int shown = 0, runs = 0;
    for (const auto& child : group.children) {
        runs += child->row.isRun();
        shown += m_selection->isShown(child->row.id);
    }
    if (runs == 0) return {};
    return shown == 0 ? Qt::Unchecked : shown == runs ? Qt::Checked : Qt::PartiallyChecked;
}

QString RunListModel::groupText(const Node& group, const RunColumn& column) const
{
    if (column.kind == RunColumn::Name) return tr("%1  (%2)").arg(group.title).arg(group.children.size());
    if (column.kind == RunColumn::Metric) {
        const QVariant best = groupBest(group, column);
        return best.isValid() ? lossText(best.toDouble()) : QString();
    }
    if (column.kind != RunColumn::Disk) return {};
    double bytes = 0;
    for (const auto& child : group.children) bytes += double(child->row.run->checkpoint_bytes);
    return bytes > 0 ? bytesText(bytes) : QString();
}

QVariant RunListModel::groupData(const Node& group, const RunColumn& column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return groupText(group, column);
    case RawRole:
        if (column.kind == RunColumn::Name) return group.title;
        return column.kind == RunColumn::Metric ? groupBest(group, column) : QVariant();
    case Qt::CheckStateRole:
        return column.kind == RunColumn::Name ? groupTick(group) : QVariant();
    case Qt::ToolTipRole:
        if (column.kind == RunColumn::Metric)
            return column.which == RunColumn::Max ? tr("Highest of the group's runs")
                                                  : tr("Lowest of the group's runs");
        return column.kind == RunColumn::Disk ? tr("Of all runs of the group") : QString();
    default:
        return {};
    }
}

bool RunListModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || !index.isValid() || m_columns[index.column()].kind != RunColumn::Name)
        return false;
    const bool show = value.toInt() == Qt::Checked;
    QStringList shown = m_selection->shownRuns();
    for (const auto& id : idsBelow(index)) {
        if (!m_nodes.at(id.toStdString())->row.isRun()) continue;
        if (!show)
            shown.removeAll(id);
        else if (!shown.contains(id))
            shown << id;
    }
    m_selection->setShownRuns(shown);
    return true;
}

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size()) return {};
    const RunColumn& column = m_columns[section];
    switch (role) {
    case Qt::DisplayRole:
        return columnTitle(column);
    case Qt::ToolTipRole:
        return columnToolTip(column).toHtmlEscaped().replace('\n', QLatin1String("<br>")).prepend("<qt>");
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((isNumberColumn(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default:
        return {};
    }
}

Qt::ItemFlags RunListModel::flags(const QModelIndex& index) const
{
    if (!index.isValid()) return Qt::NoItemFlags;
    auto all = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (m_columns[index.column()].kind == RunColumn::Name) all |= Qt::ItemIsUserCheckable;
    if (!nodeOf(index)->is_group) all |= Qt::ItemNeverHasChildren;
    return all;
}

} // namespace sy
