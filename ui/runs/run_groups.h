// By what the run list can be grouped.
#pragma once

#include "ui/runs/run_row.h"

#include <QVariant>
#include <QVector>

namespace sy {

struct Grouping {
    QString key;  ///< "" = none, "status", "tags", "preset", "device", else the path of a setting
    QString text; ///< for people
};

/// None, the built-in ones, and the settings in which these rows differ.
QVector<Grouping> groupings(const std::vector<RunRow>& rows);

struct Group {
    QString title; ///< the group's identity too
    QVariant order;
};
/// Where a row belongs. A run with several tags is in the group of just these tags.
Group groupOf(const RunRow& row, const QString& key);

} // namespace sy
