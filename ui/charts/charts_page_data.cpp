#include "ui/charts/charts_page.h"

#include "ui/charts/chart_grid.h"
#include "ui/charts/curve_loader.h"
#include "ui/charts/series_list.h"
#include "ui/models/palette.h"
#include "ui/models/selection.h"
#include "ui/models/store_watch.h"
#include "ui/models/text.h"

#include <QLabel>
#include <QStackedLayout>

namespace sy {

namespace {

QString curveId(const QString& run, const QString& series)
{
    return run + '|' + series;
}

/// Colours repeat after some languages: patterns tell those apart.
CurveLook languageLook(const QString& language, int index)
{
    static constexpr Qt::PenStyle patterns[] = {Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
    CurveLook look;
    look.name = language;
    look.colour = lineColour(index);
    look.pattern = patterns[(index / lineColourCount()) % 4];
    return look;
}

} // namespace

QStringList ChartsPage::runsToShow() const
{
    QStringList runs;
    const auto add = [&](const QString& id) {
        const RunSummary* run = m_context.watch->picture()->find(id);
        if (run && !run->deleted && !runs.contains(id)) runs << id;
    };
    if (m_options.current_always) add(m_context.selection->currentRun());
    for (const QString& id : m_context.selection->shownRuns()) add(id);
    return runs;
}

/// A curve a run, or a curve a language of one run: the current one, else the first that is ticked.
QVector<QPair<QString, CurveLook>> ChartsPage::curvesOf(const ChartCell& cell, const QStringList& runs) const
{
    QVector<QPair<QString, CurveLook>> out;
    const auto nameOf = [&](const QString& run) { return fromUtf8(m_context.watch->picture()->find(run)->name); };
    const QString chart = cell.spec().series;
    if (isLanguageSeries(chart)) {
        if (runs.isEmpty()) return out;
        const QString current = m_context.selection->currentRun();
        const QString run = runs.contains(current) ? current : runs.front();
        for (const QString& series : m_loader->seriesNames(run)) {
            const QString language = languageOf(chart, series);
            if (language.isEmpty()) continue;
            CurveLook look = languageLook(language, static_cast<int>(out.size()));
            look.run = nameOf(run);
            look.series = series;
            out.append({curveId(run, series), look});
        }
        return out;
    }
    for (const QString& run : runs) {
        const QString name = nameOf(run);
        out.append(
            {curveId(run, chart), CurveLook{name, m_context.selection->colour(run), Qt::SolidLine, name, chart}});
    }
    return out;
}

void ChartsPage::syncCell(ChartCell& cell, const QStringList& runs)
{
    CurveChart* chart = cell.chart();
    const auto curves = curvesOf(cell, runs);
    QSet<QString> wanted;
    for (const auto& [id, look] : curves) wanted.insert(id);
    for (const QString& id : chart->curveIds())
        if (!wanted.contains(id)) chart->removeCurve(id);
    for (const auto& [id, look] : curves) {
        const QString run = id.section('|', 0, 0);
        const bool fresh = !chart->hasCurve(id);
        chart->setCurve(id, look);
        if (!fresh) continue;
        chart->setClock(id, m_loader->clock(run));
        m_loader->forget(run, look.series); // another chart may have it, this one needs all of it
    }
    const bool by_language = isLanguageSeries(cell.spec().series);
    chart->setHighlighted(
        by_language || runs.size() < 2 ? QString() : curveId(m_context.selection->currentRun(), cell.spec().series));
    chart->setEmptyText(by_language ? tr("No evaluation by language yet.\nThe trainer evaluates every train.eval_every "
                                         "updates.")
                                    : tr("None of the shown runs has recorded this yet."));
}

void ChartsPage::sync()
{
    if (m_building) return;
    const QStringList runs = runsToShow();
    QHash<QString, QSet<QString>> needed;
    for (ChartCell* cell : m_grid->cells()) {
        syncCell(*cell, runs);
        for (const QString& id : cell->chart()->curveIds()) needed[id.section('|', 0, 0)].insert(id.section('|', 1));
    }
    QVector<WantedRun> wanted;
    for (const QString& run : runs) wanted.append({run, QStringList(needed[run].begin(), needed[run].end())});
    syncSeriesList(runs);
    syncEmptyText(runs);
    m_loader->setWanted(wanted);
}

void ChartsPage::syncSeriesList(const QStringList& runs)
{
    QSet<QString> names, charted;
    for (const QString& run : runs)
        for (const QString& name : m_loader->seriesNames(run))
            if (!name.startsWith(QLatin1String("system/"))) names.insert(name);
    for (const ChartCell* cell : m_grid->cells()) charted.insert(cell->spec().series);
    m_series->setSeries(QStringList(names.begin(), names.end()));
    m_series->setCharted(charted);
}

void ChartsPage::syncEmptyText(const QStringList& runs)
{
    const auto& picture = *m_context.watch->picture();
    QString text;
    if (!picture.problem.isEmpty())
        text = picture.problem;
    else if (picture.runs.empty())
        text = tr("No runs yet.\nSet an experiment up and press Launch: its curves appear here.");
    else if (runs.isEmpty())
        text = tr("No run is shown.\nTick runs in the run list, or choose one.");
    else if (m_grid->cells().isEmpty())
        text = tr("No charts.\nTick series in the list (Ctrl+Shift+S) to add some.");
    m_empty->setText(text);
    m_stack->setCurrentIndex(text.isEmpty() ? 0 : 1);
}

void ChartsPage::takeRows(const QString& run, const QString& series, const Curve& rows, bool anew)
{
    const QString id = curveId(run, series);
    for (ChartCell* cell : m_grid->cells()) {
        CurveChart* chart = cell->chart();
        if (!cell->shows(series) || !chart->hasCurve(id)) continue;
        chart->setClock(id, m_loader->clock(run));
        if (anew)
            chart->setRows(id, rows);
        else
            chart->appendRows(id, rows);
    }
}

void ChartsPage::takeClock(const QString& run)
{
    const QString prefix = run + '|';
    for (ChartCell* cell : m_grid->cells())
        for (const QString& id : cell->chart()->curveIds())
            if (id.startsWith(prefix)) cell->chart()->setClock(id, m_loader->clock(run));
}

void ChartsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_loader->setActive(true);
}

void ChartsPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_loader->setActive(false);
}

} // namespace sy
