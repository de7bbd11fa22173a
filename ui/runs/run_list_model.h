// The runs of a store as a tree: filtered, sorted and, if wished, under group rows.
//
// A new picture moves, adds and removes only the rows that it must, and reports changes only of rows that look
// different: selections, expanded groups and scrolling survive.
#pragma once

#include "ui/runs/run_columns.h"
#include "ui/runs/run_filter.h"
#include "ui/runs/run_groups.h"

#include <QAbstractItemModel>

#include <memory>
#include <unordered_map>

namespace sy {

class Selection;

class RunListModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Role {
        RawRole = Qt::UserRole, ///< raw numbers; DisplayRole is formatted text
        IdRole,                 ///< run id or "queue:KEY"; empty for groups
        StatusRole,             ///< int of RunStatus
        ProgressRole,           ///< double in [0, 1]
        ColourRole,             ///< QColor; invalid for groups and places in the queue
        StarredRole,
        DeletedRole,
        KindRole, ///< int of RunColumn::Kind of the column
        IsGroupRole
    };

    explicit RunListModel(Selection* selection, QObject* parent = nullptr);
    ~RunListModel() override;

    void setPicture(const StorePicturePtr& picture);
    void setColumns(const QVector<RunColumn>& columns);
    void setFilter(const RunFilter& filter);
    void setShowDeleted(bool show);
    void setGrouping(const QString& key);
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    const QVector<RunColumn>& columns() const { return m_columns; }
    const QString& grouping() const { return m_grouping; }
    const std::vector<RunRow>& rows() const { return m_rows; }    ///< all, hidden ones too
    int listedRuns() const;                                       ///< that pass the filter
    const RunRow* row(const QModelIndex& index) const;            ///< null for groups
    const RunRow* row(const QString& id) const;                   ///< hidden ones too
    QModelIndex indexOf(const QString& id, int column = 0) const; ///< invalid where it is hidden
    QStringList idsBelow(const QModelIndex& index) const;         ///< of a group's runs, or of the row itself

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override; ///< ticks
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void aboutToArrange(); ///< rows may move: a view notes where it stands
    void arranged();

private:
    struct Node;
    struct Arrangement;

    void arrange();
    Arrangement wanted() const;
    bool lists(const RunRow& row) const;
    void removeGone(Node& parent, const Arrangement& arrangement);
    void moveBetweenGroups(const Arrangement& arrangement);
    void insertNew(const Arrangement& arrangement);
    void removeEmptyGroups();
    void permute(const std::vector<std::pair<Node*, std::vector<Node*>>>& orders);
    void sortAll();
    std::vector<Node*> sorted(const Node& parent) const;
    Node* groupNode(const QString& title);
    void refresh(std::vector<RunRow> rows);
    void reportChanged(const std::vector<QString>& ids);
    void refreshGroup(Node& group);
    void reportTicks();
    static void renumber(Node& parent);
    Node* nodeOf(const QModelIndex& index) const;
    QModelIndex indexOfNode(const Node& node, int column = 0) const;
    QVariant runData(const Node& node, const RunColumn& column, int role) const;
    QVariant groupData(const Node& group, const RunColumn& column, int role) const;
    QVariant groupBest(const Node& group, const RunColumn& column) const;
    QVariant groupTick(const Node& group) const;
    QString groupText(const Node& group, const RunColumn& column) const;

    Selection* m_selection;
    RunRows m_reader;
    std::vector<RunRow> m_rows;                      ///< all, as the picture has them
    std::unordered_map<std::string, size_t> m_place; ///< id -> m_rows
    QVector<RunColumn> m_columns = standardColumns();
    RunFilter m_filter;
    QString m_grouping;
    int m_sort_column = -1;
    Qt::SortOrder m_sort_order = Qt::DescendingOrder;
    bool m_show_deleted = false;
    std::unique_ptr<Node> m_root;
    std::unordered_map<std::string, Node*> m_nodes; ///< id -> listed node
};

} // namespace sy
