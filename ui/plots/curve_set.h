// The curves of one chart as numbers: points, what x they stand at, smoothing, and the questions that drawing asks.
#pragma once

#include "ui/plots/chart_link.h"
#include "ui/plots/chart_types.h"
#include "ui/plots/ema.h"
#include "ui/plots/level_pyramid.h"
#include "ui/plots/run_clock.h"

#include <QByteArray>
#include <QHash>
#include <QVector>

#include <memory>
#include <optional>
#include <vector>

namespace sy {

/// x has a value for the first x.size() rows; later ones wait for the run's clock. y and smooth are as long as x,
/// smooth empty while smoothing is off.
struct CurvePoints {
    QString id;
    CurveLook look;
    std::vector<int64_t> step;
    std::vector<double> value; ///< as stored
    RunClockPtr clock;
    std::vector<double> x; ///< never falls
    LevelPyramid y;        ///< as drawn
    LevelPyramid smooth;
    DebiasedEma ema;

    const LevelPyramid& shown() const { return smooth.size() ? smooth : y; }
    /// Indices of the points with lower <= x <= upper: [first, second).
    std::pair<size_t, size_t> within(XRange range) const;
};

/// What a view does not show of its curves.
struct HiddenPoints {
    size_t outside = 0;      ///< finite, above or below the y range
    size_t not_finite = 0;   ///< NaN, infinities
    size_t not_positive = 0; ///< zero and below on a log axis
    size_t no_clock = 0;     ///< later than the last tick of the run's clock, or without any
};

/// The area between two curves, under all of them: a null distribution, a spread over seeds.
struct CurveBand {
    QString id;
    CurveLook look;
    std::vector<int64_t> step;
    std::vector<double> lower, upper; ///< NaN = a gap
};

/// A constant.
struct ReferenceLine {
    QString id;
    double y = 0;
    QString text;
};

class CurveSet {
public:
    CurvePoints& add(const QString& id); ///< or the one that is there
    void remove(const QString& id);
    CurvePoints* find(const QString& id) const;
    const std::vector<std::unique_ptr<CurvePoints>>& curves() const { return m_curves; } ///< in the order they came

    /// Steps that only one of the two has are left out. Both empty = no band.
    void setBand(const QString& id, const CurveLook& look, const Curve& lower, const Curve& upper);
    const std::vector<CurveBand>& bands() const { return m_bands; }
    /// x of the band's points as far as they have one: its curve's clock, the first one's where no curve has its id.
    std::vector<double> bandX(const CurveBand& band) const;
    std::optional<double> xOf(int64_t step) const; ///< by the clock of the first curve; empty where it is not known
    void setReferenceLine(const QString& id, double y, const QString& text); ///< NaN = none
    const std::vector<ReferenceLine>& referenceLines() const { return m_lines; }
    size_t legendRows() const { return m_curves.size() + m_bands.size() + m_lines.size(); }

    void setRows(CurvePoints& curve, const Curve& rows);
    void appendRows(CurvePoints& curve, const Curve& rows);
    void setClock(CurvePoints& curve, RunClockPtr clock);

    XKind xKind() const { return m_x_kind; }
    void setXKind(XKind kind);
    YValue yValue() const { return m_y_value; }
    void setYValue(YValue value);
    double smoothing() const { return m_smoothing; }
    void setSmoothing(double weight);

    size_t pointCount() const; ///< rows, drawn or not
    /// Of all points that have an x; of positive x only for a log axis.
    std::optional<XRange> xExtent(bool log) const;
    /// The values within `x`, bands and reference lines too. Robust: as CurveChart::setOutliersHidden says, told from a
    /// sample of some 50,000.
    std::optional<XRange> yExtent(XRange x, bool log, bool robust) const;
    HiddenPoints hidden(XRange x, XRange y, bool x_log, bool y_log) const;
    /// CurveChart::readAt; `reach` = how far beyond a curve's ends x may lie.
    QVector<CurveReading> readAt(double x, double reach = 0) const;
    QByteArray csv(bool stored_only = false) const; ///< CurveChart::toCsv

private:
    void includeMarks(XRange x, YSummary& all) const;
    void derive(CurvePoints& curve, bool anew);
    void deriveSmooth(CurvePoints& curve, bool anew);

    std::vector<std::unique_ptr<CurvePoints>> m_curves;
    QHash<QString, CurvePoints*> m_by_id;
    std::vector<CurveBand> m_bands;
    std::vector<ReferenceLine> m_lines;
    XKind m_x_kind = XKind::Step;
    YValue m_y_value = YValue::AsStored;
    double m_smoothing = 0;
};

} // namespace sy
