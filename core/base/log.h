// Log lines for people. Measurements are not log lines: they go to the run store.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace sy {

enum class LogLevel { Debug, Info, Warning, Error };

std::string_view toString(LogLevel level);

/// One line as a sink gets it. Sinks run under a lock, on the logging thread: keep them short.
struct LogLine {
    LogLevel level = LogLevel::Info;
    std::string area; ///< "train", "store", "router", ...
    std::string text;
    int64_t time_ms = 0; ///< milliseconds since the Unix epoch
};

/// Sends one line to every sink. `area` is a short word, `text` names thing and value.
/// Until a sink is added lines go to standard error.
void log(LogLevel level, std::string_view area, std::string_view text);

/// Adds a sink; the returned number removes it again.
int addLogSink(std::function<void(const LogLine&)> sink);
void removeLogSink(int id);

/// Standard error from this level up (Info unless told otherwise), with colour on a terminal.
void setStderrLevel(LogLevel level);
/// Stops lines on standard error altogether (the progress line owns the terminal), or starts them again.
void setStderrEnabled(bool enabled);

} // namespace sy
