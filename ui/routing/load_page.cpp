#include "ui/routing/load_page.h"

#include "ui/models/page_actions.h"
#include "ui/models/routing_focus.h"
#include "ui/models/text.h"
#include "ui/plots/curve_chart.h"
#include "ui/plots/heat_map.h"
#include "ui/routing/empty_text.h"
#include "ui/routing/load_loader.h"
#include "ui/routing/load_tiles.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QSplitter>
#include <QStackedLayout>

#include <algorithm>
#include <cmath>

namespace sy {

namespace {

constexpr const char* splitter_key = "load/splitter";
constexpr const char* kind_key = "load/map";
constexpr const char* figure_key = "load/figure";

} // namespace

LoadPage::LoadPage(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_loader(new LoadLoader(context, this)), m_stack(new QStackedLayout(this)),
      m_empty(plainLabel("loadEmpty", {}, this)), m_tiles(new LoadTiles(this)),
      m_window(plainLabel("loadWindow", {}, this)), m_splitter(new QSplitter(Qt::Vertical, this))
{
    setObjectName("loadPage");
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_tiles);
    layout->addWidget(m_splitter, 1);
    m_splitter->setObjectName("loadSplitter");
    m_splitter->addWidget(makeMap());
    m_splitter->addWidget(makeCurves());
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({2000, 2000});
    m_splitter->restoreState(m_context.settings->value(splitter_key).toByteArray());
    m_stack->addWidget(page);
    m_stack->addWidget(m_empty);
    const int figure = std::clamp(m_context.settings->value(figure_key, 0).toInt(), 0, load_figure_count - 1);
    m_tiles->setFigure(static_cast<LoadFigure>(figure));
    m_loader->setFigure(m_tiles->figure());
    connectChoices();
    makeActions();
    sync();
}

QWidget* LoadPage::makeMap()
{
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    auto* bar = new QHBoxLayout;
    m_kind = new QComboBox(box);
    m_kind->setObjectName("loadMapKind");
    m_kind->addItems({tr("share of tokens"), tr("share over the fair share"), tr("dropped of its tokens")});
    m_kind->setToolTip(tr("What the map shows of every expert and window"));
    m_kind->setAccessibleName(m_kind->toolTip());
    m_kind->setCurrentIndex(std::clamp(m_context.settings->value(kind_key, 0).toInt(), 0, 2));
    bar->addWidget(m_kind);
    bar->addWidget(m_window, 1);
    layout->addLayout(bar);
    m_map = new HeatMap(box);
    m_map->setObjectName("loadMap");
    layout->addWidget(m_map, 1);
    m_map->setReadOut([this](int row, int column) {
        const LayerLoad* load = m_loader->layer();
        if (!load || column >= static_cast<int>(load->windows.size()) || row >= load->experts) return QString();
        const WindowFigures& window = load->windows[static_cast<size_t>(column)];
        const double drop = dropOf(window, row);
        QString text =
            tr("%1 tokens").arg(countText(static_cast<double>(window.figures.load[static_cast<size_t>(row)])));
        if (std::isfinite(drop)) text += tr(", %1 % dropped").arg(QLocale().toString(100 * drop, 'f', 1));
        return text;
    });
    return box;
}

QWidget* LoadPage::makeCurves()
{
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setObjectName("loadCurvesSplitter");
    m_chart = new CurveChart(splitter);
    m_chart->setObjectName("loadChart");
    m_layers = new HeatMap(splitter);
    m_layers->setObjectName("loadLayers");
    splitter->addWidget(m_chart);
    splitter->addWidget(m_layers);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    return splitter;
}

void LoadPage::connectChoices()
{
    RoutingFocus* focus = m_context.focus;
    connect(m_splitter, &QSplitter::splitterMoved, this,
            [this] { m_context.settings->setValue(splitter_key, m_splitter->saveState()); });
    connect(m_kind, &QComboBox::activated, this, [this](int kind) {
        m_context.settings->setValue(kind_key, kind);
        showMap();
        showChoice();
    });
    connect(m_tiles, &LoadTiles::figureChosen, this, [this](LoadFigure figure) {
        m_context.settings->setValue(figure_key, static_cast<int>(figure));
        m_loader->setFigure(figure);
        showAll();
    });
    connect(m_loader, &LoadLoader::changed, this, &LoadPage::showAll);
    connect(focus, &RoutingFocus::indexChanged, this, &LoadPage::sync);
    connect(focus, &RoutingFocus::layerChanged, this, &LoadPage::showAll);
    connect(focus, &RoutingFocus::stepChanged, this, &LoadPage::showChoice);
    connect(focus, &RoutingFocus::expertChanged, this, [this] {
        if (m_active) showCurves();
        showChoice();
    });
    connect(m_map, &HeatMap::rowChosen, focus, &RoutingFocus::setExpert);
    connect(m_map, &HeatMap::cellChosen, this, [this, focus](int expert, int column) {
        if (expert != focus->expert()) focus->setExpert(expert);
        if (const LayerLoad* load = m_loader->layer(); load && column < static_cast<int>(load->windows.size()))
            focus->setStep(load->windows[static_cast<size_t>(column)].last_step);
    });
    connect(m_map, &HeatMap::selectionCleared, this, [focus] { focus->setExpert(-1); });
    connect(m_layers, &HeatMap::rowChosen, focus, &RoutingFocus::setLayer);
    connect(m_layers, &HeatMap::cellChosen, this, [this, focus](int layer, int column) {
        focus->setLayer(layer);
        const auto& steps = focus->index()->window_steps;
        if (column < static_cast<int>(steps.size())) focus->setStep(steps[static_cast<size_t>(column)]);
    });
    connect(m_chart, &CurveChart::clicked, this, &LoadPage::chooseStep);
}

void LoadPage::makeActions()
{
    addChoiceActions(*this, *m_kind, tr("Load map"));
    for (int i = 0; i < load_figure_count; ++i)
        addPageAction(*this, QStringLiteral("loadFigure%1").arg(i),
                      tr("Load over training: %1").arg(infoOf(static_cast<LoadFigure>(i)).name),
                      Qt::Key_0 + (i + 1) % 10, [this, i] {
                          m_tiles->setFigure(static_cast<LoadFigure>(i));
                          Q_EMIT m_tiles->figureChosen(m_tiles->figure());
                      });
}

void LoadPage::chooseStep(double near)
{
    const auto& steps = m_context.focus->index()->window_steps;
    const auto after = std::lower_bound(steps.begin(), steps.end(), static_cast<int64_t>(std::ceil(near)));
    if (steps.empty()) return;
    // A window's point stands at its last step: the window that the place lies in.
    m_context.focus->setStep(after == steps.end() ? steps.back() : *after);
}

void LoadPage::sync()
{
    const QString text = noRoutersText(*m_context.focus->index());
    m_empty->setText(text);
    m_stack->setCurrentIndex(text.isEmpty() ? 0 : 1);
    const bool was_active = std::exchange(m_active, isVisible() && text.isEmpty());
    m_loader->setActive(m_active);
    // What new rows bring is drawn when the loader has read them.
    if (!was_active || !m_loader->layer())
        showAll();
    else
        showChoice();
}

QString LoadPage::emptyText() const
{
    if (!m_loader->problem().isEmpty()) return m_loader->problem();
    if (m_context.focus->index()->window_steps.empty())
        return tr("No routing window was recorded yet. A trainer closes one every few updates.");
    if (m_loader->layer() && m_loader->layer()->windows.empty()) return tr("No windows of this layer were recorded.");
    return tr("Reading ...");
}

void LoadPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    sync();
}

void LoadPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    sync();
}

void LoadPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) showAll();
}

} // namespace sy
