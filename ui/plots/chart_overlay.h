// What lies above the curves and changes with every move of the mouse: cursor, read-out, the box that is being zoomed
// into.
#pragma once

#include "ui/plots/chart_types.h"
#include "ui/plots/qcustomplot.h"

#include <QVector>

#include <optional>

namespace sy {

class ChartOverlay : public QCPLayerable {
public:
    explicit ChartOverlay(QCustomPlot* plot);

    struct Cursor {
        double pixel = 0; ///< x
        QString head;     ///< "step 1,240 · nats"
        QVector<CurveReading> readings;
        bool raw_too = false;          ///< smoothing is on
        std::optional<double> mouse_y; ///< the nearest row is set in bold; empty = the mouse is in another chart
    };
    void setCursor(std::optional<Cursor> cursor) { m_cursor = std::move(cursor); }
    /// A line across at this x; empty = none.
    void setMarked(std::optional<double> x) { m_marked = x; }
    void setBox(std::optional<QRectF> box) { m_box = box; }

protected:
    QRect clipRect() const override;
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(true); }
    void draw(QCPPainter* painter) override;

private:
    struct ReadOut;
    ReadOut layOut() const;
    void drawMarks(QCPPainter* painter) const;
    void drawReadOut(QCPPainter* painter) const;
    void drawRow(QCPPainter* painter, const QRectF& row, const CurveReading& reading) const;
    QString valueOf(const CurveReading& reading) const;
    QString nearestId() const;

    std::optional<Cursor> m_cursor;
    std::optional<QRectF> m_box;
    std::optional<double> m_marked;
};

} // namespace sy
