#include "ui/dynamics/plasticity_panel.h"

#include "core/analysis/definitions.h"
#include "ui/dynamics/layer_curves.h"
#include "ui/models/routing_focus.h"
#include "ui/models/text.h"
#include "ui/plots/curve_chart.h"
#include "ui/plots/heat_map.h"

#include <QLocale>
#include <QSplitter>
#include <QVBoxLayout>

namespace sy {

PlasticityPanel::PlasticityPanel(RoutingFocus* focus, QWidget* parent)
    : QWidget(parent), m_focus(focus), m_curves(new LayerCurves("plasticityChart", focus)), m_languages(new HeatMap)
{
    const QString definition = fromUtf8(definitionText("dynamics.plasticity"));
    m_curves->chart()->setTitle(tr("Plasticity"));
    m_curves->chart()->setYAxis(tr("Plasticity"), tr("share of tokens"));
    m_curves->chart()->setDefinition(definition +
                                     tr("\nDashed: what independent choices with the same loads would change."));
    m_languages->setObjectName("plasticityByLanguage");
    m_languages->setDefinition(definition);
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_curves);
    splitter->addWidget(m_languages);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(splitter);
    connect(m_focus, &RoutingFocus::layerChanged, this, &PlasticityPanel::fillLanguages);
    connect(m_focus, &RoutingFocus::languageChanged, this, &PlasticityPanel::showLanguage);
    connect(m_languages, &HeatMap::rowChosen, m_focus, &RoutingFocus::setLanguage);
    connect(m_languages, &HeatMap::cellChosen, this, [this](int language, int column) {
        if (language != m_focus->language()) m_focus->setLanguage(language);
        const auto found = m_layers.find(m_focus->layer());
        if (found != m_layers.end()) m_focus->setStep(found->second.step[static_cast<size_t>(column) + 1]);
    });
    connect(m_languages, &HeatMap::columnChosen, this, [this](int column) {
        const auto found = m_layers.find(m_focus->layer());
        if (found != m_layers.end()) m_focus->setStep(found->second.step[static_cast<size_t>(column) + 1]);
    });
    connect(m_languages, &HeatMap::selectionCleared, this, [this] { m_focus->setLanguage(-1); });
}

void PlasticityPanel::setLayer(const LayerDynamics& dynamics)
{
    m_layers[dynamics.layer] = dynamics;
    m_curves->setLayer(dynamics.layer, dynamics.step, dynamics.changed, dynamics.changed_chance);
    if (dynamics.layer == m_focus->layer()) fillLanguages();
}

void PlasticityPanel::setEmptyText(const QString& text)
{
    m_curves->chart()->setEmptyText(text);
    m_languages->setEmptyText(tr("By language: needs two evaluations."));
}

void PlasticityPanel::clear()
{
    m_layers.clear();
    m_curves->clear();
    m_languages->setMatrix({});
}

/// Language x evaluation, from the second on: the first has nothing to be compared with.
void PlasticityPanel::fillLanguages()
{
    HeatMatrix matrix;
    const auto found = m_layers.find(m_focus->layer());
    const size_t steps = found == m_layers.end() ? 0 : found->second.step.size();
    if (steps >= 2) {
        const RoutingIndex& index = *m_focus->index();
        const LayerDynamics& layer = found->second;
        matrix.rows = static_cast<int>(index.languages.size());
        matrix.columns = static_cast<int>(steps) - 1;
        matrix.row_names = index.languages;
        for (int l = 0; l < matrix.rows; ++l)
            for (size_t s = 1; s < steps; ++s)
                matrix.value.push_back(layer.changed_of_language[static_cast<size_t>(l) * steps + s]);
        for (size_t s = 1; s < steps; ++s) matrix.column_names += QLocale().toString(qlonglong(layer.step[s]));
        matrix.row_title = tr("Language");
        matrix.column_title = tr("Evaluation at step");
        matrix.value_title = tr("Plasticity of %1").arg(index.layers.value(layer.layer));
        m_languages->setTitle(matrix.value_title);
    }
    std::vector<double> places;
    for (size_t s = 1; s < steps; ++s) places.push_back(static_cast<double>(found->second.step[s]));
    m_languages->setMatrix(std::move(matrix));
    m_languages->setColumnAxis(std::move(places));
    showLanguage();
}

void PlasticityPanel::showLanguage()
{
    const int language = m_focus->language();
    m_languages->setSelected(language, m_languages->selectedColumn());
    const auto found = m_layers.find(m_focus->layer());
    if (language < 0 || found == m_layers.end()) return m_curves->setExtra({}, {}, {});
    const LayerDynamics& layer = found->second;
    const auto first = layer.changed_of_language.begin() + language * static_cast<std::ptrdiff_t>(layer.step.size());
    const RoutingIndex& index = *m_focus->index();
    m_curves->setExtra(tr("%1, %2").arg(index.layers.value(layer.layer), index.languages.value(language)), layer.step,
                       std::vector<double>(first, first + static_cast<std::ptrdiff_t>(layer.step.size())));
}

} // namespace sy
