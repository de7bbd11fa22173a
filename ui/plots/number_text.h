// Numbers on axes and at cursors.
#pragma once

#include "ui/plots/run_clock.h"

#include <QString>

namespace sy {

/// Tick label: as many digits as ticks `step` apart need. Where `largest` (of the axis) is 10,000 or more, with k, M,
/// G, T, P, E: "500 k", "1.5 M".
QString tickText(double value, double step, double largest);
/// Tick label of a time in seconds, in durationUnit(largest): "45", "1:30", "2.5".
QString durationTickText(double seconds, double largest);
QString durationUnit(double largest); ///< "s", "min:s", "h:min" or "d"
/// Five significant digits; "nan", "inf", "-inf".
QString valueText(double value);
/// "step 1,240", "24.1 M tokens", "6 min 12 s".
QString xText(XKind kind, double x);

} // namespace sy
