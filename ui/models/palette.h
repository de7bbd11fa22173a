// Colours that stay apart for colour-blind eyes, on light and dark grounds.
#pragma once

#include <QColor>
#include <QPalette>

namespace sy {

/// The i-th colour of a line, wrapped around; readable on white and on dark grey.
QColor lineColour(int index);
int lineColourCount();

struct StateColours {
    QColor good, warning, bad, accent, faint;
};
/// For marks in forms and lists; chosen by the palette's lightness.
StateColours stateColours(const QPalette& palette);
bool isDark(const QPalette& palette);

} // namespace sy
