// Tokens in their contexts, the token in the middle.
#pragma once

#include "ui/tokens/layer_tokens.h"

#include <QAbstractTableModel>
#include <QStyledItemDelegate>
#include <QWidget>

class QLabel;
class QTableView;

namespace sy {

class RoutingFocus;

/// A token of a context as it is drawn.
struct ContextPiece {
    QString text;
    int expert = -1;
    bool kept = true; ///< false: dropped by its expert, drawn struck
    qint64 id = 0;
};
struct TokenContext {
    QVector<ContextPiece> before, after;
    ContextPiece token;
    bool cut_before = false, cut_after = false; ///< the row goes on, or its neighbours were not recorded
    int language = -1, expert = -1;
    float gate = 0;
    int64_t sequence = 0, position = 0;
};
/// Up to `reach` neighbours on each side, as far as they follow each other in the row.
TokenContext tokenContext(const LayerTokens& tokens, size_t place, int reach);

class TokenExamplesModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { LanguageColumn, ContextColumn, ExpertColumn, GateColumn, PlaceColumn, ColumnCount };
    enum Role { SortRole = Qt::UserRole, PlaceRole };
    using QAbstractTableModel::QAbstractTableModel;

    void setContexts(LayerTokensPtr tokens, std::vector<TokenContext> contexts);
    void setLanguage(int language); ///< shown bold
    const TokenContext& context(int row) const { return m_contexts[static_cast<size_t>(row)]; }
    int experts() const { return m_tokens ? m_tokens->experts() : 1; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QVariant shown(const TokenContext& context, int column) const;
    QVariant raw(const TokenContext& context, int column) const;

    LayerTokensPtr m_tokens;
    std::vector<TokenContext> m_contexts;
    int m_language = -1;
};

/// Paints ContextColumn: tokens that belong to one column stand below each other.
class TokenContextDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// Follows the chosen token and expert.
class TokenExamplesPanel : public QWidget {
    Q_OBJECT

public:
    explicit TokenExamplesPanel(RoutingFocus* focus, QWidget* parent = nullptr);

    void setPicture(LayerTokensPtr picture);

private:
    void fill();
    /// `apart`: chosen token and expert never meet; the examples are the token's elsewhere.
    QString heading(const Examples& examples, bool apart) const;

    RoutingFocus* m_focus;
    LayerTokensPtr m_picture;
    TokenExamplesModel* m_model;
    QTableView* m_view;
    QLabel* m_heading;
};

} // namespace sy
