#include "ui/tokens/expert_tokens_panel.h"

#include "core/analysis/definitions.h"
#include "ui/models/palette.h"
#include "ui/models/routing_focus.h"
#include "ui/models/text.h"
#include "ui/tokens/token_grid.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace sy {

namespace {

constexpr size_t pieces_of_expert = 8;
enum TokenColumn { PieceColumn, CountColumn, ShareColumn, LiftColumn };

QString defined(const char* key)
{
    return fromUtf8(definitionText(key));
}

QString firstPieces(const LayerTokens& picture, const std::vector<TokenOfExpert>& tokens)
{
    QStringList pieces;
    for (size_t i = 0; i < std::min(pieces_of_expert, tokens.size()); ++i) pieces += picture.index->piece(tokens[i].id);
    return pieces.join(QLatin1Char(' '));
}

/// "Latin 62 %, Han 20 %" of an expert's tokens that have letters.
QString scriptsOf(const LayerTokens& picture, const std::vector<TokenOfExpert>& tokens)
{
    std::map<QString, int64_t> counts;
    int64_t all = 0;
    for (const TokenOfExpert& token : tokens) {
        const QString script = picture.script(token.id);
        if (script.isEmpty()) continue;
        counts[script] += token.count;
        all += token.count;
    }
    std::vector<std::pair<QString, int64_t>> sorted(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    QStringList parts;
    for (size_t i = 0; i < std::min<size_t>(3, sorted.size()); ++i)
        parts += percentCell(double(sorted[i].second) / double(all), 0).text.prepend(sorted[i].first + ' ');
    return parts.join(QStringLiteral(", "));
}

/// Languages of an expert's tokens, by id.
std::map<int32_t, std::vector<int32_t>> languagesById(const LayerTokens& picture, int expert)
{
    std::map<int32_t, std::vector<int32_t>> languages;
    for (size_t x = 0; x < picture.stack->tokens(); ++x)
        if (picture.choice->expert[x] == expert) languages[picture.stack->id[x]].push_back(picture.stack->language[x]);
    return languages;
}

} // namespace

ExpertTokensPanel::ExpertTokensPanel(RoutingFocus* focus, QWidget* parent)
    : QWidget(parent), m_focus(focus), m_experts(new TokenGridView("expertSummary", tr("experts' tokens")))
{
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_experts);
    splitter->addWidget(makeTokens());
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 3);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    m_experts->setAccessibleName(tr("Experts"));
    connect(m_experts, &TokenGridView::keyChosen, this, [this](qint64 key) { m_focus->setExpert(int(key)); });
    connect(m_tokens, &TokenGridView::keyChosen, this, [this](qint64 key) { m_focus->setToken(key); });
    connect(m_focus, &RoutingFocus::expertChanged, this, [this](int expert) {
        m_experts->setChosen(expert);
        fillTokens();
    });
    connect(m_focus, &RoutingFocus::tokenChanged, m_tokens, &TokenGridView::setChosen);
    connect(m_focus, &RoutingFocus::languageChanged, this, &ExpertTokensPanel::fillTokens);
}

QWidget* ExpertTokensPanel::makeTokens()
{
    auto* side = new QWidget(this);
    m_heading = plainLabel("expertTokensHeading", {}, side);
    m_heading->setWordWrap(true);
    m_heading->setMinimumWidth(fontMetrics().averageCharWidth() * 12);
    m_rank = new QComboBox(side);
    m_rank->setObjectName("rankTokens");
    m_rank->addItems({tr("by count"), tr("by lift")});
    m_rank->setToolTip(tr("Which tokens come first; a column's header sorts by it, too"));
    m_least = new QSpinBox(side);
    m_least->setObjectName("leastOccurrences");
    m_least->setRange(1, 1000);
    m_least->setValue(5);
    m_least->setPrefix(QStringLiteral("≥ "));
    m_least->setSuffix(tr(" times"));
    m_least->setToolTip(
        tr("Leaves out ids that occur less often in these tokens: rare ones reach high lifts by chance"));
    m_tokens = new TokenGridView("expertTokens", tr("tokens of an expert"), side);
    m_tokens->setAccessibleName(tr("Tokens of the expert"));
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_heading, 1);
    bar->addWidget(m_rank);
    bar->addWidget(m_least);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, fontMetrics().height() / 4, 0, 0);
    layout->addLayout(bar);
    layout->addWidget(m_tokens, 1);
    connect(m_rank, &QComboBox::activated, this, &ExpertTokensPanel::rank);
    connect(m_least, &QSpinBox::valueChanged, this, [this] {
        fillExperts();
        fillTokens();
    });
    return side;
}

