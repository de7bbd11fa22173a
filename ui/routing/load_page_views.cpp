// What LoadPage draws, from what its loader has read.
#include "ui/models/palette.h"
#include "ui/models/routing_focus.h"
#include "ui/plots/curve_chart.h"
#include "ui/plots/heat_map.h"
#include "ui/routing/load_loader.h"
#include "ui/routing/load_page.h"
#include "ui/routing/load_tiles.h"

#include <QComboBox>
#include <QLabel>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace sy {

bool LoadPage::keepsPicture(bool known) const
{
    const RoutingIndex& index = *m_context.focus->index();
    return !known && m_loader->busy() && m_shown == std::pair(index.run, index.rewinds);
}

void LoadPage::showAll()
{
    if (!m_active) return;
    showMap();
    showCurves();
    showLayers();
    showChoice();
    const RoutingIndex& index = *m_context.focus->index();
    m_shown = {index.run, index.rewinds};
}

void LoadPage::showMap()
{
    const LayerLoad* load = m_loader->layer();
    const RoutingIndex& index = *m_context.focus->index();
    if (keepsPicture(load)) return;
    const QString layer = index.layers.value(m_context.focus->layer());
    m_map->setEmptyText(emptyText());
    HeatMatrix matrix;
    std::vector<double> axis;
    if (load && !load->windows.empty()) {
        const auto kind = static_cast<MapKind>(m_kind->currentIndex());
        axis = load->lastSteps();
        matrix.rows = static_cast<int>(load->experts);
        matrix.columns = static_cast<int>(axis.size());
        matrix.value.reserve(static_cast<size_t>(matrix.rows) * axis.size());
        for (int64_t e = 0; e < load->experts; ++e) {
            matrix.row_names << QString::number(e);
            for (const WindowFigures& window : load->windows) {
                const double fair = window.figures.utilization[static_cast<size_t>(e)];
                matrix.value.push_back(kind == MapKind::Share         ? 100 * fair / static_cast<double>(load->experts)
                                       : kind == MapKind::Utilization ? fair
                                                                      : 100 * dropOf(window, e));
            }
        }
        matrix.row_title = tr("Expert");
        matrix.column_title = tr("Step");
        matrix.value_title = m_kind->currentText();
        matrix.unit = kind == MapKind::Utilization ? QString() : QStringLiteral("%");
        matrix.scale = kind == MapKind::Utilization ? HeatScale::Lift : HeatScale::Sequential;
        matrix.decimals = kind == MapKind::Utilization ? 2 : 1;
        if (kind == MapKind::Share) { // the fair share in the middle, where no expert has more than twice of it
            matrix.upper = 200 / static_cast<double>(load->experts);
            for (const double one : matrix.value)
                if (one > matrix.upper) matrix.upper = one;
        }
        m_map->setDefinition(kind == MapKind::Dropped
                                 ? tr("1 - kept / load of an expert in a window; hatched where it had no token.")
                                 : infoOf(LoadFigure::Share).definition +
                                       (kind == MapKind::Utilization
                                            ? tr("\nShown: f_e N, 1 = the fair share, 0 = a dead expert.")
                                            : QString()));
    }
    m_map->setTitle(tr("%1, %2, %3").arg(index.name, layer, m_kind->currentText()));
    m_map->setColumnAxis(std::move(axis));
    m_map->setMatrix(std::move(matrix));
}

namespace {

/// More lines than this cannot be told apart: their range and the chosen one are drawn.
constexpr int64_t most_lines = 32;

double smallestShare(const WindowFigures& window)
{
    const auto& shares = window.figures.utilization;
    return shares.empty() ? std::nan("")
                          : 100 * *std::min_element(shares.begin(), shares.end()) / static_cast<double>(shares.size());
}

double largestShare(const WindowFigures& window)
{
    return valueOf(LoadFigure::Share, window);
}

} // namespace

std::vector<LoadPage::Line> LoadPage::linesOfExperts(const LayerLoad& load) const
{
    std::vector<Line> out;
    const bool many = load.experts > most_lines;
    if (many) {
        out.push_back({"largest", tr("largest"), lineColour(7), Qt::SolidLine, load.curve(largestShare)});
        out.push_back({"smallest", tr("smallest"), lineColour(7), Qt::SolidLine, load.curve(smallestShare)});
    }
    for (int e = 0; e < static_cast<int>(load.experts); ++e) {
        if (many && e != m_context.focus->expert()) continue;
        out.push_back({QStringLiteral("expert %1").arg(e), tr("expert %1").arg(e),
                       expertColour(e, static_cast<int>(load.experts)), Qt::SolidLine, load.share(e)});
    }
    return out;
}

