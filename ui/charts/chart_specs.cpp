#include "ui/charts/chart_cell.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

namespace sy {

QByteArray toJson(const QVector<ChartSpec>& specs)
{
    QJsonArray array;
    for (const ChartSpec& spec : specs)
        array.append(QJsonObject{{"series", spec.series}, {"y_log", spec.y_log}, {"perplexity", spec.perplexity}});
    return QJsonDocument(array).toJson(QJsonDocument::Compact);
}

QVector<ChartSpec> chartSpecsFromJson(const QByteArray& json)
{
    QVector<ChartSpec> specs;
    QSet<QString> seen;
    for (const QJsonValue& value : QJsonDocument::fromJson(json).array()) {
        const QJsonObject object = value.toObject();
        const QString series = object.value(QLatin1String("series")).toString();
        if (series.isEmpty() || seen.contains(series)) continue;
        seen.insert(series);
        specs.append({series, object.value(QLatin1String("y_log")).toBool(),
                      object.value(QLatin1String("perplexity")).toBool() && isCrossEntropy(series)});
    }
    return specs;
}

QVector<ChartSpec> defaultChartSpecs()
{
    QVector<ChartSpec> specs;
    for (const QString& series : defaultCharts()) specs.append({series, false, isLanguageSeries(series)});
    return specs;
}

} // namespace sy
