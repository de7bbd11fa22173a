// A sentence's tokens, one chip each, wrapped like words.
#pragma once

#include "core/text/preview.h"

#include <QWidget>

#include <vector>

namespace sy {

/// Pieces as the tokenizer spells them ("▁" begins a word) with their ids below. Bytes of characters that the
/// vocabulary lacks and unknown tokens are tinted.
class TokenChips : public QWidget {
    Q_OBJECT

public:
    explicit TokenChips(QWidget* parent = nullptr);
    void setPieces(const std::vector<TokenPiece>& pieces);
    const std::vector<TokenPiece>& pieces() const { return m_pieces; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    std::vector<QRect> places(int width) const;
    QFont idFont() const;

    std::vector<TokenPiece> m_pieces;
};

} // namespace sy
