// What the worker of a queue writes of its entries.
#pragma once

#include "core/store/store.h"

#include <optional>
#include <string>
#include <vector>

namespace sy {

/// How a trainer ended.
struct QueueEnd {
    QueueState state = QueueState::Failed; ///< Done or Failed
    std::optional<int64_t> exit_status, signal;
    std::string log_tail;
};

/// demo, demo-2, demo-3, ...: the first that neither a run nor an open entry of the queue has.
std::string freeRunName(const Store& store, const std::string& wanted);

/// The oldest waiting entry of the device, now starting on this host; an unnamed one gets its name. Each entry goes to
/// one caller.
std::optional<QueueEntry> takeQueued(Store& store, const std::string& device);

/// Entries of the device that are starting or running on this host: somebody began them.
std::vector<QueueEntry> begunEntries(const Store& store, const std::string& device);

void setQueuedProcess(Store& store, int64_t key, int64_t pid);

/// Looks for the run that the entry's trainer has registered or goes on with, and notes it: the entry is running then.
/// True once that is so.
bool noteQueuedRun(Store& store, const QueueEntry& entry);

void closeQueued(Store& store, int64_t key, const QueueEnd& end);

} // namespace sy
