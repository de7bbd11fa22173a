#include "ui/dynamics/flow_bands.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace sy {

namespace {

/// One column: which node each expert belongs to.
struct Column {
    std::vector<int64_t> come, go; ///< [N]
    std::vector<size_t> node_of;   ///< [N]
};

std::vector<Column> columnsOf(const StackTransitions& stack, int first, int count)
{
    std::vector<Column> columns(static_cast<size_t>(count));
    for (int c = 0; c < count; ++c) {
        Column& column = columns[static_cast<size_t>(c)];
        const auto experts = static_cast<size_t>(stack.between.front().from_experts);
        column.come.assign(experts, 0);
        column.go.assign(experts, 0);
        column.node_of.assign(experts, 0);
        const auto add = [&](size_t pair, std::vector<int64_t>& sums, bool by_row) {
            const auto& table = stack.between[pair];
            for (size_t i = 0; i < table.count.size(); ++i)
                sums[by_row ? i / static_cast<size_t>(table.to_experts) : i % static_cast<size_t>(table.to_experts)] +=
                    table.count[i];
        };
        if (c > 0) add(static_cast<size_t>(first + c - 1), column.come, false);
        if (c + 1 < count) add(static_cast<size_t>(first + c), column.go, true);
    }
    return columns;
}

/// The experts that stand for themselves.
std::vector<bool> strongest(const Column& column, int most, int keep)
{
    const size_t experts = column.come.size();
    std::vector<bool> own(experts, true);
    if (experts <= static_cast<size_t>(most)) return own;
    std::vector<size_t> order(experts);
    std::iota(order.begin(), order.end(), size_t{0});
    const auto size = [&](size_t e) { return std::max(column.come[e], column.go[e]); };
    std::ranges::stable_sort(order, [&](size_t a, size_t b) { return size(a) > size(b); });
    if (keep >= 0) std::ranges::stable_partition(order, [&](size_t e) { return e == static_cast<size_t>(keep); });
    for (size_t i = static_cast<size_t>(most); i < experts; ++i) own[order[i]] = false;
    return own;
}

void addNodes(FlowBands& flow, Column& column, int place, const std::vector<bool>& own)
{
    const size_t experts = own.size();
    int64_t rest_come = 0, rest_go = 0;
    int rest = 0;
    for (size_t e = 0; e < experts; ++e) {
        if (!own[e]) {
            rest_come += column.come[e];
            rest_go += column.go[e];
            ++rest;
            continue;
        }
        column.node_of[e] = flow.nodes.size();
        flow.nodes.push_back({place, static_cast<int>(e), 1, std::max(column.come[e], column.go[e]), {}});
    }
    for (size_t e = 0; e < experts; ++e)
        if (!own[e]) column.node_of[e] = flow.nodes.size();
    if (rest > 0) flow.nodes.push_back({place, -1, rest, std::max(rest_come, rest_go), {}});
}

/// Pixels per token: the fullest column fills the height.
double scaleOf(const FlowBands& flow, int columns, const FlowRoom& room)
{
    double scale = 0;
    for (int c = 0; c < columns; ++c) {
        int64_t tokens = 0, nodes = 0;
        for (const FlowNode& node : flow.nodes) {
            tokens += node.column == c ? node.tokens : 0;
            nodes += node.column == c ? 1 : 0;
        }
        const double height = std::max(1.0, room.area.height() - room.gap * static_cast<double>(nodes - 1));
        if (tokens > 0 && (scale == 0 || height / double(tokens) < scale)) scale = height / double(tokens);
    }
    return scale;
}

void placeNodes(FlowBands& flow, int columns, const FlowRoom& room, double scale)
{
    std::vector<double> top(static_cast<size_t>(columns), room.area.top());
    const double stride = columns > 1 ? (room.area.width() - room.node_width) / (columns - 1) : 0;
    for (FlowNode& node : flow.nodes) {
        double& y = top[static_cast<size_t>(node.column)];
        node.box = QRectF(room.area.left() + node.column * stride, y, room.node_width, double(node.tokens) * scale);
        y = node.box.bottom() + room.gap;
    }
}

QPainterPath bandShape(double x0, double x1, double y0, double y1, double height)
{
    const double middle = (x0 + x1) / 2;
    QPainterPath path(QPointF(x0, y0));
    path.cubicTo(middle, y0, middle, y1, x1, y1);
    path.lineTo(x1, y1 + height);
    path.cubicTo(middle, y1 + height, middle, y0 + height, x0, y0 + height);
    path.closeSubpath();
    return path;
}

void addBands(FlowBands& flow, const Transitions& table, const Column& from, const Column& to, const FlowRoom& room,
              double scale)
{
    std::map<std::pair<size_t, size_t>, int64_t> sums; // by source, then target: bands of a node do not cross there
    const auto width = static_cast<size_t>(table.to_experts);
    for (size_t i = 0; i < table.count.size(); ++i)
        if (table.count[i] > 0) sums[{from.node_of[i / width], to.node_of[i % width]}] += table.count[i];
    std::map<size_t, double> leaving, arriving;
    for (const auto& [ends, count] : sums) {
        const FlowNode &source = flow.nodes[ends.first], &target = flow.nodes[ends.second];
        const double height = double(count) * scale;
        double &out = leaving[ends.first], &in = arriving[ends.second];
        FlowBand band{ends.first, ends.second, count, {}};
        if (height >= room.least_band)
            band.shape =
                bandShape(source.box.right(), target.box.left(), source.box.top() + out, target.box.top() + in, height);
        else
            flow.unseen += count;
        out += height;
        in += height;
        flow.bands.push_back(std::move(band));
    }
}

} // namespace

int FlowBands::nodeOf(int column, int expert) const
{
    int rest = -1;
    for (size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].column != column) continue;
        if (nodes[i].expert == expert) return static_cast<int>(i);
        if (nodes[i].expert < 0) rest = static_cast<int>(i);
    }
    return rest;
}

FlowBands arrangeFlow(const StackTransitions& stack, int first, int columns, const FlowRoom& room, int keep_column,
                      int keep)
{
    FlowBands flow;
    if (columns < 2 || stack.between.empty()) return flow;
    auto sides = columnsOf(stack, first, columns);
    for (int c = 0; c < columns; ++c) {
        Column& column = sides[static_cast<size_t>(c)];
        addNodes(flow, column, c, strongest(column, room.most_experts, c == keep_column ? keep : -1));
    }
    const double scale = scaleOf(flow, columns, room);
    placeNodes(flow, columns, room, scale);
    for (int c = 0; c + 1 < columns; ++c)
        addBands(flow, stack.between[static_cast<size_t>(first + c)], sides[static_cast<size_t>(c)],
                 sides[static_cast<size_t>(c + 1)], room, scale);
    std::ranges::stable_sort(flow.bands, {}, &FlowBand::count);
    return flow;
}

} // namespace sy
