// How the tree follows a new picture, filter, order or grouping.
#include "ui/runs/run_list_node.h"

#include "ui/models/selection.h"

#include <algorithm>

namespace sy {

namespace {

/// More separate removals than this are gathered at the end first: each costs the view a pass.
constexpr size_t removals_apart = 8;

std::string keyOf(const QString& id)
{
    return id.toStdString();
}

} // namespace

bool RunListModel::lists(const RunRow& row) const
{
    if (row.run->deleted && !m_show_deleted && !m_filter.asksForDeleted()) return false;
    return m_filter.matches(row, [this](const QString& id) { return m_selection->isShown(id); });
}

RunListModel::Arrangement RunListModel::wanted() const
{
    Arrangement arrangement;
    for (size_t i = 0; i < m_rows.size(); ++i) {
        if (!lists(m_rows[i])) continue;
        arrangement.place_of_id[keyOf(m_rows[i].id)] = arrangement.rows.size();
        arrangement.rows.push_back(i);
        if (!m_grouping.isEmpty()) arrangement.groups.push_back(groupOf(m_rows[i], m_grouping));
    }
    return arrangement;
}

void RunListModel::setPicture(const StorePicturePtr& picture)
{
    refresh(m_reader.of(picture));
}

void RunListModel::refresh(std::vector<RunRow> rows)
{
    m_rows = std::move(rows);
    m_place.clear();
    for (size_t i = 0; i < m_rows.size(); ++i) m_place[keyOf(m_rows[i].id)] = i;
    std::vector<QString> changed;
    for (auto& [id, node] : m_nodes) {
        const auto found = m_place.find(id);
        if (found == m_place.end()) continue;
        if (!looksSame(node->row, m_rows[found->second])) changed.push_back(node->row.id);
        node->row = m_rows[found->second];
    }
    arrange();
    reportChanged(changed);
}

void RunListModel::reportChanged(const std::vector<QString>& ids)
{
    std::vector<Node*> groups;
    for (const auto& id : ids) {
        const QModelIndex first = indexOf(id);
        if (!first.isValid()) continue; // filtered out by the change
        Q_EMIT dataChanged(first, first.siblingAtColumn(columnCount() - 1));
        Node* parent = nodeOf(first)->parent;
        if (parent->is_group && std::find(groups.begin(), groups.end(), parent) == groups.end())
            groups.push_back(parent);
    }
    for (auto* group : groups) refreshGroup(*group);
}

void RunListModel::refreshGroup(Node& group)
{
    Q_EMIT dataChanged(indexOfNode(group), indexOfNode(group, columnCount() - 1));
}

void RunListModel::arrange()
{
    Q_EMIT aboutToArrange();
    const Arrangement arrangement = wanted();
    if (m_grouping.isEmpty()) {
        removeGone(*m_root, arrangement);
    } else {
        for (auto& group : m_root->children) removeGone(*group, arrangement);
        moveBetweenGroups(arrangement);
    }
    insertNew(arrangement);
    removeEmptyGroups();
    sortAll();
    Q_EMIT arranged();
}

void RunListModel::removeGone(Node& parent, const Arrangement& arrangement)
{
    const auto gone = [&](const Node& node) { return !arrangement.place_of_id.contains(keyOf(node.row.id)); };
    std::vector<Node*> order, last;
    size_t ranges = 0;
    for (auto& child : parent.children) {
        ranges += gone(*child) && (last.empty() || last.back()->place + 1 != child->place);
        (gone(*child) ? last : order).push_back(child.get());
    }
    if (ranges > removals_apart) {
        order.insert(order.end(), last.begin(), last.end());
        permute({{&parent, order}});
    }
    for (int end = int(parent.children.size()); end > 0;) {
        if (!gone(*parent.children[size_t(end - 1)])) {
            --end;
            continue;
        }
        int begin = end - 1;
        while (begin > 0 && gone(*parent.children[size_t(begin - 1)])) --begin;
        beginRemoveRows(indexOfNode(parent), begin, end - 1);
        for (int i = begin; i < end; ++i) m_nodes.erase(keyOf(parent.children[size_t(i)]->row.id));
        parent.children.erase(parent.children.begin() + begin, parent.children.begin() + end);
        renumber(parent);
        endRemoveRows();
        end = begin;
    }
}

RunListModel::Node* RunListModel::groupNode(const QString& title)
{
    for (auto& group : m_root->children)
        if (group->title == title) return group.get();
    return nullptr;
}

void RunListModel::moveBetweenGroups(const Arrangement& arrangement)
{
    const auto addGroup = [&](const Group& group) {
        const int place = int(m_root->children.size());
        beginInsertRows({}, place, place);
        auto node = std::make_unique<Node>();
        node->title = group.title;
        node->order = group.order;
        node->is_group = true;
        node->parent = m_root.get();
        node->place = place;
        m_root->children.push_back(std::move(node));
        endInsertRows();
    };
    for (const auto& group : arrangement.groups)
        if (!groupNode(group.title)) addGroup(group);
    for (size_t i = 0; i < arrangement.rows.size(); ++i) {
        const auto found = m_nodes.find(keyOf(m_rows[arrangement.rows[i]].id));
        if (found == m_nodes.end() || found->second->parent->title == arrangement.groups[i].title) continue;
        Node &node = *found->second, &from = *node.parent, &to = *groupNode(arrangement.groups[i].title);
        beginMoveRows(indexOfNode(from), node.place, node.place, indexOfNode(to), int(to.children.size()));
        to.children.push_back(std::move(from.children[size_t(node.place)]));
        from.children.erase(from.children.begin() + node.place);
        node.parent = &to;
        renumber(from);
        renumber(to);
        endMoveRows();
        refreshGroup(from);
        refreshGroup(to);
    }
}

void RunListModel::insertNew(const Arrangement& arrangement)
{
    std::map<Node*, std::vector<size_t>> added; // by parent, into m_rows
    for (size_t i = 0; i < arrangement.rows.size(); ++i) {
        const size_t row = arrangement.rows[i];
        if (m_nodes.contains(keyOf(m_rows[row].id))) continue;
        added[m_grouping.isEmpty() ? m_root.get() : groupNode(arrangement.groups[i].title)].push_back(row);
    }
    for (auto& [parent, rows] : added) {
        const int first = int(parent->children.size());
        beginInsertRows(indexOfNode(*parent), first, first + int(rows.size()) - 1);
        for (const size_t row : rows) {
            auto node = std::make_unique<Node>();
            node->row = m_rows[row];
            node->parent = parent;
            m_nodes[keyOf(node->row.id)] = node.get();
            parent->children.push_back(std::move(node));
        }
        renumber(*parent);
        endInsertRows();
        if (parent->is_group) refreshGroup(*parent);
    }
}

void RunListModel::removeEmptyGroups()
{
    for (int place = int(m_root->children.size()) - 1; place >= 0; --place) {
        const Node& group = *m_root->children[size_t(place)];
        if (!group.is_group || !group.children.empty()) continue;
        beginRemoveRows({}, place, place);
        m_root->children.erase(m_root->children.begin() + place);
        renumber(*m_root);
        endRemoveRows();
    }
}

std::vector<RunListModel::Node*> RunListModel::sorted(const Node& parent) const
{
    struct Key {
        Node* node;
        QVariant value;
        size_t place;
    };
    const bool groups = !parent.children.empty() && parent.children.front()->is_group;
    const bool by_column = !groups && m_sort_column >= 0 && m_sort_column < m_columns.size();
    std::vector<Key> keys;
    keys.reserve(parent.children.size());
    for (const auto& child : parent.children) {
        if (groups) {
            keys.push_back({child.get(), child->order, 0});
            continue;
        }
        QVariant value;
        if (by_column) {
            const auto& column = m_columns[m_sort_column];
            value =
                column.kind == RunColumn::Status ? QVariant(int(child->row.status())) : cellValue(child->row, column);
        }
        keys.push_back({child.get(), value, m_place.at(keyOf(child->row.id))});
    }
    const auto order = groups ? Qt::AscendingOrder : m_sort_order;
    std::stable_sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
        const int compared = compareValues(a.value, b.value, order);
        return compared != 0 ? compared < 0 : a.place < b.place; // else newest first
    });
    std::vector<Node*> nodes;
    nodes.reserve(keys.size());
    for (const auto& key : keys) nodes.push_back(key.node);
    return nodes;
}

void RunListModel::sortAll()
{
    std::vector<std::pair<Node*, std::vector<Node*>>> orders;
    const auto add = [&](Node& parent) {
        auto order = sorted(parent);
        for (size_t i = 0; i < order.size(); ++i) {
            if (order[i]->place == int(i)) continue;
            orders.emplace_back(&parent, std::move(order));
            return;
        }
    };
    add(*m_root);
    for (auto& child : m_root->children)
        if (child->is_group) add(*child);
    if (!orders.empty()) permute(orders);
}

void RunListModel::permute(const std::vector<std::pair<Node*, std::vector<Node*>>>& orders)
{
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    for (const auto& [parent, order] : orders) {
        std::vector<std::unique_ptr<Node>> children;
        children.reserve(order.size());
        for (Node* node : order) children.push_back(std::move(parent->children[size_t(node->place)]));
        parent->children = std::move(children);
        renumber(*parent);
    }
    QModelIndexList after;
    after.reserve(before.size());
    for (const auto& index : before) after << indexOfNode(*nodeOf(index), index.column());
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

void RunListModel::renumber(Node& parent)
{
    for (size_t i = 0; i < parent.children.size(); ++i) parent.children[i]->place = int(i);
}

} // namespace sy
