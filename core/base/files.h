// Files: atomic writes, hashes, locks, memory maps, run ids, and where the program keeps things.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace sy {

namespace fs = std::filesystem;

/// Writes through `write` into a temporary file beside `path`, flushes it to disk and renames it over
/// `path`. On any failure `path` keeps its old content and the temporary file is gone.
/// @throws Error naming the file and the system's reason (a full disk among them).
void writeFileAtomically(const fs::path& path, const std::function<void(std::ostream&)>& write);
void writeFileAtomically(const fs::path& path, std::string_view content);

/// Flushes a directory's entries to disk, so that a rename in it survives a power cut.
void syncDirectory(const fs::path& directory);

/// @throws Error when the file cannot be read whole.
std::string readFile(const fs::path& path);

/// Hexadecimal SHA-256.
std::string sha256(std::string_view bytes);
/// Streams the file. @throws Error when it cannot be read.
std::string sha256File(const fs::path& path);

/// SHA-256 of many pieces, in order.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void update(std::string_view bytes);
    std::string hex(); ///< ends the hash; call once

private:
    void* m_context;
};

/// A read-only memory map of a whole file.
class MappedFile {
public:
    MappedFile() = default;
    /// @throws Error when the file cannot be opened or mapped. An empty file maps to an empty span.
    explicit MappedFile(const fs::path& path);
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    std::span<const std::byte> bytes() const { return {m_data, m_size}; }

private:
    const std::byte* m_data = nullptr;
    size_t m_size = 0;
};

/// An advisory lock on a file, held until destruction or the process's end, however it ends.
class FileLock {
public:
    /// Empty when another process (or another FileLock of this one) holds it.
    /// @throws Error when the file cannot be created.
    static std::optional<FileLock> tryLock(const fs::path& path);
    /// True when somebody holds the lock now. False when the file does not exist.
    static bool isHeld(const fs::path& path);
    ~FileLock();
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;

private:
    explicit FileLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor = -1;
};

/// A ULID (26 characters, Crockford base 32): sorts by creation time, unique across machines.
std::string newUlid();

/// The machine's name, as runs and measurements record it.
std::string thisHost();

/// Milliseconds since the Unix epoch.
int64_t nowMs();

/// $SWITCHYARD_HOME, else $XDG_DATA_HOME/switchyard, else ~/.local/share/switchyard.
/// @throws Error when none can be told.
fs::path homeDirectory();

/// A free-space check before large writes. @throws Error naming path, needed and free bytes.
void requireFreeSpace(const fs::path& path, uint64_t bytes);

} // namespace sy
