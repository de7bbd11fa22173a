#include "ui/runs/run_columns.h"

#include "core/config/config_io.h"
#include "ui/models/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <array>
#include <cmath>

namespace sy {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("runs", text);
}

struct KindWords {
    RunColumn::Kind kind;
    const char* key;
    const char* title;
    const char* tip;
    bool number;
};

constexpr std::array kinds{
    KindWords{RunColumn::Name, "name", QT_TRANSLATE_NOOP("runs", "Run"),
              QT_TRANSLATE_NOOP("runs", "Tick: shown in charts and comparison. Square: its colour. Star: a favourite."),
              false},
    KindWords{RunColumn::Status, "status", QT_TRANSLATE_NOOP("runs", "Status"),
              QT_TRANSLATE_NOOP("runs", "Interrupted: neither alive nor ended; it can be resumed"), false},
    KindWords{RunColumn::Progress, "progress", QT_TRANSLATE_NOOP("runs", "Progress"),
              QT_TRANSLATE_NOOP("runs", "Updates done over updates planned"), true},
    KindWords{RunColumn::Step, "step", QT_TRANSLATE_NOOP("runs", "Step"),
              QT_TRANSLATE_NOOP("runs", "Updates done / planned"), true},
    KindWords{RunColumn::TimeLeft, "time_left", QT_TRANSLATE_NOOP("runs", "Time left"),
              QT_TRANSLATE_NOOP("runs", "Expected from the pace of the last minute"), true},
    KindWords{RunColumn::Parameters, "parameters", QT_TRANSLATE_NOOP("runs", "Parameters"),
              QT_TRANSLATE_NOOP("runs", "All parameters, every expert counted"), true},
    KindWords{RunColumn::Active, "active", QT_TRANSLATE_NOOP("runs", "Active"),
              QT_TRANSLATE_NOOP("runs", "Parameters that one token uses"), true},
    KindWords{RunColumn::Device, "device", QT_TRANSLATE_NOOP("runs", "Device"),
              QT_TRANSLATE_NOOP("runs", "Where it trains, or trained last"), false},
    KindWords{RunColumn::Tags, "tags", QT_TRANSLATE_NOOP("runs", "Tags"), "", false},
    KindWords{RunColumn::Started, "started", QT_TRANSLATE_NOOP("runs", "Started"),
              QT_TRANSLATE_NOOP("runs", "When it began; for a waiting one, when it was put into the queue"), true},
    KindWords{RunColumn::Duration, "duration", QT_TRANSLATE_NOOP("runs", "Duration"),
              QT_TRANSLATE_NOOP("runs", "From the start to the end or the last sign of life, pauses included"), true},
    KindWords{RunColumn::Disk, "disk", QT_TRANSLATE_NOOP("runs", "Checkpoints"),
              QT_TRANSLATE_NOOP("runs", "Disk that its checkpoints take"), true},
    KindWords{RunColumn::Origin, "origin", QT_TRANSLATE_NOOP("runs", "Origin"),
              QT_TRANSLATE_NOOP("runs", "Host of the store that it was imported from"), false},
    KindWords{RunColumn::Lineage, "lineage", QT_TRANSLATE_NOOP("runs", "Lineage"),
              QT_TRANSLATE_NOOP("runs", "The run that this one goes on from"), false},
    KindWords{RunColumn::Note, "note", QT_TRANSLATE_NOOP("runs", "Note"), "", false},
};

const KindWords* wordsOf(RunColumn::Kind kind)
{
    for (const auto& entry : kinds)
        if (entry.kind == kind) return &entry;
    return nullptr;
}

constexpr std::array which_keys{"last", "min", "max"};

QString whichText(const RunColumn& column)
{
    if (column.which == RunColumn::Last) return words("last");
    if (column.which == RunColumn::Min) return lowerIsBetter(column.what) ? words("best") : words("min");
    return words("max");
}

