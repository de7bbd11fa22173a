// Why a run is not alive, in words.
#pragma once

#include "ui/models/store_watch.h"

#include <QString>

namespace sy {

/// "SIGKILL": as signal(7) calls it.
QString signalName(int64_t signal);

struct RunEnd {
    QString reason;     ///< empty for runs that live or ended as they should
    QString last_lines; ///< what its process wrote last, where the queue kept it
    bool can_resume = false;
};

/// What the store and the queue know of the end.
RunEnd runEnd(const StorePicture& picture, const RunSummary& run);

} // namespace sy
