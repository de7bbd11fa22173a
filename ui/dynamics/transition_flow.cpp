#include "ui/dynamics/transition_flow.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"

#include <QEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace sy {

namespace {

QString percent(double share)
{
    return QLocale().toString(100 * share, 'f', 1) + QStringLiteral(" %");
}

} // namespace

TransitionFlow::TransitionFlow(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Transitions between experts of successive layers"));
    makeActions();
}

void TransitionFlow::setStack(StackTransitions stack, const QStringList& layer_names, int experts)
{
    m_stack = std::move(stack);
    m_names = layer_names;
    m_experts = experts;
    m_hovered = -1;
    arrange();
}

void TransitionFlow::setEmptyText(const QString& text)
{
    m_empty = text;
    update();
}

void TransitionFlow::setDefinition(const QString& text)
{
    m_definition = text;
}

void TransitionFlow::setChosen(int layer, int expert)
{
    if (layer == m_layer && expert == m_expert) return;
    m_layer = layer;
    m_expert = expert;
    arrange();
}

int TransitionFlow::fittingColumns(int width) const
{
    const int wanted = std::max(2, width / (fontMetrics().averageCharWidth() * 22) + 1);
    return m_stack.between.empty() ? 0 : std::min(wanted, static_cast<int>(m_stack.layers.size()));
}

int TransitionFlow::columnOf(int layer) const
{
    for (int column = 0; column < m_columns; ++column)
        if (layerOf(column) == layer) return column;
    return -1;
}

FlowBands TransitionFlow::arranged(const QSize& size, double top) const
{
    const QFontMetricsF metrics(font());
    FlowRoom room;
    const double side = metrics.averageCharWidth() * 2;
    room.area = QRectF(QPointF(side, top + metrics.height() * 1.6),
                       QPointF(size.width() - side, size.height() - metrics.height() * 1.6));
    room.node_width = metrics.horizontalAdvance(QStringLiteral("+0000"));
    room.gap = std::max(2.0, metrics.height() / 4);
    return arrangeFlow(m_stack, m_first, m_columns, room, columnOf(m_layer), m_expert);
}

void TransitionFlow::arrange()
{
    const auto count = static_cast<int>(m_stack.layers.size());
    m_columns = fittingColumns(width());
    const auto chosen = std::ranges::find(m_stack.layers, m_layer);
    if (chosen != m_stack.layers.end()) {
        const auto place = static_cast<int>(chosen - m_stack.layers.begin());
        m_first = std::min(m_first, place);
        m_first = std::max(m_first, place + (place + 1 < count ? 1 : 0) - m_columns + 1);
    }
    m_first = std::clamp(m_first, 0, std::max(0, count - m_columns));
    m_flow = arranged(size(), 0);
    if (m_cursor >= static_cast<int>(m_flow.nodes.size())) m_cursor = -1;
    if (m_hovered >= static_cast<int>(m_flow.bands.size())) m_hovered = -1;
    update();
}

QString TransitionFlow::nodeText(const FlowNode& node) const
{
    const QString name =
        node.expert >= 0 ? tr("expert %1").arg(node.expert) : tr("%n other experts", nullptr, node.experts);
    return tr("%1, %2: %n token(s)", nullptr, int(node.tokens)).arg(layerName(layerOf(node.column)), name);
}

QString TransitionFlow::bandText(const FlowBand& band) const
{
    const FlowNode &from = m_flow.nodes[band.from], &to = m_flow.nodes[band.to];
    int64_t leaving = 0, arriving = 0, all = 0;
    for (const FlowBand& other : m_flow.bands) {
        if (m_flow.nodes[other.from].column != from.column) continue;
        all += other.count;
        leaving += other.from == band.from ? other.count : 0;
        arriving += other.to == band.to ? other.count : 0;
    }
    const auto name = [](const FlowNode& node) {
        return node.expert >= 0 ? tr("expert %1").arg(node.expert) : tr("%n other experts", nullptr, node.experts);
    };
    const double share = double(band.count) / double(leaving);
    const double lift = share / (double(arriving) / double(all));
    return tr("%1, %2 to %3, %4: %n token(s), %5 of the first, lift %6", nullptr, int(band.count))
        .arg(layerName(layerOf(from.column)), name(from), layerName(layerOf(to.column)), name(to), percent(share),
             QLocale().toString(lift, 'f', 2));
}

