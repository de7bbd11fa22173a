#include "ui/plots/csv_text.h"
#include "ui/plots/curve_set.h"

#include <cmath>

namespace sy {

namespace {

void appendClock(QByteArray& out, const RunClock* clock, int64_t step)
{
    for (const XKind kind : {XKind::Tokens, XKind::Flops, XKind::WallTime, XKind::ProcessTime}) {
        out += ',';
        const double value = clock ? clock->at(kind, step) : std::nan("");
        if (std::isnan(value)) continue;
        if (kind == XKind::WallTime)
            appendCsvNumber(out, std::llround(clock->wallMs(step)));
        else if (kind == XKind::Tokens)
            appendCsvNumber(out, std::llround(value));
        else
            appendCsvNumber(out, value);
    }
}

} // namespace

QByteArray CurveSet::csv(bool stored_only) const
{
    const bool with_exp = m_y_value == YValue::Exponential && !stored_only;
    const bool samples = m_x_kind == XKind::SampleTime;
    QByteArray out = samples ? "run,series,time_ms,value" : "run,series,step,tokens,flops,wall_ms,process_s,value";
    if (with_exp) out += ",exp_value";
    out += "\r\n";
    for (const auto& curve : m_curves) {
        const QString run = curve->look.run.isEmpty() ? curve->look.name : curve->look.run;
        const QByteArray head = csvField(run) + ',' + csvField(curve->look.series) + ',';
        for (size_t i = 0; i < curve->step.size(); ++i) {
            out += head;
            appendCsvNumber(out, curve->step[i]);
            if (!samples) appendClock(out, curve->clock.get(), curve->step[i]);
            out += ',';
            appendCsvNumber(out, curve->value[i]);
            if (with_exp) {
                out += ',';
                appendCsvNumber(out, std::exp(curve->value[i]));
            }
            out += "\r\n";
        }
    }
    for (const CurveBand& band : m_bands)
        for (const bool upper : {false, true})
            for (size_t i = 0; i < band.step.size(); ++i) {
                out += csvField(band.look.run) + ',' + csvField(band.look.name) + (upper ? " upper," : " lower,");
                appendCsvNumber(out, band.step[i]);
                if (!samples)
                    appendClock(out, m_curves.empty() ? nullptr : m_curves.front()->clock.get(), band.step[i]);
                out += ',';
                appendCsvNumber(out, upper ? band.upper[i] : band.lower[i]);
                out += with_exp ? ",\r\n" : "\r\n";
            }
    for (const ReferenceLine& line : m_lines) {
        out += ',' + csvField(line.text) + (samples ? ",," : ",,,,,,");
        appendCsvNumber(out, line.y);
        out += with_exp ? ",\r\n" : "\r\n";
    }
    return out;
}

} // namespace sy
