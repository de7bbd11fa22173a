// Fields of CSV files: RFC 4180, exact numbers.
#pragma once

#include <QByteArray>
#include <QString>

#include <charconv>

namespace sy {

/// The shortest text that reads back as the same number; "nan", "inf", "-inf" for the others.
template <class Number> void appendCsvNumber(QByteArray& out, Number value)
{
    char text[40];
    const auto end = std::to_chars(std::begin(text), std::end(text), value).ptr;
    out.append(text, end - text);
}

/// Quoted where it holds a comma, a quote or a line end.
inline QByteArray csvField(const QString& text)
{
    QByteArray out = text.toUtf8();
    if (out.contains(',') || out.contains('"') || out.contains('\n') || out.contains('\r'))
        out = '"' + out.replace('"', "\"\"") + '"';
    return out;
}

} // namespace sy
