#include "ui/probe/source_box.h"

#include <QAbstractItemView>

#include <algorithm>

namespace sy {

namespace {

/// The same choice after new rows came: the last checkpoint may have another step by now.
bool sameChoice(const ProbeSource& a, const ProbeSource& b)
{
    return a.kind == b.kind && a.run == b.run && a.checkpoint == b.checkpoint &&
           (a.kind != ProbeSource::Kind::Recorded || a.step == b.step);
}

} // namespace

SourceBox::SourceBox(QWidget* parent) : QComboBox(parent)
{
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(20);
    connect(this, &QComboBox::activated, this, &SourceBox::sourceChosen);
}

void SourceBox::setSources(const std::vector<ProbeSource>& sources, const QString& own_run)
{
    if (sources == m_sources && count() > 0) return;
    const ProbeSource before = chosen();
    m_sources = sources;
    clear();
    for (const auto& source : sources) {
        const bool other = !source.run.isEmpty() && source.run != own_run;
        addItem(other ? tr("%1: %2").arg(source.name, source.text()) : source.text());
    }
    if (!choose(before)) setCurrentIndex(sources.empty() ? -1 : 0);
    view()->setMinimumWidth(view()->sizeHintForColumn(0) + 2 * fontMetrics().height());
}

ProbeSource SourceBox::chosen() const
{
    const int row = currentIndex();
    return row >= 0 && row < static_cast<int>(m_sources.size()) ? m_sources[static_cast<size_t>(row)] : ProbeSource{};
}

bool SourceBox::choose(const ProbeSource& source)
{
    const auto found = std::find_if(m_sources.begin(), m_sources.end(),
                                    [&](const ProbeSource& one) { return sameChoice(one, source); });
    if (found == m_sources.end()) return false;
    setCurrentIndex(static_cast<int>(found - m_sources.begin()));
    return true;
}

std::vector<ProbeSource> sourcesOf(const QString& run, const QString& name, bool live,
                                   const std::vector<CheckpointRecord>& checkpoints,
                                   const std::vector<int64_t>& probe_steps)
{
    using Kind = ProbeSource::Kind;
    std::vector<ProbeSource> out;
    if (!probe_steps.empty()) out.push_back({Kind::Recorded, run, name, {}, -1});
    if (live) out.push_back({Kind::Live, run, name, {}, -1});
    const CheckpointRecord *last = nullptr, *best = nullptr;
    for (const auto& checkpoint : checkpoints) {
        if (checkpoint.removed) continue;
        if (!last || checkpoint.step > last->step) last = &checkpoint;
        if (checkpoint.best && (!best || checkpoint.step > best->step)) best = &checkpoint;
    }
    if (last) out.push_back({Kind::Checkpoint, run, name, QStringLiteral("last"), last->step});
    if (best) out.push_back({Kind::Checkpoint, run, name, QStringLiteral("best"), best->step});
    for (const auto& checkpoint : checkpoints)
        if (!checkpoint.removed)
            out.push_back({Kind::Checkpoint, run, name, QString::number(checkpoint.step), checkpoint.step});
    for (auto step = probe_steps.rbegin(); step != probe_steps.rend(); ++step)
        out.push_back({Kind::Recorded, run, name, {}, *step});
    return out;
}

} // namespace sy
