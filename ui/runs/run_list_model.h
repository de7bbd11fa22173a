// The runs of a store as a table: one row per run, in the order they are given.
#pragma once

#include "core/store/records.h"

#include <QAbstractTableModel>

#include <vector>

namespace sy {

class RunListModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        NameColumn,
        StatusColumn,
        ProgressColumn,
        StepColumn,
        BestColumn,
        LastColumn,
        StartedColumn,
        ColumnCount
    };
    enum Role {
        SortRole = Qt::UserRole, ///< raw numbers; DisplayRole is formatted text
        IdRole                   ///< the run's id
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// Rows of runs that stay are updated in place, so that selections survive.
    void setRuns(std::vector<RunSummary> runs);
    const std::vector<RunSummary>& runs() const { return m_runs; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void removeAbsent(const std::vector<RunSummary>& runs);
    bool sameOrder(const std::vector<RunSummary>& runs) const;
    QString text(const RunSummary& run, int column) const;
    QVariant sortValue(const RunSummary& run, int column) const;

    std::vector<RunSummary> m_runs;
};

/// The status in the user's language.
QString statusText(RunStatus status);
/// A time of the store in the user's format; empty for 0.
QString timeText(int64_t ms);

} // namespace sy
