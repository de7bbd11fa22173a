// Who can answer the probe, and what was recorded.
#include "core/base/error.h"
#include "ui/models/routing_focus.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/models/text.h"
#include "ui/probe/probe_page.h"
#include "ui/probe/source_box.h"
#include "ui/probe/text_picker.h"

#include <limits>
#include <set>

namespace sy {

namespace {

constexpr int most_runs = 12; ///< whose checkpoints B offers

bool isLive(RunStatus status)
{
    return status == RunStatus::Running || status == RunStatus::Starting || status == RunStatus::Paused;
}

} // namespace

void ProbePage::readSources()
{
    if (m_reading) {
        m_read_again = true;
        return;
    }
    const auto index = m_context.focus->index();
    QStringList runs{index->run};
    for (const auto& run : m_context.selection->shownRuns())
        if (!runs.contains(run) && runs.size() < most_runs) runs << run;
    m_reading = true;
    m_read_run = index->run;
    m_read_revision = index->revision;
    m_context.access->read(
        this, [runs, step = m_context.focus->shownStep()](const Store& store) { return readFrom(store, runs, step); },
        [this, run = index->run](Read read) {
            m_reading = false;
            m_problem.clear();
            if (run == m_context.focus->index()->run) take(std::move(read));
            if (std::exchange(m_read_again, false)) readSources();
        },
        [this](const QString& problem) {
            m_reading = false;
            m_read_revision = -1;
            m_problem = problem;
            showState();
            if (std::exchange(m_read_again, false)) readSources();
        });
}

ProbePage::Read ProbePage::readFrom(const Store& store, const QStringList& runs, int64_t step)
{
    Read read;
    for (const auto& id : runs) {
        const std::string key = id.toStdString();
        try {
            const auto run = store.run(key);
            RunSources sources{id, fromUtf8(run.name), store.checkpoints(key), store.evaluationSteps(key),
                               isLive(run.status)};
            read.runs.push_back(std::move(sources));
        } catch (const StoreError&) {
            if (id == runs.front()) throw; // others may be purged meanwhile: B does not offer them
        }
    }
    const int64_t last = step < 0 ? std::numeric_limits<int64_t>::max() : step;
    auto& steps = read.runs.front().probe_steps;
    const auto at = RoutingIndex::atOrBefore(steps, last);
    auto probes = at ? store.probes(runs.front().toStdString(), *at, *at) : std::vector<Probe>{};
    if (probes.empty()) probes = store.probes(runs.front().toStdString());
    std::set<std::pair<std::string, std::string>> seen;
    for (const auto& probe : probes)
        if (seen.emplace(probe.text, probe.target).second)
            read.recorded.push_back({fromUtf8(probe.text), fromUtf8(probe.language), fromUtf8(probe.target)});
    if (probes.empty()) steps.clear();
    return read;
}

void ProbePage::take(Read read)
{
    m_runs = std::move(read.runs);
    m_texts->setRecorded(read.recorded);
    fillSources();
    const bool follows = m_a.box->chosen().kind == ProbeSource::Kind::Recorded;
    // A live run records on: what is recorded follows it, all else waits to be asked.
    if (!m_asked_once || (follows && m_texts->mode() == ProbeTextPicker::Recorded)) pickedAnother();
    showState();
}

void ProbePage::fillSources()
{
    if (m_runs.empty()) return;
    const bool recorded = m_texts->mode() == ProbeTextPicker::Recorded;
    std::vector<ProbeSource> a, b{{}};
    for (const auto& run : m_runs) {
        const bool own = &run == &m_runs.front();
        const auto steps = recorded ? run.probe_steps : std::vector<int64_t>{};
        const auto sources = sourcesOf(run.run, run.name, run.live, run.checkpoints, steps);
        if (own) a = sources;
        b.insert(b.end(), sources.begin(), sources.end());
    }
    m_a.box->setSources(a, m_runs.front().run);
    m_b.box->setSources(b, m_runs.front().run);
    m_a.box->setEnabled(!a.empty());
}

} // namespace sy
