// How the probe's picture is drawn and exported.
#include "core/store/probe_json.h"
#include "ui/models/palette.h"
#include "ui/models/text.h"
#include "ui/plots/chart_render.h"
#include "ui/probe/probe_picture.h"

#include <QLocale>
#include <QPainter>
#include <QPainterPath>

namespace sy {

namespace {

constexpr double faintest = 0.25, dimmed = 0.16; ///< share of an expert's colour in the ground

QColor mixed(const QColor& ground, const QColor& colour, double share)
{
    const auto part = [&](float from, float to) { return from + (to - from) * static_cast<float>(share); };
    return QColor::fromRgbF(part(ground.redF(), colour.redF()), part(ground.greenF(), colour.greenF()),
                            part(ground.blueF(), colour.blueF()));
}

QByteArray csvField(const QString& text)
{
    return '"' + text.toUtf8().replace('"', "\"\"") + '"';
}

} // namespace

void ProbePicture::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    paint(painter, m_layout, event->rect(), true);
}

void ProbePicture::paint(QPainter& painter, const ProbeLayout& layout, const QRect& area, bool marks) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(area, palette().color(QPalette::Base));
    for (const auto& line : layout.lines)
        if (line.rect.intersects(area)) paintLine(painter, line);
    for (const auto& label : layout.labels)
        if (label.rect.intersects(area)) paintLabel(painter, label);
    for (const auto& band : layout.bands) {
        if (!band.rect.intersects(area)) continue;
        for (size_t i = band.first; i < band.last; ++i)
            if (layout.chips[i].rect.adjusted(-3, -3, 3, 3).intersects(area))
                paintChip(painter, layout.chips[i], marks);
    }
}

void ProbePicture::paintLine(QPainter& painter, const PictureLine& line) const
{
    const auto colours = stateColours(palette());
    const bool heading = line.kind == PictureLine::Kind::Heading;
    painter.setFont(heading ? m_fonts.strong : m_fonts.normal);
    painter.setPen(line.kind == PictureLine::Kind::Problem ? colours.bad
                   : line.kind == PictureLine::Kind::Note  ? colours.faint
                                                           : palette().color(QPalette::Text));
    painter.drawText(line.rect, Qt::TextWordWrap | Qt::AlignLeft, line.text);
}

void ProbePicture::paintLabel(QPainter& painter, const RowLabel& label) const
{
    const auto colours = stateColours(palette());
    const QRect text = label.bar.isNull() ? label.rect : label.rect.adjusted(0, 0, 0, -label.bar.height());
    const bool marked = !label.layer.isEmpty() && label.layer == m_layer;
    const bool paired = !m_texts[static_cast<size_t>(label.text)].a || !m_texts[static_cast<size_t>(label.text)].b;
    QString name = label.b && !label.note.isEmpty() ? QString() : label.layer;
    if (!paired) name = (label.b ? tr("B ") : tr("A ")) + name;
    painter.setFont(marked ? m_fonts.strong : m_fonts.normal);
    painter.setPen(marked ? colours.accent : palette().color(QPalette::Text));
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, name);
    if (!label.note.isEmpty()) {
        painter.setFont(m_fonts.small);
        painter.setPen(colours.faint);
        painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter, label.note);
    }
    if (label.bar.isNull()) return;
    const auto& answered =
        label.b ? m_texts[static_cast<size_t>(label.text)].b : m_texts[static_cast<size_t>(label.text)].a;
    const auto* route = answered->route(label.layer);
    double x = label.bar.left();
    painter.setPen(Qt::NoPen);
    const auto shares = expertShares(*route, answered->experts);
    for (size_t e = 0; e < shares.size(); ++e) {
        const double width = shares[e] * label.bar.width();
        const bool dim = m_expert >= 0 && static_cast<int>(e) != m_expert;
        const QColor colour = expertColour(static_cast<int>(e), answered->experts);
        painter.setBrush(dim ? mixed(palette().color(QPalette::Base), colour, dimmed) : colour);
        if (width > 0) painter.drawRect(QRectF(x, label.bar.top(), width, label.bar.height()));
        x += width;
    }
}

