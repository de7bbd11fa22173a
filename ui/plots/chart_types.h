// Words that charts share.
#pragma once

#include <QColor>
#include <QString>

#include <cstdint>

namespace sy {

/// Names are plain text.
struct CurveLook {
    QString name; ///< read-out and legend: the run, language or device
    QColor colour;
    Qt::PenStyle pattern = Qt::SolidLine;
    QString run, series; ///< columns of the CSV
    bool operator==(const CurveLook&) const = default;
};

/// How stored values are drawn.
enum class YValue {
    AsStored,
    Exponential, ///< exp(value): perplexity of a cross entropy in nats
    Gibibytes,   ///< value / 2^30
};
double drawn(YValue how, double stored);

/// One curve at a cursor.
struct CurveReading {
    QString id, name;
    QColor colour;
    int64_t step = 0;
    double x = 0;
    double raw = 0;   ///< as recorded, in the drawn unit
    double shown = 0; ///< smoothed where smoothing is on, else raw
};

} // namespace sy
