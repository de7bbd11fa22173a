// Draws a CurveSet into an axis rect at a cost that follows the pixels, not the points.
#pragma once

#include "ui/plots/curve_set.h"
#include "ui/plots/qcustomplot.h"

namespace sy {

/// From coordinates to pixels along one axis, without QCustomPlot's checks for each point.
struct AxisMap {
    explicit AxisMap(const QCPAxis& axis);
    double pixel(double value) const; ///< far beyond the axis where a log axis has no place for it
    double value(double at_pixel) const;

    bool log, vertical;
    double lower, upper, origin, length; ///< pixels grow from origin; downwards ones are negative lengths
};

class BarBatch;
struct ColumnBars;

class CurveLayer : public QCPLayerable {
public:
    CurveLayer(QCustomPlot* plot, const CurveSet& set);

    void setEmptyText(const QString& text) { m_empty_text = text; }
    void setBadge(const QString& text) { m_badge = text; }
    /// Drawn thicker and above the others; empty = none.
    void setHighlighted(const QString& id) { m_highlighted = id; }
    const QString& highlighted() const { return m_highlighted; }

protected:
    QRect clipRect() const override;
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;

private:
    struct View;
    void drawLine(QCPPainter* painter, const View& view, BarBatch& dense, const CurvePoints& curve,
                  const LevelPyramid& y, const QColor& colour) const;
    void drawPoints(QCPPainter* painter, const View& view, const CurvePoints& curve, const LevelPyramid& y,
                    size_t first, size_t last, const QColor& colour) const;
    ColumnBars columnsOf(const View& view, const CurvePoints& curve, const LevelPyramid& y, const QColor& colour) const;
    void drawNotFinite(QCPPainter* painter, const View& view, const CurvePoints& curve) const;
    void drawText(QCPPainter* painter) const;
    void drawBand(QCPPainter* painter, const View& view, const CurveBand& band) const;
    void drawReferenceLines(QCPPainter* painter, const View& view, bool labels) const;
    View makeView(QCPPainter* painter) const;

    const CurveSet& m_set;
    QString m_empty_text, m_badge, m_highlighted;
};

} // namespace sy
