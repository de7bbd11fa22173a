// JSON as a tree of names and values; settings that differ from a base are marked.
#pragma once

#include <QAbstractItemModel>
#include <QString>

#include <nlohmann/json.hpp>

#include <map>
#include <memory>

namespace sy {

class SettingsTree : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { NameColumn, ValueColumn, BaseColumn, ColumnCount };
    enum Role {
        RawRole = Qt::UserRole,
        ChangedRole, ///< bool: it, or something below it, differs from the base
        PathRole     ///< dotted
    };

    /// `base_title`: of the third column; without one there is none.
    explicit SettingsTree(const QString& base_title = {}, QObject* parent = nullptr);
    ~SettingsTree() override;

    /// `base`: dotted path -> value to compare with; a path that it lacks counts as changed. Nothing happens where both
    /// are what they were.
    void show(const nlohmann::json& json, const std::map<std::string, nlohmann::json>& base = {});

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Node;
    void add(Node& parent, const nlohmann::json& json);
    const Node& nodeOf(const QModelIndex& index) const;

    QString m_base_title;
    nlohmann::json m_json;
    std::map<std::string, nlohmann::json> m_base;
    std::unique_ptr<Node> m_root;
};

} // namespace sy
