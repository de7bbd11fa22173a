#include "ui/models/palette.h"

#include <array>

namespace sy {

namespace {

/// After Okabe and Ito, "Color Universal Design" (2008), black left out and yellow darkened: every one has a contrast
/// of at least 2.2 to white and to #202225.
constexpr std::array<QRgb, 8> line_colours = {0xff0072b2, 0xffd55e00, 0xff009e73, 0xffcc79a7,
                                              0xff3fa7dd, 0xffc28e00, 0xff8a63d2, 0xff8c8c8c};

} // namespace

QColor lineColour(int index)
{
    const auto count = static_cast<int>(line_colours.size());
    const int wrapped = ((index % count) + count) % count;
    const QColor colour(line_colours[static_cast<size_t>(wrapped)]);
    const int round = index >= 0 ? index / count : 0;
    if (round % 3 == 1) return colour.lighter(135);
    return round % 3 == 2 ? colour.darker(135) : colour;
}

int lineColourCount()
{
    return static_cast<int>(line_colours.size());
}

bool isDark(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightnessF() < 0.5;
}

StateColours stateColours(const QPalette& palette)
{
    if (isDark(palette))
        return {QColor(0x4c, 0xc3, 0x9a), QColor(0xf0, 0xb4, 0x3c), QColor(0xff, 0x7b, 0x6b), QColor(0x5c, 0xb0, 0xf0),
                QColor(0x8b, 0x90, 0x98)};
    return {QColor(0x00, 0x7a, 0x5a), QColor(0x9a, 0x5b, 0x00), QColor(0xb8, 0x2c, 0x1a), QColor(0x00, 0x5f, 0xa3),
            QColor(0x70, 0x75, 0x7d)};
}

} // namespace sy
