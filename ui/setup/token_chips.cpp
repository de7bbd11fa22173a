#include "ui/setup/token_chips.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"
#include "ui/setup/labels.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace sy {

namespace {

constexpr int gap = 4, padding = 5, unknown_id = 2;

bool isByte(const TokenPiece& piece)
{
    return piece.piece.size() == 6 && piece.piece.starts_with("<0x");
}

} // namespace

TokenChips::TokenChips(QWidget* parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

QFont TokenChips::idFont() const
{
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.8);
    return small;
}

void TokenChips::setPieces(const std::vector<TokenPiece>& pieces)
{
    m_pieces = pieces;
    QStringList words;
    for (const auto& piece : m_pieces) words << fromUtf8(piece.piece);
    setAccessibleName(words.join(" "));
    setMinimumHeight(heightForWidth(width()));
    updateGeometry();
    update();
}

std::vector<QRect> TokenChips::places(int width) const
{
    const QFontMetrics large(font()), small(idFont());
    const int height = large.height() + small.height() + 4;
    std::vector<QRect> all;
    int x = 0, y = 0;
    for (const auto& piece : m_pieces) {
        const int wide =
            qMax(large.horizontalAdvance(fromUtf8(piece.piece)), small.horizontalAdvance(QString::number(piece.id))) +
            2 * padding;
        if (x > 0 && x + wide > width) {
            x = 0;
            y += height + gap;
        }
        all.emplace_back(x, y, wide, height);
        x += wide + gap;
    }
    return all;
}

int TokenChips::heightForWidth(int width) const
{
    const auto all = places(width);
    return all.empty() ? 0 : all.back().bottom() + 1;
}

QSize TokenChips::sizeHint() const
{
    const int wide = qMax(width(), 200);
    return {wide, heightForWidth(wide)};
}

void TokenChips::resizeEvent(QResizeEvent* event)
{
    setMinimumHeight(heightForWidth(width()));
    QWidget::resizeEvent(event);
}

void TokenChips::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto colours = stateColours(palette());
    const auto all = places(width());
    const QFontMetrics large(font());
    for (size_t i = 0; i < all.size(); ++i) {
        const auto& piece = m_pieces[i];
        QColor tint = i % 2 == 0 ? palette().color(QPalette::AlternateBase) : palette().color(QPalette::Button);
        if (isByte(piece)) tint = colours.warning;
        if (piece.id == unknown_id) tint = colours.bad;
        const bool strong = isByte(piece) || piece.id == unknown_id;
        if (strong) tint.setAlpha(60);
        painter.setPen(palette().color(QPalette::Mid));
        painter.setBrush(tint);
        painter.drawRoundedRect(QRectF(all[i]).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        painter.setPen(palette().color(QPalette::WindowText));
        painter.setFont(font());
        painter.drawText(all[i].adjusted(0, 1, 0, 0), Qt::AlignHCenter | Qt::AlignTop, fromUtf8(piece.piece));
        painter.setPen(colours.faint);
        painter.setFont(idFont());
        painter.drawText(all[i].adjusted(0, large.height() + 1, 0, -1), Qt::AlignHCenter | Qt::AlignVCenter,
                         QString::number(piece.id));
    }
}

bool TokenChips::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto all = places(width());
    for (size_t i = 0; i < all.size(); ++i) {
        if (!all[i].contains(help->pos())) continue;
        QString text = tr("token %1: %2").arg(m_pieces[i].id).arg(fromUtf8(m_pieces[i].piece));
        if (isByte(m_pieces[i])) text += "\n" + tr("one byte of a character that the vocabulary lacks");
        if (m_pieces[i].id == unknown_id) text += "\n" + tr("unknown to the tokenizer");
        QToolTip::showText(help->globalPos(), plainToolTip(text), this, all[i]);
        return true;
    }
    QToolTip::hideText();
    return true;
}

} // namespace sy
