#include "ui/tokens/token_examples.h"

#include "ui/models/text.h"
#include "ui/tokens/token_grid.h"

#include <QLocale>

namespace sy {

namespace {

ContextPiece contextPiece(const LayerTokens& tokens, size_t place)
{
    return {tokens.index->piece(tokens.stack->id[place]), tokens.choice->expert[place], tokens.choice->kept[place] != 0,
            tokens.stack->id[place]};
}

/// Whether `second` stands right after `first` in the same row.
bool follows(const StackRoutes& stack, size_t first, size_t second)
{
    return stack.sequence[first] == stack.sequence[second] && stack.position[first] + 1 == stack.position[second];
}

QString plainContext(const TokenContext& context)
{
    QStringList words;
    for (const ContextPiece& piece : context.before) words += piece.text;
    words += QLatin1Char('[') + context.token.text + QLatin1Char(']');
    for (const ContextPiece& piece : context.after) words += piece.text;
    return words.join(QLatin1Char(' '));
}

} // namespace

TokenContext tokenContext(const LayerTokens& tokens, size_t place, int reach)
{
    const StackRoutes& stack = *tokens.stack;
    TokenContext context;
    context.token = contextPiece(tokens, place);
    context.language = stack.language[place];
    context.expert = tokens.choice->expert[place];
    context.gate = tokens.choice->gate[place];
    context.sequence = stack.sequence[place];
    context.position = stack.position[place];
    size_t first = place, last = place;
    while (first > 0 && place - first < static_cast<size_t>(reach) && follows(stack, first - 1, first)) --first;
    while (last + 1 < stack.tokens() && last - place < static_cast<size_t>(reach) && follows(stack, last, last + 1))
        ++last;
    for (size_t x = first; x < place; ++x) context.before += contextPiece(tokens, x);
    for (size_t x = place + 1; x <= last; ++x) context.after += contextPiece(tokens, x);
    context.cut_before = stack.position[first] > 0;
    context.cut_after = last + 1 < stack.tokens() && stack.sequence[last + 1] == stack.sequence[last];
    return context;
}

void TokenExamplesModel::setContexts(LayerTokensPtr tokens, std::vector<TokenContext> contexts)
{
    beginResetModel();
    m_tokens = std::move(tokens);
    m_contexts = std::move(contexts);
    endResetModel();
}

void TokenExamplesModel::setLanguage(int language)
{
    m_language = language;
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, LanguageColumn), index(rowCount() - 1, LanguageColumn));
}

int TokenExamplesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_contexts.size());
}

int TokenExamplesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TokenExamplesModel::shown(const TokenContext& context, int column) const
{
    switch (column) {
    case LanguageColumn:
        return m_tokens->languageName(context.language);
    case ContextColumn:
        return plainContext(context);
    case ExpertColumn:
        if (context.expert < 0) return QStringLiteral("–");
        return context.token.kept ? QString::number(context.expert) : tr("%1, dropped").arg(context.expert);
    case GateColumn:
        return QLocale().toString(double(context.gate), 'f', 2);
    case PlaceColumn:
        return QStringLiteral("%1 : %2").arg(context.sequence).arg(context.position);
    default:
        return {};
    }
}

QVariant TokenExamplesModel::raw(const TokenContext& context, int column) const
{
    if (column == GateColumn) return double(context.gate);
    return shown(context, column);
}

QVariant TokenExamplesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const TokenContext& context = m_contexts[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return shown(context, index.column());
    case SortRole:
        return raw(context, index.column());
    case PlaceRole:
        return QVariant::fromValue(context.token.id);
    case Qt::ToolTipRole:
        return index.column() == ContextColumn ? plainTip(plainContext(context)) : QVariant();
    case Qt::FontRole: {
        if (index.column() != LanguageColumn || m_language < 0 || context.language != m_language) return {};
        QFont font;
        font.setBold(true);
        return font;
    }
    default:
        return {};
    }
}

QVariant TokenExamplesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    static constexpr const char* titles[] = {QT_TR_NOOP("Language"), QT_TR_NOOP("Context"), QT_TR_NOOP("Expert"),
                                             QT_TR_NOOP("Gate"), QT_TR_NOOP("Place")};
    static constexpr const char* tips[] = {
        QT_TR_NOOP("Of the text that the token stands in"),
        QT_TR_NOOP("The token on its expert's colour between its neighbours, which are underlined in theirs; struck: "
                   "dropped, its expert's capacity was full"),
        QT_TR_NOOP("First choice of the token"), QT_TR_NOOP("Probability of the first choice"),
        QT_TR_NOOP("Row of the recorded text : position in it, from 0")};
    if (section < 0 || section >= ColumnCount) return {};
    if (role == Qt::DisplayRole) return tr(titles[section]);
    return role == Qt::ToolTipRole ? QVariant(plainTip(tr(tips[section]))) : QVariant();
}

} // namespace sy
