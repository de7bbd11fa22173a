#include "ui/charts/charts_page.h"

#include "ui/charts/chart_grid.h"
#include "ui/charts/series_list.h"
#include "ui/models/page_actions.h"
#include "ui/plots/chart_render.h"

#include <QAction>
#include <QToolButton>

namespace sy {

void ChartsPage::makeActions()
{
    addPageAction(*this, "chartsSeries", tr("Charts: choose series"), QKeySequence(tr("Ctrl+Shift+S")), [this] {
        findChild<QToolButton*>(QStringLiteral("seriesButton"))->setChecked(true);
        m_series->focusSearch();
    });
    addPageAction(*this, "chartsShowAll", tr("Charts: show all points"), QKeySequence(tr("Ctrl+Home")), [this] {
        for (ChartCell* cell : m_grid->cells()) cell->chart()->showAll();
    });
    addPageAction(*this, "chartsFollow", tr("Charts: follow the newest points"), {},
                  [this] { m_link->setFollowing(m_link->mode() != ChartLink::Mode::Follow); });
    addPageAction(*this, "chartsRestore", tr("Charts: back from one to all"), Qt::Key_Escape,
                  [this] { m_grid->maximise(nullptr); });
    addPageAction(*this, "chartsLogY", tr("Charts: logarithmic y axes"), {},
                  [this] { toggleOption(&ChartOptions::y_log); });
    addPageAction(*this, "chartsLogX", tr("Charts: logarithmic x axis"), {},
                  [this] { toggleOption(&ChartOptions::x_log); });
    addPageAction(*this, "chartsOutliers", tr("Charts: hide outliers"), {},
                  [this] { toggleOption(&ChartOptions::outliers_hidden); });
    addPageAction(*this, "chartsCurrent", tr("Charts: always show the current run"), {},
                  [this] { toggleOption(&ChartOptions::current_always); });
    addPageAction(*this, "chartsSmoother", tr("Charts: smooth more"), QKeySequence(tr("Ctrl+]")),
                  [this] { smoothBy(0.1); });
    addPageAction(*this, "chartsRougher", tr("Charts: smooth less"), QKeySequence(tr("Ctrl+[")),
                  [this] { smoothBy(-0.1); });
    addPageAction(*this, "chartsExport", tr("Charts: export all points as CSV ..."), {}, [this] { exportAll(); });
    addPageAction(*this, "chartsDefaults", tr("Charts: restore the first set of charts"), {},
                  [this] { restoreDefaults(); });
}

void ChartsPage::toggleOption(bool ChartOptions::*option)
{
    ChartOptions options = m_options;
    options.*option = !(options.*option);
    m_bar->setOptions(options);
}

void ChartsPage::smoothBy(double change)
{
    ChartOptions options = m_options;
    options.smoothing = std::clamp(options.smoothing + change, 0.0, 0.999);
    m_bar->setOptions(options);
}

/// The tables of all charts below each other; they have the same columns but for perplexities, which are left out.
void ChartsPage::exportAll()
{
    QByteArray all;
    for (ChartCell* cell : m_grid->cells()) {
        QByteArray table = cell->chart()->toCsv(true);
        if (!all.isEmpty()) table.remove(0, table.indexOf("\r\n") + 2);
        all += table;
    }
    savePlotFile(this, tr("charts"), QStringLiteral("csv"), all);
}

void ChartsPage::restoreDefaults()
{
    m_building = true;
    while (!m_grid->cells().isEmpty()) {
        m_grid->cells().front()->chart()->setLink(nullptr);
        m_grid->remove(m_grid->cells().front());
    }
    for (const ChartSpec& spec : defaultChartSpecs()) addCell(spec);
    m_building = false;
    saveSpecs();
    sync();
}

} // namespace sy
