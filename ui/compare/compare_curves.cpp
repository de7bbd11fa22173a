#include "ui/compare/compare_curves.h"

#include "ui/models/store_access.h"

namespace sy {

CompareCurves::CompareCurves(const PageContext& context, CurveChart* chart, QObject* parent)
    : QObject(parent), m_context(context), m_chart(chart)
{
}

void CompareCurves::setSeries(const QString& series)
{
    if (series == m_series) return;
    m_series = series;
    ++m_generation;
    for (const auto& id : m_chart->curveIds()) m_chart->removeCurve(id);
    m_states.clear();
    const bool loss = series.contains(QLatin1String("cross_entropy")) || series.endsWith(QLatin1String("_loss"));
    m_chart->setYAxis(series, loss                                           ? tr("nats per target token")
                              : series.endsWith(QLatin1String("per_second")) ? tr("tokens/s")
                                                                             : QString());
}

void CompareCurves::show(const std::vector<ComparedRun>& runs)
{
    QStringList wanted;
    for (const auto& run : runs) wanted << run.id;
    for (const auto& id : m_chart->curveIds()) {
        if (wanted.contains(id)) continue;
        m_chart->removeCurve(id);
        m_states.remove(id);
    }
    for (const auto& run : runs) {
        m_chart->setCurve(run.id, {run.name, run.colour, Qt::SolidLine, run.name, m_series});
        refresh(run.id);
    }
}

void CompareCurves::refresh(const QString& id)
{
    const auto* run = m_context.watch->picture()->find(id);
    State& state = m_states[id];
    if (!run || state.reading || run->revision == state.revision) return;
    const bool anew = state.revision < 0 || run->rewinds != state.rewinds;
    state.revision = run->revision;
    state.rewinds = run->rewinds;
    state.reading = true;
    const int64_t from = anew ? 0 : state.last_step + 1;
    const int64_t ticks_from = anew || !state.clock ? 0 : state.clock->lastStep() + 1;
    m_context.access->read(
        this,
        [key = id.toStdString(), series = m_series.toStdString(), from, ticks_from](const Store& store) {
            return Read{store.curve(key, series, from), store.clock(key, ticks_from)};
        },
        [this, id, anew, generation = m_generation](const Read& read) {
            if (generation == m_generation && m_states.contains(id)) take(id, anew, read);
        },
        [this, id, generation = m_generation](const QString&) { // purged meanwhile, or busy: the next picture tells
            if (generation == m_generation && m_states.contains(id)) m_states[id].reading = false;
        });
}

void CompareCurves::take(const QString& id, bool anew, const Read& read)
{
    State& state = m_states[id];
    state.reading = false;
    auto clock = anew || !state.clock ? std::make_shared<RunClock>(read.ticks)
                                      : std::make_shared<RunClock>(*state.clock); // drawn ones do not change
    if (!anew && state.clock) clock->append(read.ticks);
    state.clock = clock;
    m_chart->setClock(id, clock);
    if (anew)
        m_chart->setRows(id, read.rows);
    else if (!read.rows.step.empty())
        m_chart->appendRows(id, read.rows);
    if (!read.rows.step.empty()) state.last_step = read.rows.step.back();
    refresh(id);
}

} // namespace sy
