#include "ui/dynamics/layer_curves.h"

#include "ui/models/palette.h"
#include "ui/models/routing_focus.h"
#include "ui/plots/curve_chart.h"

#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace sy {

namespace {

const QString extra_id = QStringLiteral("extra");
const QString chance_id = QStringLiteral("chance");

Curve curveOf(const std::vector<int64_t>& step, const std::vector<double>& value)
{
    Curve curve;
    for (size_t i = 0; i < std::min(step.size(), value.size()); ++i) {
        if (std::isnan(value[i])) continue;
        curve.step.push_back(step[i]);
        curve.value.push_back(value[i]);
    }
    return curve;
}

/// The recorded step nearest to x.
int64_t nearest(const std::vector<int64_t>& steps, double x)
{
    return *std::ranges::min_element(steps, {}, [x](int64_t step) { return std::abs(double(step) - x); });
}

} // namespace

LayerCurves::LayerCurves(const QString& object_name, RoutingFocus* focus, QWidget* parent)
    : QWidget(parent), m_focus(focus), m_chart(new CurveChart(this))
{
    m_chart->setObjectName(object_name);
    m_chart->setLegendVisible(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_chart);
    connect(m_focus, &RoutingFocus::layerChanged, this, &LayerCurves::showChoice);
    connect(m_focus, &RoutingFocus::stepChanged, this, [this] { m_chart->setMarkedStep(m_focus->step()); });
    connect(m_chart, &CurveChart::clicked, this, [this](double x) {
        const Curve rows = m_chart->rows(name(m_focus->layer()));
        if (!rows.step.empty()) m_focus->setStep(nearest(rows.step, x));
    });
}

QString LayerCurves::name(int layer) const
{
    return m_focus->index()->layers.value(layer);
}

QString LayerCurves::run() const
{
    return m_focus->index()->name;
}

void LayerCurves::setLayer(int layer, const std::vector<int64_t>& step, const std::vector<double>& value,
                           const std::vector<double>& chance)
{
    if (m_chance.empty()) // all at once: the legend keeps their order, whichever is read first
        for (int each = 0; each < m_focus->index()->layers.size(); ++each)
            m_chart->setCurve(name(each),
                              CurveLook{name(each), lineColour(each), Qt::SolidLine, run(), m_chart->title()});
    const QString id = name(layer);
    m_chart->setRows(id, curveOf(step, value));
    m_chance[layer] = curveOf(step, chance);
    if (layer == m_focus->layer()) showChoice();
}

void LayerCurves::setUniform(double chance, const QString& text)
{
    m_chart->setReferenceLine(QStringLiteral("uniform"), chance, text);
}

void LayerCurves::setExtra(const QString& name_of_curve, const std::vector<int64_t>& step,
                           const std::vector<double>& value)
{
    if (name_of_curve.isEmpty()) return m_chart->removeCurve(extra_id);
    m_chart->setCurve(
        extra_id, CurveLook{name_of_curve, stateColours(palette()).warning, Qt::DashDotLine, run(), m_chart->title()});
    m_chart->setRows(extra_id, curveOf(step, value));
}

void LayerCurves::showChoice()
{
    const int layer = m_focus->layer();
    m_chart->setHighlighted(name(layer));
    m_chart->setMarkedStep(m_focus->step());
    const auto chance = m_chance.find(layer);
    if (chance == m_chance.end()) return m_chart->removeCurve(chance_id);
    m_chart->setCurve(chance_id, CurveLook{tr("%1 by chance").arg(name(layer)), lineColour(layer), Qt::DashLine, run(),
                                           m_chart->title()});
    m_chart->setRows(chance_id, chance->second);
}

void LayerCurves::clear()
{
    m_chance.clear();
    for (const QString& id : m_chart->curveIds()) m_chart->removeCurve(id);
    setUniform(NAN, {});
}

} // namespace sy
