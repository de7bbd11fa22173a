// What DynamicsPage reads: one job at a time, the latest wish next; curves layer by layer, the chosen one first.
#include "ui/dynamics/dynamics_page.h"
#include "ui/dynamics/transitions_panel.h"
#include "ui/models/routing_focus.h"
#include "ui/models/store_access.h"

#include <QComboBox>
#include <QLabel>
#include <QTabWidget>

#include <algorithm>

namespace sy {

namespace {

constexpr size_t most_samples = 120; ///< windows whose samples stand in for evaluations
constexpr int transitions_tab = 2;

} // namespace

DynamicsPage::CurvesWish DynamicsPage::curvesWish() const
{
    const RoutingFocus& focus = *m_context.focus;
    const RoutingIndex& index = *focus.index();
    CurvesWish wish{index.run, index.rewinds, index.route_steps, -1};
    if (index.route_steps.empty()) {
        wish.steps = index.window_steps;
        return wish;
    }
    int64_t wanted = index.route_steps.back();
    const auto kind = static_cast<Reference>(m_reference->currentIndex());
    if (kind == Reference::LatestCheckpoint && !index.checkpoint_steps.empty()) wanted = index.checkpoint_steps.back();
    if (kind == Reference::ShownStep) wanted = focus.shownStep();
    wish.reference = *RoutingIndex::atOrBefore(index.route_steps, wanted);
    return wish;
}

DynamicsPage::FlowWish DynamicsPage::flowWish() const
{
    const RoutingFocus& focus = *m_context.focus;
    const RoutingIndex& index = *focus.index();
    const bool sample = index.route_steps.empty();
    const auto step = RoutingIndex::atOrBefore(sample ? index.window_steps : index.route_steps, focus.shownStep());
    return {index.run, index.rewinds, step.value_or(-1), sample, index.isDecoder(focus.layer())};
}

void DynamicsPage::sync()
{
    if (!isVisible()) return;
    layOutTexts();
    if (!nothingText().isEmpty()) return;
    if (!m_reading) readNext();
}

void DynamicsPage::readNext()
{
    if (startFlow()) return;
    if (startLayer()) return;
    m_progress->clear();
    layOutTexts();
}

void DynamicsPage::finished()
{
    m_reading = false;
    sync();
}

void DynamicsPage::failed(const QString& problem)
{
    m_pending.clear(); // what was asked for is not asked for again until it changes
    m_progress->setText(problem);
    m_reading = false;
    if (curvesWish() != m_curves_of || (m_tabs->currentIndex() == transitions_tab && flowWish() != m_flow_of)) sync();
}

/// False where the transitions shown are those asked for, or nobody looks at them.
bool DynamicsPage::startFlow()
{
    const FlowWish wanted = flowWish();
    if (m_tabs->currentIndex() != transitions_tab || wanted == m_flow_of) return false;
    const bool same = wanted.run == m_flow_of.run && wanted.rewinds == m_flow_of.rewinds &&
                      wanted.step == m_flow_of.step && wanted.sample == m_flow_of.sample;
    if (!same) m_routes.reset();
    const StepRoutesPtr known = m_routes;
    m_reading = true;
    m_flow_of = wanted;
    struct Result {
        StepRoutesPtr routes;
        StackTransitions stack;
    };
    m_context.access->read(
        this,
        [index = m_context.focus->index(), known, wanted](const Store& store) {
            Result result;
            const auto source = wanted.sample ? RouteSource::Sample : RouteSource::Validation;
            result.routes = known ? known : readStepRoutes(store, *index, source, wanted.step);
            if (result.routes) result.stack = stackTransitions(*result.routes, wanted.decoder, index->experts);
            return result;
        },
        [this, wanted](Result result) {
            if (wanted == m_flow_of) { // not void meanwhile
                m_routes = std::move(result.routes);
                if (m_routes)
                    m_transitions->setStack(std::move(result.stack));
                else
                    m_transitions->clear(tr("No routes were recorded at this step."));
            }
            finished();
        },
        [this](const QString& problem) { failed(problem); });
    return true;
}

/// False where all curves are those asked for.
bool DynamicsPage::startLayer()
{
    const CurvesWish wanted = curvesWish();
    if (wanted != m_curves_of) {
        const bool same_rows =
            wanted.run == m_curves_of.run && wanted.rewinds == m_curves_of.rewinds && wanted.steps == m_curves_of.steps;
        if (!same_rows) m_histories.clear();
        m_curves_of = wanted;
        m_pending.clear();
        for (int layer = static_cast<int>(m_context.focus->index()->layers.size()) - 1; layer >= 0; --layer)
            m_pending.push_back(layer);
        fillReference();
        if (wanted.reference < 0) {
            m_pending.clear();
            readSamples();
            return true;
        }
    }
    if (m_pending.empty()) return false;
    const auto chosen = std::ranges::find(m_pending, m_context.focus->layer());
    if (chosen != m_pending.end()) std::rotate(chosen, chosen + 1, m_pending.end());
    const int layer = m_pending.back();
    m_pending.pop_back();
    readLayer(layer);
    return true;
}

void DynamicsPage::readLayer(int layer)
{
    struct Result {
        std::shared_ptr<const ExpertHistory> history;
        LayerDynamics dynamics;
    };
    m_reading = true;
    const auto all = static_cast<int>(m_context.focus->index()->layers.size());
    if (all > 4)
        m_progress->setText(tr("Reading layer %1 of %2").arg(all - static_cast<int>(m_pending.size())).arg(all));
    const auto known = m_histories.find(layer);
    const auto history = known == m_histories.end() ? nullptr : known->second;
    m_context.access->read(
        this,
        [index = m_context.focus->index(), wanted = m_curves_of, layer, history](const Store& store) {
            Result result;
            result.history =
                history ? history
                        : std::make_shared<const ExpertHistory>(store.expertHistory(index->run.toStdString(), layer));
            result.dynamics = layerDynamics(layer, *result.history, index->experts,
                                            static_cast<int>(index->languages.size()), wanted.reference);
            return result;
        },
        [this, wanted = m_curves_of, layer](Result result) {
            if (wanted == m_curves_of) {
                m_histories[layer] = std::move(result.history);
                draw(result.dynamics);
            }
            finished();
        },
        [this](const QString& problem) { failed(problem); });
}

void DynamicsPage::readSamples()
{
    m_reading = true;
    m_context.access->read(
        this,
        [index = m_context.focus->index()](const Store& store) { return sampledLocality(store, *index, most_samples); },
        [this, wanted = m_curves_of](const std::vector<LayerDynamics>& layers) {
            if (wanted == m_curves_of)
                for (const LayerDynamics& layer : layers) draw(layer);
            finished();
        },
        [this](const QString& problem) { failed(problem); });
}

} // namespace sy
