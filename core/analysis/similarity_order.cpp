// Average linkage by the nearest-neighbour chain: Benzecri (1982); Muellner (2011), arXiv:1109.2378, figure 3. It finds
// the tree of the plain method in O(rows^2).
#include "core/analysis/language_matrix.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace sy {

namespace {

double nLogN(double n)
{
    return n > 0 ? n * std::log(n) : 0;
}

/// Rows as distributions, those without weight left out.
struct Distributions {
    std::vector<int64_t> row; ///< its row in the matrix
    std::vector<int64_t> empty;
    std::vector<std::vector<double>> share;
    std::vector<double> negative_entropy;
};

Distributions distributionsOf(std::span<const double> matrix, int64_t rows, int64_t columns)
{
    Distributions out;
    for (int64_t r = 0; r < rows; ++r) {
        const auto values = matrix.subspan(static_cast<size_t>(r * columns), static_cast<size_t>(columns));
        std::vector<double> share;
        double total = 0;
        for (const double value : values) {
            if (value < 0 || std::isinf(value))
                throw Error("similarity order: a value is " + std::to_string(value) +
                            "; it must be finite and at least 0");
            share.push_back(std::isnan(value) ? 0 : value);
            total += share.back();
        }
        if (!(total > 0)) {
            out.empty.push_back(r);
            continue;
        }
        double negative_entropy = 0;
        for (double& p : share) negative_entropy += nLogN(p /= total);
        out.row.push_back(r);
        out.share.push_back(std::move(share));
        out.negative_entropy.push_back(negative_entropy);
    }
    return out;
}

/// Symmetric distances between items.
class Distances {
public:
    explicit Distances(size_t size) : m_size(size), m_value(size * size) {}
    size_t size() const { return m_size; }
    double at(size_t a, size_t b) const { return m_value[a * m_size + b]; }
    void set(size_t a, size_t b, double value) { m_value[a * m_size + b] = m_value[b * m_size + a] = value; }

private:
    size_t m_size;
    std::vector<double> m_value;
};

/// Jensen-Shannon distance: the root of H((p + q) / 2) - (H(p) + H(q)) / 2.
Distances jensenShannon(const Distributions& rows)
{
    Distances out(rows.row.size());
    for (size_t a = 0; a < out.size(); ++a)
        for (size_t b = a + 1; b < out.size(); ++b) {
            double middle = 0;
            for (size_t c = 0; c < rows.share[a].size(); ++c)
                middle += nLogN((rows.share[a][c] + rows.share[b][c]) / 2);
            const double divergence = (rows.negative_entropy[a] + rows.negative_entropy[b]) / 2 - middle;
            out.set(a, b, std::sqrt(std::max(divergence, 0.0)));
        }
    return out;
}

using Leaves = std::vector<size_t>;

/// One behind the other, each turned so that the touching ends are closest.
Leaves joined(Leaves left, Leaves right, const Distances& leaf)
{
    if (right.front() < left.front()) std::swap(left, right);
    struct Turn {
        bool left, right;
        double distance;
    };
    const Turn turns[] = {{false, false, leaf.at(left.back(), right.front())},
                          {true, false, leaf.at(left.front(), right.front())},
                          {false, true, leaf.at(left.back(), right.back())},
                          {true, true, leaf.at(left.front(), right.back())}};
    const auto best = std::ranges::min_element(turns, {}, &Turn::distance);
    if (best->left) std::ranges::reverse(left);
    if (best->right) std::ranges::reverse(right);
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

class Clustering {
public:
    explicit Clustering(const Distances& leaf) : m_leaf(leaf), m_between(leaf)
    {
        for (size_t i = 0; i < leaf.size(); ++i) m_clusters.push_back({i});
    }

    Leaves order()
    {
        std::vector<size_t> chain;
        for (size_t left = m_clusters.size(); left > 1;) {
            if (chain.empty()) chain.push_back(firstCluster());
            const size_t top = chain.back();
            const size_t before = chain.size() > 1 ? chain[chain.size() - 2] : top;
            const size_t next = nearest(top, before);
            if (next != before) {
                chain.push_back(next);
                continue;
            }
            merge(std::min(top, next), std::max(top, next));
            chain.resize(chain.size() - 2);
            --left;
        }
        return m_clusters.empty() ? Leaves{} : m_clusters[firstCluster()];
    }

private:
    size_t firstCluster() const
    {
        return static_cast<size_t>(std::ranges::find_if(m_clusters, [](const Leaves& c) { return !c.empty(); }) -
                                   m_clusters.begin());
    }

    /// `before` among equals, so that the chain ends.
    size_t nearest(size_t of, size_t before) const
    {
        size_t best = before;
        double distance = before == of ? std::numeric_limits<double>::infinity() : m_between.at(of, before);
        for (size_t other = 0; other < m_clusters.size(); ++other) {
            if (other == of || m_clusters[other].empty() || !(m_between.at(of, other) < distance)) continue;
            best = other;
            distance = m_between.at(of, other);
        }
        return best;
    }

    void merge(size_t a, size_t b)
    {
        const auto size_a = static_cast<double>(m_clusters[a].size()),
                   size_b = static_cast<double>(m_clusters[b].size());
        for (size_t other = 0; other < m_clusters.size(); ++other)
            m_between.set(a, other,
                          (size_a * m_between.at(a, other) + size_b * m_between.at(b, other)) / (size_a + size_b));
        m_clusters[a] = joined(std::move(m_clusters[a]), std::move(m_clusters[b]), m_leaf);
        m_clusters[b].clear();
    }

    const Distances& m_leaf;
    Distances m_between;
    std::vector<Leaves> m_clusters; ///< empty where merged into another
};

} // namespace

std::vector<int64_t> similarityOrder(std::span<const double> matrix, int64_t rows, int64_t columns)
{
    if (rows < 0 || columns < 0 || static_cast<int64_t>(matrix.size()) != rows * columns)
        throw Error("similarity order: " + std::to_string(matrix.size()) + " values where " + std::to_string(rows) +
                    " rows of " + std::to_string(columns) + " need one each");
    const Distributions distributions = distributionsOf(matrix, rows, columns);
    const Distances distances = jensenShannon(distributions);
    Leaves leaves = Clustering(distances).order();
    if (!leaves.empty() && leaves.back() < leaves.front()) std::ranges::reverse(leaves);
    std::vector<int64_t> order;
    for (const size_t leaf : leaves) order.push_back(distributions.row[leaf]);
    order.insert(order.end(), distributions.empty.begin(), distributions.empty.end());
    return order;
}

std::vector<int64_t> similarityOrderOfColumns(std::span<const double> matrix, int64_t rows, int64_t columns)
{
    if (rows < 0 || columns < 0 || static_cast<int64_t>(matrix.size()) != rows * columns)
        return similarityOrder(matrix, rows, columns); // says what does not fit
    std::vector<double> turned(matrix.size());
    for (size_t cell = 0; cell < matrix.size(); ++cell) {
        const size_t row = cell / static_cast<size_t>(columns), column = cell % static_cast<size_t>(columns);
        turned[column * static_cast<size_t>(rows) + row] = matrix[cell];
    }
    return similarityOrder(turned, columns, rows);
}

} // namespace sy
