// One figure of every layer over training, with chance.
#pragma once

#include "core/store/records.h"

#include <QWidget>

#include <map>

namespace sy {

class CurveChart;
class RoutingFocus;

/// A curve per layer, the chosen layer's above the others and with its chance by load, dashed; the uniform chance as a
/// constant. A click goes to the step.
class LayerCurves : public QWidget {
    Q_OBJECT

public:
    LayerCurves(const QString& object_name, RoutingFocus* focus, QWidget* parent = nullptr);

    CurveChart* chart() const { return m_chart; }
    /// NaN rows are left out.
    void setLayer(int layer, const std::vector<int64_t>& step, const std::vector<double>& value,
                  const std::vector<double>& chance);
    void setUniform(double chance, const QString& text); ///< NaN = none
    /// Beside the layers: of a chosen language; an empty name takes it away.
    void setExtra(const QString& name, const std::vector<int64_t>& step, const std::vector<double>& value);
    void clear();

private:
    void showChoice();
    QString name(int layer) const;
    QString run() const;

    RoutingFocus* m_focus;
    CurveChart* m_chart;
    std::map<int, Curve> m_chance;
};

} // namespace sy
