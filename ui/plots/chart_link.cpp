#include "ui/plots/chart_link.h"

#include <algorithm>
#include <cmath>

namespace sy {

std::optional<XRange> ChartLink::extent() const
{
    std::optional<XRange> all;
    for (const XRange& one : m_extents)
        all = all ? XRange{std::min(all->lower, one.lower), std::max(all->upper, one.upper)} : one;
    return all;
}

void ChartLink::setRange(XRange range)
{
    if (!std::isfinite(range.lower) || !std::isfinite(range.upper) || !(range.lower < range.upper)) return;
    const bool changed = !(range == m_range);
    m_range = range;
    setMode(Mode::Fixed);
    if (changed) Q_EMIT rangeChanged();
}

void ChartLink::showAll()
{
    setMode(Mode::All);
    update();
}

void ChartLink::setFollowing(bool follow)
{
    if (follow == (m_mode == Mode::Follow)) return;
    setMode(follow ? Mode::Follow : Mode::Fixed);
    update();
}

void ChartLink::setExtent(const QObject* chart, std::optional<XRange> extent)
{
    if (extent)
        m_extents[chart] = *extent;
    else
        m_extents.remove(chart);
    update();
}

void ChartLink::reset()
{
    m_extents.clear();
    setCursor({});
    setMode(Mode::All);
}

void ChartLink::setCursor(std::optional<double> x)
{
    if (m_cursor == x) return;
    m_cursor = x;
    Q_EMIT cursorChanged();
}

void ChartLink::setMode(Mode mode)
{
    if (m_mode == mode) return;
    m_mode = mode;
    Q_EMIT modeChanged();
}

/// Newest points move the range, unless the user chose it.
void ChartLink::update()
{
    const auto all = extent();
    if (m_mode == Mode::Fixed || !all) return;
    XRange range = *all;
    if (m_mode == Mode::Follow) range.lower = range.upper - m_range.size();
    if (!(range.lower < range.upper)) range = {range.lower - 0.5, range.lower + 0.5}; // a single point
    if (range == m_range) return;
    m_range = range;
    Q_EMIT rangeChanged();
}

} // namespace sy
