// A trainer as a process of its own: it outlives whoever started it.
#pragma once

#include "core/base/files.h"

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace sy {

/// Ended by itself, or by a signal.
struct ProcessEnd {
    std::optional<int64_t> exit_status, signal;
};

/// In a session of its own, so that a terminal's Ctrl+C does not reach it; standard output and error are appended to
/// `log`, and the process holds a lock on that file as long as it lives: FileLock::isHeld tells, whoever asks.
class TrainerProcess {
public:
    /// @param program  started with `arguments`; its name in the list of processes is switchyard-cli.
    /// @throws Error where the log cannot be written or the program not be started.
    TrainerProcess(const fs::path& program, const std::vector<std::string>& arguments, const fs::path& log);

    pid_t pid() const { return m_pid; }
    /// Empty while it runs.
    std::optional<ProcessEnd> ended();

private:
    pid_t m_pid = -1;
    std::optional<ProcessEnd> m_end;
};

/// The last `lines` lines of a text file, at most 16 KiB; empty where it cannot be read.
std::string lastLines(const fs::path& file, size_t lines);

} // namespace sy
