#include "ui/charts/series_info.h"

#include <QCoreApplication>

#include <array>

namespace sy {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("sy::SeriesInfo", text);
}

struct Row {
    const char *series, *label, *unit, *definition;
};

const std::array rows{
    Row{"train/cross_entropy", QT_TRANSLATE_NOOP("sy::SeriesInfo", "Training cross entropy"),
        QT_TRANSLATE_NOOP("sy::SeriesInfo", "nats per target token"),
        QT_TRANSLATE_NOOP(
            "sy::SeriesInfo",
            "-(1/T) sum ln p(target), over the T real target tokens of an update. Router losses are not in "
            "it. Its exponential is the perplexity.")},
    Row{"valid/cross_entropy", QT_TRANSLATE_NOOP("sy::SeriesInfo", "Validation cross entropy"),
        QT_TRANSLATE_NOOP("sy::SeriesInfo", "nats per target token"),
        QT_TRANSLATE_NOOP("sy::SeriesInfo",
                          "-(1/T) sum ln p(target), over the T target tokens of the fixed validation batches, without "
                          "dropout and jitter and without router losses.")},
    Row{"train/aux_loss", QT_TRANSLATE_NOOP("sy::SeriesInfo", "Load-balancing loss"), "",
        QT_TRANSLATE_NOOP(
            "sy::SeriesInfo",
            "N sum_e f_e P_e, unweighted, mean over sparse layers; 1 under uniform routing. f_e: share of "
            "tokens sent to expert e, P_e: its mean probability. Fedus et al. 2022, arXiv:2101.03961, eq. 4.")},
    Row{"train/z_loss", QT_TRANSLATE_NOOP("sy::SeriesInfo", "Router z-loss"),
        QT_TRANSLATE_NOOP("sy::SeriesInfo", "nats²"),
        QT_TRANSLATE_NOOP("sy::SeriesInfo",
                          "Mean of logsumexp(router logits)² over tokens, unweighted, mean over sparse layers. Zoph et "
                          "al. 2022, arXiv:2202.08906, eq. 5.")},
    Row{"train/learning_rate", QT_TRANSLATE_NOOP("sy::SeriesInfo", "Learning rate"), "",
        QT_TRANSLATE_NOOP("sy::SeriesInfo", "Of the schedule at this update, before what the optimizer scales it by.")},
    Row{"train/grad_norm", QT_TRANSLATE_NOOP("sy::SeriesInfo", "Gradient norm"),
        QT_TRANSLATE_NOOP("sy::SeriesInfo", "L2, before clipping"),
        QT_TRANSLATE_NOOP("sy::SeriesInfo", "Square root of the sum of squares over all parameters' gradients.")},
    Row{"train/tokens_per_second", QT_TRANSLATE_NOOP("sy::SeriesInfo", "Throughput"),
        QT_TRANSLATE_NOOP("sy::SeriesInfo", "tokens/s"),
        QT_TRANSLATE_NOOP("sy::SeriesInfo", "Input and target positions trained on a second, padding left out.")},
    Row{"train/drop_rate", QT_TRANSLATE_NOOP("sy::SeriesInfo", "Dropped tokens"),
        QT_TRANSLATE_NOOP("sy::SeriesInfo", "share of routed tokens"),
        QT_TRANSLATE_NOOP(
            "sy::SeriesInfo",
            "1 - sum kept / sum load over all sparse layers: tokens that found no free slot of their expert "
            "and pass by it. T5X calls it fraction_tokens_left_behind.")},
};

const QString languages_of_validation = QStringLiteral("valid/cross_entropy/");

} // namespace

SeriesInfo seriesInfo(const QString& series)
{
    for (const Row& row : rows)
        if (series == QLatin1String(row.series)) return {tr(row.label), tr(row.unit), tr(row.definition)};
    if (series.startsWith(languages_of_validation)) {
        const QString language = series.mid(languages_of_validation.size());
        const SeriesInfo whole = seriesInfo(QStringLiteral("valid/cross_entropy"));
        if (language == QLatin1String("*"))
            return {tr("Cross entropy by language"), whole.unit,
                    tr("%1 One curve a language of the current run.").arg(whole.definition)};
        return {tr("Validation cross entropy, %1").arg(language), whole.unit, whole.definition};
    }
    return {series, {}, tr("Recorded as \"%1\".").arg(series)};
}

bool isCrossEntropy(const QString& series)
{
    return series.contains(QLatin1String("cross_entropy"));
}

SeriesInfo perplexityInfo(const QString& series)
{
    const QString definition = tr("exp(cross entropy): as unsure as a choice among that many equally likely tokens. "
                                  "From the cross entropy alone, without router losses.");
    if (series == QLatin1String("train/cross_entropy")) return {tr("Training perplexity"), {}, definition};
    if (series == QLatin1String("valid/cross_entropy")) return {tr("Validation perplexity"), {}, definition};
    if (isLanguageSeries(series)) return {tr("Perplexity by language"), {}, definition};
    if (series.startsWith(languages_of_validation))
        return {tr("Validation perplexity, %1").arg(series.mid(languages_of_validation.size())), {}, definition};
    return {tr("exp of %1").arg(series), {}, definition};
}

QString languageSeries(const QString& prefix)
{
    return prefix + QStringLiteral("/*");
}

bool isLanguageSeries(const QString& chart)
{
    return chart.endsWith(QLatin1String("/*"));
}

QString languageOf(const QString& chart, const QString& series)
{
    if (!isLanguageSeries(chart)) return {};
    const QString prefix = chart.chopped(1);
    return series.startsWith(prefix) ? series.mid(prefix.size()) : QString();
}

QStringList defaultCharts()
{
    return {QStringLiteral("train/cross_entropy"),
            QStringLiteral("valid/cross_entropy"),
            languageSeries(QStringLiteral("valid/cross_entropy")),
            QStringLiteral("train/learning_rate"),
            QStringLiteral("train/grad_norm"),
            QStringLiteral("train/drop_rate"),
            QStringLiteral("train/aux_loss"),
            QStringLiteral("train/z_loss"),
            QStringLiteral("train/tokens_per_second")};
}

} // namespace sy
