// Effects as tables.
#pragma once

#include "ui/causes/effects.h"

#include <QAbstractTableModel>

namespace sy {

/// A row per intervention, in the order they were made.
class InterventionModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        WhatColumn,
        LayerColumn,
        LoadColumn,
        LossColumn,
        ChangeColumn,
        RandomColumn,
        RangeColumn,
        ExcessColumn,
        ColumnCount
    };
    enum Role { SortRole = Qt::UserRole }; ///< raw numbers
    using QAbstractTableModel::QAbstractTableModel;

    /// @param loads  share of tokens per expert, by layer; may be empty
    void show(const Effects& effects, const std::map<QString, std::vector<double>>& loads);
    const Cause& cause(int row) const { return m_rows[static_cast<size_t>(row)].cause; }
    int rowOf(const Cause& cause) const; ///< -1 where it is not shown
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        Cause cause;
        std::optional<double> load, loss, change;
        std::optional<RandomChange> random;
    };
    QVariant raw(const Row& row, int column) const;
    std::vector<Row> m_rows;
};

/// What one intervention did to each language.
class LanguageEffectModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { LanguageColumn, ChangeColumn, RandomColumn, BaselineColumn, LossColumn, TokensColumn, ColumnCount };
    enum Role { SortRole = Qt::UserRole };
    using QAbstractTableModel::QAbstractTableModel;

    void show(const Effects& effects, const Cause& cause); ///< a baseline cause: the baseline alone
    QString language(int row) const { return m_rows[static_cast<size_t>(row)].language; }
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString language;
        int64_t tokens = 0;
        std::optional<double> before, after, change, random;
    };
    std::vector<Row> m_rows;
};

/// "+0.034"; a dash where it is unknown.
QString changeText(std::optional<double> nats);

} // namespace sy
