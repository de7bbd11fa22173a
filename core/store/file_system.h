// Whether a folder is on a network file system, where WAL's shared memory does not work.
#pragma once

#include "core/base/files.h"

#include <string>
#include <string_view>

namespace sy {

/// The name of the network file system, empty for a local one. `magic` is f_type of statfs(2), `mount_type` the type
/// in /proc/self/mountinfo ("fuse.sshfs"), which alone tells the kinds of FUSE apart.
std::string networkFileSystem(uint64_t magic, std::string_view mount_type);

/// The same for an existing file or folder.
std::string networkFileSystemOf(const fs::path& path);

} // namespace sy
