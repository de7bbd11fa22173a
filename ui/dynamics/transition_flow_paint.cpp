#include "ui/dynamics/transition_flow.h"
#include "ui/models/palette.h"
#include "ui/plots/chart_render.h"
#include "ui/plots/chart_theme.h"
#include "ui/plots/csv_text.h"

#include <QAction>
#include <QLocale>
#include <QPainter>

#include <cmath>

namespace sy {

QColor TransitionFlow::nodeColour(const FlowNode& node, const QPalette& palette) const
{
    return node.expert >= 0 ? expertColour(node.expert, m_experts) : stateColours(palette).faint;
}

void TransitionFlow::drawBands(QPainter& painter, const FlowBands& flow, const QPalette& palette) const
{
    const int chosen = m_expert >= 0 && columnOf(m_layer) >= 0 ? flow.nodeOf(columnOf(m_layer), m_expert) : -1;
    painter.setPen(Qt::NoPen);
    for (const bool front : {false, true}) { // what is highlighted lies above
        for (size_t i = 0; i < flow.bands.size(); ++i) {
            const FlowBand& band = flow.bands[i];
            const bool touches = static_cast<int>(band.from) == chosen || static_cast<int>(band.to) == chosen;
            const bool strong = touches || static_cast<int>(i) == m_hovered;
            if (strong != front) continue;
            QColor colour = nodeColour(flow.nodes[band.from], palette);
            const bool rest = flow.nodes[band.from].expert < 0 && flow.nodes[band.to].expert < 0;
            colour.setAlphaF(strong ? 0.85F : chosen >= 0 || rest ? 0.12F : 0.45F);
            painter.setBrush(colour);
            painter.drawPath(band.shape);
        }
    }
}

void TransitionFlow::drawNodes(QPainter& painter, const FlowBands& flow, const QPalette& palette, bool paper) const
{
    const QFontMetricsF metrics(painter.font());
    for (size_t i = 0; i < flow.nodes.size(); ++i) {
        const FlowNode& node = flow.nodes[i];
        const bool chosen = node.expert >= 0 && node.expert == m_expert && layerOf(node.column) == m_layer;
        const bool cursor = !paper && hasFocus() && static_cast<int>(i) == m_cursor;
        const QColor colour = nodeColour(node, palette);
        painter.setBrush(colour);
        painter.setPen(chosen || cursor
                           ? QPen(palette.color(QPalette::WindowText), 2, cursor ? Qt::DotLine : Qt::SolidLine)
                           : QPen(Qt::NoPen));
        painter.drawRect(node.box);
        if (node.box.height() < metrics.height() * 0.8) continue;
        painter.setPen(onColour(colour));
        painter.drawText(node.box, Qt::AlignCenter,
                         node.expert >= 0 ? QString::number(node.expert) : QStringLiteral("+%1").arg(node.experts));
    }
}

void TransitionFlow::drawTitles(QPainter& painter, const FlowBands& flow, const QPalette& palette, double top) const
{
    const QFontMetricsF metrics(painter.font());
    painter.setPen(palette.color(QPalette::WindowText));
    std::vector<double> middle(static_cast<size_t>(m_columns));
    for (const FlowNode& node : flow.nodes) middle[static_cast<size_t>(node.column)] = node.box.center().x();
    for (int column = 0; column < m_columns; ++column) {
        QFont font = painter.font();
        font.setBold(layerOf(column) == m_layer);
        painter.setFont(font);
        const double half = metrics.averageCharWidth() * 20, x = middle[static_cast<size_t>(column)];
        const int align = column == 0 ? Qt::AlignLeft : column + 1 == m_columns ? Qt::AlignRight : Qt::AlignHCenter;
        const double shift = column == 0               ? half - metrics.averageCharWidth() * 2
                             : column + 1 == m_columns ? -half + metrics.averageCharWidth() * 2
                                                       : 0;
        painter.drawText(QRectF(x - half + shift, top, 2 * half, metrics.height() * 1.5), align | Qt::AlignVCenter,
                         layerName(layerOf(column)));
    }
}

void TransitionFlow::draw(QPainter& painter, const FlowBands& flow, const QPalette& palette, double top,
                          bool paper) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    drawBands(painter, flow, palette);
    drawNodes(painter, flow, palette, paper);
    drawTitles(painter, flow, palette, top);
}

void TransitionFlow::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, palette().color(QPalette::Text));
    if (m_flow.nodes.empty()) {
        painter.setPen(stateColours(palette()).faint);
        painter.drawText(rect().adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap, m_empty);
        return;
    }
    draw(painter, m_flow, colours, 0, false);
    painter.setFont(smallFont(font()));
    painter.setPen(stateColours(palette()).faint);
    const QString note = noteText();
    const QRect below = rect().adjusted(8, rect().height() - fontMetrics().height() * 3 / 2, -8, 0);
    painter.drawText(below, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(painter.font()).elidedText(note, Qt::ElideRight, below.width()));
}

void TransitionFlow::makeActions()
{
    const auto add = [this](const char* name, const QString& text, const QString& ending) {
        auto* action = new QAction(text, this);
        action->setObjectName(QLatin1String(name));
        connect(action, &QAction::triggered, this, [this, ending] { exportAs(ending); });
        addAction(action);
    };
    add("exportFlowPng", tr("Export flow of experts as PNG…"), QStringLiteral("png"));
    add("exportFlowSvg", tr("Export flow of experts as SVG…"), QStringLiteral("svg"));
    add("exportFlowCsv", tr("Export transitions of experts as CSV…"), QStringLiteral("csv"));
    setContextMenuPolicy(Qt::ActionsContextMenu);
}

void TransitionFlow::exportAs(const QString& ending)
{
    const QSize wanted = size().expandedTo({640, 480});
    const QByteArray content = ending == QLatin1String("png")   ? toPng(wanted)
                               : ending == QLatin1String("svg") ? toSvg(wanted)
                                                                : toCsv();
    savePlotFile(this, tr("transitions of experts"), ending, content);
}

QByteArray TransitionFlow::toPng(const QSize& size, double scale) const
{
    return paintedPng(size, scale, [&](QPainter& painter) { drawOnPaper(painter, size); });
}

QByteArray TransitionFlow::toSvg(const QSize& size) const
{
    return paintedSvg(size, tr("transitions of experts"), [&](QPainter& painter) { drawOnPaper(painter, size); });
}

void TransitionFlow::drawOnPaper(QPainter& painter, const QSize& size) const
{
    painter.setFont(font());
    draw(painter, arranged(size, 0), paperPalette(), 0, true);
}

QByteArray TransitionFlow::toCsv() const
{
    QByteArray out = "from_layer,from_expert,to_layer,to_expert,tokens,share,lift\r\n";
    for (size_t pair = 0; pair < m_stack.between.size(); ++pair) {
        const Transitions& table = m_stack.between[pair];
        const QByteArray from = csvField(layerName(m_stack.layers[pair]));
        const QByteArray to = csvField(layerName(m_stack.layers[pair + 1]));
        const auto width = static_cast<size_t>(table.to_experts);
        for (size_t i = 0; i < table.count.size(); ++i) {
            out += from + ',' + QByteArray::number(qulonglong(i / width)) + ',' + to + ',' +
                   QByteArray::number(qulonglong(i % width)) + ',' + QByteArray::number(qlonglong(table.count[i])) +
                   ',';
            appendCsvNumber(out, table.conditional[i]);
            out += ',';
            appendCsvNumber(out, table.lift[i]);
            out += "\r\n";
        }
    }
    return out;
}

} // namespace sy
