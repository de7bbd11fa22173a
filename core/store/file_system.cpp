#include "core/store/file_system.h"

#include <array>
#include <fstream>
#include <sstream>
#include <utility>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

namespace sy {

namespace {

constexpr uint64_t fuse_magic = 0x65735546;

/// Type of the mount with the device number of `path`, from /proc/self/mountinfo (proc(5)); empty where unknown.
std::string mountType(const fs::path& path)
{
    struct stat info = {};
    if (::stat(path.c_str(), &info) != 0) return "";
    const std::string device = std::to_string(major(info.st_dev)) + ":" + std::to_string(minor(info.st_dev));
    std::ifstream mounts("/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream words(line);
        std::string id, parent, number, word, type;
        words >> id >> parent >> number;
        if (number != device) continue;
        while (words >> word && word != "-") {
        }
        words >> type;
        return type;
    }
    return "";
}

} // namespace

std::string networkFileSystem(uint64_t magic, std::string_view mount_type)
{
    static constexpr std::array<std::pair<uint64_t, const char*>, 8> known = {{
        {0x6969, "NFS"},
        {0x517B, "SMB"},
        {0xFE534D42, "SMB2"},
        {0xFF534D42, "CIFS"},
        {0x01021997, "9p"},
        {0x5346414F, "AFS"},
        {0x00C36400, "Ceph"},
        {0x0BD00BD0, "Lustre"},
    }};
    for (const auto& [number, name] : known)
        if (magic == number) return name;
    if (magic != fuse_magic) return "";
    for (const std::string_view name : {"sshfs", "glusterfs", "s3fs", "gcsfuse", "rclone", "davfs", "cephfs"})
        if (mount_type.find(name) != std::string_view::npos) return std::string(name);
    return "";
}

std::string networkFileSystemOf(const fs::path& path)
{
    struct statfs info = {};
    if (::statfs(path.c_str(), &info) != 0) return "";
    const uint64_t magic = static_cast<uint64_t>(info.f_type) & 0xFFFFFFFF;
    return networkFileSystem(magic, magic == fuse_magic ? mountType(path) : "");
}

} // namespace sy
