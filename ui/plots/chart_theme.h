// A plot that looks like the window it is in.
#pragma once

#include <QColor>
#include <QPalette>

class QCustomPlot;
class QFont;

namespace sy {

/// `share` of `over` on `ground`, opaque: what a translucent line would look like, at the price of an opaque one.
QColor blended(const QColor& over, const QColor& ground, double share);
/// Background, axes, grid and texts from the palette and font of the plot; sizes from the font.
void applyTheme(QCustomPlot& plot);
QFont smallFont(const QFont& font);

} // namespace sy
