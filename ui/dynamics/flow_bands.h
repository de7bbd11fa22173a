// Where the nodes and bands of the flow diagram lie.
#pragma once

#include "ui/dynamics/layer_dynamics.h"

#include <QPainterPath>
#include <QRectF>

#include <vector>

namespace sy {

struct FlowNode {
    int column = 0;     ///< of the shown ones
    int expert = -1;    ///< -1 = the rest of a column's experts together
    int experts = 1;    ///< how many it stands for
    int64_t tokens = 0; ///< the larger of those that come and those that go
    QRectF box;
};

struct FlowBand {
    size_t from = 0, to = 0; ///< nodes
    int64_t count = 0;
    QPainterPath shape; ///< empty where it is thinner than can be seen
};

struct FlowBands {
    std::vector<FlowNode> nodes;
    std::vector<FlowBand> bands; ///< widest last
    int64_t unseen = 0;          ///< tokens in bands without a shape

    int nodeOf(int column, int expert) const; ///< where the expert is among the rest: that node; -1 = none
};

struct FlowRoom {
    QRectF area; ///< of the nodes and bands
    double node_width = 12;
    double gap = 4;          ///< between nodes of a column
    int most_experts = 16;   ///< of a column; above, the strongest and the rest in one
    double least_band = 0.3; ///< pixels
};

/// Columns `first` .. `first + columns - 1` of the stack's layers. `keep` stands for itself in `keep_column` even if it
/// is not among the strongest; -1 = none.
FlowBands arrangeFlow(const StackTransitions& stack, int first, int columns, const FlowRoom& room, int keep_column = -1,
                      int keep = -1);

} // namespace sy
