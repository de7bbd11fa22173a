#include "ui/tokens/token_class_panel.h"

#include "core/analysis/definitions.h"
#include "core/analysis/language_matrix.h"
#include "ui/models/routing_focus.h"
#include "ui/models/text.h"
#include "ui/plots/heat_map.h"
#include "ui/tokens/token_grid.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QVBoxLayout>

#include <cmath>
#include <numeric>

namespace sy {

namespace {

QString kindName(int kind)
{
    switch (static_cast<TokenClass>(kind)) {
    case TokenClass::Sentinel:
        return TokenClassPanel::tr("Sentinels");
    case TokenClass::Special:
        return TokenClassPanel::tr("Specials");
    case TokenClass::Punctuation:
        return TokenClassPanel::tr("Punctuation");
    case TokenClass::Number:
        return TokenClassPanel::tr("Numbers");
    case TokenClass::WordStart:
        return TokenClassPanel::tr("Word starts");
    case TokenClass::Continuation:
        return TokenClassPanel::tr("Continuations");
    case TokenClass::Byte:
        return TokenClassPanel::tr("Bytes");
    }
    return {};
}

/// Names of all classes, and the class of every id.
struct Labels {
    QStringList names;
    std::vector<int64_t> of_id;
};

Labels kindLabels(const std::vector<TokenKind>& kinds)
{
    Labels labels;
    for (int kind = 0; kind < token_class_count; ++kind) labels.names += kindName(kind);
    for (const TokenKind& kind : kinds) labels.of_id.push_back(static_cast<int64_t>(kind.kind));
    return labels;
}

Labels scriptLabels(const std::vector<TokenKind>& kinds)
{
    std::map<std::string, int64_t> places;
    for (const TokenKind& kind : kinds) places.emplace(kind.script, 0);
    Labels labels;
    for (auto& [script, place] : places) {
        place = labels.names.size();
        labels.names += script.empty() ? TokenClassPanel::tr("No letters") : fromUtf8(script);
    }
    for (const TokenKind& kind : kinds) labels.of_id.push_back(places[kind.script]);
    return labels;
}

std::vector<double> asDouble(const std::vector<int64_t>& counts)
{
    return {counts.begin(), counts.end()};
}

} // namespace

std::vector<double> TokenClasses::share(int experts) const
{
    return languageMatrix(MatrixKind::ExpertGivenLanguage, asDouble(counts), names.size(), experts);
}

std::vector<double> TokenClasses::lift(int experts) const
{
    return languageMatrix(MatrixKind::Lift, asDouble(counts), names.size(), experts);
}

TokenClasses tokenClasses(const LayerTokens& picture, bool by_script)
{
    TokenClasses classes;
    if (!picture.kinds) return classes;
    const Labels labels = by_script ? scriptLabels(*picture.kinds) : kindLabels(*picture.kinds);
    const auto class_of = [&](int32_t id) {
        return static_cast<size_t>(id) < labels.of_id.size() ? labels.of_id[static_cast<size_t>(id)] : -1;
    };
    const auto experts = static_cast<size_t>(picture.experts());
    const RoutedIds routed{picture.experts(), picture.stack->id, picture.choice->expert};
    const auto counts = classCounts(routed, labels.names.size(), class_of);
    const auto entropies = classEntropies(counts, labels.names.size(), picture.experts());
    for (qsizetype c = 0; c < labels.names.size(); ++c) {
        const auto first = counts.begin() + c * static_cast<std::ptrdiff_t>(experts);
        const auto last = first + static_cast<std::ptrdiff_t>(experts);
        const int64_t tokens = std::accumulate(first, last, int64_t{0});
        if (tokens == 0) continue;
        classes.names += labels.names[c];
        classes.counts.insert(classes.counts.end(), first, last);
        classes.tokens.push_back(tokens);
        classes.entropy.push_back(entropies[static_cast<size_t>(c)]);
    }
    return classes;
}

TokenClassPanel::TokenClassPanel(RoutingFocus* focus, QWidget* parent)
    : QWidget(parent), m_focus(focus), m_rows(new QComboBox(this)), m_value(new QComboBox(this)),
      m_note(plainLabel("tokenClassNote", {}, this)), m_map(new HeatMap(this))
{
    m_rows->setObjectName("tokenClassRows");
    m_rows->addItems({tr("Kinds of tokens"), tr("Scripts")});
    m_value->setObjectName("tokenClassValue");
    m_value->addItems({tr("P(expert | kind)"), tr("Lift")});
    m_map->setObjectName("tokenClassMap");
    m_note->setWordWrap(true);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_rows);
    bar->addWidget(m_value);
    bar->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(bar);
    layout->addWidget(m_map, 1);
    layout->addWidget(m_note);
    for (QComboBox* box : {m_rows, m_value}) connect(box, &QComboBox::activated, this, &TokenClassPanel::fill);
    connect(m_map, &HeatMap::columnChosen, m_focus, &RoutingFocus::setExpert);
    connect(m_map, &HeatMap::cellChosen, this, [this](int, int expert) {
        if (expert != m_focus->expert()) m_focus->setExpert(expert);
    });
    connect(m_map, &HeatMap::selectionCleared, this, [this] { m_focus->setExpert(-1); });
    connect(m_focus, &RoutingFocus::expertChanged, this,
            [this](int expert) { m_map->setSelected(m_map->selectedRow(), expert); });
}

void TokenClassPanel::setPicture(LayerTokensPtr picture)
{
    m_picture = std::move(picture);
    fill();
}

void TokenClassPanel::fill()
{
    if (!m_picture) return;
    const bool lift = m_value->currentIndex() == 1;
    const int experts = m_picture->experts();
    const TokenClasses classes = tokenClasses(*m_picture, m_rows->currentIndex() == 1);
    HeatMatrix matrix;
    matrix.rows = static_cast<int>(classes.names.size());
    matrix.columns = matrix.rows > 0 ? experts : 0;
    if (matrix.rows > 0) matrix.value = lift ? classes.lift(experts) : classes.share(experts);
    matrix.row_names = classes.names;
    for (int e = 0; e < matrix.columns; ++e) matrix.column_names += QString::number(e);
    matrix.row_title = m_rows->currentText();
    matrix.column_title = tr("Expert");
    matrix.value_title = m_value->currentText();
    matrix.scale = lift ? HeatScale::Lift : HeatScale::Sequential;
    matrix.side = {{tr("tokens"), {}, asDouble(classes.tokens), 0}, {tr("entropy"), tr("nats"), classes.entropy, 2}};
    if (matrix.rows == 0) matrix.side.clear();
    m_map->setTitle(tr("%1 of %2").arg(matrix.value_title, m_picture->index->layers.value(m_picture->layer)));
    m_map->setDefinition(fromUtf8(definitionText(lift ? "matrix.lift" : "tokens.class_share")) +
                         QStringLiteral("\n\n") + fromUtf8(definitionText("tokens.class_entropy")));
    m_map->setEmptyText(m_picture->kinds
                            ? tr("No token has a kind.")
                            : tr("Kinds of tokens come from the tokenizer, which is not on this machine.\n%1")
                                  .arg(m_picture->index->tokenizer_problem));
    m_map->setMatrix(std::move(matrix));
    m_map->setSelected(m_map->selectedRow(), m_focus->expert());
    m_note->setText(
        tr("Entropy over experts of a kind's tokens, in nats: %1 = spread evenly over %2 experts, 0 = all to "
           "one. ST-MoE, table 14, finds it low for sentinels in the encoder only.")
            .arg(QLocale().toString(std::log(double(experts)), 'f', 2))
            .arg(experts));
}

} // namespace sy
