// The queue as a table: what waits, what runs, how the ended ones ended.
#pragma once

#include "core/store/records.h"

#include <QAbstractTableModel>

#include <vector>

namespace sy {

class QueueModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        WhatColumn,
        DeviceColumn,
        StateColumn,
        AddedColumn,
        StartedColumn,
        TookColumn,
        EndColumn,
        ColumnCount
    };
    enum Role { SortRole = Qt::UserRole, KeyRole, RunRole, WaitingRole, LogRole };

    using QAbstractTableModel::QAbstractTableModel;

    /// Newest first. `names` gives run ids their names.
    void setEntries(std::vector<QueueEntry> entries, const std::map<std::string, std::string>& names);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString text(const QueueEntry& entry, int column) const;
    QVariant sortValue(const QueueEntry& entry, int column) const;
    QString what(const QueueEntry& entry) const;

    std::vector<QueueEntry> m_entries;
    std::map<std::string, std::string> m_names;
};

/// "exit status 1", "killed by SIGKILL"; empty while it lives.
QString endText(const QueueEntry& entry);

} // namespace sy
