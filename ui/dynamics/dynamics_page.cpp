#include "ui/dynamics/dynamics_page.h"

#include "core/analysis/definitions.h"
#include "ui/dynamics/layer_curves.h"
#include "ui/dynamics/plasticity_panel.h"
#include "ui/dynamics/transitions_panel.h"
#include "ui/models/page_actions.h"
#include "ui/models/routing_focus.h"
#include "ui/models/text.h"
#include "ui/plots/curve_chart.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QStackedLayout>
#include <QTabWidget>
#include <QVBoxLayout>

#include <cmath>

namespace sy {

DynamicsPage::DynamicsPage(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_empty(plainLabel("dynamicsEmpty", {})),
      m_progress(plainLabel("dynamicsProgress", {})), m_reference_text(plainLabel("saturationReference", {})),
      m_reference(new QComboBox), m_tabs(new QTabWidget),
      m_saturation(new LayerCurves("saturationChart", context.focus)),
      m_locality(new LayerCurves("localityChart", context.focus)), m_plasticity(new PlasticityPanel(context.focus)),
      m_transitions(new TransitionsPanel(context.focus))
{
    setObjectName("dynamicsPage");
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_tabs->setObjectName("dynamicsTabs");
    m_tabs->setDocumentMode(true);
    m_tabs->setCornerWidget(m_progress);
    makeSaturation();
    m_tabs->addTab(m_plasticity, tr("Plasticity"));
    m_tabs->addTab(m_transitions, tr("Transitions"));
    m_locality->chart()->setTitle(tr("Temporal locality"));
    m_locality->chart()->setYAxis(tr("Temporal locality"), tr("share of neighbours"));
    m_locality->chart()->setDefinition(fromUtf8(definitionText("dynamics.locality")));
    m_tabs->addTab(m_locality, tr("Locality"));
    m_stack = new QStackedLayout(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_tabs);
    makeActions();
    const RoutingFocus* focus = m_context.focus;
    connect(focus, &RoutingFocus::runChanged, this, &DynamicsPage::forget);
    connect(focus, &RoutingFocus::indexChanged, this, &DynamicsPage::sync);
    connect(focus, &RoutingFocus::layerChanged, this, &DynamicsPage::sync);
    connect(focus, &RoutingFocus::stepChanged, this, &DynamicsPage::sync);
    connect(m_reference, &QComboBox::activated, this, &DynamicsPage::sync);
    connect(m_tabs, &QTabWidget::currentChanged, this, &DynamicsPage::sync);
    forget();
}

void DynamicsPage::makeSaturation()
{
    m_reference->setObjectName("saturationAgainst");
    m_reference->addItems({tr("Latest evaluation"), tr("Latest checkpoint"), tr("Shown step")});
    m_saturation->chart()->setTitle(tr("Router saturation"));
    m_saturation->chart()->setYAxis(tr("Router saturation"), tr("share of tokens"));
    m_saturation->chart()->setDefinition(fromUtf8(definitionText("dynamics.saturation")) + QStringLiteral("\n\n") +
                                         fromUtf8(definitionText("dynamics.chance")));
    auto* bar = new QHBoxLayout;
    bar->addWidget(plainLabel({}, tr("Agreement with")));
    bar->addWidget(m_reference);
    bar->addWidget(m_reference_text, 1);
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->addLayout(bar);
    layout->addWidget(m_saturation, 1);
    m_tabs->addTab(page, tr("Saturation"));
}

void DynamicsPage::makeActions()
{
    const std::pair<const char*, QString> names[] = {{"showSaturation", tr("Show router saturation")},
                                                     {"showPlasticity", tr("Show plasticity")},
                                                     {"showTransitions", tr("Show transitions between layers")},
                                                     {"showLocality", tr("Show temporal locality")}};
    for (int tab = 0; tab < 4; ++tab)
        addPageAction(*this, QLatin1String(names[tab].first), names[tab].second, {},
                      [this, tab] { m_tabs->setCurrentIndex(tab); });
}

void DynamicsPage::forget()
{
    m_curves_of = {};
    m_flow_of = {};
    m_pending.clear();
    m_histories.clear();
    m_routes.reset();
    m_saturation->clear();
    m_locality->clear();
    m_plasticity->clear();
    m_transitions->clear({});
    m_progress->clear();
    layOutTexts();
}

/// What each view says while it has nothing to show.
void DynamicsPage::layOutTexts()
{
    const QString nothing = nothingText();
    m_empty->setText(nothing);
    m_stack->setCurrentIndex(nothing.isEmpty() ? 1 : 0);
    if (!nothing.isEmpty()) return;
    const RoutingIndex& index = *m_context.focus->index();
    const QString needs =
        tr("%1 recorded no routes of fixed validation tokens, so its steps cannot be compared token by "
           "token.\nRuns that are trained or continued from now on record them at every evaluation.")
            .arg(index.name);
    const QString reading = tr("Reading routes …");
    const bool none = index.route_steps.empty();
    m_saturation->chart()->setEmptyText(none ? needs : reading);
    m_locality->chart()->setEmptyText(none && m_curves_of.reference < 0 && !isReading() ? tr("No routes were recorded.")
                                                                                        : reading);
    m_plasticity->setEmptyText(none ? needs : index.route_steps.size() == 1 ? oneEvaluationText() : reading);
}

QString DynamicsPage::oneEvaluationText() const
{
    const RoutingIndex& index = *m_context.focus->index();
    if (index.live) return tr("One evaluation is recorded. Plasticity compares two: it comes with the next.");
    return tr("%1 recorded one evaluation. Plasticity compares two: continue the run, or evaluate more often.")
        .arg(index.name);
}

QString DynamicsPage::nothingText() const
{
    const RoutingIndex& index = *m_context.focus->index();
    if (index.run.isEmpty()) return tr("Choose a run in the list to see how its routes changed.");
    if (index.layers.isEmpty())
        return tr("%1 is a dense model: it has no routers, so there are no routes.\nChoose a run with experts.")
            .arg(index.name);
    if (index.route_steps.empty() && index.window_steps.empty())
        return index.live ? tr("%1 has recorded no routes yet.\nThe first come with the first window of steps or "
                               "evaluation.")
                                .arg(index.name)
                          : tr("%1 recorded no routes of tokens.\nTrain longer than one window of steps, or until the "
                               "first evaluation.")
                                .arg(index.name);
    return {};
}

void DynamicsPage::fillReference()
{
    const RoutingIndex& index = *m_context.focus->index();
    const auto kind = static_cast<Reference>(m_reference->currentIndex());
    if (m_curves_of.reference < 0) return m_reference_text->setText({});
    QString text = tr("step %1").arg(QLocale().toString(qlonglong(m_curves_of.reference)));
    if (kind == Reference::LatestCheckpoint && index.checkpoint_steps.empty())
        text += tr(": no checkpoint is here, so the latest evaluation");
    else if (kind == Reference::LatestCheckpoint)
        text += tr(", the evaluation of the checkpoint at %1")
                    .arg(QLocale().toString(qlonglong(index.checkpoint_steps.back())));
    else if (kind == Reference::LatestEvaluation && !index.live)
        text += tr(", the final one");
    if (index.route_steps.size() == 1) text += tr(", the only one so far: nothing to compare yet");
    m_reference_text->setText(text);
}

void DynamicsPage::draw(const LayerDynamics& dynamics)
{
    const int experts = m_context.focus->index()->experts;
    const QString uniform = tr("1 / %1").arg(experts);
    if (!dynamics.saturation.empty()) {
        m_saturation->setUniform(1.0 / experts, uniform);
        m_saturation->setLayer(dynamics.layer, dynamics.step, dynamics.saturation, dynamics.saturation_chance);
        m_plasticity->setLayer(dynamics);
    }
    m_locality->setUniform(1.0 / experts, uniform);
    m_locality->setLayer(dynamics.layer, dynamics.step, dynamics.locality, dynamics.locality_chance);
}

void DynamicsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    sync();
}

} // namespace sy
