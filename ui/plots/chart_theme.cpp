#include "ui/plots/chart_theme.h"

#include "ui/plots/qcustomplot.h"

namespace sy {

QColor blended(const QColor& over, const QColor& ground, double share)
{
    const auto mix = [&](int a, int b) { return static_cast<int>(a * share + b * (1 - share) + 0.5); };
    return {mix(over.red(), ground.red()), mix(over.green(), ground.green()), mix(over.blue(), ground.blue())};
}

QFont smallFont(const QFont& font)
{
    QFont small = font;
    if (font.pointSizeF() > 0) small.setPointSizeF(std::max(6.0, font.pointSizeF() * 0.9));
    return small;
}

void applyTheme(QCustomPlot& plot)
{
    const QColor ground = plot.palette().color(QPalette::Base);
    const QColor text = plot.palette().color(QPalette::Text);
    const QPen line(blended(text, ground, 0.45), 1), grid(blended(text, ground, 0.13), 1),
        sub_grid(blended(text, ground, 0.06), 1);
    plot.setBackground(QBrush(ground));
    for (auto* rect : plot.axisRects())
        for (auto* axis : rect->axes()) {
            axis->setBasePen(line);
            axis->setTickPen(line);
            axis->setSubTickPen(line);
            axis->setTickLabelColor(blended(text, ground, 0.85));
            axis->setLabelColor(blended(text, ground, 0.85));
            axis->setTickLabelFont(smallFont(plot.font()));
            axis->setLabelFont(smallFont(plot.font()));
            axis->setTickLength(0, 4);
            axis->setSubTickLength(0, 2);
            axis->setLabelPadding(3);
            axis->grid()->setPen(grid);
            axis->grid()->setSubGridPen(sub_grid);
            axis->grid()->setZeroLinePen(grid);
        }
}

} // namespace sy
