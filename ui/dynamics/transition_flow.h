// Bands from the experts of one sparse layer to those of the next, as wide as they have tokens.
#pragma once

#include "ui/dynamics/flow_bands.h"

#include <QStringList>
#include <QWidget>

namespace sy {

/// Keyboard: arrows move between nodes, Return chooses, Escape lets go.
class TransitionFlow : public QWidget {
    Q_OBJECT

public:
    explicit TransitionFlow(QWidget* parent = nullptr);

    void setStack(StackTransitions stack, const QStringList& layer_names, int experts);
    const StackTransitions& stack() const { return m_stack; }
    void setEmptyText(const QString& text);
    void setDefinition(const QString& text);
    /// Highlighted bands; the shown columns move only where the layer would not be among them.
    void setChosen(int layer, int expert);

    const FlowBands& bands() const { return m_flow; }
    QString noteText() const; ///< what is summed or left out; empty = nothing
    QString bandText(const FlowBand& band) const;
    QString nodeText(const FlowNode& node) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    QByteArray toPng(const QSize& size, double scale = 2) const;
    QByteArray toSvg(const QSize& size) const;
    QByteArray toCsv() const; ///< from_layer, from_expert, to_layer, to_expert, tokens, share, lift: all of them

Q_SIGNALS:
    void nodeChosen(int layer, int expert); ///< expert -1: let go

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();
    void makeActions();
    void exportAs(const QString& ending);
    FlowBands arranged(const QSize& size, double top) const;
    void drawOnPaper(QPainter& painter, const QSize& size) const;
    void draw(QPainter& painter, const FlowBands& flow, const QPalette& palette, double top, bool paper) const;
    void drawBands(QPainter& painter, const FlowBands& flow, const QPalette& palette) const;
    void drawNodes(QPainter& painter, const FlowBands& flow, const QPalette& palette, bool paper) const;
    void drawTitles(QPainter& painter, const FlowBands& flow, const QPalette& palette, double top) const;
    QColor nodeColour(const FlowNode& node, const QPalette& palette) const;
    int layerOf(int column) const { return m_stack.layers[static_cast<size_t>(m_first + column)]; }
    int columnOf(int layer) const; ///< -1 = not shown
    int fittingColumns(int width) const;
    int nodeAt(const QPointF& point) const;
    int bandAt(const QPointF& point) const;
    void choose(int node);
    void moveCursor(int key);
    QString layerName(int layer) const { return m_names.value(layer); }

    StackTransitions m_stack;
    QStringList m_names;
    int m_experts = 1, m_layer = -1, m_expert = -1;
    int m_first = 0, m_columns = 0;    ///< shown ones
    int m_hovered = -1, m_cursor = -1; ///< band under the mouse, node of the keys
    FlowBands m_flow;
    QString m_empty, m_definition;
};

} // namespace sy
