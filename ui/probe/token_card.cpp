#include "ui/probe/token_card.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"

#include <QLocale>
#include <QPainter>

#include <cmath>

namespace sy {

TokenCard::TokenCard(QWidget* parent, Qt::WindowFlags flags) : QWidget(parent, flags)
{
    setObjectName("tokenCard");
    if (flags & Qt::ToolTip) {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setAttribute(Qt::WA_ShowWithoutActivating);
    }
}

void TokenCard::clear()
{
    m_lines.clear();
    m_bars.clear();
    update();
}

void TokenCard::setToken(const ProbeAnswer& answer, const ProbeToken& token, const ProbeRoute* route, int place,
                         const ProbeRoute* other, bool is_b)
{
    const QLocale locale;
    const auto i = static_cast<size_t>(place);
    m_bars.clear();
    m_experts = answer.experts;
    m_lines = {tr("%1  (id %2)").arg(fromUtf8(token.piece)).arg(token.id)};
    if (route && i < route->expert.size()) {
        const double entropy = route->entropy[i], most = std::log(std::max(answer.experts, 2));
        m_lines << tr("%1 · %2").arg(answer.layerName(*route), answer.source)
                << tr("expert %1, probability %2")
                       .arg(route->expert[i])
                       .arg(locale.toString(double(route->probability[i]), 'f', 3))
                << tr("entropy %1 nats, %2 % of ln %3")
                       .arg(locale.toString(entropy, 'f', 3), locale.toString(100 * entropy / most, 'f', 0))
                       .arg(answer.experts);
        if (route->dropped[i]) m_lines << tr("dropped: no slot was left");
        if (other && i < other->expert.size() && other->expert[i] != route->expert[i])
            m_lines << (is_b ? tr("A chose expert %1") : tr("B chose expert %1")).arg(other->expert[i]);
        for (size_t k = 0; k < static_cast<size_t>(route->top_k); ++k) {
            const size_t at = i * static_cast<size_t>(route->top_k) + k;
            m_bars.push_back({route->top_expert[at], route->top_probability[at]});
        }
    } else {
        m_lines << tr("%1: no router").arg(answer.source);
    }
    setAccessibleName(text());
    updateGeometry();
    adjustSize();
    update();
}

QString TokenCard::text() const
{
    QStringList lines = m_lines;
    for (const auto& bar : m_bars)
        lines << tr("expert %1: %2 %").arg(bar.expert).arg(QLocale().toString(100 * bar.probability, 'f', 1));
    return lines.join(QLatin1Char('\n'));
}

QSize TokenCard::sizeHint() const
{
    const QFontMetrics metrics(font());
    int widest = metrics.averageCharWidth() * 34;
    for (const auto& line : m_lines) widest = std::max(widest, metrics.horizontalAdvance(line));
    const int gap = metrics.height() / 2;
    const auto rows = static_cast<int>(m_lines.size()) + static_cast<int>(m_bars.size());
    return {widest + 2 * gap, rows * (metrics.height() + 2) + 2 * gap};
}

void TokenCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool floats = isWindow();
    if (floats) {
        painter.setPen(palette().color(QPalette::Mid));
        painter.setBrush(palette().color(QPalette::Base));
        painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    }
    const QFontMetrics metrics(font());
    const int gap = metrics.height() / 2, line = metrics.height() + 2;
    int y = gap;
    painter.setPen(palette().color(QPalette::Text));
    for (qsizetype i = 0; i < m_lines.size(); ++i, y += line) {
        QFont text_font = font();
        text_font.setBold(i == 0);
        painter.setFont(text_font);
        painter.drawText(QRect(gap, y, width() - 2 * gap, line), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetrics(text_font).elidedText(m_lines[i], Qt::ElideRight, width() - 2 * gap));
    }
    painter.setFont(font());
    const int name = metrics.horizontalAdvance(QStringLiteral("e%1 ").arg(std::max(m_experts - 1, 10)));
    const int share = metrics.horizontalAdvance(QStringLiteral(" 100.0 %"));
    const int room = std::max(width() - 2 * gap - name - share, 8);
    for (const auto& bar : m_bars) {
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(QRect(gap, y, name, line), Qt::AlignLeft | Qt::AlignVCenter,
                         QStringLiteral("e%1").arg(bar.expert));
        painter.setPen(Qt::NoPen);
        painter.setBrush(expertColour(bar.expert, m_experts));
        painter.drawRect(QRectF(gap + name, y + 3, std::max(room * bar.probability, 1.0), line - 6));
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(QRect(gap + name + room, y, share, line), Qt::AlignRight | Qt::AlignVCenter,
                         tr("%1 %").arg(QLocale().toString(100 * bar.probability, 'f', 1)));
        y += line;
    }
}

} // namespace sy
