#include "ui/plots/level_pyramid.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace sy {

void YSummary::add(double value)
{
    if (!std::isfinite(value)) return;
    min = std::min(min, value);
    max = std::max(max, value);
    if (value > 0) min_positive = std::min(min_positive, value);
}

void YSummary::merge(const YSummary& other)
{
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    min_positive = std::min(min_positive, other.min_positive);
}

void LevelPyramid::append(double value)
{
    const size_t index = m_values.size();
    m_values.push_back(value);
    if (!std::isfinite(value)) m_not_finite.push_back(index);
    addToLevels(index, value);
}

void LevelPyramid::append(std::span<const double> values)
{
    m_values.reserve(std::max(m_values.capacity(), m_values.size() + values.size()));
    for (const double value : values) append(value);
}

void LevelPyramid::addToLevels(size_t index, double value)
{
    if (m_levels.empty()) m_levels.emplace_back();
    size_t node = index;
    for (auto& level : m_levels) {
        node /= fan;
        if (node == level.size()) level.emplace_back();
        level[node].add(value);
    }
    if (m_levels.back().size() <= fan) return;
    std::vector<YSummary> top;
    for (size_t i = 0; i < m_levels.back().size(); ++i) {
        if (i % fan == 0) top.emplace_back();
        top.back().merge(m_levels.back()[i]);
    }
    m_levels.push_back(std::move(top));
}

void LevelPyramid::truncate(size_t size)
{
    if (size >= m_values.size()) return;
    m_values.resize(size);
    m_not_finite.erase(std::lower_bound(m_not_finite.begin(), m_not_finite.end(), size), m_not_finite.end());
    size_t nodes = size;
    for (size_t level = 0; level < m_levels.size(); ++level) {
        const size_t below = nodes;
        nodes = (nodes + fan - 1) / fan;
        m_levels[level].resize(nodes);
        if (nodes == 0) continue;
        YSummary last; // the node that was cut
        for (size_t i = (nodes - 1) * fan; i < below; ++i)
            if (level == 0)
                last.add(m_values[i]);
            else
                last.merge(m_levels[level - 1][i]);
        m_levels[level].back() = last;
    }
}

YSummary LevelPyramid::summary(size_t first, size_t last) const
{
    YSummary out;
    last = std::min(last, m_values.size());
    while (first < last && first % fan != 0) out.add(m_values[first++]);
    while (first < last && last % fan != 0) out.add(m_values[--last]);
    for (const auto& level : m_levels) {
        if (first >= last) return out;
        first /= fan;
        last /= fan;
        const bool top = &level == &m_levels.back();
        while (first < last && (top || first % fan != 0)) out.merge(level[first++]);
        while (first < last && last % fan != 0) out.merge(level[--last]);
    }
    return out;
}

size_t LevelPyramid::countOutside(size_t first, size_t last, double lower, double upper) const
{
    last = std::min(last, m_values.size());
    if (first >= last) return 0;
    if (m_levels.empty()) return 0;
    size_t count = 0;
    for (size_t node = 0; node < m_levels.back().size(); ++node)
        count += countOutsideNode(m_levels.size(), node, first, last, lower, upper);
    return count;
}

/// Level 0 are the values themselves.
size_t LevelPyramid::countOutsideNode(size_t level, size_t node, size_t first, size_t last, double lower,
                                      double upper) const
{
    if (level == 0) {
        const double value = m_values[node];
        return node >= first && node < last && std::isfinite(value) && (value < lower || value > upper);
    }
    size_t width = 1;
    for (size_t i = 0; i < level; ++i) width *= fan;
    const size_t begin = node * width, end = std::min(begin + width, m_values.size());
    const YSummary& summary = m_levels[level - 1][node];
    if (end <= first || begin >= last || summary.empty()) return 0;
    if (summary.min >= lower && summary.max <= upper) return 0;
    if (begin >= first && end <= last && (summary.max < lower || summary.min > upper))
        return end - begin - countNotFinite(begin, end);
    const size_t below = level == 1 ? m_values.size() : m_levels[level - 2].size();
    size_t count = 0;
    for (size_t i = node * fan; i < std::min((node + 1) * fan, below); ++i)
        count += countOutsideNode(level - 1, i, first, last, lower, upper);
    return count;
}

size_t LevelPyramid::countNotFinite(size_t first, size_t last) const
{
    const auto from = std::lower_bound(m_not_finite.begin(), m_not_finite.end(), first);
    return static_cast<size_t>(std::lower_bound(from, m_not_finite.end(), last) - from);
}

namespace {

/// First index from `from` on whose x is not below `edge`. The answer is mostly near: double the stride from there.
size_t seek(std::span<const double> x, size_t from, double edge)
{
    size_t stride = 1, low = from;
    while (low + stride <= x.size() && x[low + stride - 1] < edge) {
        low += stride;
        stride *= 2;
    }
    const size_t high = std::min(x.size(), low + stride);
    return static_cast<size_t>(std::lower_bound(x.begin() + static_cast<std::ptrdiff_t>(low),
                                                x.begin() + static_cast<std::ptrdiff_t>(high), edge) -
                               x.begin());
}

} // namespace

std::vector<ColumnSummary> summariseColumns(std::span<const double> x, const LevelPyramid& y,
                                            std::span<const double> edges)
{
    assert(x.size() <= y.size());
    std::vector<ColumnSummary> columns;
    if (edges.size() < 2) return columns;
    columns.reserve(edges.size() - 1);
    size_t first = static_cast<size_t>(std::lower_bound(x.begin(), x.end(), edges.front()) - x.begin());
    for (size_t c = 1; c < edges.size(); ++c) {
        const size_t last = seek(x, first, edges[c]);
        columns.push_back({first, last, y.summary(first, last)});
        first = last;
    }
    return columns;
}

} // namespace sy
