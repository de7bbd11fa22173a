// Shared by the sources of CurveLayer only.
#pragma once

#include "ui/plots/curve_layer.h"

#include <cmath>

namespace sy {

/// What one drawing needs to know.
struct CurveLayer::View {
    AxisMap x, y;
    QRectF rect;
    QColor ground;
    double pixel = 1;          ///< size of a device pixel
    std::vector<double> edges; ///< x at the borders of pixel columns
    XRange range;              ///< of x
    bool vector = false;       ///< an export to SVG or PDF
    size_t curves = 1;

    bool drawable(double value) const { return std::isfinite(value) && (!y.log || value > 0); }
    /// In device pixels from the top; what leaves the rect ends just outside.
    int row(double value) const
    {
        const double below_top = std::clamp(y.pixel(value) - rect.top(), -pixel, rect.height() + pixel);
        return static_cast<int>(std::floor(below_top / pixel));
    }
};

} // namespace sy
