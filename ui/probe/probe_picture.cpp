#include "ui/probe/probe_picture.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"
#include "ui/probe/token_card.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QScreen>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <limits>

namespace sy {

ProbePicture::ProbePicture(QWidget* parent)
    : QWidget(parent), m_fonts(font()), m_card(new TokenCard(this, Qt::ToolTip | Qt::FramelessWindowHint))
{
    setObjectName("probePicture");
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Tokens by expert"));
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    m_card->hide();
}

ProbePicture::~ProbePicture() = default;

void ProbePicture::setTexts(std::vector<ProbedText> texts)
{
    m_texts = std::move(texts);
    relayOut();
    const auto find = [this](const ChipPlace& wanted) {
        for (const auto& chip : m_layout.chips)
            if (chip.sameToken(wanted) && chip.row == wanted.row && chip.layer == wanted.layer) return chip;
        return ChipPlace{};
    };
    m_cursor = find(m_cursor);
    const bool had = m_chosen.isValid();
    m_chosen = find(m_chosen);
    if (had) Q_EMIT tokenChosen(m_chosen); // what it shows may have changed
    if (m_card->isVisible() && !m_cursor.isValid()) m_card->hide();
}

void ProbePicture::relayOut()
{
    m_fonts = PictureFonts(font());
    m_layout = layOutProbe(m_texts, std::max(width(), minimumSizeHint().width()), m_fonts, m_numbers);
    for (auto* place : {&m_cursor, &m_chosen})
        for (const auto& chip : m_layout.chips)
            if (place->isValid() && chip.sameToken(*place) && chip.row == place->row && chip.layer == place->layer)
                *place = chip;
    setMinimumHeight(m_layout.height);
    updateGeometry();
    update();
}

void ProbePicture::setShaded(bool by_probability)
{
    m_shaded = by_probability;
    update();
}

void ProbePicture::setNumbers(bool shown)
{
    m_numbers = shown;
    relayOut();
}

void ProbePicture::setExpert(int expert)
{
    m_expert = expert;
    update();
}

void ProbePicture::setLayer(const QString& layer)
{
    m_layer = layer;
    update();
}

void ProbePicture::clearChosen()
{
    if (!m_chosen.isValid()) return;
    m_chosen = {};
    update();
    Q_EMIT tokenChosen(m_chosen);
}

QSize ProbePicture::sizeHint() const
{
    return {minimumSizeHint().width(), m_layout.height};
}

QSize ProbePicture::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 40, 0};
}

int ProbePicture::heightForWidth(int width) const
{
    return width == m_layout.width ? m_layout.height : layOutProbe(m_texts, width, m_fonts, m_numbers).height;
}

const ProbeAnswer* ProbePicture::answerOf(const ChipPlace& chip) const
{
    if (!chip.isValid() || static_cast<size_t>(chip.text) >= m_texts.size()) return nullptr;
    const auto& text = m_texts[static_cast<size_t>(chip.text)];
    const auto& answer = chip.b ? text.b : text.a;
    return answer ? &*answer : nullptr;
}

const ProbeRoute* ProbePicture::routeOf(const ChipPlace& chip) const
{
    const auto* answer = answerOf(chip);
    const auto* route = answer && !chip.layer.isEmpty() ? answer->route(chip.layer) : nullptr;
    return route && static_cast<size_t>(chip.token) < route->expert.size() ? route : nullptr;
}

const ProbeToken* ProbePicture::tokenOf(const ChipPlace& chip) const
{
    const auto* answer = answerOf(chip);
    if (!answer) return nullptr;
    int place = 0;
    for (const auto& token : answer->probe.tokens)
        if (token.decoder == chip.decoder && place++ == chip.token) return &token;
    return nullptr;
}

QString ProbePicture::chipDescription(const ChipPlace& chip) const
{
    const auto* answer = answerOf(chip);
    const auto* token = tokenOf(chip);
    if (!answer || !token) return {};
    QString text = tr("%1 (id %2), %3").arg(fromUtf8(token->piece)).arg(token->id).arg(answer->source);
    if (const auto* route = routeOf(chip)) text += QLatin1Char('\n') + routeText(*answer, *route, chip.token);
    if (chip.changed) text += QLatin1Char('\n') + tr("changed between A and B");
    return text;
}

QString ProbePicture::labelText(const RowLabel& label) const
{
    ChipPlace place;
    place.text = label.text;
    place.b = label.b;
    const auto* answer = answerOf(place);
    const auto* route = answer ? answer->route(label.layer) : nullptr;
    if (!route) return {};
    QStringList parts;
    const auto shares = expertShares(*route, answer->experts);
    for (size_t e = 0; e < shares.size(); ++e)
        if (shares[e] > 0) parts << tr("e%1 %2 %").arg(e).arg(QLocale().toString(100 * shares[e], 'f', 0));
    QString text =
        tr("%1, %2: share of tokens per expert, of %3").arg(label.layer, answer->source).arg(route->expert.size()) +
        QLatin1Char('\n') + parts.join(QStringLiteral(", "));
    if (!label.note.isEmpty()) text += QLatin1Char('\n') + tr("%1 from A to B").arg(label.note);
    return text;
}

