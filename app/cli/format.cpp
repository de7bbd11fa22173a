#include "app/cli/format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace sy::cli {

namespace {

constexpr const char* missing = "–";

std::string scaled(double value, double base, const std::array<const char*, 6>& units)
{
    size_t unit = 0;
    while (std::abs(value) >= base && unit + 1 < units.size()) value /= base, ++unit;
    return fixed(value, unit == 0 || value >= 100 ? 0 : 1) + units[unit];
}

} // namespace

std::string fixed(double value, int digits)
{
    if (!std::isfinite(value)) return missing;
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, value);
    return buffer.data();
}

std::string bytesText(double bytes)
{
    return scaled(bytes, 1024, {" B", " KiB", " MiB", " GiB", " TiB", " PiB"});
}

std::string countText(double count)
{
    return scaled(count, 1000, {"", " k", " M", " G", " T", " P"});
}

std::string durationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) return missing;
    if (seconds < 10) return fixed(seconds, 1) + " s";
    const auto whole = static_cast<int64_t>(seconds + 0.5);
    if (whole < 60) return std::to_string(whole) + " s";
    if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string percentText(double share, int digits)
{
    return std::isfinite(share) ? fixed(100 * share, digits) + " %" : missing;
}

std::string timeText(int64_t ms_since_epoch)
{
    if (ms_since_epoch <= 0) return missing;
    const std::time_t seconds = ms_since_epoch / 1000;
    std::tm local{};
    localtime_r(&seconds, &local);
    std::array<char, 32> buffer{};
    std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M", &local);
    return buffer.data();
}

int displayWidth(const std::string& utf8)
{
    return static_cast<int>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(std::string text, int width, bool right)
{
    const int fill = width - displayWidth(text);
    if (fill <= 0) return text;
    const std::string spaces(static_cast<size_t>(fill), ' ');
    return right ? spaces + text : text + spaces;
}

Table::Table(std::vector<std::string> headers, std::vector<bool> right)
    : m_rows{std::move(headers)}, m_right(std::move(right))
{
    m_right.resize(m_rows.front().size(), false);
}

void Table::row(std::vector<std::string> cells)
{
    cells.resize(m_right.size());
    m_rows.push_back(std::move(cells));
}

std::string Table::text() const
{
    std::vector<int> width(m_right.size(), 0);
    for (const auto& row : m_rows)
        for (size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], displayWidth(row[i]));
    std::string out;
    for (const auto& row : m_rows) {
        std::string line;
        for (size_t i = 0; i < row.size(); ++i) line += (i ? "  " : "") + padded(row[i], width[i], m_right[i]);
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

std::string bar(double share, int width)
{
    const int full = std::isfinite(share) ? static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * width)) : 0;
    std::string text;
    for (int i = 0; i < width; ++i) text += i < full ? "█" : "·";
    return text;
}

} // namespace sy::cli
