// Min/max level of detail of one column of values: any range is summarised by looking at a few dozen nodes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sy {

/// Of the finite values of a range. Empty: min > max.
struct YSummary {
    double min = std::numeric_limits<double>::infinity();
    double max = -std::numeric_limits<double>::infinity();
    double min_positive = std::numeric_limits<double>::infinity(); ///< what a log axis can show

    bool empty() const { return min > max; }
    void add(double value); ///< NaN and infinities are left out
    void merge(const YSummary& other);
    bool operator==(const YSummary&) const = default;
};

/// Grows at its end; a node sums up `fan` nodes of the level below.
class LevelPyramid {
public:
    static constexpr size_t fan = 16;

    void append(double value);
    void append(std::span<const double> values);
    void truncate(size_t size); ///< keeps the first `size` values
    void clear() { truncate(0); }

    size_t size() const { return m_values.size(); }
    double operator[](size_t index) const { return m_values[index]; }
    const std::vector<double>& values() const { return m_values; }

    /// Of [first, last).
    YSummary summary(size_t first, size_t last) const;
    /// Finite values of [first, last) below `lower` or above `upper`.
    size_t countOutside(size_t first, size_t last, double lower, double upper) const;
    /// Indices of NaN and infinities, ascending.
    const std::vector<size_t>& notFinite() const { return m_not_finite; }
    size_t countNotFinite(size_t first, size_t last) const;

private:
    void addToLevels(size_t index, double value);
    size_t countOutsideNode(size_t level, size_t node, size_t first, size_t last, double lower, double upper) const;

    std::vector<double> m_values;
    std::vector<std::vector<YSummary>> m_levels; ///< [k][i]: values [i, i + 1) * fan^(k + 1)
    std::vector<size_t> m_not_finite;
};

/// What one pixel column shows of a curve: points [first, last) and their summary.
struct ColumnSummary {
    size_t first = 0, last = 0;
    YSummary y;
};

/// Sorts points into columns: column c holds the points with edges[c] <= x < edges[c + 1]. `x` ascending and as long as
/// `y`, `edges` ascending. Costs a few steps per column.
std::vector<ColumnSummary> summariseColumns(std::span<const double> x, const LevelPyramid& y,
                                            std::span<const double> edges);

} // namespace sy
