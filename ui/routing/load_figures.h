// The figures of a router's load: what they are called, mean, and come from.
#pragma once

#include "core/store/records.h"

#include <QString>

#include <vector>

namespace sy {

/// In the order of the tiles.
enum class LoadFigure { Share, Dropped, Dead, MaxViolation, Cv, Information, Confidence, Z, Logits, CapacityNeeded };
inline constexpr int load_figure_count = 10;

struct LoadFigureInfo {
    QString name; ///< of tile, axis and strip
    QString unit;
    QString definition; ///< formula and source
    int decimals = 2;
    double factor = 1; ///< drawn = factor * stored
    /// Of all layers' curves: one column, or the first less the second; Share: (the column + 1) / N.
    std::vector<WindowColumn> columns;
};
LoadFigureInfo infoOf(LoadFigure figure);
/// The figure of one window, drawn unit; NaN = not recorded. Share: the largest.
double valueOf(LoadFigure figure, const WindowFigures& window);
/// The text of its tile: "3.2 %", "0 of 8", "-4.1 … 5.0"; "–" where it is not known.
QString tileText(LoadFigure figure, const WindowFigures& window);

/// One layer's windows over training.
struct LayerLoad {
    int64_t experts = 0;
    std::vector<WindowFigures> windows; ///< in step order
    void append(std::vector<WindowFigures> more);

    std::vector<double> lastSteps() const;
    /// The window that `step` belongs to: the last that ended by then, else the first; -1 = none.
    int windowAt(int64_t step) const;
    /// What is not recorded of a window is left out.
    Curve curve(double (*value)(const WindowFigures&)) const;
    Curve share(int64_t expert) const;
};

double dropOf(const WindowFigures& window, int64_t expert); ///< 1 - kept / load; NaN without load

} // namespace sy
