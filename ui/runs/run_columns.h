// The columns of the run list: what they hold, as raw numbers for sorting and export and as text for people.
#pragma once

#include "ui/runs/run_row.h"

#include <QVariant>
#include <QVector>

#include <optional>

namespace sy {

struct RunColumn {
    enum Kind {
        Name,
        Status,
        Progress,
        Step,
        TimeLeft,
        Metric, ///< of `what`, a series
        Parameters,
        Active,
        Device,
        Tags,
        Started,
        Duration,
        Disk,
        Origin,
        Lineage,
        Note,
        Setting ///< of `what`, a dotted path
    };
    enum Which { Last, Min, Max };

    Kind kind = Name;
    QString what;
    Which which = Last;

    /// As settings keep it: "name", "metric:min:valid/cross_entropy", "setting:model.num_experts".
    QString key() const;
    static std::optional<RunColumn> fromKey(const QString& key);
    bool operator==(const RunColumn&) const = default;
};

QVector<RunColumn> standardColumns();
/// Every column but those of metrics and settings, in their order.
QVector<RunColumn> fixedColumns();
/// Series of the metric columns: what StoreWatch must ask for.
QStringList seriesOf(const QVector<RunColumn>& columns);

QString columnTitle(const RunColumn& column);
QString columnToolTip(const RunColumn& column);
bool isNumberColumn(const RunColumn& column);
bool lowerIsBetter(const QString& series); ///< losses; then "min" is called "best"

/// Number or text; invalid = missing. NaN and infinities of a metric stay.
QVariant cellValue(const RunRow& row, const RunColumn& column);
QString cellText(const RunRow& row, const RunColumn& column);
QString cellToolTip(const RunRow& row, const RunColumn& column);
/// A setting for people: texts without quotes, lists with commas, "(empty)" where there is nothing to see.
QString settingLabel(const nlohmann::json& value);

/// "run-9" before "run-10", capitals ignored; < 0, 0, > 0.
int naturalCompare(const QString& left, const QString& right);
/// For sorting either way: what is missing (NaN too) comes last.
int compareValues(const QVariant& left, const QVariant& right, Qt::SortOrder order);

} // namespace sy
