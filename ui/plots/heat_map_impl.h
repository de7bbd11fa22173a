// The inside of HeatMap, shared by its sources only.
#pragma once

#include "ui/plots/heat_layout.h"
#include "ui/plots/heat_map.h"
#include "ui/plots/heat_scale.h"

#include <QImage>

#include <optional>

class QHelpEvent;

namespace sy {

struct HeatMap::Impl {
    struct Cell {
        int row = -1, column = -1;
        bool operator==(const Cell&) const = default;
        bool valid() const { return row >= 0 && column >= 0; }
    };

    explicit Impl(HeatMap& map);

    bool empty() const { return matrix.rows == 0 || matrix.columns == 0; }
    const HeatLayout& layout();
    void changed(); ///< draw anew
    Cell at(const QPointF& position);
    Cell told() const; ///< whose value the read-out line tells
    void hover(Cell cell);
    void moveCursor(int rows, int columns);
    bool key(int key);
    void chooseAt(const QPointF& position);
    QString tip(const QPointF& position);
    void drawOverlay(QPainter& painter);
    QString hint() const; ///< of the read-out while no cell is told

    // ---- heat_map_export.cpp ----
    void makeActions();
    void exportAs(const QString& ending);
    QSize exportSize() const;
    void paintPaper(QPainter& painter, const QSize& size, double scale, bool vector) const;

    HeatMap& q;
    HeatMatrix matrix;
    HeatRange range;
    std::vector<double> axis;
    QString title, definition, empty_text;
    std::function<QString(int, int)> read_out;
    int selected_row = -1, selected_column = -1;
    Cell cursor, hovered;
    QImage cache; ///< all but selection, cursor and read-out
    std::optional<HeatLayout> placed;
};

} // namespace sy
