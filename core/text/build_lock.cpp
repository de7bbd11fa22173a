#include "core/text/build_lock.h"

#include "core/base/log.h"

#include <chrono>
#include <thread>

namespace sy {

FileLock lockForBuilding(const fs::path& target)
{
    fs::create_directories(target.parent_path());
    const fs::path file = target.string() + ".lock";
    for (bool told = false;; told = true) {
        if (auto lock = FileLock::tryLock(file)) return std::move(*lock);
        if (!told) log(LogLevel::Info, "text", "waiting for another process that prepares " + target.string());
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

} // namespace sy
