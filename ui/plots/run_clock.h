// What a run had used by each of its steps, so that any of its series can be drawn over something else than steps.
#pragma once

#include "core/store/records.h"

#include <QString>

#include <memory>
#include <vector>

namespace sy {

/// What is on a chart's x axis.
enum class XKind {
    Step,        ///< updates
    Tokens,      ///< input + target positions so far, padding left out
    Flops,       ///< training FLOPs so far
    WallTime,    ///< seconds of the clock on the wall since the run started, pauses and gaps included
    ProcessTime, ///< seconds of running, pauses and gaps left out
    SampleTime, ///< rows are keyed by milliseconds of the Unix epoch instead of steps; drawn as seconds since the start
};
QString xLabel(XKind kind);
QString xUnit(XKind kind);       ///< "updates", "tokens", "FLOPs", "s"
bool isDuration(XKind kind);     ///< drawn as seconds, minutes, hours
QString xDefinition(XKind kind); ///< for tooltips

/// Ticks in step order; steps between two ticks are interpolated linearly, steps before the first one from zero (the
/// start). Never falls: where the wall clock was set back it stands still until it has caught up.
class RunClock {
public:
    RunClock() = default;
    /// `start_ms` = when the run started, 0 = as the first tick tells.
    explicit RunClock(const std::vector<ClockTick>& ticks, int64_t start_ms = 0);

    /// Ticks later than the last one; earlier ones are ignored.
    void append(const std::vector<ClockTick>& ticks);
    int64_t lastStep() const { return m_step.empty() ? 0 : m_step.back(); } ///< 0 = no tick yet
    int64_t startMs() const { return m_start_ms; }

    /// NaN where it is not known: after the last tick, or without ticks (except for Step and SampleTime).
    double at(XKind kind, int64_t step) const;
    /// `steps` in order; faster than one by one.
    std::vector<double> at(XKind kind, const std::vector<int64_t>& steps, size_t first = 0) const;
    /// The wall clock at a step, ms of the Unix epoch.
    double wallMs(int64_t step) const;

private:
    double interpolated(const std::vector<double>& column, size_t next, int64_t step) const;
    const std::vector<double>* column(XKind kind) const;

    int64_t m_start_ms = 0;
    std::vector<int64_t> m_step;
    std::vector<double> m_tokens, m_flops, m_wall_s, m_process_s;
};
using RunClockPtr = std::shared_ptr<const RunClock>;

} // namespace sy
