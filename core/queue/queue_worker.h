// One device's queue: takes the waiting entries, oldest first, and trains one after the other.
#pragma once

#include "core/store/store.h"

#include <functional>
#include <string>

namespace sy {

struct QueueWork {
    std::string device;                  ///< cpu, cuda:N
    bool stay = false;                   ///< waits for more when the queue is empty
    double linger_seconds = 3;           ///< else ends when it stayed empty so long
    double poll_seconds = 0.1;           ///< between looks at the trainer and the queue
    fs::path program = "/proc/self/exe"; ///< the command line that has `train` and `resume`: this one
    std::function<bool()> stop = {};     ///< asked at each look: start no more, end with the trainer that runs
};

struct QueueReport {
    int64_t done = 0, failed = 0; ///< entries that this worker closed
};

/// Works the queue until it ends. Trainers live in sessions of their own: they survive a killed worker, whose successor
/// waits for them before it starts the next, and closes entries whose trainer is gone by what its run tells.
/// @throws StoreError where another worker has the device or the store cannot be written.
QueueReport workQueue(const StorePaths& paths, const QueueWork& work);

} // namespace sy
