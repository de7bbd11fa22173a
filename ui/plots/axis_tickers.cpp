#include "ui/plots/axis_tickers.h"

#include "ui/plots/number_text.h"

#include <algorithm>
#include <cmath>

namespace sy {

void NumberTicker::generate(const QCPRange& range, const QLocale& locale, QChar format, int precision,
                            QVector<double>& ticks, QVector<double>* sub_ticks, QVector<QString>* labels)
{
    m_largest = std::max(std::abs(range.lower), std::abs(range.upper));
    QCPAxisTicker::generate(range, locale, format, precision, ticks, sub_ticks, labels);
}

double NumberTicker::getTickStep(const QCPRange& range)
{
    return m_step = QCPAxisTicker::getTickStep(range);
}

QString NumberTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    return tickText(tick, m_step, m_largest);
}

double DurationTicker::getTickStep(const QCPRange& range)
{
    static constexpr double steps[] = {1,    2,    5,    10,    15,    30,    60,    120,    300,    600,   900,
                                       1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000, 864000};
    const double wanted = range.size() / std::max(1, tickCount());
    if (wanted < 1) return NumberTicker::getTickStep(range);
    const auto* step = std::lower_bound(std::begin(steps), std::end(steps), wanted);
    return m_step = step == std::end(steps) ? NumberTicker::getTickStep(range) : *step;
}

int DurationTicker::getSubTickCount(double)
{
    return 1;
}

QString DurationTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    return durationTickText(tick, m_largest);
}

void LogTicker::generate(const QCPRange& range, const QLocale& locale, QChar format, int precision,
                         QVector<double>& ticks, QVector<double>* sub_ticks, QVector<QString>* labels)
{
    const double decades = std::log10(range.upper / range.lower);
    if (!(range.lower > 0) || decades < 1) {
        NumberTicker::generate(range, locale, format, precision, ticks, sub_ticks, labels);
        return;
    }
    ticks.clear();
    if (sub_ticks) sub_ticks->clear();
    if (labels) labels->clear();
    const int first = static_cast<int>(std::floor(std::log10(range.lower)));
    const int last = static_cast<int>(std::ceil(std::log10(range.upper)));
    const int every = std::max(1, static_cast<int>(decades / std::max(2, tickCount())));
    for (int exponent = first; exponent <= last; ++exponent)
        for (int digit = 1; digit < 10; ++digit) {
            const double tick = digit * std::pow(10.0, exponent);
            if (tick < range.lower * 0.999 || tick > range.upper * 1.001) continue;
            const bool major = digit == 1 ? exponent % every == 0 : decades < 3 && (digit == 2 || digit == 5);
            if (!major) {
                if (sub_ticks) sub_ticks->append(tick);
                continue;
            }
            ticks.append(tick);
            if (labels) labels->append(tickText(tick, tick, tick));
        }
}

} // namespace sy
