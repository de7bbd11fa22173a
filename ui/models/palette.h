// Colours that stay apart for colour-blind eyes, on light and dark grounds.
#pragma once

#include <QColor>
#include <QPalette>

namespace sy {

/// The i-th colour of a line, wrapped around; readable on white and on dark grey.
QColor lineColour(int index);
int lineColourCount();

/// Of an expert, everywhere the same: as many clearly different ones as go, then by hue; readable as a ground under
/// `onColour` text.
QColor expertColour(int expert, int experts);
/// Black or white, whichever is read better on it.
QColor onColour(const QColor& ground);
/// A value in [0, 1] on a scale of even lightness steps, from the view's ground colour to strong; NaN = transparent.
QColor sequentialColour(double value, bool dark);
/// A value in [-1, 1] around the ground colour: below blue, above orange; NaN = transparent.
QColor divergingColour(double value, bool dark);

struct StateColours {
    QColor good, warning, bad, accent, faint;
};
/// For marks in forms and lists; chosen by the palette's lightness.
StateColours stateColours(const QPalette& palette);
bool isDark(const QPalette& palette);

} // namespace sy
