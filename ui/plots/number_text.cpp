#include "ui/plots/number_text.h"

#include "ui/models/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace sy {

namespace {

struct Scale {
    double factor;
    const char* suffix;
};

Scale scaleOf(double largest)
{
    static constexpr Scale scales[] = {{1e18, "E"}, {1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
    if (std::abs(largest) < 1e4) return {1, ""};
    for (const Scale& scale : scales)
        if (std::abs(largest) >= scale.factor) return scale;
    return {1, ""};
}

constexpr double minute = 60, hour = 3600, day = 86400;

} // namespace

QString tickText(double value, double step, double largest)
{
    const QLocale locale;
    if (std::abs(value) < 1e-9 * std::abs(step)) return locale.toString(0);
    if (std::abs(largest) < 1e-3 || std::abs(largest) >= 1e21) return locale.toString(value, 'g', 4);
    const Scale scale = scaleOf(largest);
    const double digits = std::ceil(-std::log10(std::abs(step) / scale.factor) - 1e-6);
    int decimals = static_cast<int>(std::clamp(digits, 0.0, 12.0));
    if (decimals < 12 &&
        std::abs(std::remainder(step / scale.factor, std::pow(10.0, -decimals))) > 1e-6 * step / scale.factor)
        ++decimals; // steps such as 0.25
    const QString text = locale.toString(value / scale.factor, 'f', decimals);
    return *scale.suffix ? text + QChar::Nbsp + QLatin1String(scale.suffix) : text;
}

QString durationUnit(double largest)
{
    if (largest < 2 * minute) return QCoreApplication::translate("sy::Duration", "s");
    if (largest < 2 * hour) return QCoreApplication::translate("sy::Duration", "min:s");
    if (largest < 3 * day) return QCoreApplication::translate("sy::Duration", "h:min");
    return QCoreApplication::translate("sy::Duration", "d");
}

QString durationTickText(double seconds, double largest)
{
    const QLocale locale;
    if (largest < 2 * minute) return locale.toString(seconds, 'g', 4);
    if (largest >= 3 * day) return locale.toString(seconds / day, 'g', 4);
    const auto whole = std::llround(std::abs(seconds) / (largest < 2 * hour ? 1 : minute));
    const QString sign = seconds < 0 ? QStringLiteral("-") : QString();
    return sign + QStringLiteral("%1:%2").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
}

QString valueText(double value)
{
    if (std::isnan(value)) return QStringLiteral("nan");
    if (std::isinf(value)) return value > 0 ? QStringLiteral("inf") : QStringLiteral("-inf");
    const double size = std::abs(value);
    if (size >= 1e5 && size < 1e15 && value == std::round(value)) return QLocale().toString(value, 'f', 0);
    return QLocale().toString(value, 'g', 5);
}

QString xText(XKind kind, double x)
{
    const auto text = [](const char* source) { return QCoreApplication::translate("sy::Cursor", source); };
    switch (kind) {
    case XKind::Step:
        return text("step %1").arg(QLocale().toString(x, 'f', 0));
    case XKind::Tokens:
        return text("%1 tokens").arg(QLocale().toString(x, 'f', 0));
    case XKind::Flops:
        return text("%1 FLOPs").arg(QLocale().toString(x, 'g', 4));
    default:
        return durationText(x);
    }
}

} // namespace sy
