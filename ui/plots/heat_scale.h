// From the values of a matrix to colours and tick labels.
#pragma once

#include "ui/plots/heat_map.h"

#include <QColor>

#include <utility>

namespace sy {

class HeatRange {
public:
    HeatRange() = default;
    explicit HeatRange(const HeatMatrix& matrix);

    HeatScale scale() const { return m_scale; }
    double lower() const { return m_lower; } ///< value at the bar's left end
    double upper() const { return m_upper; }
    /// Place on the bar, in [0, 1]; values outside are drawn as the nearest end. NaN stays.
    double place(double value) const;
    QColor colour(double value, bool dark) const; ///< transparent for NaN
    /// Values with their labels, rising; at most about `count`.
    std::vector<std::pair<double, QString>> ticks(int count) const;
    /// As cells show it: `decimals` digits, thousands as "12.4 k"; "unknown" for NaN.
    QString text(double value) const;
    /// As read-outs tell it: small values with three digits that count.
    QString exactText(double value) const;

private:
    HeatScale m_scale = HeatScale::Sequential;
    double m_lower = 0, m_upper = 1;
    int m_decimals = 2;
};

} // namespace sy
