#include "ui/routing/language_table.h"

#include "core/analysis/definitions.h"
#include "ui/models/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sy {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("sy::LanguageTable", text);
}

} // namespace

LanguageTable tableOfWindows(const std::vector<RoutingWindow>& windows, size_t layers)
{
    LanguageTable out;
    out.load.resize(layers);
    out.drop_rate.resize(layers);
    for (const RoutingWindow& window : windows) {
        const auto layer = static_cast<size_t>(window.layer);
        if (layer >= layers) continue;
        out.first_step = window.first_step;
        out.last_step = window.last_step;
        out.languages = window.languages;
        out.experts = window.experts;
        out.load[layer].assign(window.load.begin(), window.load.end());
        std::vector<double>& drops = out.drop_rate[layer];
        const auto experts = static_cast<std::ptrdiff_t>(window.experts);
        for (std::ptrdiff_t l = 0; l < window.languages; ++l) {
            const auto sum = [&](const std::vector<int64_t>& all) {
                return std::accumulate(all.begin() + l * experts, all.begin() + (l + 1) * experts, int64_t{0});
            };
            const int64_t load = sum(window.load), kept = sum(window.kept);
            drops.push_back(load > 0 ? 1 - static_cast<double>(kept) / static_cast<double>(load) : std::nan(""));
        }
    }
    return out;
}

std::optional<LanguageTable> tableOfEvaluation(const Evaluation& evaluation, size_t layers, size_t languages)
{
    const size_t rows = evaluation.row_language.size(), places = evaluation.layers.size();
    if (evaluation.counts.empty() || rows == 0 || places == 0) return {};
    const size_t experts = evaluation.counts.size() / places / rows;
    LanguageTable out;
    out.source = CountSource::Validation;
    out.first_step = out.last_step = evaluation.step;
    out.languages = static_cast<int64_t>(languages);
    out.experts = static_cast<int64_t>(experts);
    out.load.resize(layers);
    for (size_t place = 0; place < places; ++place) {
        const auto layer = static_cast<size_t>(evaluation.layers[place]);
        if (layer >= layers) continue;
        std::vector<double>& load = out.load[layer];
        load.assign(languages * experts, 0);
        for (size_t row = 0; row < rows; ++row) {
            const int32_t language = evaluation.row_language[row];
            if (language < 0 || static_cast<size_t>(language) >= languages) continue;
            for (size_t e = 0; e < experts; ++e)
                load[static_cast<size_t>(language) * experts + e] +=
                    evaluation.counts[(place * rows + row) * experts + e];
        }
    }
    return out;
}

TableOrder tableOrder(const LanguageTable& table, int layer, const QStringList& codes, LanguageOrder rows,
                      ExpertOrder columns)
{
    TableOrder out;
    if (!table.has(layer)) return out;
    const std::vector<double>& load = table.load[static_cast<size_t>(layer)];
    std::vector<std::string> names;
    for (int64_t l = 0; l < table.languages; ++l) names.push_back(codes.value(static_cast<int>(l)).toStdString());
    if (rows == LanguageOrder::Similarity) {
        out.languages = similarityOrder(load, table.languages, table.experts);
    } else if (rows == LanguageOrder::Family) {
        out.languages = familyOrder(names);
    } else {
        out.languages.resize(names.size());
        std::iota(out.languages.begin(), out.languages.end(), 0);
        std::stable_sort(out.languages.begin(), out.languages.end(), [&](int64_t a, int64_t b) {
            return names[static_cast<size_t>(a)] < names[static_cast<size_t>(b)];
        });
    }
    if (columns == ExpertOrder::Similarity) {
        out.experts = similarityOrderOfColumns(load, table.languages, table.experts);
    } else {
        out.experts.resize(static_cast<size_t>(table.experts));
        std::iota(out.experts.begin(), out.experts.end(), 0);
    }
    return out;
}

namespace {

void addSide(HeatMatrix& matrix, const LanguageTable& table, int layer, const TableOrder& order,
             const std::vector<double>& losses)
{
    const auto place = static_cast<size_t>(layer);
    if (place < table.drop_rate.size() && !table.drop_rate[place].empty()) {
        HeatSideColumn drops{words("drop"), QStringLiteral("%"), {}, 1};
        for (const int64_t l : order.languages)
            drops.value.push_back(100 * table.drop_rate[place][static_cast<size_t>(l)]);
        matrix.side.push_back(std::move(drops));
    }
    if (std::none_of(losses.begin(), losses.end(), [](double one) { return std::isfinite(one); })) return;
    HeatSideColumn loss{words("loss"), words("nats"), {}, 2};
    for (const int64_t l : order.languages)
        loss.value.push_back(static_cast<size_t>(l) < losses.size() ? losses[static_cast<size_t>(l)] : std::nan(""));
    matrix.side.push_back(std::move(loss));
}

} // namespace

HeatMatrix heatMatrixOf(const LanguageTable& table, int layer, MatrixKind kind, const TableOrder& order,
                        const QStringList& codes, const std::vector<double>& losses)
{
    HeatMatrix out;
    if (!table.has(layer)) return out;
    const auto values = languageMatrix(kind, table.load[static_cast<size_t>(layer)], table.languages, table.experts);
    out.rows = static_cast<int>(order.languages.size());
    out.columns = static_cast<int>(order.experts.size());
    for (const int64_t l : order.languages) {
        const QString code = codes.value(static_cast<int>(l));
        out.row_names << code;
        out.row_groups << fromUtf8(std::string(languageFamily(code.toStdString())));
        for (const int64_t e : order.experts) out.value.push_back(values[static_cast<size_t>(l * table.experts + e)]);
    }
    for (const int64_t e : order.experts) out.column_names << QString::number(e);
    out.row_title = words("Language");
    out.column_title = words("Expert");
    out.value_title = nameOf(kind);
    out.scale = kind == MatrixKind::Lift ? HeatScale::Lift : HeatScale::Sequential;
    out.decimals = kind == MatrixKind::Counts ? 0 : 2;
    out.unit = kind == MatrixKind::Counts ? words("tokens") : QString();
    addSide(out, table, layer, order, losses);
    return out;
}

QString nameOf(MatrixKind kind)
{
    switch (kind) {
    case MatrixKind::Lift:
        return words("Lift over chance");
    case MatrixKind::Counts:
        return words("Choices");
    case MatrixKind::LanguageGivenExpert:
        return words("P(language | expert)");
    default:
        return words("P(expert | language)");
    }
}

QString definitionOf(MatrixKind kind)
{
    switch (kind) {
    case MatrixKind::Lift:
        return fromUtf8(definitionText("matrix.lift"));
    case MatrixKind::Counts:
        return fromUtf8(definitionText("matrix.counts"));
    case MatrixKind::LanguageGivenExpert:
        return fromUtf8(definitionText("matrix.language_given_expert"));
    default:
        return fromUtf8(definitionText("matrix.expert_given_language"));
    }
}

} // namespace sy
