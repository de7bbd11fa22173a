#include "core/store/run_status.h"

#include "core/store/connection.h"

#include <array>
#include <cmath>
#include <limits>

namespace sy {

namespace {

constexpr std::array<std::string_view, 8> words = {"queued",   "starting", "running", "paused",
                                                   "finished", "stopped",  "failed",  "interrupted"};
constexpr int64_t heartbeat_limit_ms = 30000;

} // namespace

std::string_view toString(RunStatus status)
{
    return words.at(static_cast<size_t>(status));
}

RunStatus runStatusFromText(const std::string& text)
{
    for (size_t i = 0; i < words.size(); ++i)
        if (words[i] == text) return static_cast<RunStatus>(i);
    throw StoreError("the store is damaged: '" + text + "' is not a run status");
}

bool claimsToLive(RunStatus status)
{
    return status == RunStatus::Starting || status == RunStatus::Running || status == RunStatus::Paused;
}

int kindOf(double value)
{
    if (std::isfinite(value)) return 0;
    if (std::isnan(value)) return 1;
    return value > 0 ? 2 : 3;
}

double valueOfKind(int kind, double finite)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (kind == 1) return std::numeric_limits<double>::quiet_NaN();
    if (kind == 2) return infinity;
    return kind == 3 ? -infinity : finite;
}

bool isAlive(const StorePaths& paths, const RunSummary& run)
{
    if (!run.origin.empty()) return false; // its trainer writes another store
    if (run.host == thisHost()) return FileLock::isHeld(runFolder(paths, run.id) / "lock");
    return claimsToLive(run.status) && nowMs() - run.heartbeat_ms <= heartbeat_limit_ms;
}

} // namespace sy