QString TransitionFlow::noteText() const
{
    if (m_flow.nodes.empty()) return {};
    QStringList parts;
    const auto count = static_cast<int>(m_stack.layers.size());
    if (m_columns < count)
        parts += tr("%1 to %2 of the stack's %3 sparse layers")
                     .arg(layerName(layerOf(0)), layerName(layerOf(m_columns - 1)))
                     .arg(count);
    if (std::ranges::any_of(m_flow.nodes, [](const FlowNode& node) { return node.expert < 0; }))
        parts += tr("the 16 strongest experts of each layer, the others in one");
    int64_t all = 0;
    for (const FlowBand& band : m_flow.bands) all += band.count;
    if (m_flow.unseen > 0)
        parts += tr("bands too thin to draw hold %1 of the tokens").arg(percent(double(m_flow.unseen) / double(all)));
    return parts.join(QStringLiteral(" · "));
}

int TransitionFlow::nodeAt(const QPointF& point) const
{
    for (size_t i = 0; i < m_flow.nodes.size(); ++i)
        if (m_flow.nodes[i].box.adjusted(-4, -1, 4, 1).contains(point)) return static_cast<int>(i);
    return -1;
}

int TransitionFlow::bandAt(const QPointF& point) const
{
    for (size_t i = 0; i < m_flow.bands.size(); ++i) // narrow ones first: they would never be reached else
        if (m_flow.bands[i].shape.contains(point)) return static_cast<int>(i);
    return -1;
}

void TransitionFlow::choose(int node)
{
    if (node < 0) return;
    const FlowNode& chosen = m_flow.nodes[static_cast<size_t>(node)];
    if (chosen.expert < 0) return; // many experts: none of them
    const int layer = layerOf(chosen.column);
    const bool again = layer == m_layer && chosen.expert == m_expert;
    Q_EMIT nodeChosen(layer, again ? -1 : chosen.expert);
}

void TransitionFlow::moveCursor(int key)
{
    if (m_flow.nodes.empty()) return;
    if (m_cursor < 0) {
        m_cursor = std::max(0, m_flow.nodeOf(std::max(0, columnOf(m_layer)), std::max(0, m_expert)));
        return update();
    }
    const FlowNode& at = m_flow.nodes[static_cast<size_t>(m_cursor)];
    const int next = m_cursor + (key == Qt::Key_Down ? 1 : -1);
    if (key == Qt::Key_Up || key == Qt::Key_Down) {
        if (next >= 0 && next < int(m_flow.nodes.size()) && m_flow.nodes[size_t(next)].column == at.column)
            m_cursor = next;
    } else {
        const int column = at.column + (key == Qt::Key_Right ? 1 : -1);
        const int found = m_flow.nodeOf(column, at.expert);
        if (column >= 0 && column < m_columns && found >= 0) m_cursor = found;
    }
    update();
}

void TransitionFlow::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right:
        return moveCursor(event->key());
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return choose(m_cursor);
    case Qt::Key_Escape:
        if (m_expert < 0) break;
        Q_EMIT nodeChosen(m_layer, -1);
        return;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void TransitionFlow::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void TransitionFlow::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    const int node = nodeAt(event->position());
    const int band = node < 0 ? bandAt(event->position()) : -1;
    choose(band >= 0 ? static_cast<int>(m_flow.bands[static_cast<size_t>(band)].from) : node);
}

void TransitionFlow::mouseMoveEvent(QMouseEvent* event)
{
    const int hovered = nodeAt(event->position()) >= 0 ? -1 : bandAt(event->position());
    if (hovered == m_hovered) return;
    m_hovered = hovered;
    update();
}

void TransitionFlow::leaveEvent(QEvent*)
{
    m_hovered = -1;
    update();
}

bool TransitionFlow::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int node = nodeAt(help->pos()), band = node < 0 ? bandAt(help->pos()) : -1;
    const QString text = node >= 0   ? nodeText(m_flow.nodes[static_cast<size_t>(node)])
                         : band >= 0 ? bandText(m_flow.bands[static_cast<size_t>(band)])
                                     : m_definition;
    QToolTip::showText(help->globalPos(), plainTip(text), this);
    return true;
}

void TransitionFlow::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) arrange();
    if (event->type() == QEvent::PaletteChange) update();
}

void TransitionFlow::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

QSize TransitionFlow::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 60, fontMetrics().height() * 22};
}

QSize TransitionFlow::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 24, fontMetrics().height() * 8};
}

} // namespace sy
