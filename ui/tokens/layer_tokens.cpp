#include "ui/tokens/layer_tokens.h"

#include "ui/models/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <map>

namespace sy {

namespace {

RoutedIds routed(const std::vector<int32_t>& ids, const StackRoutes::Layer& layer, int experts)
{
    return {experts, ids, layer.expert};
}

std::optional<VocabularyFigure> vocabularyFigure(const std::vector<int32_t>& ids, const StackRoutes::Layer& layer,
                                                 int experts, int64_t min_total)
{
    if (ids.empty()) return {};
    const TokenTable table(routed(ids, layer, experts));
    VocabularyFigure figure{table.specialization(min_total), table.specializationByChance(min_total), 0};
    for (const int32_t id : table.ids()) figure.ids += table.total(id) >= min_total ? 1 : 0;
    return figure;
}

/// Evenly over the whole list.
void thin(std::vector<size_t>& places, size_t limit)
{
    if (places.size() <= limit) return;
    for (size_t i = 0; i < limit; ++i) places[i] = places[i * places.size() / limit];
    places.resize(limit);
}

} // namespace

const TokenKind* LayerTokens::kind(int32_t id) const
{
    if (!kinds || id < 0 || static_cast<size_t>(id) >= kinds->size()) return nullptr;
    return &(*kinds)[static_cast<size_t>(id)];
}

QString LayerTokens::script(int32_t id) const
{
    const TokenKind* known = kind(id);
    return known ? fromUtf8(known->script) : QString();
}

QString LayerTokens::languageName(int32_t language) const
{
    return language >= 0 && language < index->languages.size() ? index->languages[language]
                                                               : QCoreApplication::translate("sy::TokensPage", "other");
}

QString LayerTokens::languages(std::vector<int32_t> of_tokens) const
{
    std::map<int32_t, int64_t> counts;
    for (const int32_t language : of_tokens) ++counts[language];
    std::vector<std::pair<int32_t, int64_t>> sorted(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    QStringList parts;
    for (size_t i = 0; i < std::min<size_t>(3, sorted.size()); ++i) {
        const double share = 100.0 * static_cast<double>(sorted[i].second) / static_cast<double>(of_tokens.size());
        parts += QStringLiteral("%1 %2 %").arg(languageName(sorted[i].first), QLocale().toString(share, 'f', 0));
    }
    if (sorted.size() > 3) parts += QCoreApplication::translate("sy::TokensPage", "+%1").arg(sorted.size() - 3);
    return parts.join(QStringLiteral(", "));
}

LayerTokensPtr layerTokens(RoutingIndexPtr index, StepRoutesPtr routes, int layer)
{
    const StackRoutes* stack = routes ? routes->stackOf(layer) : nullptr;
    if (!stack) return {};
    const StackRoutes::Layer* choice = stack->of(layer);
    TokenTable table(routed(stack->id, *choice, index->experts));
    return std::make_shared<LayerTokens>(
        LayerTokens{index, std::move(routes), index->kinds, layer, stack, choice, std::move(table)});
}

std::vector<LayerVocabulary> vocabularySpecialization(const StepRoutes& routes, const RoutingIndex& index,
                                                      int64_t min_total)
{
    std::vector<LayerVocabulary> figures;
    for (int layer = 0; layer < index.layers.size(); ++layer) {
        const StackRoutes* stack = routes.stackOf(layer);
        if (!stack) continue;
        const StackRoutes::Layer& choice = *stack->of(layer);
        figures.push_back({layer, vocabularyFigure(stack->id, choice, index.experts, min_total),
                           vocabularyFigure(stack->gold, choice, index.experts, min_total),
                           vocabularyFigure(stack->predicted, choice, index.experts, min_total)});
    }
    return figures;
}

Examples exampleTokens(const LayerTokens& tokens, qint64 id, int expert, int language, size_t limit)
{
    std::vector<size_t> of_language, others;
    const StackRoutes& stack = *tokens.stack;
    for (size_t x = 0; x < stack.tokens(); ++x) {
        if (id >= 0 && stack.id[x] != id) continue;
        if (expert >= 0 && tokens.choice->expert[x] != expert) continue;
        (language >= 0 && stack.language[x] == language ? of_language : others).push_back(x);
    }
    Examples examples;
    examples.found = of_language.size() + others.size();
    thin(of_language, limit);
    thin(others, limit - of_language.size());
    examples.places = std::move(of_language);
    examples.places.insert(examples.places.end(), others.begin(), others.end());
    return examples;
}

} // namespace sy