std::vector<LoadPage::Line> LoadPage::linesOfLayer(const LayerLoad& load) const
{
    if (m_tiles->figure() == LoadFigure::Logits)
        return {{"max", tr("largest logit"), lineColour(1), Qt::SolidLine,
                 load.curve([](const WindowFigures& w) { return w.logit_max; })},
                {"lse", tr("largest log-sum-exp"), lineColour(2), Qt::DashLine,
                 load.curve([](const WindowFigures& w) { return w.lse_max; })},
                {"min", tr("smallest logit"), lineColour(0), Qt::SolidLine,
                 load.curve([](const WindowFigures& w) { return w.logit_min; })}};
    return {{"mean probability", tr("of the mean probabilities"), lineColour(0), Qt::SolidLine,
             load.curve([](const WindowFigures& w) { return w.figures.mean_probability_entropy; })},
            {"mean", tr("mean of the tokens"), lineColour(1), Qt::SolidLine,
             load.curve([](const WindowFigures& w) { return w.figures.mean_entropy; })},
            {"load", tr("of the load"), lineColour(7), Qt::DotLine,
             load.curve([](const WindowFigures& w) { return w.figures.load_entropy; })}};
}

std::vector<LoadPage::Line> LoadPage::linesOfAllLayers() const
{
    std::vector<Line> out;
    const RoutingIndex& index = *m_context.focus->index();
    const auto* curves = m_loader->curves();
    for (int layer = 0; curves && layer < index.layers.size() && layer < static_cast<int>(curves->size()); ++layer)
        out.push_back({index.layers[layer], index.layers[layer], lineColour(layer),
                       index.isDecoder(layer) ? Qt::DashLine : Qt::SolidLine, (*curves)[static_cast<size_t>(layer)]});
    return out;
}

std::vector<LoadPage::Line> LoadPage::lines() const
{
    const LayerLoad* load = m_loader->layer();
    switch (m_tiles->figure()) {
    case LoadFigure::Share:
        return load ? linesOfExperts(*load) : std::vector<Line>();
    case LoadFigure::Information:
    case LoadFigure::Logits:
        return load ? linesOfLayer(*load) : std::vector<Line>();
    default:
        return linesOfAllLayers();
    }
}

namespace {

/// Adds what is new, or sets all anew where it does not go on from what the chart holds.
void updateRows(CurveChart& chart, const QString& id, const Curve& rows)
{
    const Curve before = chart.rows(id);
    const size_t known = before.step.size();
    const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    const bool goes_on = known <= rows.step.size() &&
                         std::equal(before.step.begin(), before.step.end(), rows.step.begin()) &&
                         std::equal(before.value.begin(), before.value.end(), rows.value.begin(), same);
    if (!goes_on) {
        chart.setRows(id, rows);
        return;
    }
    const auto from = static_cast<std::ptrdiff_t>(known);
    chart.appendRows(id, {{rows.step.begin() + from, rows.step.end()}, {rows.value.begin() + from, rows.value.end()}});
}

} // namespace

void LoadPage::showCurves()
{
    if (keepsPicture(m_loader->layer() && m_loader->curves())) return;
    const LoadFigure figure = m_tiles->figure();
    const LoadFigureInfo info = infoOf(figure);
    const RoutingIndex& index = *m_context.focus->index();
    const QString layer = index.layers.value(m_context.focus->layer());
    const QString label = figure == LoadFigure::Share         ? tr("share of tokens")
                          : figure == LoadFigure::Information ? tr("entropy over experts")
                                                              : info.name;
    m_chart->setTitle(tr("%1, %2, %3").arg(index.name, layer, label));
    m_chart->setYAxis(label, info.unit);
    m_chart->setDefinition(info.definition);
    m_chart->setEmptyText(emptyText());
    auto wanted = lines();
    std::erase_if(wanted, [](const Line& line) { return line.rows.step.empty(); });
    if (wanted.empty() && m_loader->layer() && m_loader->curves())
        m_chart->setEmptyText(tr("%1 was not recorded by this run.").arg(info.name));
    QSet<QString> ids;
    for (const Line& line : wanted) ids << line.id;
    for (const QString& id : std::as_const(m_drawn))
        if (!ids.contains(id)) m_chart->removeCurve(id);
    for (const Line& line : wanted) {
        m_chart->setCurve(line.id, CurveLook{line.name, line.colour, line.pattern, index.name, label});
        updateRows(*m_chart, line.id, line.rows);
    }
    m_drawn = ids;
    m_chart->setLegendVisible(wanted.size() > 1);
    const bool range = wanted.size() > 1 && wanted[0].id == QLatin1String("largest");
    m_chart->setBand("range", range ? wanted[1].rows : Curve(), range ? wanted[0].rows : Curve(),
                     stateColours(palette()).faint, tr("all experts"), index.name);
    showReferences();
}

