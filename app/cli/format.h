// Numbers and tables for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sy::cli {

std::string bytesText(double bytes);         ///< "1.2 GiB"
std::string countText(double count);         ///< "24.1 M"
std::string durationText(double seconds);    ///< "6 min 12 s"
std::string fixed(double value, int digits); ///< "–" where not finite
std::string percentText(double share, int digits = 1);
std::string timeText(int64_t ms_since_epoch); ///< local time, "2026-11-24 08:31"
int displayWidth(const std::string& utf8);    ///< columns, counting code points
std::string padded(std::string text, int width, bool right = false);

/// A table with aligned columns on standard output; columns named in `right` are right-aligned.
class Table {
public:
    explicit Table(std::vector<std::string> headers, std::vector<bool> right = {});
    void row(std::vector<std::string> cells);
    std::string text() const;

private:
    std::vector<std::vector<std::string>> m_rows;
    std::vector<bool> m_right;
};

/// A bar of `width` columns for a share in [0, 1].
std::string bar(double share, int width);

} // namespace sy::cli
