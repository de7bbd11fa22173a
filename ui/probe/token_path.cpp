#include "ui/probe/token_path.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace sy {

TokenPath::TokenPath(QWidget* parent) : QWidget(parent)
{
    setObjectName("tokenPath");
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void TokenPath::clear()
{
    m_layers.clear();
    m_ways.clear();
    update();
}

void TokenPath::setLayer(const QString& layer)
{
    m_layer = layer;
    update();
}

TokenPath::Way TokenPath::wayOf(const ProbeAnswer& answer, const QStringList& layers, int token)
{
    Way way{answer.source, {}};
    const auto i = static_cast<size_t>(token);
    for (const auto& layer : layers) {
        Stop stop;
        const auto* route = answer.route(layer);
        if (route && i < route->expert.size()) {
            stop.expert = route->expert[i];
            stop.probability = double(route->probability[i]);
            stop.dropped = route->dropped[i];
            stop.words = routeText(answer, *route, token);
            for (size_t k = 0; k < static_cast<size_t>(route->top_k); ++k) {
                const size_t at = i * static_cast<size_t>(route->top_k) + k;
                stop.top.emplace_back(route->top_expert[at], route->top_probability[at]);
            }
        }
        way.stops.push_back(std::move(stop));
    }
    return way;
}

void TokenPath::setToken(const ProbedText& text, bool b, bool decoder, int token)
{
    clear();
    const auto& answer = b ? text.b : text.a;
    if (!answer) return;
    for (const auto* route : answer->routesOf(decoder)) m_layers << answer->layerName(*route);
    m_experts = answer->experts;
    const bool both = text.a && text.b && sameTokens(*text.a, *text.b, decoder);
    for (const auto* one : {&text.a, &text.b}) {
        if (!*one || (!both && one != &answer)) continue;
        m_experts = std::max(m_experts, (*one)->experts);
        m_ways.push_back(wayOf(**one, m_layers, token));
    }
    setAccessibleName(this->text());
    update();
}

QString TokenPath::text() const
{
    QStringList ways;
    for (const auto& way : m_ways) {
        QStringList stops;
        for (size_t l = 0; l < way.stops.size(); ++l)
            if (way.stops[l].expert >= 0)
                stops << QStringLiteral("%1 e%2").arg(m_layers[static_cast<int>(l)]).arg(way.stops[l].expert);
        ways << QStringLiteral("%1: %2").arg(way.name, stops.join(QStringLiteral(", ")));
    }
    return ways.join(QLatin1Char('\n'));
}

QSize TokenPath::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 50, fontMetrics().height() * 9};
}

QSize TokenPath::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 24, fontMetrics().height() * 7};
}

QRectF TokenPath::lanes() const
{
    const QFontMetrics metrics(font());
    const int left =
        metrics.horizontalAdvance(QStringLiteral("e%1").arg(std::max(m_experts - 1, 10))) + metrics.height();
    const int bottom = metrics.height() * 3 / 2;
    return QRectF(left, metrics.height() / 2.0, width() - left - metrics.height(),
                  height() - bottom - metrics.height() / 2.0);
}

QPointF TokenPath::place(size_t layer, int expert) const
{
    const QRectF room = lanes();
    const double columns = static_cast<double>(std::max<size_t>(m_ways.empty() ? 1 : m_ways[0].stops.size(), 1));
    return {room.left() + room.width() * (static_cast<double>(layer) + 0.5) / columns,
            room.top() + room.height() * (expert + 0.5) / std::max(m_experts, 1)};
}

int TokenPath::layerAt(const QPointF& position) const
{
    const QRectF room = lanes();
    if (m_layers.isEmpty() || position.x() < room.left() || position.x() > room.right()) return -1;
    const auto at =
        static_cast<int>((position.x() - room.left()) / room.width() * static_cast<double>(m_layers.size()));
    return std::clamp(at, 0, static_cast<int>(m_layers.size()) - 1);
}

