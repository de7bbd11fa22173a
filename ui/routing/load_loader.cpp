#include "ui/routing/load_loader.h"

#include "ui/models/store_access.h"

#include <cmath>

namespace sy {

LoadLoader::LoadLoader(const PageContext& context, QObject* parent) : QObject(parent), m_context(context)
{
    connect(m_context.focus, &RoutingFocus::runChanged, this, &LoadLoader::startOver);
    connect(m_context.focus, &RoutingFocus::indexChanged, this, &LoadLoader::sync);
    connect(m_context.focus, &RoutingFocus::layerChanged, this, &LoadLoader::sync);
}

void LoadLoader::setActive(bool active)
{
    m_active = active;
    sync();
}

void LoadLoader::setFigure(LoadFigure figure)
{
    m_figure = figure;
    sync();
}

const LayerLoad* LoadLoader::layer() const
{
    const auto found = m_layers.find(m_context.focus->layer());
    return found == m_layers.end() ? nullptr : &found->second.load;
}

const std::vector<Curve>* LoadLoader::curves() const
{
    const auto found = m_figures.find(m_figure);
    return found == m_figures.end() ? nullptr : &found->second.curves;
}

void LoadLoader::startOver()
{
    m_layers.clear();
    m_figures.clear();
    m_capacity = {};
    m_capacity_known = false;
    m_problem.clear();
    m_failed_until = -1;
    Q_EMIT changed();
}

std::optional<LoadLoader::Request> LoadLoader::wanted() const
{
    const RoutingIndex& index = *m_context.focus->index();
    if (index.run.isEmpty() || index.layers.isEmpty() || index.window_steps.empty()) return {};
    Request out{index.run, index.rewinds,    m_context.focus->layer(), index.window_steps.back(), {},
                {},        !m_capacity_known};
    if (m_failed_until >= out.until) return {};
    const auto layer = m_layers.find(out.layer);
    if (layer == m_layers.end())
        out.from = 0;
    else if (layer->second.until < out.until)
        out.from = layer->second.load.windows.empty() ? 0 : layer->second.load.windows.back().last_step + 1;
    const auto figure = m_figures.find(m_figure);
    if (figure == m_figures.end() || figure->second.until < out.until) out.figure = m_figure;
    if (!out.from && !out.figure && !out.capacity) return {};
    return out;
}

void LoadLoader::sync()
{
    if (m_active && !m_reading) readNow();
}

std::vector<Curve> LoadLoader::curvesOf(const Store& store, const std::string& run, LoadFigure figure)
{
    const LoadFigureInfo info = infoOf(figure);
    std::vector<Curve> out = store.windowCurves(run, info.columns.front());
    if (info.columns.size() > 1) {
        const std::vector<Curve> less = store.windowCurves(run, info.columns[1]);
        for (size_t layer = 0; layer < out.size() && layer < less.size(); ++layer)
            for (size_t i = 0; i < out[layer].value.size() && i < less[layer].value.size(); ++i)
                out[layer].value[i] -= less[layer].value[i];
    }
    const auto experts = static_cast<double>(store.run(run).num_experts);
    for (Curve& curve : out) {
        Curve known; // NaN: not recorded
        for (size_t i = 0; i < curve.value.size(); ++i) {
            if (std::isnan(curve.value[i])) continue;
            known.step.push_back(curve.step[i]);
            known.value.push_back(info.factor *
                                  (figure == LoadFigure::Share ? (curve.value[i] + 1) / experts : curve.value[i]));
        }
        curve = std::move(known);
    }
    return out;
}

LoadLoader::Reply LoadLoader::read(const Store& store, const Request& request)
{
    Reply out;
    const std::string run = request.run.toStdString();
    if (request.from) out.windows = store.windowFigures(run, request.layer, *request.from);
    if (request.figure) out.curves = curvesOf(store, run, *request.figure);
    if (!request.capacity) return out;
    const auto settings = store.settings(run);
    const auto number = [&](const char* path) -> std::optional<double> {
        const auto found = settings.find(path);
        if (found == settings.end() || !found->second.is_number()) return {};
        return found->second.get<double>();
    };
    out.capacity.train = number("router.capacity_factor_train");
    out.capacity.eval = number("router.capacity_factor_eval");
    const auto dropless = settings.find("router.dropless");
    out.capacity.dropless = dropless != settings.end() && dropless->second.is_boolean() && dropless->second.get<bool>();
    return out;
}

void LoadLoader::readNow()
{
    const auto request = wanted();
    if (!request) return;
    m_reading = true;
    const auto isCurrent = [this, request] {
        const RoutingIndex& index = *m_context.focus->index();
        return request->run == index.run && request->rewinds == index.rewinds;
    };
    const auto end = [this] {
        m_reading = false;
        sync(); // what is shown next says whether more is being read
        Q_EMIT changed();
    };
    m_context.access->read(
        this, [request](const Store& store) { return read(store, *request); },
        [this, request, isCurrent, end](Reply reply) {
            if (isCurrent()) take(*request, reply);
            end();
        },
        [this, request, isCurrent, end](const QString& problem) {
            if (isCurrent()) {
                m_problem = problem;
                m_failed_until = request->until;
            }
            end();
        });
}

void LoadLoader::take(const Request& request, Reply& reply)
{
    m_problem.clear();
    if (request.from) {
        Layer& layer = m_layers[request.layer];
        layer.load.append(std::move(reply.windows));
        layer.until = request.until;
        forgetLayers();
    }
    if (request.figure) m_figures[*request.figure] = {request.until, std::move(reply.curves)};
    if (request.capacity) {
        m_capacity = reply.capacity;
        m_capacity_known = true;
    }
}

/// Thousands of windows of a hundred experts are some megabytes a layer: a few stay.
void LoadLoader::forgetLayers()
{
    constexpr size_t most = 6;
    for (auto layer = m_layers.begin(); m_layers.size() > most && layer != m_layers.end();)
        layer = layer->first == m_context.focus->layer() ? std::next(layer) : m_layers.erase(layer);
}

} // namespace sy
