// What waits in memory for the writer thread.
#pragma once

#include "core/store/records.h"

#include <variant>

namespace sy {

/// The values of one moment.
struct SystemSamples {
    int64_t time_ms = 0;
    std::vector<Point> values;
};
struct StatusChange {
    RunStatus status;
    std::string failure;
    int64_t time_ms = 0;
};
struct CheckpointRemoval {
    int64_t step = 0;
};
struct CommandAnswer {
    int64_t id = 0;
    bool ok = false;
    nlohmann::json answer;
};

using QueuedRecord = std::variant<std::vector<Point>, std::vector<ClockTick>, RoutingWindow, RouteSample, Evaluation,
                                  EvaluationRoutes, Probe, Event, LogRecord, SystemSamples, StatusChange,
                                  CheckpointRecord, CheckpointRemoval, CommandAnswer>;

/// About what it holds in memory.
int64_t bytesOf(const QueuedRecord& record);

} // namespace sy
