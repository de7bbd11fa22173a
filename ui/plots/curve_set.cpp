#include "ui/plots/curve_set.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

namespace sy {

double drawn(YValue how, double stored)
{
    switch (how) {
    case YValue::Exponential:
        return std::exp(stored);
    case YValue::Gibibytes:
        return std::ldexp(stored, -30);
    default:
        return stored;
    }
}

std::pair<size_t, size_t> CurvePoints::within(XRange range) const
{
    const auto first = std::lower_bound(x.begin(), x.end(), range.lower);
    const auto last = std::upper_bound(first, x.end(), range.upper);
    return {static_cast<size_t>(first - x.begin()), static_cast<size_t>(last - x.begin())};
}

CurvePoints& CurveSet::add(const QString& id)
{
    if (CurvePoints* curve = find(id)) return *curve;
    m_curves.push_back(std::make_unique<CurvePoints>());
    m_curves.back()->id = id;
    m_curves.back()->ema = DebiasedEma(m_smoothing);
    m_by_id.insert(id, m_curves.back().get());
    return *m_curves.back();
}

void CurveSet::remove(const QString& id)
{
    m_by_id.remove(id);
    std::erase_if(m_curves, [&](const auto& curve) { return curve->id == id; });
}

CurvePoints* CurveSet::find(const QString& id) const
{
    return m_by_id.value(id);
}

void CurveSet::setRows(CurvePoints& curve, const Curve& rows)
{
    assert(rows.step.size() == rows.value.size());
    curve.step = rows.step;
    curve.value = rows.value;
    derive(curve, true);
}

void CurveSet::appendRows(CurvePoints& curve, const Curve& rows)
{
    assert(rows.step.size() == rows.value.size());
    if (rows.step.empty()) return;
    const auto keep = std::lower_bound(curve.step.begin(), curve.step.end(), rows.step.front()) - curve.step.begin();
    const bool cut = static_cast<size_t>(keep) < curve.step.size();
    curve.step.resize(static_cast<size_t>(keep));
    curve.value.resize(static_cast<size_t>(keep));
    curve.step.insert(curve.step.end(), rows.step.begin(), rows.step.end());
    curve.value.insert(curve.value.end(), rows.value.begin(), rows.value.end());
    derive(curve, cut);
}

void CurveSet::setClock(CurvePoints& curve, RunClockPtr clock)
{
    const bool grown = curve.clock && clock && curve.clock->startMs() == clock->startMs() &&
                       curve.clock->lastStep() <= clock->lastStep();
    curve.clock = std::move(clock);
    derive(curve, !grown && m_x_kind != XKind::Step);
}

void CurveSet::setXKind(XKind kind)
{
    if (kind == m_x_kind) return;
    m_x_kind = kind;
    for (const auto& curve : m_curves) derive(*curve, true);
}

void CurveSet::setYValue(YValue value)
{
    if (value == m_y_value) return;
    m_y_value = value;
    for (const auto& curve : m_curves) derive(*curve, true);
}

void CurveSet::setSmoothing(double weight)
{
    assert(weight >= 0 && weight < 1);
    if (weight == m_smoothing) return;
    m_smoothing = weight;
    for (const auto& curve : m_curves) deriveSmooth(*curve, true);
}

/// Gives x and y to the rows that have none yet, as far as the clock goes.
void CurveSet::derive(CurvePoints& curve, bool anew)
{
    if (anew) {
        curve.x.clear();
        curve.y.clear();
    }
    static const RunClock no_clock;
    const auto x = (curve.clock ? *curve.clock : no_clock).at(m_x_kind, curve.step, curve.x.size());
    for (const double one : x) {
        if (std::isnan(one)) break;
        const double value = curve.value[curve.x.size()];
        curve.x.push_back(curve.x.empty() ? one : std::max(one, curve.x.back()));
        curve.y.append(drawn(m_y_value, value));
    }
    deriveSmooth(curve, anew);
}

void CurveSet::deriveSmooth(CurvePoints& curve, bool anew)
{
    if (anew) {
        curve.smooth.clear();
        curve.ema = DebiasedEma(m_smoothing);
    }
    if (m_smoothing == 0) return;
    for (size_t i = curve.smooth.size(); i < curve.y.size(); ++i) curve.smooth.append(curve.ema.next(curve.y[i]));
}

size_t CurveSet::pointCount() const
{
    size_t count = 0;
    for (const auto& curve : m_curves) count += curve->step.size();
    return count;
}

std::optional<XRange> CurveSet::xExtent(bool log) const
{
    std::optional<XRange> all;
    for (const auto& curve : m_curves) {
        auto first = curve->x.begin();
        if (log) first = std::upper_bound(first, curve->x.end(), 0.0);
        if (first == curve->x.end()) continue;
        const XRange one{*first, curve->x.back()};
        all = all ? XRange{std::min(all->lower, one.lower), std::max(all->upper, one.upper)} : one;
    }
    return all;
}

namespace {

/// Every so many points, at indices that do not depend on where the view begins: panning does not make it jump.
size_t sampleStride(size_t points, size_t budget)
{
    return std::bit_ceil(std::max<size_t>(1, points / std::max<size_t>(1, budget)));
}

/// Tukey's fences, and percentiles where half of the values are the same.
std::optional<XRange> fences(std::vector<double>& values, bool log)
{
    if (values.empty()) return {};
    if (log)
        for (double& value : values) value = std::log(value);
    const auto at = [&](double share) {
        const auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
        std::nth_element(values.begin(), place, values.end());
        return *place;
    };
    const double low = at(0.25), high = at(0.75), reach = 1.5 * (high - low);
    const XRange range = reach > 0 ? XRange{low - reach, high + reach} : XRange{at(0.01), at(0.99)};
    return log ? XRange{std::exp(range.lower), std::exp(range.upper)} : range;
}

} // namespace

std::optional<XRange> CurveSet::yExtent(XRange x, bool log, bool robust) const
{
    constexpr size_t sample = 50'000;
    YSummary all;
    std::vector<double> values;
    for (const auto& curve : m_curves) {
        const auto [first, last] = curve->within(x);
        all.merge(curve->y.summary(first, last));
        if (!robust) continue;
        const size_t stride = sampleStride(last - first, sample / m_curves.size());
        for (size_t i = (first + stride - 1) / stride * stride; i < last; i += stride)
            if (const double y = curve->y[i]; std::isfinite(y) && (!log || y > 0)) values.push_back(y);
    }
    includeMarks(x, all);
    if (all.empty() || (log && !(all.max > 0))) return {};
    const XRange full{log ? all.min_positive : all.min, all.max};
    const auto robust_range = fences(values, log);
    if (!robust_range || !(robust_range->lower < robust_range->upper)) return full;
    return XRange{std::max(full.lower, robust_range->lower), std::min(full.upper, robust_range->upper)};
}

HiddenPoints CurveSet::hidden(XRange x, XRange y, bool x_log, bool y_log) const
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double smallest = std::numeric_limits<double>::denorm_min();
    HiddenPoints out;
    for (const auto& curve : m_curves) {
        out.no_clock += curve->step.size() - curve->x.size();
        const auto [first, last] = curve->within(x);
        out.outside += curve->y.countOutside(first, last, y.lower, y.upper);
        out.not_finite += curve->y.countNotFinite(first, last);
        if (x_log) out.not_positive += curve->within({-infinity, 0}).second;
        if (!y_log) continue;
        const size_t below = curve->y.countOutside(first, last, smallest, infinity);
        out.not_positive += below;
        out.outside -= below; // y.lower > 0 there: they were counted
    }
    return out;
}

QVector<CurveReading> CurveSet::readAt(double x, double reach) const
{
    QVector<CurveReading> out;
    for (const auto& curve : m_curves) {
        const auto& xs = curve->x;
        if (xs.empty() || x < xs.front() - reach || x > xs.back() + reach) continue;
        auto near = std::lower_bound(xs.begin(), xs.end(), x);
        if (near == xs.end() || (near != xs.begin() && x - *(near - 1) < *near - x)) --near;
        const auto i = static_cast<size_t>(near - xs.begin());
        out.push_back(
            {curve->id, curve->look.name, curve->look.colour, curve->step[i], *near, curve->y[i], curve->shown()[i]});
    }
    std::stable_sort(out.begin(), out.end(), [](const CurveReading& a, const CurveReading& b) {
        return std::isnan(b.shown) ? !std::isnan(a.shown) : a.shown > b.shown;
    });
    return out;
}

} // namespace sy