void TokenPath::paintLanes(QPainter& painter) const
{
    const QFontMetrics metrics(font());
    const QRectF room = lanes();
    const auto colours = stateColours(palette());
    const double lane = room.height() / std::max(m_experts, 1);
    const int every = std::max(1, static_cast<int>(std::ceil(metrics.height() / std::max(lane, 0.1))));
    for (int e = 0; e < m_experts; ++e) {
        const double y = place(0, e).y();
        QColor line = expertColour(e, m_experts);
        line.setAlphaF(0.3F);
        painter.setPen(QPen(line, std::clamp(lane * 0.2, 0.5, 3.0)));
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y));
        if (e % every != 0) continue;
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(QRectF(0, y - metrics.height() / 2.0, room.left() - metrics.height() / 2.0, metrics.height()),
                         Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("e%1").arg(e));
    }
    const double slot = room.width() / static_cast<double>(std::max<qsizetype>(m_layers.size(), 1));
    int widest = 1;
    for (const auto& name : m_layers) widest = std::max(widest, metrics.horizontalAdvance(name + QStringLiteral("  ")));
    const auto skip = static_cast<size_t>(std::max(1.0, std::ceil(widest / std::max(slot, 1.0))));
    for (size_t l = 0; l < static_cast<size_t>(m_layers.size()); l += skip) {
        const QString name = m_layers[static_cast<int>(l)];
        painter.setPen(name == m_layer ? colours.accent : palette().color(QPalette::Text));
        painter.drawText(QRectF(place(l, 0).x() - widest, room.bottom() + 2, 2 * widest, metrics.height() * 1.3),
                         Qt::AlignCenter, name);
    }
}

void TokenPath::paintWay(QPainter& painter, const Way& way, bool dashed) const
{
    const QColor ink = palette().color(QPalette::Text), base = palette().color(QPalette::Base);
    painter.setPen(QPen(ink, 1.6, dashed ? Qt::DashLine : Qt::SolidLine));
    for (size_t l = 1; l < way.stops.size(); ++l)
        if (way.stops[l - 1].expert >= 0 && way.stops[l].expert >= 0)
            painter.drawLine(place(l - 1, way.stops[l - 1].expert), place(l, way.stops[l].expert));
    const double large =
        std::clamp(lanes().height() / std::max(m_experts, 1) * 0.45, 6.0, fontMetrics().height() * 0.6);
    for (size_t l = 0; l < way.stops.size(); ++l) {
        const auto& stop = way.stops[l];
        if (stop.expert < 0) continue;
        painter.setPen(Qt::NoPen);
        for (const auto& [expert, probability] : stop.top) {
            QColor faint = expertColour(expert, m_experts);
            faint.setAlphaF(0.5F);
            painter.setBrush(faint);
            const double radius = large * std::sqrt(std::clamp(probability, 0.0, 1.0));
            painter.drawEllipse(place(l, expert), radius, radius);
        }
        const double radius = std::max(3.0, large * std::sqrt(std::clamp(stop.probability, 0.0, 1.0)));
        painter.setBrush(stop.dropped ? base : expertColour(stop.expert, m_experts));
        painter.setPen(QPen(ink, dashed ? 1 : 1.6, dashed ? Qt::DashLine : Qt::SolidLine));
        const QPointF at = place(l, stop.expert);
        painter.drawEllipse(at, radius, radius);
        if (stop.dropped) painter.drawLine(at - QPointF(radius, 0), at + QPointF(radius, 0));
    }
}

void TokenPath::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_layers.isEmpty()) return;
    paintLanes(painter);
    for (size_t i = m_ways.size(); i-- > 0;) paintWay(painter, m_ways[i], i > 0);
}

void TokenPath::mousePressEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position());
    if (layer < 0 || m_ways.empty()) return;
    const QRectF room = lanes();
    const double lane = (event->position().y() - room.top()) / room.height() * m_experts;
    if (lane < 0 || lane >= m_experts) return;
    Q_EMIT stopChosen(m_layers[layer], static_cast<int>(lane));
}

bool TokenPath::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int layer = layerAt(help->pos());
    QStringList lines;
    for (const auto& way : m_ways)
        if (layer >= 0 && !way.stops[static_cast<size_t>(layer)].words.isEmpty())
            lines << way.name << way.stops[static_cast<size_t>(layer)].words;
    if (lines.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), plainTip(lines.join(QLatin1Char('\n'))), this);
    return true;
}

} // namespace sy
