#include "ui/window/death_watch.h"

#include "ui/models/text.h"
#include "ui/runs/run_end.h"
#include "ui/window/queue_model.h"

namespace sy {

namespace {

bool isDead(RunStatus status)
{
    return status == RunStatus::Interrupted || status == RunStatus::Failed;
}

QString lastLines(const QString& log, int lines)
{
    auto all = log.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    if (all.size() > lines) all = all.mid(all.size() - lines);
    return all.join(QLatin1Char('\n'));
}

QString deathText(const StorePicture& picture, const RunSummary& run)
{
    const RunEnd end = runEnd(picture, run);
    const QString text = DeathWatch::tr("%1, step %2: %3").arg(fromUtf8(run.name)).arg(run.step).arg(end.reason);
    const QString log = lastLines(end.last_lines, 3);
    return log.isEmpty() ? text : text + '\n' + log;
}

} // namespace

void DeathWatch::see(const StorePicture& picture)
{
    if (!picture.problem.isEmpty()) return;
    for (const auto& run : picture.runs)
        if (!run.deleted) seeRun(picture, run);
    for (const auto& entry : picture.queue) seeEntry(entry);
    m_first = false;
}

void DeathWatch::seeRun(const StorePicture& picture, const RunSummary& run)
{
    const auto before = m_statuses.find(run.id);
    const bool known = before != m_statuses.end();
    bool fresh = known ? !isDead(before->second) : !m_first;
    if (!run.origin.empty()) // it trains elsewhere: only a failure that a later bundle brings is news
        fresh = known && run.status == RunStatus::Failed && before->second != RunStatus::Failed;
    const QString key = "run:" + fromUtf8(run.id);
    if (isDead(run.status)) {
        if (fresh || m_told.contains(key))
            tell({key, fromUtf8(run.id), deathText(picture, run), runEnd(picture, run).can_resume});
    } else if (m_told.erase(key) > 0) {
        Q_EMIT lives(key);
    }
    m_statuses[run.id] = run.status;
}

void DeathWatch::seeEntry(const QueueEntry& entry)
{
    const auto before = m_states.find(entry.key);
    const bool fresh = before == m_states.end() ? !m_first : before->second != QueueState::Failed;
    if (entry.state == QueueState::Failed && entry.run.empty() && fresh) {
        const QString name = fromUtf8(entry.request.name.empty() ? entry.request.preset : entry.request.name);
        tell({QString("queue:%1").arg(entry.key),
              {},
              tr("%1 did not start: %2\n%3").arg(name, endText(entry), lastLines(fromUtf8(entry.log_tail), 6)),
              false});
    }
    m_states[entry.key] = entry.state;
}

void DeathWatch::tell(const Death& death)
{
    auto& told = m_told[death.key];
    if (told == death.text) return;
    told = death.text;
    Q_EMIT died(death);
}

} // namespace sy