void ProbePicture::paintChip(QPainter& painter, const ChipPlace& chip, bool marks) const
{
    const auto* token = tokenOf(chip);
    const auto* route = routeOf(chip);
    if (!token) return;
    const QColor base = palette().color(QPalette::Base);
    QColor ground = palette().color(QPalette::AlternateBase), ink = palette().color(QPalette::Text);
    const auto i = static_cast<size_t>(chip.token);
    const bool dim = route && m_expert >= 0 && route->expert[i] != m_expert;
    if (route) {
        const QColor colour = expertColour(route->expert[i], answerOf(chip)->experts);
        const double strength =
            m_shaded ? faintest + (1 - faintest) * std::clamp(double(route->probability[i]), 0.0, 1.0) : 1;
        ground = mixed(base, colour, dim ? dimmed : strength);
        ink = dim ? stateColours(palette()).faint : onColour(ground);
    }
    const QRectF body = QRectF(chip.rect).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawRoundedRect(body, 3, 3);
    paintChipText(painter, chip, *token, ink);
    if (route && route->dropped[i]) {
        painter.setPen(QPen(ink, 1.6));
        painter.drawLine(QPointF(body.left() + 2, body.center().y()), QPointF(body.right() - 2, body.center().y()));
    }
    const QColor text = palette().color(QPalette::Text);
    painter.setBrush(Qt::NoBrush);
    if (chip.changed && chip.b) {
        painter.setPen(QPen(text, 2));
        painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    }
    if (!marks) return;
    if (m_chosen.isValid() && m_chosen.sameToken(chip)) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRoundedRect(body.adjusted(-1.5, -1.5, 1.5, 1.5), 4, 4);
    }
    if (hasFocus() && m_cursor.isValid() && m_cursor.rect == chip.rect) {
        painter.setPen(QPen(text, 1, Qt::DotLine));
        painter.drawRect(body.adjusted(-2, -2, 2, 2));
    }
}

