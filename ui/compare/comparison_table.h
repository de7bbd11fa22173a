// Things by runs: a row a thing and a column a run, or the other way round. Headers of runs carry their colour.
#pragma once

#include <QAbstractTableModel>
#include <QColor>
#include <QString>
#include <QVariant>
#include <QVector>

namespace sy {

class ComparisonTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role {
        RawRole = Qt::UserRole, ///< number or text, for export
        VerdictRole             ///< 1 = better than the baseline, -1 = worse
    };

    struct Cell {
        QString text, tip;
        QVariant raw;
        int verdict = 0;
        bool bold = false;
        bool operator==(const Cell&) const = default;
    };
    struct Thing {
        QString name, tip;
        QVector<Cell> cells; ///< by run
        bool operator==(const Thing&) const = default;
    };
    struct Run {
        QString name;
        QColor colour;
        bool baseline = false;
        bool operator==(const Run&) const = default;
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// Where things and runs stay, only cells that differ are reported.
    void setContent(const QVector<Run>& runs, const QVector<Thing>& things);
    void setTransposed(bool runs_are_rows);
    bool isTransposed() const { return m_transposed; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    bool sameShape(const QVector<Run>& runs, const QVector<Thing>& things) const;

    QVector<Run> m_runs;
    QVector<Thing> m_things;
    bool m_transposed = false;
};

} // namespace sy