void LoadPage::showReferences()
{
    const LoadFigure figure = m_tiles->figure();
    const LayerLoad* load = m_loader->layer();
    const double none = std::nan("");
    const auto experts =
        static_cast<double>(load && load->experts > 0 ? load->experts : m_context.focus->index()->experts);
    const ConfiguredCapacity& capacity = m_loader->capacity();
    const bool share = figure == LoadFigure::Share, needed = figure == LoadFigure::CapacityNeeded;
    const double train = capacity.dropless ? none : capacity.train.value_or(none);
    const double eval = capacity.dropless || capacity.eval == capacity.train ? none : capacity.eval.value_or(none);
    const auto text = [](double value) { return QLocale().toString(value, 'g', 4); };
    m_chart->setReferenceLine("fair",
                              share                              ? 100 / experts
                              : figure == LoadFigure::Confidence ? 1 / experts
                                                                 : none,
                              share ? tr("fair share 1 / N") : tr("uniform 1 / N"));
    m_chart->setReferenceLine("capacity", share ? 100 * train / experts : none,
                              tr("capacity (factor %1)").arg(text(train)));
    m_chart->setReferenceLine("train", needed ? train : none, tr("configured %1").arg(text(train)));
    m_chart->setReferenceLine("eval", needed ? eval : none, tr("in evaluation %1").arg(text(eval)));
    m_chart->setReferenceLine("uniform", figure == LoadFigure::Information ? std::log(experts) : none, tr("ln N"));
}

void LoadPage::showLayers()
{
    const LoadFigureInfo info = infoOf(m_tiles->figure());
    const RoutingIndex& index = *m_context.focus->index();
    const auto* curves = m_loader->curves();
    if (keepsPicture(curves)) return;
    HeatMatrix matrix;
    std::vector<double> axis;
    if (curves && !index.window_steps.empty()) {
        axis.assign(index.window_steps.begin(), index.window_steps.end());
        matrix.rows = static_cast<int>(index.layers.size());
        matrix.columns = static_cast<int>(axis.size());
        for (size_t layer = 0; layer < static_cast<size_t>(matrix.rows); ++layer) {
            matrix.row_names << index.layers[static_cast<int>(layer)];
            static const Curve nothing;
            const Curve& curve = layer < curves->size() ? (*curves)[layer] : nothing;
            size_t at = 0; // layers' old windows may be merged at different times: the one that covers the step
            for (const int64_t step : index.window_steps) {
                while (at < curve.step.size() && curve.step[at] < step) ++at;
                matrix.value.push_back(at < curve.step.size() ? curve.value[at] : std::nan(""));
            }
        }
        matrix.row_title = tr("Layer");
        matrix.column_title = tr("Step");
        matrix.value_title = info.name;
        matrix.unit = info.unit;
        matrix.decimals = info.decimals;
        const auto known = [](double one) { return std::isfinite(one); };
        if (std::none_of(matrix.value.begin(), matrix.value.end(), known)) matrix = {};
    }
    m_layers->setEmptyText(curves ? tr("%1 was not recorded by this run.").arg(info.name) : emptyText());
    m_layers->setTitle(tr("%1, %2 of all layers").arg(index.name, info.name));
    m_layers->setDefinition(info.definition);
    m_layers->setColumnAxis(std::move(axis));
    m_layers->setMatrix(std::move(matrix));
}

void LoadPage::showChoice()
{
    if (!m_active) return;
    const RoutingFocus* focus = m_context.focus;
    const LayerLoad* load = m_loader->layer();
    const int column = load ? load->windowAt(focus->shownStep()) : -1;
    const WindowFigures* window = column < 0 ? nullptr : &load->windows[static_cast<size_t>(column)];
    if (!keepsPicture(load)) m_tiles->setWindow(window);
    m_map->setSelected(focus->expert(), column);
    const auto number = [](int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); };
    m_window->setText(window ? tr("%1 · shown window: steps %2 – %3")
                                   .arg(focus->index()->layers.value(focus->layer()), number(window->first_step),
                                        number(window->last_step))
                             : QString());
    m_chart->setMarkedStep(window ? std::optional(window->last_step) : std::nullopt);
    const bool experts = m_tiles->figure() == LoadFigure::Share;
    m_chart->setHighlighted(!experts               ? focus->index()->layers.value(focus->layer())
                            : focus->expert() >= 0 ? QStringLiteral("expert %1").arg(focus->expert())
                                                   : QString());
    const auto& steps = focus->index()->window_steps;
    const auto shown = std::upper_bound(steps.begin(), steps.end(), focus->shownStep());
    m_layers->setSelected(focus->layer(),
                          steps.empty() ? -1 : std::max(0, static_cast<int>(shown - steps.begin()) - 1));
}

} // namespace sy