void ProbePicture::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) relayOut();
}

void ProbePicture::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) relayOut();
    if (event->type() == QEvent::PaletteChange) update();
}

void ProbePicture::hover(const ChipPlace* chip, bool by_keys)
{
    const auto* answer = chip ? answerOf(*chip) : nullptr;
    const auto* token = chip ? tokenOf(*chip) : nullptr;
    if (!answer || !token) {
        m_card->hide();
        return;
    }
    ChipPlace mirrored = *chip;
    mirrored.b = !chip->b;
    m_card->setToken(*answer, *token, routeOf(*chip), chip->token, chip->changed ? routeOf(mirrored) : nullptr,
                     chip->b);
    QPoint at = mapToGlobal(QPoint(chip->rect.left(), chip->rect.bottom() + 6));
    if (const auto* on = screen()) {
        const QRect room = on->availableGeometry();
        const QSize size = m_card->sizeHint();
        if (at.x() + size.width() > room.right()) at.setX(room.right() - size.width());
        if (at.y() + size.height() > room.bottom()) at.setY(mapToGlobal(chip->rect.topLeft()).y() - size.height() - 6);
    }
    m_card->move(at);
    m_card->show();
    if (by_keys) setAccessibleDescription(chipDescription(*chip));
    Q_EMIT chipHovered(*chip);
}

void ProbePicture::mouseMoveEvent(QMouseEvent* event)
{
    const auto* chip = m_layout.at(event->pos());
    setCursor(chip ? Qt::PointingHandCursor : Qt::ArrowCursor);
    hover(chip, false);
}

void ProbePicture::leaveEvent(QEvent*)
{
    m_card->hide();
}

void ProbePicture::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    m_card->hide();
    update();
}

void ProbePicture::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    if (const auto* chip = m_layout.at(event->pos())) choose(*chip);
}

void ProbePicture::choose(const ChipPlace& chip)
{
    m_cursor = chip;
    const bool again = m_chosen.sameToken(chip) && m_chosen.row == chip.row && m_chosen.isValid();
    m_chosen = again ? ChipPlace{} : chip;
    m_card->hide();
    update();
    Q_EMIT tokenChosen(m_chosen);
}

void ProbePicture::move(int columns, int rows)
{
    const ChipPlace* best = nullptr;
    if (!m_cursor.isValid()) {
        if (!m_layout.chips.empty()) best = &m_layout.chips.front();
    } else if (columns != 0) {
        for (const auto& chip : m_layout.chips)
            if (chip.text == m_cursor.text && chip.decoder == m_cursor.decoder && chip.row == m_cursor.row &&
                chip.layer == m_cursor.layer && chip.b == m_cursor.b && chip.token == m_cursor.token + columns)
                best = &chip;
    } else {
        int nearest = std::numeric_limits<int>::max();
        const QPoint from = m_cursor.rect.center();
        for (const auto& chip : m_layout.chips) {
            const int down = (chip.rect.center().y() - from.y()) * rows;
            const int away = down * 64 + std::abs(chip.rect.center().x() - from.x());
            if (down <= 0 || away >= nearest) continue;
            nearest = away;
            best = &chip;
        }
    }
    if (!best) return;
    m_cursor = *best;
    hover(best, true);
    update();
}

void ProbePicture::keyPressEvent(QKeyEvent* event)
{
    const ProbeAnswer* answer = answerOf(m_cursor);
    bool from_right = false;
    if (answer) {
        QString text;
        for (const auto* token : answer->tokensOf(m_cursor.decoder)) text += chipText(token->piece);
        from_right = text.isRightToLeft();
    }
    switch (event->key()) {
    case Qt::Key_Left:
        return move(from_right ? 1 : -1, 0);
    case Qt::Key_Right:
        return move(from_right ? -1 : 1, 0);
    case Qt::Key_Up:
        return move(0, -1);
    case Qt::Key_Down:
        return move(0, 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_cursor.isValid()) choose(ChipPlace(m_cursor));
        return;
    case Qt::Key_Escape:
        if (m_card->isVisible() || m_chosen.isValid()) {
            m_card->hide();
            return clearChosen();
        }
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

bool ProbePicture::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    for (const auto& label : m_layout.labels)
        if (label.rect.contains(help->pos())) {
            QToolTip::showText(help->globalPos(),
                               plainTip(labelText(label) + QStringLiteral("\n\n") + tokenDefinitions()), this,
                               label.rect);
            return true;
        }
    QToolTip::hideText();
    return true;
}

} // namespace sy
