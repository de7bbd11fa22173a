// Names and colours of the curves, right of the plot.
#pragma once

#include "ui/plots/curve_set.h"
#include "ui/plots/qcustomplot.h"

namespace sy {

/// As many rows as fit, then "and 12 more". Names are drawn as they are, elided in the middle.
class LegendColumn : public QCPLayoutElement {
public:
    LegendColumn(QCustomPlot* plot, const CurveSet& set);
    QSize minimumOuterSizeHint() const override;
    QSize maximumOuterSizeHint() const override;

protected:
    void draw(QCPPainter* painter) override;

private:
    struct Row {
        QString name;
        QColor colour;
        Qt::PenStyle pattern = Qt::SolidLine;
        double width = 2;
    };
    QVector<Row> rows() const; ///< curves, bands, reference lines
    int wantedWidth() const;
    const CurveSet& m_set;
};

} // namespace sy
