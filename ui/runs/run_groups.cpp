#include "ui/runs/run_groups.h"

#include "ui/models/text.h"
#include "ui/runs/run_columns.h"

#include <QCoreApplication>

#include <map>

namespace sy {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("runs", text);
}

Group textGroup(const QVariant& value, const char* missing)
{
    const QString text = value.toString();
    return text.isEmpty() ? Group{words(missing), {}} : Group{text, text};
}

Group settingGroup(const RunRow& row, const QString& path)
{
    const auto* value = row.setting(path.toStdString());
    if (!value) return {words("not set"), {}};
    return {settingLabel(*value), value->is_number() ? QVariant(value->get<double>()) : QVariant(settingLabel(*value))};
}

/// Paths whose value is not the same in all runs that have settings.
QStringList differingPaths(const std::vector<RunRow>& rows)
{
    std::map<std::string, const nlohmann::json*> first;
    std::map<std::string, size_t> count;
    QStringList differing;
    size_t runs = 0;
    for (const auto& row : rows) {
        if (!row.settings) continue;
        ++runs;
        for (const auto& [path, value] : *row.settings) {
            const auto [entry, is_new] = first.emplace(path, &value);
            ++count[path];
            if (!is_new && entry->second && *entry->second != value) entry->second = nullptr;
        }
    }
    for (const auto& [path, value] : first)
        if (!value || count[path] != runs) differing << fromUtf8(path);
    return differing;
}

} // namespace

QVector<Grouping> groupings(const std::vector<RunRow>& rows)
{
    QVector<Grouping> all{{"", words("no groups")},
                          {"status", words("status")},
                          {"tags", words("tags")},
                          {"preset", words("preset")},
                          {"device", words("device")}};
    for (const auto& path : differingPaths(rows))
        if (path != QLatin1String("device")) all << Grouping{path, path};
    return all;
}

Group groupOf(const RunRow& row, const QString& key)
{
    if (key.isEmpty()) return {};
    if (key == QLatin1String("status")) return {statusText(row.status()), int(row.status())};
    if (key == QLatin1String("tags"))
        return textGroup(cellValue(row, {RunColumn::Tags, {}, RunColumn::Last}), "no tags");
    if (key == QLatin1String("preset")) return textGroup(fromUtf8(row.run->preset), "no preset");
    if (key == QLatin1String("device")) return textGroup(fromUtf8(row.run->device), "no device");
    return settingGroup(row, key);
}

} // namespace sy
