#include "ui/compare/compared_run.h"

#include "core/config/config_io.h"
#include "core/config/cost_plan.h"
#include "ui/models/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace sy {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("compare", text);
}

const nlohmann::json* find(const std::map<std::string, nlohmann::json>& values, const std::string& name)
{
    const auto found = values.find(name);
    return found == values.end() ? nullptr : &found->second;
}

bool allSame(const std::vector<const nlohmann::json*>& values)
{
    return std::all_of(values.begin(), values.end(), [&](const nlohmann::json* value) {
        return (value == nullptr) == (values.front() == nullptr) && (!value || *value == *values.front());
    });
}

/// Every path that a run has, the known ones in the order of the field list.
std::vector<std::string> pathsOf(const std::vector<ComparedRun>& runs)
{
    std::vector<std::string> paths;
    std::map<std::string, bool> present;
    for (const auto& run : runs)
        if (run.settings)
            for (const auto& [path, value] : *run.settings) present[path] = true;
    for (const auto& info : settings()) {
        const auto found = present.find(info.path);
        if (found == present.end()) continue;
        paths.push_back(info.path);
        present.erase(found);
    }
    for (const auto& [path, yes] : present) paths.push_back(path);
    return paths;
}

bool endsWith(const std::string& text, const char* end)
{
    return text.ends_with(end);
}

/// "b, c" of the runs that differ from the baseline, at most four by name.
QString namesOf(const std::vector<ComparedRun>& runs, const std::vector<size_t>& places)
{
    constexpr size_t named = 4;
    QStringList names;
    for (size_t i = 0; i < places.size() && i < named; ++i) names << runs[places[i]].name;
    QString text = names.join(QStringLiteral(", "));
    if (places.size() > named) text += words(" and %1 more").arg(places.size() - named);
    return text;
}

template <class Differs>
std::vector<size_t> others(const std::vector<ComparedRun>& runs, size_t baseline, Differs differs)
{
    std::vector<size_t> places;
    for (size_t i = 0; i < runs.size(); ++i)
        if (i != baseline && differs(runs[i], runs[baseline])) places.push_back(i);
    return places;
}

bool otherHash(const std::string& left, const std::string& right)
{
    return !left.empty() && !right.empty() && left != right;
}

bool otherFlops(const ComparedRun& left, const ComparedRun& right)
{
    CostPlan a, b;
    a.flops_per_token = left.flops_per_token;
    b.flops_per_token = right.flops_per_token;
    return left.flops_per_token > 0 && right.flops_per_token > 0 && !equalFlops(a, b);
}

bool otherTokens(const ComparedRun& left, const ComparedRun& right)
{
    if (left.tokens == 0 || right.tokens == 0) return false;
    return std::abs(double(left.tokens - right.tokens)) > 0.01 * double(std::max(left.tokens, right.tokens));
}

} // namespace

std::vector<SettingRow> settingRows(const std::vector<ComparedRun>& runs, bool all)
{
    std::vector<SettingRow> rows;
    if (runs.empty()) return rows;
    const auto add = [&](const std::string& name, bool fact) {
        SettingRow row{name, fact, {}};
        for (const auto& run : runs)
            row.value.push_back(fact ? find(run.facts, name) : run.settings ? find(*run.settings, name) : nullptr);
        if (all || !allSame(row.value)) rows.push_back(std::move(row));
    };
    for (const auto& path : pathsOf(runs)) add(path, false);
    std::map<std::string, bool> facts;
    for (const auto& run : runs)
        for (const auto& [name, value] : run.facts) facts[name] = true;
    for (const auto& [name, yes] : facts) add(name, true);
    return rows;
}

Better betterOf(const std::string& series)
{
    if (series.find("cross_entropy") != std::string::npos || endsWith(series, "_loss") || endsWith(series, "drop_rate"))
        return Better::Lower;
    return endsWith(series, "per_second") ? Better::Higher : Better::Neither;
}

MetricValue metricValue(const ComparedRun& run, const std::string& series, Statistic statistic)
{
    const auto found = run.series.find(series);
    if (found == run.series.end() || found->second.points == 0) return {};
    const SeriesSummary& summary = found->second;
    if (statistic == Statistic::Final) return {true, summary.last, summary.last_step};
    const Better better = betterOf(series);
    if (better == Better::Lower && summary.min) return {true, *summary.min, summary.min_step};
    if (better == Better::Higher && summary.max) return {true, *summary.max, summary.max_step};
    return {};
}

Delta deltaOf(const MetricValue& value, const MetricValue& baseline, Better better)
{
    if (!value.known || !baseline.known || !std::isfinite(value.value) || !std::isfinite(baseline.value)) return {};
    Delta delta{true, value.value - baseline.value, std::nullopt, 0};
    if (baseline.value != 0) delta.percent = 100 * delta.value / std::abs(baseline.value);
    if (better != Better::Neither && delta.value != 0)
        delta.verdict = (delta.value < 0) == (better == Better::Lower) ? 1 : -1;
    return delta;
}

QString deltaText(const Delta& delta)
{
    if (!delta.known) return {};
    if (delta.value == 0) return words("equal");
    const QString sign = delta.value < 0 ? QString::fromUtf8("−") : QStringLiteral("+");
    QString text = sign + lossText(std::abs(delta.value));
    if (delta.percent) text += words(" (%1%2 %)").arg(sign, QLocale().toString(std::abs(*delta.percent), 'f', 1));
    if (delta.verdict != 0) text += delta.verdict > 0 ? words(" better") : words(" worse");
    return text;
}

std::vector<FairnessNote> fairnessNotes(const std::vector<ComparedRun>& runs, size_t baseline)
{
    std::vector<FairnessNote> notes;
    if (runs.size() < 2 || baseline >= runs.size()) return notes;
    const QString base = runs[baseline].name;
    const QLocale locale;
    const auto add = [&](bool grave, const std::vector<size_t>& places, const QString& text) {
        if (!places.empty()) notes.push_back({grave, text.arg(namesOf(runs, places), base)});
    };
    add(true, others(runs, baseline, [](auto& a, auto& b) { return otherHash(a.tokenizer_hash, b.tokenizer_hash); }),
        words("Another tokenizer than %2's: %1. Losses per token of different tokenizers are not comparable."));
    add(true, others(runs, baseline, [](auto& a, auto& b) { return otherHash(a.corpus_hash, b.corpus_hash); }),
        words("Another corpus than %2's: %1. Their losses are of different texts."));
    const auto unmatched = others(runs, baseline, otherFlops);
    add(false, unmatched, words("Not at equal FLOPs per token with %2: %1."));
    const auto other_step = others(runs, baseline, [](auto& a, auto& b) { return a.step != b.step; });
    add(false, other_step,
        words("At another step than %2 (%3): %1. Compare the curves where they overlap.")
            .replace("%3", locale.toString(qlonglong(runs[baseline].step))));
    add(false, others(runs, baseline, otherTokens), words("Trained on another number of tokens than %2: %1."));
    return notes;
}

} // namespace sy
