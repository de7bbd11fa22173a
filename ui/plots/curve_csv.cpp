#include "ui/plots/curve_set.h"

#include <charconv>
#include <cmath>

namespace sy {

namespace {

/// The shortest text that reads back as the same number; "nan", "inf", "-inf" for the others.
template <class Number> void appendNumber(QByteArray& out, Number value)
{
    char text[40];
    const auto end = std::to_chars(std::begin(text), std::end(text), value).ptr;
    out.append(text, end - text);
}

/// RFC 4180: quoted where it holds a comma, a quote or a line end.
QByteArray field(const QString& text)
{
    QByteArray out = text.toUtf8();
    if (out.contains(',') || out.contains('"') || out.contains('\n') || out.contains('\r'))
        out = '"' + out.replace('"', "\"\"") + '"';
    return out;
}

void appendClock(QByteArray& out, const RunClock* clock, int64_t step)
{
    for (const XKind kind : {XKind::Tokens, XKind::Flops, XKind::WallTime, XKind::ProcessTime}) {
        out += ',';
        const double value = clock ? clock->at(kind, step) : std::nan("");
        if (std::isnan(value)) continue;
        if (kind == XKind::WallTime)
            appendNumber(out, std::llround(clock->wallMs(step)));
        else if (kind == XKind::Tokens)
            appendNumber(out, std::llround(value));
        else
            appendNumber(out, value);
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
        const QByteArray head = field(run) + ',' + field(curve->look.series) + ',';
        for (size_t i = 0; i < curve->step.size(); ++i) {
            out += head;
            appendNumber(out, curve->step[i]);
            if (!samples) appendClock(out, curve->clock.get(), curve->step[i]);
            out += ',';
            appendNumber(out, curve->value[i]);
            if (with_exp) {
                out += ',';
                appendNumber(out, std::exp(curve->value[i]));
            }
            out += "\r\n";
        }
    }
    return out;
}

} // namespace sy
