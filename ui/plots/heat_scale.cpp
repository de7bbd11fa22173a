#include "ui/plots/heat_scale.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"
#include "ui/plots/number_text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace sy {

HeatRange::HeatRange(const HeatMatrix& matrix)
    : m_scale(matrix.scale), m_lower(matrix.lower), m_upper(matrix.upper), m_decimals(matrix.decimals)
{
    const bool fit = !(m_lower < m_upper);
    double low = 0, high = 0, farthest = 1; // octaves
    for (const double value : matrix.value) {
        if (!std::isfinite(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
        if (value > 0) farthest = std::max(farthest, std::abs(std::log2(value)));
    }
    if (m_scale == HeatScale::Lift) { // as far below 1 as above
        // Rare cells far below chance would leave no colour for those above it.
        farthest = std::min(farthest, std::clamp(high > 0 ? std::log2(high) : 0.0, 2.0, 6.0));
        if (!fit && m_upper > 1) farthest = std::log2(m_upper);
        m_lower = std::exp2(-farthest);
        m_upper = std::exp2(farthest);
    } else if (fit) {
        m_lower = low;
        m_upper = high > low ? high : low + 1;
    }
}

double HeatRange::place(double value) const
{
    if (std::isnan(value)) return value;
    if (m_scale == HeatScale::Sequential) return std::clamp((value - m_lower) / (m_upper - m_lower), 0.0, 1.0);
    if (!(value > 0)) return 0;
    return std::clamp(0.5 + 0.5 * std::log(value) / std::log(m_upper), 0.0, 1.0);
}

QColor HeatRange::colour(double value, bool dark) const
{
    const double at = place(value);
    return m_scale == HeatScale::Lift ? divergingColour(2 * at - 1, dark) : sequentialColour(at, dark);
}

std::vector<std::pair<double, QString>> HeatRange::ticks(int count) const
{
    std::vector<std::pair<double, QString>> out;
    if (m_scale == HeatScale::Lift) {
        const auto octaves = static_cast<int>(std::floor(std::log2(m_upper) + 1e-9));
        const int step = std::max(1, (2 * octaves + count - 1) / std::max(1, count - 1));
        for (int octave = -octaves / step * step; octave <= octaves; octave += step)
            out.emplace_back(std::exp2(octave), QLocale().toString(std::exp2(octave), 'g', 3));
        return out;
    }
    const double rough = (m_upper - m_lower) / std::max(1, count - 1);
    const double decade = std::pow(10.0, std::floor(std::log10(rough)));
    const double share = rough / decade;
    const double step = decade * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
    const double largest = std::max(std::abs(m_lower), std::abs(m_upper));
    for (double tick = std::ceil(m_lower / step - 1e-9) * step; tick <= m_upper + 1e-9 * step; tick += step)
        out.emplace_back(tick, tickText(tick, step, largest));
    return out;
}

QString HeatRange::exactText(double value) const
{
    const bool lost = value != 0 && std::abs(value) < 10 * std::pow(10.0, -m_decimals);
    return lost && m_decimals > 0 ? QLocale().toString(value, 'g', 3) : text(value);
}

QString HeatRange::text(double value) const
{
    if (std::isnan(value)) return QCoreApplication::translate("sy::HeatMap", "unknown");
    if (std::abs(value) >= 1e4) return countText(value);
    return QLocale().toString(value, 'f', m_decimals);
}

} // namespace sy
