// What a page may ask the window to start.
#pragma once

#include "core/store/records.h"

#include <QMetaType>
#include <QString>

namespace sy {

/// Every launch goes through the queue of its device: it starts at once where nothing is before it.
using LaunchRequest = QueueRequest;

} // namespace sy

Q_DECLARE_METATYPE(sy::QueueRequest)
