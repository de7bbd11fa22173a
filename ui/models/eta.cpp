#include "ui/models/eta.h"

#include <optional>

namespace sy {

namespace {

constexpr int64_t watched_ms = 60000, enough_ms = 3000;

std::optional<double> left(const RunSummary& run, int64_t from_ms, int64_t from_step, int64_t to_ms)
{
    const int64_t steps = run.step - from_step;
    if (steps <= 0 || to_ms <= from_ms) return std::nullopt;
    return double(to_ms - from_ms) / 1000 / double(steps) * double(run.steps - run.step);
}

} // namespace

void EtaMeter::see(const std::vector<RunSummary>& runs, int64_t now_ms)
{
    std::map<std::string, std::deque<Seen>> kept;
    m_left.clear();
    for (const auto& run : runs) {
        if (run.status != RunStatus::Running || run.deleted) continue;
        auto& seen = kept[run.id] = std::move(m_seen[run.id]);
        if (!seen.empty() && seen.back().step > run.step) seen.clear(); // resumed from before
        if (seen.empty() || seen.back().step != run.step) seen.push_back({now_ms, run.step});
        while (seen.size() > 2 && seen.front().time_ms < now_ms - watched_ms) seen.pop_front();
        auto seconds = seen.back().time_ms - seen.front().time_ms >= enough_ms
                           ? left(run, seen.front().time_ms, seen.front().step, seen.back().time_ms)
                           : left(run, run.started_ms, 0, run.heartbeat_ms);
        if (seconds) m_left[run.id] = *seconds;
    }
    m_seen = std::move(kept);
}

} // namespace sy
