#include "ui/plots/curve_set.h"

#include <algorithm>
#include <cmath>

namespace sy {

void CurveSet::setBand(const QString& id, const CurveLook& look, const Curve& lower, const Curve& upper)
{
    CurveBand band{id, look, {}, {}, {}};
    for (size_t i = 0, j = 0; i < lower.step.size() && j < upper.step.size();) {
        if (lower.step[i] == upper.step[j]) {
            band.step.push_back(lower.step[i]);
            band.lower.push_back(lower.value[i++]);
            band.upper.push_back(upper.value[j++]);
        } else if (lower.step[i] < upper.step[j]) {
            ++i;
        } else {
            ++j;
        }
    }
    const auto known = std::find_if(m_bands.begin(), m_bands.end(), [&](const CurveBand& one) { return one.id == id; });
    if (band.step.empty()) {
        if (known != m_bands.end()) m_bands.erase(known);
    } else if (known != m_bands.end()) {
        *known = std::move(band);
    } else {
        m_bands.push_back(std::move(band));
    }
}

std::vector<double> CurveSet::bandX(const CurveBand& band) const
{
    static const RunClock no_clock;
    const CurvePoints* curve = find(band.id);
    if (!curve && !m_curves.empty()) curve = m_curves.front().get();
    const RunClock& clock = curve && curve->clock ? *curve->clock : no_clock;
    std::vector<double> x = clock.at(m_x_kind, band.step, 0);
    x.erase(std::find_if(x.begin(), x.end(), [](double one) { return std::isnan(one); }), x.end());
    return x;
}

std::optional<double> CurveSet::xOf(int64_t step) const
{
    static const RunClock no_clock;
    const CurvePoints* curve = m_curves.empty() ? nullptr : m_curves.front().get();
    const double x = (curve && curve->clock ? *curve->clock : no_clock).at(m_x_kind, step);
    return std::isnan(x) ? std::optional<double>() : x;
}

void CurveSet::setReferenceLine(const QString& id, double y, const QString& text)
{
    const auto known =
        std::find_if(m_lines.begin(), m_lines.end(), [&](const ReferenceLine& one) { return one.id == id; });
    if (!std::isfinite(y)) {
        if (known != m_lines.end()) m_lines.erase(known);
    } else if (known != m_lines.end()) {
        *known = {id, y, text};
    } else {
        m_lines.push_back({id, y, text});
    }
}

void CurveSet::includeMarks(XRange x, YSummary& all) const
{
    if (all.empty()) return; // nothing that they could be compared with
    for (const CurveBand& band : m_bands) {
        const auto places = bandX(band);
        for (size_t i = 0; i < places.size(); ++i) {
            if (places[i] < x.lower || places[i] > x.upper) continue;
            all.add(band.lower[i]);
            all.add(band.upper[i]);
        }
    }
    for (const ReferenceLine& line : m_lines) all.add(line.y);
}

} // namespace sy
