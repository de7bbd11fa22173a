// What recorded series mean.
#pragma once

#include <QString>
#include <QStringList>

namespace sy {

struct SeriesInfo {
    QString label;      ///< axis and title
    QString unit;       ///< empty = a plain number
    QString definition; ///< with its source; plain text
};

/// Series that this table does not know keep their name as label.
SeriesInfo seriesInfo(const QString& series);
/// Nats of a cross entropy: its exponential is a perplexity.
bool isCrossEntropy(const QString& series);
SeriesInfo perplexityInfo(const QString& series);

/// A chart of one curve a language: "valid/cross_entropy/*".
QString languageSeries(const QString& prefix);
bool isLanguageSeries(const QString& chart);
/// "valid/cross_entropy/de" -> "de" for chart "valid/cross_entropy/*"; empty where the series is none of it.
QString languageOf(const QString& chart, const QString& series);

/// The charts of a new home, in order.
QStringList defaultCharts();

} // namespace sy
