#include "ui/runs/settings_tree.h"

#include "ui/models/text.h"
#include "ui/runs/cell_table.h"
#include "ui/runs/run_columns.h"

#include "core/config/config_io.h"

#include <QApplication>
#include <QFont>

namespace sy {

struct SettingsTree::Node {
    QString name, value, base;
    std::string path;
    bool changed = false;
    Node* parent = nullptr;
    int place = 0;
    std::vector<std::unique_ptr<Node>> children;
};

namespace {

QString documentationOf(const std::string& path)
{
    static const std::map<std::string, QString> all = [] {
        std::map<std::string, QString> texts;
        for (const auto& info : settings()) texts[info.path] = QString::fromUtf8(info.field.doc);
        return texts;
    }();
    const auto found = all.find(path);
    return found == all.end() ? QString() : found->second;
}

} // namespace

SettingsTree::SettingsTree(const QString& base_title, QObject* parent)
    : QAbstractItemModel(parent), m_base_title(base_title), m_root(std::make_unique<Node>())
{
}

SettingsTree::~SettingsTree() = default;

void SettingsTree::show(const nlohmann::json& json, const std::map<std::string, nlohmann::json>& base)
{
    if (json == m_json && base == m_base) return;
    beginResetModel();
    m_json = json;
    m_base = base;
    m_root = std::make_unique<Node>();
    if (json.is_object()) add(*m_root, json);
    endResetModel();
}

void SettingsTree::add(Node& parent, const nlohmann::json& json)
{
    for (const auto& [key, value] : json.items()) {
        auto node = std::make_unique<Node>();
        node->name = fromUtf8(key);
        node->path = parent.path.empty() ? key : parent.path + '.' + key;
        node->parent = &parent;
        node->place = int(parent.children.size());
        if (value.is_object() && !value.empty()) {
            add(*node, value);
            node->changed = std::any_of(node->children.begin(), node->children.end(),
                                        [](const auto& child) { return child->changed; });
        } else {
            node->value = settingLabel(value);
            const auto found = m_base.find(node->path);
            node->changed = !m_base.empty() && (found == m_base.end() || found->second != value);
            if (node->changed && found != m_base.end()) node->base = settingLabel(found->second);
        }
        parent.children.push_back(std::move(node));
    }
}

const SettingsTree::Node& SettingsTree::nodeOf(const QModelIndex& index) const
{
    return index.isValid() ? *static_cast<const Node*>(index.internalPointer()) : *m_root;
}

QModelIndex SettingsTree::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column, nodeOf(parent).children[size_t(row)].get());
}

QModelIndex SettingsTree::parent(const QModelIndex& index) const
{
    if (!index.isValid()) return {};
    const Node* parent = nodeOf(index).parent;
    return parent == m_root.get() ? QModelIndex() : createIndex(parent->place, 0, parent);
}

int SettingsTree::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : int(nodeOf(parent).children.size());
}

int SettingsTree::columnCount(const QModelIndex&) const
{
    return m_base_title.isEmpty() ? int(BaseColumn) : int(ColumnCount);
}

QVariant SettingsTree::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Node& node = nodeOf(index);
    switch (role) {
    case Qt::DisplayRole:
    case RawRole:
        return index.column() == NameColumn ? node.name : index.column() == ValueColumn ? node.value : node.base;
    case ChangedRole:
        return node.changed;
    case PathRole:
        return fromUtf8(node.path);
    case Qt::ToolTipRole:
        if (index.column() == ValueColumn) return plainTip(node.value);
        return plainTip(fromUtf8(node.path) + '\n' + documentationOf(node.path));
    case Qt::FontRole: {
        QFont font = QApplication::font();
        font.setBold(true);
        return node.changed && index.column() != BaseColumn ? QVariant(font) : QVariant();
    }
    default:
        return {};
    }
}

QVariant SettingsTree::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    return section == NameColumn ? tr("Setting") : section == ValueColumn ? tr("Value") : m_base_title;
}

} // namespace sy
