#include "ui/charts/charts_page.h"

#include "ui/charts/chart_grid.h"
#include "ui/charts/curve_loader.h"
#include "ui/charts/series_list.h"
#include "ui/models/selection.h"
#include "ui/models/text.h"

#include <QLabel>
#include <QSplitter>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace sy {

namespace {

const QString key_specs = QStringLiteral("charts/specs"), key_list = QStringLiteral("charts/series_list");

} // namespace

ChartsPage::ChartsPage(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_loader(new CurveLoader(context, this)), m_link(new ChartLink(this)),
      m_options(loadChartOptions(context.settings)), m_bar(new ChartOptionsBar(m_options))
{
    setObjectName(QStringLiteral("chartsPage"));
    buildWidgets();
    makeActions();
    connect(m_bar, &ChartOptionsBar::optionsChanged, this, &ChartsPage::optionsChanged);
    connect(m_loader, &CurveLoader::rowsReady, this, &ChartsPage::takeRows);
    connect(m_loader, &CurveLoader::clockChanged, this, &ChartsPage::takeClock);
    connect(m_loader, &CurveLoader::seriesNamesChanged, this, &ChartsPage::sync);
    connectStatus();
    connect(m_series, &SeriesList::chartToggled, this,
            [this](const QString& series, bool wanted) { wanted ? showSeries(series) : removeSeries(series); });
    connect(m_context.selection, &Selection::currentRunChanged, this, &ChartsPage::sync);
    connect(m_context.selection, &Selection::shownRunsChanged, this, &ChartsPage::sync);
    connect(m_context.selection, &Selection::colourChanged, this, &ChartsPage::sync);
    connect(m_context.watch, &StoreWatch::pictureReady, this, &ChartsPage::sync);
    connect(m_grid, &ChartGrid::orderChanged, this, &ChartsPage::saveSpecs);
    QVector<ChartSpec> specs;
    if (m_context.settings) specs = chartSpecsFromJson(m_context.settings->value(key_specs).toByteArray());
    for (const ChartSpec& spec : specs.isEmpty() ? defaultChartSpecs() : specs) addCell(spec);
    m_building = false;
    sync();
}

/// A read that lasts is told of; the short ones of a live run would only flicker.
void ChartsPage::connectStatus()
{
    m_slow_read.setSingleShot(true);
    m_slow_read.setInterval(500);
    connect(&m_slow_read, &QTimer::timeout, this, [this] { m_status->setText(tr("Reading ...")); });
    connect(m_loader, &CurveLoader::busyChanged, this, [this](bool busy) {
        if (busy) return m_slow_read.start();
        m_slow_read.stop();
        m_status->setText(m_problem);
    });
    connect(m_loader, &CurveLoader::failed, this, [this](const QString& problem) {
        m_problem = problem;
        m_status->setText(problem);
        m_status->setToolTip(Qt::mightBeRichText(problem) ? problem.toHtmlEscaped() : problem);
    });
}

void ChartsPage::buildWidgets()
{
    m_grid = new ChartGrid;
    m_series = new SeriesList;
    m_empty = plainLabel(QStringLiteral("chartsEmpty"), {});
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_status = plainLabel(QStringLiteral("chartsStatus"), {});
    auto* list_button = new QToolButton;
    list_button->setObjectName(QStringLiteral("seriesButton"));
    list_button->setText(tr("Series"));
    list_button->setToolTip(tr("Choose which series have a chart (Ctrl+Shift+S)"));
    list_button->setCheckable(true);
    const bool list_open = m_context.settings && m_context.settings->value(key_list, false).toBool();
    list_button->setChecked(list_open);
    m_series->setVisible(list_open);
    connect(list_button, &QToolButton::toggled, this, [this](bool on) {
        m_series->setVisible(on);
        if (m_context.settings) m_context.settings->setValue(key_list, on);
    });
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(6, 4, 6, 0);
    bar->addWidget(m_bar, 1);
    bar->addWidget(m_status);
    bar->addWidget(list_button, 0, Qt::AlignTop);
    auto* body = new QWidget;
    m_stack = new QStackedLayout(body);
    m_stack->addWidget(m_grid);
    m_stack->addWidget(m_empty);
    auto* splitter = new QSplitter;
    splitter->addWidget(body);
    splitter->addWidget(m_series);
    splitter->setStretchFactor(0, 1);
    splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(bar);
    layout->addWidget(splitter, 1);
}

QVector<ChartSpec> ChartsPage::specs() const
{
    QVector<ChartSpec> out;
    for (const ChartCell* cell : m_grid->cells()) out.append(cell->spec());
    return out;
}

CurveChart* ChartsPage::chartOf(const QString& series) const
{
    for (const ChartCell* cell : m_grid->cells())
        if (cell->spec().series == series) return cell->chart();
    return nullptr;
}

void ChartsPage::showSeries(const QString& series)
{
    if (!chartOf(series)) {
        addCell({series, m_options.y_log, isLanguageSeries(series)});
        saveSpecs();
        sync();
    }
    m_grid->maximise(nullptr);
    for (ChartCell* cell : m_grid->cells())
        if (cell->spec().series == series) m_grid->ensureWidgetVisible(cell);
}

void ChartsPage::removeSeries(const QString& series)
{
    for (ChartCell* cell : m_grid->cells())
        if (cell->spec().series == series) {
            cell->chart()->setLink(nullptr); // its points no longer count for the others' range
            m_grid->remove(cell);
            break;
        }
    sync();
}

void ChartsPage::addCell(const ChartSpec& spec)
{
    auto* cell = new ChartCell(spec);
    cell->chart()->setLink(m_link);
    applyOptions(*cell);
    connectCell(cell);
    m_grid->add(cell);
}

void ChartsPage::connectCell(ChartCell* cell)
{
    connect(cell, &ChartCell::specChanged, this, &ChartsPage::saveSpecs);
    connect(cell, &ChartCell::maximiseRequested, this, [this, cell] { toggleMaximised(cell); });
    connect(cell, &ChartCell::removeRequested, this, [this, cell] { removeSeries(cell->spec().series); });
    connect(cell, &ChartCell::moveRequested, this,
            [this, cell](int by) { m_grid->move(cell, static_cast<int>(m_grid->cells().indexOf(cell)) + by); });
}

void ChartsPage::applyOptions(ChartCell& cell)
{
    const ChartOptions& options = m_options;
    cell.chart()->setXKind(options.x);
    cell.chart()->setXLog(options.x_log);
    cell.chart()->setSmoothing(options.smoothing);
    cell.chart()->setOutliersHidden(options.outliers_hidden);
}

void ChartsPage::optionsChanged(const ChartOptions& options)
{
    const ChartOptions before = std::exchange(m_options, options);
    if (before.x != options.x) m_link->reset();
    for (ChartCell* cell : m_grid->cells()) {
        applyOptions(*cell);
        if (before.y_log != options.y_log) cell->setYLog(options.y_log);
    }
    saveSpecs();
    saveChartOptions(m_context.settings, options);
    sync();
}

void ChartsPage::saveSpecs()
{
    if (!m_building && m_context.settings) m_context.settings->setValue(key_specs, toJson(specs()));
}

void ChartsPage::toggleMaximised(ChartCell* cell)
{
    m_grid->maximise(m_grid->maximised() == cell ? nullptr : cell);
}

} // namespace sy