QString joined(const std::vector<std::string>& tags)
{
    QStringList all;
    for (const auto& tag : tags) all << fromUtf8(tag);
    return all.join(QStringLiteral(", "));
}

QVariant text(const QString& value)
{
    return value.isEmpty() ? QVariant() : QVariant(value);
}

QVariant count(int64_t value)
{
    return value == 0 ? QVariant() : QVariant(qlonglong(value));
}

const SeriesSummary* summaryOf(const RunRow& row, const QString& series)
{
    const auto found = row.run->metrics.find(series.toStdString());
    return found == row.run->metrics.end() || found->second.points == 0 ? nullptr : &found->second;
}

/// The standard two losses are known without being asked for.
QVariant metricValue(const RunRow& row, const RunColumn& column)
{
    if (const auto* summary = summaryOf(row, column.what)) {
        if (column.which == RunColumn::Last) return summary->last;
        const auto& extreme = column.which == RunColumn::Min ? summary->min : summary->max;
        return extreme ? QVariant(*extreme) : QVariant();
    }
    if (column.which == RunColumn::Min && column.what == QLatin1String("valid/cross_entropy") && row.run->best_valid)
        return *row.run->best_valid;
    const auto last = row.run->last.find(column.what.toStdString());
    return column.which == RunColumn::Last && last != row.run->last.end() ? QVariant(last->second) : QVariant();
}

QString lineageText(const RunRow& row)
{
    return row.run->parent.empty() ? QString()
                                   : words("%1 from %2").arg(fromUtf8(row.run->parent_kind), row.parent_name);
}

QVariant settingValue(const RunRow& row, const RunColumn& column)
{
    const auto* value = row.setting(column.what.toStdString());
    if (!value) return {};
    if (value->is_number()) return value->get<double>();
    return settingLabel(*value);
}

} // namespace

QString RunColumn::key() const
{
    if (kind == Setting) return QStringLiteral("setting:") + what;
    if (kind == Metric) return QStringLiteral("metric:%1:%2").arg(QLatin1String(which_keys[which]), what);
    return QLatin1String(wordsOf(kind)->key);
}

std::optional<RunColumn> RunColumn::fromKey(const QString& key)
{
    for (const auto& entry : kinds)
        if (key == QLatin1String(entry.key)) return RunColumn{entry.kind, {}, Last};
    if (key.startsWith(QLatin1String("setting:")) && key.size() > 8) return RunColumn{Setting, key.mid(8), Last};
    for (size_t which = 0; which < which_keys.size(); ++which) {
        const QString prefix = QStringLiteral("metric:%1:").arg(QLatin1String(which_keys[which]));
        if (key.startsWith(prefix) && key.size() > prefix.size())
            return RunColumn{Metric, key.mid(prefix.size()), static_cast<Which>(which)};
    }
    return std::nullopt;
}

QVector<RunColumn> standardColumns()
{
    // Progress and the best loss come first: a narrow dock shows no more, and the bar tells the status too.
    QVector<RunColumn> columns{{RunColumn::Name, {}, RunColumn::Last},
                               {RunColumn::Progress, {}, RunColumn::Last},
                               {RunColumn::Metric, "valid/cross_entropy", RunColumn::Min},
                               {RunColumn::Metric, "valid/cross_entropy", RunColumn::Last},
                               {RunColumn::Metric, "train/cross_entropy", RunColumn::Last}};
    for (const auto& column : fixedColumns())
        if (column.kind != RunColumn::Note && column.kind != RunColumn::Active && !columns.contains(column))
            columns << column;
    return columns;
}

QVector<RunColumn> fixedColumns()
{
    QVector<RunColumn> columns;
    for (const auto& entry : kinds) columns << RunColumn{entry.kind, {}, RunColumn::Last};
    return columns;
}

QStringList seriesOf(const QVector<RunColumn>& columns)
{
    QStringList series;
    for (const auto& column : columns)
        if (column.kind == RunColumn::Metric && !series.contains(column.what)) series << column.what;
    return series;
}