void ProbePicture::paintChipText(QPainter& painter, const ChipPlace& chip, const ProbeToken& token,
                                 const QColor& ink) const
{
    const QFontMetrics normal(m_fonts.normal), small(m_fonts.small);
    const int gap = normal.height() / 4;
    const QString text = chipText(token.piece);
    const bool from_right = text.isRightToLeft();
    QRect inside = chip.rect.adjusted(gap + gap / 2, 0, -(gap + gap / 2), 0);
    const auto* route = routeOf(chip);
    painter.setPen(ink);
    if (m_numbers && route) {
        painter.setFont(m_fonts.small);
        const QString number = QString::number(route->expert[static_cast<size_t>(chip.token)]);
        QColor faint = ink;
        faint.setAlphaF(0.75F);
        painter.setPen(faint);
        painter.drawText(inside, (from_right ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter, number);
        painter.setPen(ink);
        const int taken = small.horizontalAdvance(QString::number(std::max(answerOf(chip)->experts - 1, 0))) + gap;
        inside.adjust(from_right ? taken : 0, 0, from_right ? 0 : -taken, 0);
    }
    painter.setFont(m_fonts.normal);
    painter.drawText(inside, Qt::AlignCenter | Qt::TextDontClip | Qt::TextSingleLine, text);
    if (!startsWord(token.piece)) return;
    // The space before a word: a thin mark where the chip begins.
    QColor mark = ink;
    mark.setAlphaF(0.6F);
    painter.setPen(QPen(mark, 1.4));
    const double x = from_right ? chip.rect.right() - 2 : chip.rect.left() + 3, y = chip.rect.bottom() - 2.5;
    painter.drawLine(QPointF(x, y), QPointF(from_right ? x - gap - 1 : x + gap + 1, y));
}

QByteArray ProbePicture::toPng(int width, double scale) const
{
    const auto layout = layOutProbe(m_texts, width, m_fonts, m_numbers);
    return paintedPng(QSize(width, std::max(layout.height, 1)), scale,
                      [&](QPainter& painter) { paint(painter, layout, QRect(0, 0, width, layout.height), false); });
}

QByteArray ProbePicture::toSvg(int width) const
{
    const auto layout = layOutProbe(m_texts, width, m_fonts, m_numbers);
    return paintedSvg(QSize(width, layout.height), tr("probe"),
                      [&](QPainter& painter) { paint(painter, layout, QRect(0, 0, width, layout.height), false); });
}

QByteArray ProbePicture::toCsv() const
{
    QByteArray out =
        "sentence,language,answer,source,step,stack,position,id,piece,layer,expert,probability,entropy_nats,"
        "dropped,changed,top_k\r\n";
    for (size_t s = 0; s < m_texts.size(); ++s) {
        const auto& text = m_texts[s];
        for (const bool b : {false, true}) {
            const auto& answer = b ? text.b : text.a;
            if (!answer) continue;
            for (const auto& route : answer->probe.routes) {
                const bool decoder = answer->isDecoder(route);
                const auto tokens = answer->tokensOf(decoder);
                const auto& mirrored = b ? text.a : text.b;
                const bool same = mirrored && sameTokens(*answer, *mirrored, decoder);
                const auto* other = same ? mirrored->route(answer->layerName(route)) : nullptr;
                for (size_t i = 0; i < std::min(tokens.size(), route.expert.size()); ++i) {
                    QStringList top;
                    for (size_t k = 0; k < static_cast<size_t>(route.top_k); ++k) {
                        const size_t at = i * static_cast<size_t>(route.top_k) + k;
                        top << QStringLiteral("%1:%2").arg(route.top_expert[at]).arg(double(route.top_probability[at]));
                    }
                    const QStringList cells{QString::number(answer->probe.step),
                                            decoder ? QStringLiteral("decoder") : QStringLiteral("encoder"),
                                            QString::number(i), QString::number(tokens[i]->id)};
                    out += QByteArray::number(qulonglong(s)) + ',' + csvField(text.sentence.language) +
                           (b ? ",B," : ",A,") + csvField(answer->source) + ',' +
                           cells.join(QLatin1Char(',')).toUtf8() + ',' + csvField(fromUtf8(tokens[i]->piece)) + ',' +
                           answer->layerName(route).toUtf8() + ',' + QByteArray::number(route.expert[i]) + ',' +
                           QByteArray::number(double(route.probability[i])) + ',' +
                           QByteArray::number(double(route.entropy[i])) + ',' + (route.dropped[i] ? "1," : "0,") +
                           (other && other->expert[i] != route.expert[i] ? "1," : "0,") +
                           csvField(top.join(QLatin1Char(' '))) + "\r\n";
                }
            }
        }
    }
    return out;
}

QByteArray ProbePicture::toJson() const
{
    auto all = nlohmann::json::array();
    for (const auto& text : m_texts) {
        nlohmann::json one{{"text", text.sentence.text.toStdString()},
                           {"language", text.sentence.language.toStdString()},
                           {"target", text.sentence.target.toStdString()}};
        for (const bool b : {false, true}) {
            const auto& answer = b ? text.b : text.a;
            if (!answer) continue;
            std::vector<std::string> layers;
            for (const auto& layer : answer->layers) layers.push_back(layer.toStdString());
            auto probe = probeToJson(answer->probe, layers);
            probe["source"] = answer->source.toStdString();
            probe["experts"] = answer->experts;
            one[b ? "b" : "a"] = std::move(probe);
        }
        all.push_back(std::move(one));
    }
    return QByteArray::fromStdString(all.dump(1, ' ', false, nlohmann::json::error_handler_t::replace)) + '\n';
}

} // namespace sy
