// One builder at a time, the others wait and find the result.
#pragma once

#include "core/base/files.h"

namespace sy {

/// Waits until no other process builds `<target>` and holds its lock, the file `<target>.lock`.
/// Says so in the log when it has to wait.
FileLock lockForBuilding(const fs::path& target);

} // namespace sy
