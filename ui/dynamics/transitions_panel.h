#pragma once

#include "ui/dynamics/layer_dynamics.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QSplitter;

namespace sy {

class HeatMap;
class RoutingFocus;
class TransitionFlow;

/// From the experts of a sparse layer to those of the next: flow of the stack, matrix of the chosen layer.
class TransitionsPanel : public QWidget {
    Q_OBJECT

public:
    explicit TransitionsPanel(RoutingFocus* focus, QWidget* parent = nullptr);

    void setStack(StackTransitions stack);
    void clear(const QString& why);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fillMatrix();
    void showChoice();
    void choose(int layer, int expert);
    /// The pair that the matrix shows: from the chosen layer, for the last one to it. -1 = none.
    int pair() const;
    void fillHeading();

    RoutingFocus* m_focus;
    QComboBox* m_kind;
    QLabel* m_heading;
    TransitionFlow* m_flow;
    HeatMap* m_matrix;
    QSplitter* m_splitter;
};

} // namespace sy
