// Languages against experts, for the eye: shares, lift, and orders that bring similar ones together.
//
// Shape suffixes: L languages, N experts. Matrices are row-major [L, N].
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sy {

enum class MatrixKind {
    ExpertGivenLanguage, ///< P(e | l) = n(l, e) / n(l): domain specialization of Muennighoff et al. 2024
    Lift,                ///< P(e | l) / P(e): 1 = chance
    Counts,              ///< n(l, e)
    LanguageGivenExpert  ///< P(l | e) = n(l, e) / n(e)
};

/// NaN where the denominator is 0 (a language or expert without tokens). @throws Error where sizes do not fit or a
/// count is negative or not finite.
std::vector<double> languageMatrix(MatrixKind kind, std::span<const double> count, int64_t languages, int64_t experts);

/// Rows (or columns) in an order in which neighbours are alike: average-linkage clustering of their distributions by
/// Jensen-Shannon distance, subtrees turned so that their touching ends are closest. Rows without weight come last. A
/// permutation of 0 .. rows - 1, the same for the same matrix.
/// @param matrix  [rows, columns], not negative; NaN counts as 0. @throws Error where it does not fit.
std::vector<int64_t> similarityOrder(std::span<const double> matrix, int64_t rows, int64_t columns);
/// The same of columns.
std::vector<int64_t> similarityOrderOfColumns(std::span<const double> matrix, int64_t rows, int64_t columns);

/// Family of a language code ("pt-BR" as "pt"), "Germanic", "Romance", "Slavic", "Sinitic", ...; "Other" where it is
/// not known to us. Covers the languages of the shared and handbook corpora and the common ones beside them.
std::string_view languageFamily(std::string_view code);
/// Indices of `codes` by family (related families beside each other, "Other" last), then code.
std::vector<int64_t> familyOrder(std::span<const std::string> codes);

} // namespace sy
