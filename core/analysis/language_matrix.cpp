#include "core/analysis/language_matrix.h"

#include "core/base/error.h"

#include <cmath>
#include <limits>
#include <string>

namespace sy {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Margins {
    std::vector<double> language, expert;
    double total = 0;
};

Margins marginsOf(std::span<const double> count, size_t languages, size_t experts)
{
    Margins sums{std::vector<double>(languages), std::vector<double>(experts), 0};
    for (size_t cell = 0; cell < count.size(); ++cell) {
        if (!std::isfinite(count[cell]) || count[cell] < 0)
            throw Error("language matrix: a count is " + std::to_string(count[cell]) +
                        "; it must be finite and at least 0");
        sums.language[cell / experts] += count[cell];
        sums.expert[cell % experts] += count[cell];
        sums.total += count[cell];
    }
    return sums;
}

double share(double part, double whole)
{
    return whole > 0 ? part / whole : nan;
}

double cellOf(MatrixKind kind, double count, double language, double expert, double total)
{
    switch (kind) {
    case MatrixKind::ExpertGivenLanguage:
        return share(count, language);
    case MatrixKind::Lift:
        return share(share(count, language), share(expert, total));
    case MatrixKind::LanguageGivenExpert:
        return share(count, expert);
    case MatrixKind::Counts:
        break;
    }
    return count;
}

} // namespace

std::vector<double> languageMatrix(MatrixKind kind, std::span<const double> count, int64_t languages, int64_t experts)
{
    if (languages < 0 || experts < 0 || static_cast<int64_t>(count.size()) != languages * experts)
        throw Error("language matrix: " + std::to_string(count.size()) + " counts where " + std::to_string(languages) +
                    " languages and " + std::to_string(experts) + " experts need one each");
    if (count.empty()) return {};
    const Margins sums = marginsOf(count, static_cast<size_t>(languages), static_cast<size_t>(experts));
    std::vector<double> matrix;
    matrix.reserve(count.size());
    for (size_t cell = 0; cell < count.size(); ++cell)
        matrix.push_back(cellOf(kind, count[cell], sums.language[cell / sums.expert.size()],
                                sums.expert[cell % sums.expert.size()], sums.total));
    return matrix;
}

} // namespace sy