QString columnTitle(const RunColumn& column)
{
    if (column.kind == RunColumn::Setting) return column.what;
    if (column.kind != RunColumn::Metric) return words(wordsOf(column.kind)->title);
    QString name = column.what;
    if (name == QLatin1String("valid/cross_entropy")) name = words("valid");
    if (name == QLatin1String("train/cross_entropy")) name = words("train");
    return words("%1 %2").arg(name, whichText(column));
}

QString columnToolTip(const RunColumn& column)
{
    if (column.kind == RunColumn::Setting) {
        for (const auto& info : settings())
            if (info.path == column.what.toStdString()) return fromUtf8(info.path) + "\n" + info.field.doc;
        return column.what;
    }
    if (column.kind != RunColumn::Metric) {
        const char* tip = wordsOf(column.kind)->tip;
        return *tip ? words(tip) : QString();
    }
    const QString unit = column.what.contains(QLatin1String("cross_entropy")) ? words(", nats per target token") : "";
    switch (column.which) {
    case RunColumn::Min:
        return words("Lowest finite value of %1%2").arg(column.what, unit);
    case RunColumn::Max:
        return words("Highest finite value of %1%2").arg(column.what, unit);
    case RunColumn::Last:
        break;
    }
    return words("Latest value of %1%2").arg(column.what, unit);
}

bool isNumberColumn(const RunColumn& column)
{
    if (column.kind == RunColumn::Metric) return true;
    return column.kind != RunColumn::Setting && wordsOf(column.kind)->number;
}

bool lowerIsBetter(const QString& series)
{
    return series.contains(QLatin1String("cross_entropy")) || series.endsWith(QLatin1String("_loss")) ||
           series.endsWith(QLatin1String("drop_rate"));
}

QVariant cellValue(const RunRow& row, const RunColumn& column)
{
    const RunSummary& run = *row.run;
    switch (column.kind) {
    case RunColumn::Name:
        return fromUtf8(run.name);
    case RunColumn::Status:
        return statusText(row.status());
    case RunColumn::Progress:
        return row.progress();
    case RunColumn::Step:
        return qlonglong(run.step);
    case RunColumn::TimeLeft:
        return row.seconds_left ? QVariant(*row.seconds_left) : QVariant();
    case RunColumn::Metric:
        return metricValue(row, column);
    case RunColumn::Parameters:
        return count(run.parameters_total);
    case RunColumn::Active:
        return count(run.parameters_active);
    case RunColumn::Device:
        return text(fromUtf8(run.device));
    case RunColumn::Tags:
        return text(joined(run.tags));
    case RunColumn::Started:
        return count(run.started_ms > 0 ? run.started_ms : run.created_ms);
    case RunColumn::Duration:
        return row.duration() ? QVariant(*row.duration()) : QVariant();
    case RunColumn::Disk:
        return count(run.checkpoint_bytes);
    case RunColumn::Origin:
        return text(fromUtf8(run.origin));
    case RunColumn::Lineage:
        return text(lineageText(row));
    case RunColumn::Note:
        return text(fromUtf8(run.note));
    case RunColumn::Setting:
        return settingValue(row, column);
    }
    return {};
}

QString cellText(const RunRow& row, const RunColumn& column)
{
    const QLocale locale;
    if (column.kind == RunColumn::Step) {
        if (row.run->steps == 0) return locale.toString(qlonglong(row.run->step));
        return words("%1 / %2").arg(locale.toString(qlonglong(row.run->step)),
                                    locale.toString(qlonglong(row.run->steps)));
    }
    if (column.kind == RunColumn::Status && row.queue_place > 0)
        return words("%1, place %2").arg(statusText(row.status()), locale.toString(row.queue_place));
    if (column.kind == RunColumn::Status && row.run->deleted) return words("%1, deleted").arg(statusText(row.status()));
    const QVariant value = cellValue(row, column);
    if (!value.isValid()) return {};
    switch (column.kind) {
    case RunColumn::Progress:
        return words("%1 %").arg(std::floor(100 * value.toDouble())); // 100 % only when all is done
    case RunColumn::TimeLeft:
    case RunColumn::Duration:
        return durationText(value.toDouble());
    case RunColumn::Metric:
        return lossText(value.toDouble());
    case RunColumn::Parameters:
    case RunColumn::Active:
        return countText(value.toDouble());
    case RunColumn::Started:
        return timeText(value.toLongLong());
    case RunColumn::Disk:
        return bytesText(value.toDouble());
    case RunColumn::Setting:
        return settingLabel(*row.setting(column.what.toStdString()));
    case RunColumn::Note:
        return value.toString().simplified();
    default:
        return value.toString();
    }
}

