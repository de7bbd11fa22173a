#include "core/base/error.h"

namespace sy {

namespace {

std::string joined(const std::vector<ConfigIssue>& issues)
{
    std::string text = issues.size() == 1 ? "the configuration has a problem:"
                                          : "the configuration has " + std::to_string(issues.size()) + " problems:";
    for (const auto& issue : issues) text += "\n  " + issue.path + ": " + issue.message;
    return text;
}

} // namespace

ConfigError::ConfigError(std::vector<ConfigIssue> issues) : Error(joined(issues)), m_issues(std::move(issues)) {}

} // namespace sy
