// Paints a heat map without what follows the mouse: on the screen, into a picture, into a vector file.
#pragma once

#include "ui/plots/heat_layout.h"
#include "ui/plots/heat_scale.h"

#include <QPalette>

class QPainter;

namespace sy {

struct HeatPicture {
    const HeatMatrix& matrix;
    const HeatRange& range;
    const HeatLayout& layout;
    QPalette palette;
    double pixel_ratio = 1; ///< device pixels a logical one
    bool vector = false;    ///< cells as rectangles
};

void paintHeatMap(QPainter& painter, const HeatPicture& picture);
/// A frame around a row, column or cell.
void frame(QPainter& painter, const QRectF& area, const QColor& colour, double width);

} // namespace sy
