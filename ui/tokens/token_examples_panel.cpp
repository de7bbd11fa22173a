#include "ui/models/palette.h"
#include "ui/models/routing_focus.h"
#include "ui/models/table_export.h"
#include "ui/models/text.h"
#include "ui/tokens/token_examples.h"

#include <QApplication>
#include <QHeaderView>
#include <QPainter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace sy {

namespace {

constexpr size_t most_examples = 100;
constexpr int neighbours = 12;

/// Draws a context around its token; text that is read from right to left runs that way.
class ContextPainter {
public:
    ContextPainter(QPainter& painter, const QRect& room, int experts, const QColor& text)
        : m_painter(painter), m_room(room), m_experts(experts), m_text(text), m_metrics(painter.font()),
          m_gap(m_metrics.averageCharWidth() / 2)
    {
    }

    void draw(const TokenContext& context, int token_left) const
    {
        const QRect box = token(context.token, token_left);
        QVector<ContextPiece> before = context.before;
        std::reverse(before.begin(), before.end());
        const bool mirrored = readFromRight(context);
        (mirrored ? toTheRight(before, box.right() + m_gap, context.cut_before)
                  : toTheLeft(before, box.left() - m_gap, context.cut_before));
        (mirrored ? toTheLeft(context.after, box.left() - m_gap, context.cut_after)
                  : toTheRight(context.after, box.right() + m_gap, context.cut_after));
    }

private:
    static bool readFromRight(const TokenContext& context)
    {
        int from_right = 0, from_left = 0;
        const auto count = [&](const ContextPiece& piece) {
            for (const QChar c : piece.text) {
                from_right += c.direction() == QChar::DirR || c.direction() == QChar::DirAL ? 1 : 0;
                from_left += c.direction() == QChar::DirL && !piece.text.startsWith(QLatin1Char('<')) ? 1 : 0;
            }
        };
        count(context.token);
        for (const auto* side : {&context.before, &context.after})
            for (const ContextPiece& piece : *side) count(piece);
        return from_right > from_left;
    }
    /// The token on its colour; its rectangle.
    QRect token(const ContextPiece& piece, int left) const
    {
        const QRect box(left, m_room.top() + 2, width(piece) + 2 * m_gap, m_room.height() - 4);
        const QColor ground = piece.expert >= 0 ? expertColour(piece.expert, m_experts) : QColor(Qt::transparent);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(ground);
        m_painter.drawRoundedRect(box, 3, 3);
        text(piece, box, piece.expert >= 0 ? onColour(ground) : m_text, false);
        return box;
    }
    /// Nearest to the token first.
    void toTheLeft(const QVector<ContextPiece>& pieces, int right, bool goes_on) const
    {
        for (const ContextPiece& piece : pieces) {
            if (right < m_room.left()) return;
            const QRect box(right - width(piece), m_room.top(), width(piece), m_room.height());
            text(piece, box, m_text, true);
            right = box.left() - m_gap;
        }
        if (goes_on) ellipsis(right - m_metrics.horizontalAdvance(QChar(0x2026)));
    }
    void toTheRight(const QVector<ContextPiece>& pieces, int left, bool goes_on) const
    {
        for (const ContextPiece& piece : pieces) {
            if (left > m_room.right()) return;
            const QRect box(left, m_room.top(), width(piece), m_room.height());
            text(piece, box, m_text, true);
            left = box.right() + m_gap;
        }
        if (goes_on) ellipsis(left);
    }

    int width(const ContextPiece& piece) const { return m_metrics.horizontalAdvance(piece.text); }
    void ellipsis(int left) const
    {
        m_painter.setPen(m_text);
        m_painter.drawText(QRect(left, m_room.top(), m_room.width(), m_room.height()), Qt::AlignVCenter | Qt::AlignLeft,
                           QString(QChar(0x2026)));
    }
    void text(const ContextPiece& piece, const QRect& box, const QColor& colour, bool underline) const
    {
        QFont font = m_painter.font();
        font.setStrikeOut(!piece.kept);
        const QFont plain = m_painter.font();
        m_painter.setFont(font);
        m_painter.setPen(colour);
        m_painter.drawText(box, Qt::AlignCenter | Qt::TextSingleLine, piece.text);
        m_painter.setFont(plain);
        if (!underline || piece.expert < 0) return;
        const int y = box.center().y() + m_metrics.height() / 2;
        m_painter.setPen(QPen(expertColour(piece.expert, m_experts), 2));
        m_painter.drawLine(box.left(), y, box.right(), y);
    }

    QPainter& m_painter;
    QRect m_room;
    int m_experts;
    QColor m_text;
    QFontMetrics m_metrics;
    int m_gap;
};

} // namespace

void TokenContextDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem ground = option;
    initStyleOption(&ground, index);
    ground.text.clear();
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &ground, painter, option.widget);
    const auto* model = static_cast<const TokenExamplesModel*>(index.model());
    const TokenContext& context = model->context(index.row());
    painter->save();
    painter->setClipRect(option.rect);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setFont(ground.font);
    const bool selected = option.state & QStyle::State_Selected;
    const QColor text = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    const ContextPainter pieces(*painter, option.rect, model->experts(), text);
    pieces.draw(context, option.rect.left() + option.rect.width() * 2 / 5);
    painter->restore();
}

TokenExamplesPanel::TokenExamplesPanel(RoutingFocus* focus, QWidget* parent)
    : QWidget(parent), m_focus(focus), m_model(new TokenExamplesModel(this)), m_view(new QTableView(this)),
      m_heading(plainLabel("examplesHeading", {}, this))
{
    m_view->setObjectName("tokenExamples");
    m_view->setAccessibleName(tr("Examples"));
    m_view->setModel(m_model);
    m_view->setItemDelegateForColumn(TokenExamplesModel::ContextColumn, new TokenContextDelegate(m_view));
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(fontMetrics().height() * 17 / 10);
    m_view->horizontalHeader()->setSectionResizeMode(TokenExamplesModel::ContextColumn, QHeaderView::Stretch);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setShowGrid(false);
    m_view->setTabKeyNavigation(false);
    const int letter = fontMetrics().averageCharWidth();
    m_view->setColumnWidth(TokenExamplesModel::LanguageColumn, letter * 10);
    m_view->setColumnWidth(TokenExamplesModel::ExpertColumn, letter * 9);
    m_view->setColumnWidth(TokenExamplesModel::GateColumn, letter * 7);
    m_view->setColumnWidth(TokenExamplesModel::PlaceColumn, letter * 10);
    m_view->horizontalHeader()->setHighlightSections(false);
    addTableExport(*m_view, tr("examples"));
    m_heading->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_heading);
    layout->addWidget(m_view, 1);
    connect(m_focus, &RoutingFocus::expertChanged, this, &TokenExamplesPanel::fill);
    connect(m_focus, &RoutingFocus::tokenChanged, this, &TokenExamplesPanel::fill);
    connect(m_focus, &RoutingFocus::languageChanged, this, &TokenExamplesPanel::fill);
    connect(m_view, &QTableView::activated, this, [this](const QModelIndex& row) {
        const qint64 id = m_model->context(row.row()).token.id;
        if (id != m_focus->token()) m_focus->setToken(id);
    });
}

void TokenExamplesPanel::setPicture(LayerTokensPtr picture)
{
    m_picture = std::move(picture);
    fill();
}

QString TokenExamplesPanel::heading(const Examples& examples, bool apart) const
{
    const bool of_expert = m_focus->expert() >= 0, of_token = m_focus->token() >= 0;
    if (!of_expert && !of_token) return tr("Choose an expert or a token to see examples of it.");
    const QString piece = of_token ? m_picture->index->piece(static_cast<int32_t>(m_focus->token())) : QString();
    QString what = of_expert && of_token ? tr("%1 at expert %2").arg(piece).arg(m_focus->expert())
                   : of_token            ? piece
                                         : tr("expert %1").arg(m_focus->expert());
    if (examples.found == 0) return tr("%1: none of these tokens").arg(what);
    if (apart) what = tr("%1 never goes to expert %2, but elsewhere").arg(piece).arg(m_focus->expert());
    if (examples.places.size() < examples.found)
        return tr("%1: %2 of %3 tokens, spread evenly over the text")
            .arg(what)
            .arg(examples.places.size())
            .arg(examples.found);
    return tr("%1: %n token(s)", nullptr, int(examples.found)).arg(what);
}

void TokenExamplesPanel::fill()
{
    if (!m_picture) return;
    const qint64 id = m_focus->token();
    const int expert = m_focus->expert(), language = m_focus->language();
    Examples examples;
    if (expert >= 0 || id >= 0) examples = exampleTokens(*m_picture, id, expert, language, most_examples);
    const bool apart = examples.found == 0 && id >= 0 && expert >= 0;
    if (apart) examples = exampleTokens(*m_picture, id, -1, language, most_examples);
    std::vector<TokenContext> contexts;
    for (const size_t place : examples.places) contexts.push_back(tokenContext(*m_picture, place, neighbours));
    m_model->setContexts(m_picture, std::move(contexts));
    m_model->setLanguage(language);
    m_heading->setText(heading(examples, apart));
}

} // namespace sy
