#include "ui/plots/run_clock.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace sy {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("sy::RunClock", text);
}

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

} // namespace

QString xLabel(XKind kind)
{
    switch (kind) {
    case XKind::Step:
        return tr("Step");
    case XKind::Tokens:
        return tr("Training data");
    case XKind::Flops:
        return tr("Training compute");
    case XKind::WallTime:
        return tr("Wall time");
    case XKind::ProcessTime:
        return tr("Process time");
    case XKind::SampleTime:
        return tr("Time since start");
    }
    return {};
}

QString xUnit(XKind kind)
{
    switch (kind) {
    case XKind::Step:
        return tr("updates");
    case XKind::Tokens:
        return tr("tokens");
    case XKind::Flops:
        return tr("FLOPs");
    default:
        return tr("s");
    }
}

bool isDuration(XKind kind)
{
    return kind == XKind::WallTime || kind == XKind::ProcessTime || kind == XKind::SampleTime;
}

QString xDefinition(XKind kind)
{
    switch (kind) {
    case XKind::Step:
        return tr("Updates of the weights so far.");
    case XKind::Tokens:
        return tr("Input and target positions trained on so far, padding left out.");
    case XKind::Flops:
        return tr("Training FLOPs so far, counted as docs/compute.md defines them.");
    case XKind::WallTime:
        return tr("Time since the run's first start, pauses and gaps between resumptions included.");
    case XKind::ProcessTime:
        return tr("Time in which the run trained, pauses and gaps left out.");
    case XKind::SampleTime:
        return tr("Time since the run's first start.");
    }
    return {};
}

RunClock::RunClock(const std::vector<ClockTick>& ticks, int64_t start_ms) : m_start_ms(start_ms)
{
    append(ticks);
}

void RunClock::append(const std::vector<ClockTick>& ticks)
{
    const auto push = [](std::vector<double>& column, double value) {
        column.push_back(column.empty() ? std::max(0.0, value) : std::max(column.back(), value));
    };
    for (const ClockTick& tick : ticks) {
        if (!m_step.empty() && tick.step <= m_step.back()) continue;
        if (m_start_ms == 0) m_start_ms = tick.wall_ms - static_cast<int64_t>(1000 * tick.process_s);
        m_step.push_back(tick.step);
        push(m_tokens, static_cast<double>(tick.tokens));
        push(m_flops, tick.flops);
        push(m_wall_s, 1e-3 * static_cast<double>(tick.wall_ms - m_start_ms));
        push(m_process_s, tick.process_s);
    }
}

const std::vector<double>* RunClock::column(XKind kind) const
{
    switch (kind) {
    case XKind::Tokens:
        return &m_tokens;
    case XKind::Flops:
        return &m_flops;
    case XKind::WallTime:
        return &m_wall_s;
    case XKind::ProcessTime:
        return &m_process_s;
    default:
        return nullptr;
    }
}

/// `next` = index of the first tick at or after the step.
double RunClock::interpolated(const std::vector<double>& column, size_t next, int64_t step) const
{
    if (next == m_step.size()) return nan;
    if (m_step[next] == step) return column[next];
    const int64_t before = next == 0 ? 0 : m_step[next - 1];
    const double low = next == 0 ? 0 : column[next - 1];
    if (step <= before) return low;
    const double share = static_cast<double>(step - before) / static_cast<double>(m_step[next] - before);
    return low + share * (column[next] - low);
}

double RunClock::at(XKind kind, int64_t step) const
{
    if (kind == XKind::Step) return static_cast<double>(step);
    if (kind == XKind::SampleTime) return 1e-3 * static_cast<double>(step - m_start_ms);
    const auto next = std::lower_bound(m_step.begin(), m_step.end(), step) - m_step.begin();
    return interpolated(*column(kind), static_cast<size_t>(next), step);
}

std::vector<double> RunClock::at(XKind kind, const std::vector<int64_t>& steps, size_t first) const
{
    std::vector<double> out;
    if (first >= steps.size()) return out;
    out.reserve(steps.size() - first);
    const auto* values = column(kind);
    size_t next = 0;
    if (values)
        next = static_cast<size_t>(std::lower_bound(m_step.begin(), m_step.end(), steps[first]) - m_step.begin());
    for (size_t i = first; i < steps.size(); ++i) {
        if (values)
            while (next < m_step.size() && m_step[next] < steps[i]) ++next;
        out.push_back(values ? interpolated(*values, next, steps[i]) : at(kind, steps[i]));
    }
    return out;
}

double RunClock::wallMs(int64_t step) const
{
    return at(XKind::WallTime, step) * 1e3 + static_cast<double>(m_start_ms);
}

} // namespace sy
