#include "core/base/log.h"

#include <chrono>
#include <map>
#include <mutex>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace sy {

namespace {

struct Sinks {
    std::mutex mutex;
    std::map<int, std::function<void(const LogLine&)>> functions;
    int next_id = 1;
    LogLevel stderr_level = LogLevel::Info;
    bool stderr_enabled = true;
    std::shared_ptr<spdlog::logger> stderr_logger = makeStderrLogger();

    static std::shared_ptr<spdlog::logger> makeStderrLogger()
    {
        auto logger = std::make_shared<spdlog::logger>("sy", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        logger->set_pattern("%^%L%$ %v");
        logger->set_level(spdlog::level::debug);
        return logger;
    }
};

Sinks& sinks()
{
    static Sinks instance;
    return instance;
}

spdlog::level::level_enum spdlogLevel(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return spdlog::level::debug;
    case LogLevel::Info:
        return spdlog::level::info;
    case LogLevel::Warning:
        return spdlog::level::warn;
    case LogLevel::Error:
        return spdlog::level::err;
    }
    return spdlog::level::info;
}

} // namespace

std::string_view toString(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return "debug";
    case LogLevel::Info:
        return "info";
    case LogLevel::Warning:
        return "warning";
    case LogLevel::Error:
        return "error";
    }
    return "info";
}

void log(LogLevel level, std::string_view area, std::string_view text)
{
    using namespace std::chrono;
    LogLine line{level, std::string(area), std::string(text),
                 duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
    auto& all = sinks();
    const std::lock_guard lock(all.mutex);
    if (all.stderr_enabled && level >= all.stderr_level)
        all.stderr_logger->log(spdlogLevel(level), "{}: {}", line.area, line.text);
    for (const auto& [id, sink] : all.functions) sink(line);
}

int addLogSink(std::function<void(const LogLine&)> sink)
{
    auto& all = sinks();
    const std::lock_guard lock(all.mutex);
    const int id = all.next_id++;
    all.functions.emplace(id, std::move(sink));
    return id;
}

void removeLogSink(int id)
{
    auto& all = sinks();
    const std::lock_guard lock(all.mutex);
    all.functions.erase(id);
}

void setStderrLevel(LogLevel level)
{
    auto& all = sinks();
    const std::lock_guard lock(all.mutex);
    all.stderr_level = level;
}

void setStderrEnabled(bool enabled)
{
    auto& all = sinks();
    const std::lock_guard lock(all.mutex);
    all.stderr_enabled = enabled;
}

} // namespace sy
