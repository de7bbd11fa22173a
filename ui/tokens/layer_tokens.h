// What one sparse layer did with the tokens of a step: the complete picture that all parts of the token view show.
#pragma once

#include "core/analysis/token_shares.h"
#include "core/text/token_class.h"
#include "ui/models/step_routes.h"

#include <memory>
#include <optional>
#include <vector>

namespace sy {

using TokenKindsPtr = std::shared_ptr<const std::vector<TokenKind>>; ///< by id; null without a tokenizer

/// Immutable; shared between threads.
struct LayerTokens {
    RoutingIndexPtr index;
    StepRoutesPtr routes;
    TokenKindsPtr kinds;
    int layer = 0;
    const StackRoutes* stack = nullptr;         ///< of routes, never null
    const StackRoutes::Layer* choice = nullptr; ///< of routes, never null
    TokenTable table;                           ///< input ids against first choices

    int experts() const { return index->experts; }
    /// Null where the kind is not known.
    const TokenKind* kind(int32_t id) const;
    QString script(int32_t id) const; ///< "Latin"; "" where it has none or it is not known
    QString languageName(int32_t language) const;
    QString languages(std::vector<int32_t> of_tokens) const; ///< "de 62 %, en 31 %": the most frequent, at most three
};
using LayerTokensPtr = std::shared_ptr<const LayerTokens>;

/// Null where the routes lack the layer. @throws Error where an expert is not one of the run's.
LayerTokensPtr layerTokens(RoutingIndexPtr index, StepRoutesPtr routes, int layer);

/// By input, gold and predicted id of one layer: OLMoE, arXiv:2409.02060, eq. 8, in top-1 form. Empty = not recorded.
struct VocabularyFigure {
    double value = 0, chance = 0; ///< NaN where no id occurs often enough
    int64_t ids = 0;              ///< that occur often enough
};
struct LayerVocabulary {
    int layer = 0;
    std::optional<VocabularyFigure> input, gold, predicted;
};
/// Of all layers of the routes, in the run's order. Slow enough to be kept off the GUI thread.
std::vector<LayerVocabulary> vocabularySpecialization(const StepRoutes& routes, const RoutingIndex& index,
                                                      int64_t min_total);

/// Places (indices of the stack's tokens) to show: of a token, of an expert, or of both (-1 = any). Those of `language`
/// come first; more than `limit` are thinned evenly, so that the text's beginning has no privilege.
struct Examples {
    std::vector<size_t> places;
    size_t found = 0; ///< before thinning
};
Examples exampleTokens(const LayerTokens& tokens, qint64 id, int expert, int language, size_t limit);

} // namespace sy