void ExpertTokensPanel::setPicture(LayerTokensPtr picture)
{
    m_picture = std::move(picture);
    fillExperts();
    fillTokens();
}

void ExpertTokensPanel::fillExperts()
{
    const QVector<GridColumn> columns = {{tr("Expert"), tr("Index of the expert, from 0"), true},
                                         {tr("Tokens"), tr("Tokens whose first choice it is, before capacity"), true},
                                         {tr("Load"), defined("load.share"), true},
                                         {tr("Most taken"), defined("tokens.count"), false},
                                         {tr("Highest lift"), defined("tokens.lift"), false},
                                         {tr("Scripts"), tr("Of its tokens with letters"), false}};
    std::vector<GridRow> rows;
    for (int e = 0; m_picture && e < m_picture->experts(); ++e) {
        const TokenTable& table = m_picture->table;
        const auto all = table.tokensOfExpert(e);
        const double load = double(table.tokensOf(e)) / double(table.tokens());
        rows.push_back(
            {e,
             {countCell(e), countCell(table.tokensOf(e)), percentCell(load), textCell(firstPieces(*m_picture, all)),
              textCell(firstPieces(*m_picture, table.tokensOfExpert(e, m_least->value(), true))),
              textCell(scriptsOf(*m_picture, all))},
             expertColour(e, m_picture->experts())});
    }
    m_experts->setContent(columns, std::move(rows));
    m_experts->setChosen(m_focus->expert());
}

void ExpertTokensPanel::fillTokens()
{
    const QVector<GridColumn> columns = {
        {tr("Token"), tr("Piece of the tokenizer; ▁ starts a word"), false},
        {tr("Count"), defined("tokens.count"), true},
        {tr("Share"), defined("tokens.share"), true},
        {tr("Lift"), defined("tokens.lift"), true},
        {tr("In all"), tr("n(x): times that the id occurs in these tokens"), true},
        {tr("Id"), tr("Id of the tokenizer"), true},
        {tr("Script"), tr("Of the piece's first letter"), false},
        {tr("Languages"), tr("Of the texts that this expert's tokens stand in"), false}};
    const int expert = m_focus->expert();
    std::vector<GridRow> rows;
    if (!m_picture || expert < 0 || expert >= m_picture->experts()) {
        m_heading->setText(m_picture ? tr("Choose an expert to see the tokens it takes.") : QString());
    } else {
        const LayerTokens& picture = *m_picture;
        const auto languages = languagesById(picture, expert);
        for (const TokenOfExpert& token : picture.table.tokensOfExpert(expert, m_least->value())) {
            const auto& spoken = languages.at(token.id);
            const bool bold = m_focus->language() >= 0 && std::ranges::count(spoken, m_focus->language()) > 0;
            rows.push_back(
                {token.id,
                 {textCell(picture.index->piece(token.id)), countCell(token.count), percentCell(token.share, 0),
                  numberCell(token.lift, 2), countCell(token.total), countCell(token.id),
                  textCell(picture.script(token.id)), textCell(picture.languages(spoken))},
                 {},
                 bold});
        }
        m_heading->setText(tr("Expert %1: %n id(s)", nullptr, int(rows.size())).arg(expert));
    }
    m_tokens->setContent(columns, std::move(rows));
    m_tokens->setChosen(m_focus->token());
}

void ExpertTokensPanel::rank()
{
    m_tokens->sortByColumn(m_rank->currentIndex() == 1 ? LiftColumn : CountColumn, Qt::DescendingOrder);
}

} // namespace sy
