#include "ui/charts/curve_loader.h"

#include "ui/models/store_access.h"
#include "ui/models/text.h"

#include <utility>

namespace sy {

namespace {

constexpr int64_t rows_at_once = 100'000;

} // namespace

struct CurveLoader::Request {
    QString run;
    int64_t revision = 0, rewinds = 0;
    QVector<QPair<QString, int64_t>> series; ///< name, first step
    int64_t clock_from = 0;
};

struct CurveLoader::Reply {
    struct Part {
        QString series;
        Curve rows;
        int64_t next_step = 0;
        bool complete = false;
    };
    bool rewound = false; ///< while it was read: worthless
    std::vector<Part> parts;
    std::vector<ClockTick> ticks;
    QStringList names;
};

CurveLoader::CurveLoader(const PageContext& context, QObject* parent) : QObject(parent), m_context(context)
{
    connect(m_context.watch, &StoreWatch::pictureReady, this, &CurveLoader::readNext);
}

void CurveLoader::setWanted(const QVector<WantedRun>& wanted)
{
    m_wanted = wanted;
    QHash<QString, RunState> kept;
    for (const WantedRun& one : wanted) {
        RunState state = m_runs.value(one.run);
        QHash<QString, SeriesState> series;
        for (const QString& name : one.series) series.insert(name, state.series.value(name));
        state.series = series;
        kept.insert(one.run, state);
    }
    m_runs = kept;
    readNext();
}

void CurveLoader::forget(const QString& run, const QString& series)
{
    const auto place = m_runs.find(run);
    if (place != m_runs.end() && place->series.contains(series)) place->series[series] = {};
}

void CurveLoader::setActive(bool active)
{
    m_active = active;
    readNext();
}

QStringList CurveLoader::seriesNames(const QString& run) const
{
    return m_runs.value(run).names;
}

RunClockPtr CurveLoader::clock(const QString& run) const
{
    return m_runs.value(run).clock;
}

std::optional<CurveLoader::Request> CurveLoader::requestOf(const WantedRun& wanted)
{
    const RunSummary* run = m_context.watch->picture()->find(wanted.run);
    if (!run || !m_runs.contains(wanted.run)) return {};
    RunState& state = m_runs[wanted.run];
    if (state.failed_revision == run->revision) return {};
    if (state.rewinds != run->rewinds) { // the first read, or rows were deleted
        for (SeriesState& series : state.series) series = {};
        state.clock = std::make_shared<RunClock>(std::vector<ClockTick>(), run->started_ms);
        state.clock_revision = -1;
        state.rewinds = run->rewinds;
    }
    Request request{wanted.run, run->revision, run->rewinds, {}, state.clock->lastStep() + 1};
    for (const QString& name : wanted.series)
        if (state.series[name].revision != run->revision) request.series.append({name, state.series[name].next_step});
    if (request.series.isEmpty() && state.clock_revision == run->revision) return {};
    return request;
}

std::optional<CurveLoader::Request> CurveLoader::nextRequest()
{
    for (const WantedRun& wanted : m_wanted)
        if (auto request = requestOf(wanted)) return request;
    return {};
}

void CurveLoader::readNext()
{
    if (m_reading || !m_active) return;
    const auto request = nextRequest();
    setBusy(request.has_value());
    if (!request) return;
    m_reading = true;
    m_context.access->read(
        this, [request = *request](const Store& store) { return readRun(store, request); },
        [this, request = *request](Reply reply) {
            take(request, reply);
            m_reading = false;
            readNext();
        },
        [this, request = *request](const QString& problem) {
            if (m_runs.contains(request.run)) m_runs[request.run].failed_revision = request.revision;
            m_failing = true;
            Q_EMIT failed(problem);
            m_reading = false;
            readNext();
        });
}

void CurveLoader::setBusy(bool busy)
{
    if (std::exchange(m_busy, busy) != busy) Q_EMIT busyChanged(busy);
}

/// On the reading thread.
CurveLoader::Reply CurveLoader::readRun(const Store& store, const Request& request)
{
    Reply reply;
    const std::string id = request.run.toStdString();
    const int64_t last_step = store.run(id).step;
    int64_t room = rows_at_once;
    for (const auto& [name, from] : request.series) {
        if (room <= 0) break;
        const int64_t to = from + room - 1; // at most one row a step
        Reply::Part part{name, store.curve(id, name.toStdString(), from, to), 0, to >= last_step};
        room -= static_cast<int64_t>(part.rows.step.size());
        part.next_step = !part.complete ? to + 1 : part.rows.step.empty() ? from : part.rows.step.back() + 1;
        reply.parts.push_back(std::move(part));
    }
    if (reply.parts.size() == static_cast<size_t>(request.series.size())) {
        reply.ticks = store.clock(id, request.clock_from);
        for (const std::string& name : store.seriesNames(id)) reply.names << QString::fromStdString(name);
    }
    reply.rewound = store.run(id).rewinds != request.rewinds;
    return reply;
}

/// What is wanted may have changed since the request, and changes while slots hear of the rows: what does not begin
/// where the state of its series ends is left out, and asked for again.
void CurveLoader::take(const Request& request, Reply& reply)
{
    if (!m_runs.contains(request.run) || reply.rewound || m_runs[request.run].rewinds != request.rewinds) return;
    if (std::exchange(m_failing, false)) Q_EMIT failed({});
    takeClock(request, reply);
    for (qsizetype i = 0; i < static_cast<qsizetype>(reply.parts.size()); ++i) {
        Reply::Part& part = reply.parts[static_cast<size_t>(i)];
        auto& all = m_runs[request.run].series;
        const auto place = all.find(part.series);
        if (place == all.end() || place->next_step != request.series[i].second) continue;
        place->next_step = part.next_step;
        if (part.complete) place->revision = request.revision;
        const bool anew = !std::exchange(place->begun, true);
        if (anew || !part.rows.step.empty()) Q_EMIT rowsReady(request.run, part.series, part.rows, anew);
    }
    Q_EMIT clockChanged(request.run);
}

void CurveLoader::takeClock(const Request& request, const Reply& reply)
{
    RunState& state = m_runs[request.run];
    if (reply.parts.size() < static_cast<size_t>(request.series.size())) return; // it comes with the last rows
    if (request.clock_from != state.clock->lastStep() + 1) return;
    state.clock->append(reply.ticks);
    state.clock_revision = request.revision;
    if (state.names == reply.names) return;
    state.names = reply.names;
    Q_EMIT seriesNamesChanged(request.run);
}

} // namespace sy
