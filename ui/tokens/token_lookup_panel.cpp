#include "ui/tokens/token_lookup_panel.h"

#include "core/analysis/definitions.h"
#include "ui/models/palette.h"
#include "ui/models/routing_focus.h"
#include "ui/models/text.h"
#include "ui/plots/bar_chart.h"
#include "ui/plots/chart_render.h"
#include "ui/tokens/token_grid.h"

#include <QAction>
#include <QEvent>
#include <QLineEdit>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace sy {

namespace {

constexpr size_t most_matches = 1000; ///< listed; the label says when there are more

} // namespace

TokenLookupPanel::TokenLookupPanel(RoutingFocus* focus, QWidget* parent)
    : QWidget(parent), m_focus(focus), m_filter(new QLineEdit(this)), m_count(plainLabel("lookupCount", {}, this)),
      m_heading(plainLabel("lookupHeading", {})), m_matches(new TokenGridView("lookupMatches", tr("tokens"))),
      m_bars(new BarChart)
{
    m_filter->setObjectName("tokenFilter");
    m_filter->setPlaceholderText(tr("Find a token by its text or id"));
    m_filter->setClearButtonEnabled(true);
    m_matches->setAccessibleName(tr("Tokens found"));
    m_bars->setObjectName("tokenExperts");
    m_bars->setCategoryAxis(tr("Expert"));
    m_bars->setValueAxis(tr("Share of tokens"), QString());
    m_bars->setEmptyText(tr("Choose a token to see the experts it goes to."));
    m_heading->setWordWrap(true);
    m_heading->setToolTip(plainTip(fromUtf8(definitionText("tokens.share"))));
    auto* below = new QWidget;
    auto* bars = new QVBoxLayout(below);
    bars->setContentsMargins(0, 0, 0, 0);
    bars->addWidget(m_heading);
    bars->addWidget(m_bars, 1);
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_matches);
    splitter->addWidget(below);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_filter);
    layout->addWidget(m_count);
    layout->addWidget(splitter, 1);
    addExports();
    connect(m_filter, &QLineEdit::textChanged, this, &TokenLookupPanel::fillMatches);
    connect(m_filter, &QLineEdit::returnPressed, this, [this] { m_matches->setFocus(); });
    connect(m_matches, &TokenGridView::keyChosen, this, [this](qint64 key) { m_focus->setToken(key); });
    connect(m_focus, &RoutingFocus::tokenChanged, this, [this](qint64 id) {
        m_matches->setChosen(id);
        fillBars();
    });
}

void TokenLookupPanel::addExports()
{
    const auto add = [this](const char* name, const QString& text, const QString& ending, auto content) {
        auto* action = new QAction(text, m_bars);
        action->setObjectName(QLatin1String(name));
        connect(action, &QAction::triggered, this, [this, ending, content] {
            savePlotFile(this, tr("experts of a token"), ending, content(m_bars->size().expandedTo({640, 400})));
        });
        m_bars->addAction(action);
    };
    add("exportTokenExpertsPng", tr("Export experts of the token as PNG…"), QStringLiteral("png"),
        [this](const QSize& size) { return m_bars->toPng(size); });
    add("exportTokenExpertsSvg", tr("Export experts of the token as SVG…"), QStringLiteral("svg"),
        [this](const QSize& size) { return m_bars->toSvg(size); });
    add("exportTokenExpertsCsv", tr("Export experts of the token as CSV…"), QStringLiteral("csv"),
        [this](const QSize&) { return m_bars->toCsv(); });
    m_bars->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void TokenLookupPanel::setPicture(LayerTokensPtr picture)
{
    m_picture = std::move(picture);
    fillMatches();
    fillBars();
}

void TokenLookupPanel::startSearch()
{
    m_filter->setFocus();
    m_filter->selectAll();
}

void TokenLookupPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) fillBars(); // in the palette's colours
}

/// A space stands for a word's start; "#12" is an id and nothing else.
bool TokenLookupPanel::matches(int32_t id, const QString& wanted) const
{
    if (wanted.isEmpty()) return true;
    if (wanted.startsWith(QLatin1Char('#'))) return QString::number(id) == wanted.mid(1);
    return QString::number(id) == wanted || m_picture->index->piece(id).contains(wanted, Qt::CaseInsensitive);
}

void TokenLookupPanel::fillMatches()
{
    const QVector<GridColumn> columns = {
        {tr("Token"), tr("Piece of the tokenizer; ▁ starts a word"), false},
        {tr("Id"), tr("Id of the tokenizer"), true},
        {tr("Count"), tr("n(x): times that the id occurs in these tokens"), true},
        {tr("Experts"), tr("Experts that at least one of its occurrences goes to"), true},
        {tr("Mostly to"), tr("Expert that most of its occurrences go to"), true},
        {tr("Share"), fromUtf8(definitionText("tokens.share")), true},
        {tr("Script"), tr("Of the piece's first letter"), false}};
    std::vector<GridRow> rows;
    std::vector<int32_t> found;
    if (m_picture) {
        QString wanted = m_filter->text();
        wanted.replace(QLatin1Char(' '), QStringLiteral("▁"));
        for (const int32_t id : m_picture->table.ids())
            if (matches(id, wanted)) found.push_back(id);
        const TokenTable& table = m_picture->table;
        std::ranges::stable_sort(found, [&](int32_t a, int32_t b) { return table.total(a) > table.total(b); });
    }
    for (const int32_t id : found) {
        if (rows.size() == most_matches) break;
        const auto experts = m_picture->table.expertsOf(id);
        const auto most = std::ranges::max_element(experts);
        const auto used = std::ranges::count_if(experts, [](int64_t count) { return count > 0; });
        rows.push_back(
            {id,
             {textCell(m_picture->index->piece(id)), countCell(id), countCell(m_picture->table.total(id)),
              countCell(used), countCell(most - experts.begin()),
              percentCell(double(*most) / double(m_picture->table.total(id)), 0), textCell(m_picture->script(id))},
             {}});
    }
    m_count->setText(found.empty() && m_picture ? tr("No id of these tokens matches.")
                     : found.size() > most_matches
                         ? tr("The %1 most frequent of %2 ids").arg(most_matches).arg(found.size())
                         : tr("%n id(s)", nullptr, int(found.size())));
    m_matches->setContent(columns, std::move(rows));
    m_matches->setChosen(m_focus->token());
}

void TokenLookupPanel::fillBars()
{
    const auto id = static_cast<int32_t>(m_focus->token());
    const int64_t total = m_picture && id >= 0 ? m_picture->table.total(id) : 0;
    if (total == 0) {
        m_heading->setText(m_picture && id >= 0
                               ? tr("%1 does not occur in these tokens.").arg(m_picture->index->piece(id))
                               : QString());
        m_bars->setBars({}, {});
        return;
    }
    const TokenTable& table = m_picture->table;
    const auto experts = table.expertsOf(id);
    QStringList names;
    BarSeries of_token{tr("P(expert | token)"), stateColours(palette()).accent, {}};
    BarSeries of_all{tr("P(expert): all tokens"), stateColours(palette()).faint, {}};
    for (int e = 0; e < m_picture->experts(); ++e) {
        names += QString::number(e);
        of_token.values.push_back(double(experts[size_t(e)]) / double(total));
        of_all.values.push_back(double(table.tokensOf(e)) / double(table.tokens()));
    }
    m_heading->setText(
        tr("%1 (id %2) occurs %n time(s)", nullptr, int(total)).arg(m_picture->index->piece(id)).arg(id));
    m_bars->setBars(names, {of_token, of_all});
}

} // namespace sy