QString cellToolTip(const RunRow& row, const RunColumn& column)
{
    const QLocale locale;
    if (column.kind == RunColumn::Metric) {
        const auto* summary = summaryOf(row, column.what);
        if (!summary) return {};
        const int64_t step = column.which == RunColumn::Min   ? summary->min_step
                             : column.which == RunColumn::Max ? summary->max_step
                                                              : summary->last_step;
        QString tip = words("%1 at step %2").arg(cellText(row, column), locale.toString(qlonglong(step)));
        if (summary->not_finite > 0)
            tip += "\n" + words("%1 points are not finite").arg(locale.toString(qlonglong(summary->not_finite)));
        return tip;
    }
    if (column.kind == RunColumn::Status && !row.run->failure.empty()) return fromUtf8(row.run->failure);
    if (column.kind == RunColumn::Name) {
        const QString note = fromUtf8(row.run->note);
        return cellText(row, column) + (note.isEmpty() ? QString() : "\n" + note);
    }
    return cellText(row, column);
}

QString settingLabel(const nlohmann::json& value)
{
    if (value.empty() || value == "") return words("(empty)");
    if (value.is_string()) return fromUtf8(value.get<std::string>());
    if (value.is_number_float()) return QString::number(value.get<double>(), 'g', 10);
    if (!value.is_array()) return fromUtf8(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    QStringList parts;
    for (const auto& part : value) parts << settingLabel(part);
    return parts.join(QStringLiteral(", "));
}

int naturalCompare(const QString& left, const QString& right)
{
    const auto digits = [](const QString& text, qsizetype& at) {
        const qsizetype from = at;
        while (at < text.size() && text[at].isDigit()) ++at;
        return QStringView(text).mid(from, at - from);
    };
    qsizetype i = 0, j = 0;
    while (i < left.size() && j < right.size()) {
        if (left[i].isDigit() && right[j].isDigit()) {
            const double a = digits(left, i).toDouble(), b = digits(right, j).toDouble();
            if (a != b) return a < b ? -1 : 1;
            continue;
        }
        const QChar a = left[i].toCaseFolded(), b = right[j].toCaseFolded();
        if (a != b) return a < b ? -1 : 1;
        ++i, ++j;
    }
    const qsizetype rest = (left.size() - i) - (right.size() - j);
    if (rest != 0) return rest < 0 ? -1 : 1;
    return left.compare(right);
}

int compareValues(const QVariant& left, const QVariant& right, Qt::SortOrder order)
{
    const auto isText = [](const QVariant& value) { return value.typeId() == QMetaType::QString; };
    const auto missing = [&](const QVariant& value) {
        return !value.isValid() || (!isText(value) && std::isnan(value.toDouble()));
    };
    if (missing(left) || missing(right)) return int(missing(left)) - int(missing(right));
    int result = 0;
    if (isText(left) != isText(right))
        result = isText(left) ? 1 : -1;
    else if (isText(left))
        result = naturalCompare(left.toString(), right.toString());
    else
        result = left.toDouble() < right.toDouble() ? -1 : left.toDouble() > right.toDouble() ? 1 : 0;
    return order == Qt::AscendingOrder ? result : -result;
}

} // namespace sy
