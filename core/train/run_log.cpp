#include "core/train/run_log.h"

#include "core/base/log.h"

#include <array>
#include <ctime>

namespace sy {

namespace {

std::string timeText(int64_t time_ms)
{
    const std::time_t seconds = time_ms / 1000;
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

} // namespace

RunLog::RunLog(RunWriter& writer) : m_file(writer.checkpointFolder() / "trainer.log", std::ios::app)
{
    m_sink = addLogSink([this, &writer](const LogLine& line) {
        m_file << timeText(line.time_ms) << ' ' << toString(line.level) << ' ' << line.area << ": " << line.text
               << std::endl;
        writer.logLine(line.time_ms, std::string(toString(line.level)), line.area, line.text);
    });
}

RunLog::~RunLog()
{
    removeLogSink(m_sink);
}

} // namespace sy
