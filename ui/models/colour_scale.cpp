// Colours of experts and of matrices, made in OKLCH (Ottosson 2020), where equal steps of lightness look equal.
#include "ui/models/palette.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sy {

namespace {

double gamma(double linear)
{
    const double c = std::clamp(linear, 0.0, 1.0);
    return c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1 / 2.4) - 0.055;
}

/// lightness in [0, 1], chroma from 0 (grey) to about 0.3, hue in degrees
QColor fromOklch(double lightness, double chroma, double hue)
{
    const double angle = hue * std::numbers::pi / 180;
    const double a = chroma * std::cos(angle), b = chroma * std::sin(angle);
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return QColor::fromRgbF(static_cast<float>(gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)),
                            static_cast<float>(gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)),
                            static_cast<float>(gamma(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)));
}

double between(double from, double to, double share)
{
    return from + (to - from) * share;
}

/// Relative luminance of WCAG 2.
double luminance(const QColor& colour)
{
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

} // namespace

QColor expertColour(int expert, int experts)
{
    if (expert < 0) return {};
    constexpr int wheel = 12; // hues that are told apart side by side
    constexpr double golden = 0.61803398874989485;
    // Neighbours differ in lightness too: hue alone is lost to colour-blind eyes.
    constexpr double lightness[] = {0.74, 0.60, 0.84};
    const double turn =
        experts <= wheel ? static_cast<double>(expert) / std::max(experts, 1) : std::fmod(expert * golden, 1.0);
    return fromOklch(lightness[expert % 3], 0.125, 30 + 360 * turn);
}

QColor onColour(const QColor& ground)
{
    const double light = luminance(ground);
    return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? QColor(Qt::black) : QColor(Qt::white);
}

QColor sequentialColour(double value, bool dark)
{
    if (std::isnan(value)) return Qt::transparent;
    const double t = std::clamp(value, 0.0, 1.0);
    if (dark) return fromOklch(between(0.25, 0.9, t), between(0.012, 0.13, std::sqrt(t)), between(265, 200, t));
    return fromOklch(between(0.975, 0.34, t), between(0.004, 0.13, std::sqrt(t)), between(235, 268, t));
}

QColor divergingColour(double value, bool dark)
{
    if (std::isnan(value)) return Qt::transparent;
    const double t = std::clamp(std::abs(value), 0.0, 1.0);
    const double hue = value < 0 ? 255 : 50;
    if (dark) return fromOklch(between(0.27, 0.76, t), between(0.005, 0.15, t), hue);
    return fromOklch(between(0.97, 0.52, t), between(0.004, 0.15, t), hue);
}

} // namespace sy
