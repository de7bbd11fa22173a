// Matrices of languages and experts, orders of rows, families.
#include "core/analysis/language_matrix.h"

#include "core/base/error.h"
#include "sequence_samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace sy::test {

namespace {

using Matrix = std::vector<double>;
using Order = std::vector<int64_t>;

bool isPermutation(Order order, int64_t size)
{
    std::ranges::sort(order);
    Order all(static_cast<size_t>(size));
    std::iota(all.begin(), all.end(), 0);
    return order == all;
}

/// How often the block changes along the order: blocks - 1 where each stands together.
int64_t changes(const Order& order, const std::vector<int64_t>& block)
{
    int64_t count = 0;
    for (size_t i = 1; i < order.size(); ++i)
        count += block[static_cast<size_t>(order[i])] != block[static_cast<size_t>(order[i - 1])];
    return count;
}

double jensenShannon(const Matrix& matrix, int64_t columns, int64_t a, int64_t b)
{
    double sums[2] = {0, 0}, divergence = 0;
    const auto at = [&](int64_t row, int64_t c) { return matrix[static_cast<size_t>(row * columns + c)]; };
    for (int64_t c = 0; c < columns; ++c) sums[0] += at(a, c), sums[1] += at(b, c);
    for (int64_t c = 0; c < columns; ++c) {
        const double p = at(a, c) / sums[0], q = at(b, c) / sums[1], m = (p + q) / 2;
        divergence += (p * std::log(p / m) + q * std::log(q / m)) / 2;
    }
    return std::sqrt(std::max(divergence, 0.0));
}

/// Average linkage by trying every pair of clusters every time; ends turned as in the header.
Order orderBySlowLoop(const Matrix& matrix, int64_t rows, int64_t columns)
{
    std::vector<Order> clusters;
    for (int64_t r = 0; r < rows; ++r) clusters.push_back({r});
    const auto leaf = [&](int64_t a, int64_t b) { return jensenShannon(matrix, columns, a, b); };
    while (clusters.size() > 1) {
        size_t best_a = 0, best_b = 0;
        double least = INFINITY;
        for (size_t a = 0; a < clusters.size(); ++a)
            for (size_t b = a + 1; b < clusters.size(); ++b) {
                double sum = 0;
                for (const int64_t i : clusters[a])
                    for (const int64_t j : clusters[b]) sum += leaf(i, j);
                sum /= static_cast<double>(clusters[a].size() * clusters[b].size());
                if (sum < least) least = sum, best_a = a, best_b = b;
            }
        Order joined;
        least = INFINITY;
        for (int turn = 0; turn < 4; ++turn) {
            Order left = clusters[best_a], right = clusters[best_b];
            if (turn & 1) std::ranges::reverse(left);
            if (turn & 2) std::ranges::reverse(right);
            if (leaf(left.back(), right.front()) >= least) continue;
            least = leaf(left.back(), right.front());
            joined = left;
            joined.insert(joined.end(), right.begin(), right.end());
        }
        clusters[best_a] = joined;
        clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(best_b));
    }
    if (clusters[0].back() < clusters[0].front()) std::ranges::reverse(clusters[0]);
    return clusters[0];
}

} // namespace

TEST(LanguageMatrix, HandSizedCase)
{
    const Matrix count = {30, 10, 5, 15};
    EXPECT_EQ(languageMatrix(MatrixKind::Counts, count, 2, 2), count);
    EXPECT_EQ(languageMatrix(MatrixKind::ExpertGivenLanguage, count, 2, 2), (Matrix{0.75, 0.25, 0.25, 0.75}));
    const auto back = languageMatrix(MatrixKind::LanguageGivenExpert, count, 2, 2);
    EXPECT_DOUBLE_EQ(back[0], 30.0 / 35);
    EXPECT_DOUBLE_EQ(back[3], 15.0 / 25);
    const auto lift = languageMatrix(MatrixKind::Lift, count, 2, 2);
    EXPECT_DOUBLE_EQ(lift[0], 0.75 / (35.0 / 60));
    EXPECT_DOUBLE_EQ(lift[1], 0.25 / (25.0 / 60));
}

TEST(LanguageMatrix, WhatHasNoTokensIsNotANumber)
{
    const Matrix count = {4, 0, 0, 0}; // the second language and the second expert have none
    const auto rows = languageMatrix(MatrixKind::ExpertGivenLanguage, count, 2, 2);
    EXPECT_EQ(rows[0], 1);
    EXPECT_EQ(rows[1], 0);
    EXPECT_TRUE(std::isnan(rows[2]) && std::isnan(rows[3]));
    const auto columns = languageMatrix(MatrixKind::LanguageGivenExpert, count, 2, 2);
    EXPECT_EQ(columns[0], 1);
    EXPECT_EQ(columns[2], 0);
    EXPECT_TRUE(std::isnan(columns[1]) && std::isnan(columns[3]));
    const auto lift = languageMatrix(MatrixKind::Lift, count, 2, 2);
    EXPECT_EQ(lift[0], 1);
    EXPECT_TRUE(std::isnan(lift[1]) && std::isnan(lift[2]) && std::isnan(lift[3]));
}

TEST(LanguageMatrix, RowsAndColumnsAreDistributions)
{
    for (uint64_t seed = 0; seed < 40; ++seed) {
        Draws draws(seed);
        const int64_t languages = 1 + draws.below(9), experts = 1 + draws.below(20);
        Matrix count(static_cast<size_t>(languages * experts));
        for (double& n : count) n = draws.uniform();
        const auto given_language = languageMatrix(MatrixKind::ExpertGivenLanguage, count, languages, experts);
        const auto given_expert = languageMatrix(MatrixKind::LanguageGivenExpert, count, languages, experts);
        for (int64_t l = 0; l < languages; ++l) {
            double sum = 0;
            for (int64_t e = 0; e < experts; ++e) sum += given_language[static_cast<size_t>(l * experts + e)];
            EXPECT_NEAR(sum, 1, 1e-12);
        }
        for (int64_t e = 0; e < experts; ++e) {
            double sum = 0;
            for (int64_t l = 0; l < languages; ++l) sum += given_expert[static_cast<size_t>(l * experts + e)];
            EXPECT_NEAR(sum, 1, 1e-12);
        }
    }
}

TEST(LanguageMatrix, RefusesWhatDoesNotFit)
{
    const Matrix three = {1, 2, 3}, negative = {1, -2}, nan = {1, NAN};
    EXPECT_THROW(languageMatrix(MatrixKind::Counts, three, 2, 2), Error);
    EXPECT_THROW(languageMatrix(MatrixKind::Counts, negative, 1, 2), Error);
    EXPECT_THROW(languageMatrix(MatrixKind::Lift, nan, 1, 2), Error);
    EXPECT_TRUE(languageMatrix(MatrixKind::Lift, {}, 0, 8).empty());
}

TEST(SimilarityOrder, PutsPlantedBlocksTogether)
{
    for (uint64_t seed = 0; seed < 40; ++seed) {
        Draws draws(seed);
        const int64_t blocks = 2 + draws.below(5), rows = 3 * blocks + draws.below(20), columns = 4 * blocks;
        std::vector<int64_t> block;
        Matrix matrix;
        for (int64_t r = 0; r < rows; ++r) {
            block.push_back(r < blocks ? r : draws.below(blocks));
            for (int64_t c = 0; c < columns; ++c)
                matrix.push_back((c / 4 == block.back() ? 10.0 : 1.0) * (0.8 + 0.4 * draws.uniform()));
        }
        const Order order = similarityOrder(matrix, rows, columns);
        EXPECT_TRUE(isPermutation(order, rows)) << seed;
        EXPECT_EQ(changes(order, block), blocks - 1) << seed;
        EXPECT_EQ(order, similarityOrder(matrix, rows, columns)) << "the same again";

        std::vector<int64_t> block_of_column;
        for (int64_t c = 0; c < columns; ++c) block_of_column.push_back(c / 4);
        const Order of_columns = similarityOrderOfColumns(matrix, rows, columns);
        EXPECT_TRUE(isPermutation(of_columns, columns)) << seed;
        EXPECT_EQ(changes(of_columns, block_of_column), blocks - 1) << seed;
    }
}

TEST(SimilarityOrder, EqualsTheSlowLoop)
{
    for (uint64_t seed = 0; seed < 25; ++seed) {
        Draws draws(seed);
        const int64_t rows = 2 + draws.below(14), columns = 2 + draws.below(6);
        Matrix matrix(static_cast<size_t>(rows * columns));
        for (double& n : matrix) n = 0.01 + draws.uniform();
        const Order found = similarityOrder(matrix, rows, columns), expected = orderBySlowLoop(matrix, rows, columns);
        EXPECT_EQ(found, expected) << seed;
    }
}

TEST(SimilarityOrder, FollowsAChain)
{
    // Each row overlaps the next a little: the order is the chain's, whichever end first.
    const Order place = {3, 0, 5, 1, 4, 2};
    Matrix matrix(6 * 8, 0);
    for (size_t r = 0; r < 6; ++r)
        for (size_t c = 0; c < 3; ++c) matrix[r * 8 + static_cast<size_t>(place[r]) + c] = 1;
    Order along;
    for (const int64_t row : similarityOrder(matrix, 6, 8)) along.push_back(place[static_cast<size_t>(row)]);
    if (along.front() > along.back()) std::ranges::reverse(along);
    EXPECT_EQ(along, (Order{0, 1, 2, 3, 4, 5}));
}

TEST(SimilarityOrder, RowsWithoutWeightComeLast)
{
    const Matrix matrix = {0, 0, 1, 9, NAN, NAN, 9, 1, 8, 2};
    EXPECT_EQ(similarityOrder(matrix, 5, 2), (Order{1, 4, 3, 0, 2}));
    EXPECT_EQ(similarityOrder(Matrix(6, 0), 3, 2), (Order{0, 1, 2}));
}

TEST(SimilarityOrder, SmallAndDegenerateOnesArePermutations)
{
    EXPECT_TRUE(similarityOrder({}, 0, 0).empty());
    EXPECT_EQ(similarityOrder(Matrix{1, 2}, 1, 2), (Order{0}));
    EXPECT_EQ(similarityOrder(Matrix{1, 2, 3, 1}, 2, 2), (Order{0, 1}));
    for (int64_t rows = 1; rows < 40; ++rows) // equal rows: every distance ties
        EXPECT_TRUE(isPermutation(similarityOrder(Matrix(static_cast<size_t>(3 * rows), 1), rows, 3), rows)) << rows;
    for (uint64_t seed = 0; seed < 60; ++seed) {
        Draws draws(seed);
        const int64_t rows = draws.below(30), columns = 1 + draws.below(5);
        Matrix matrix(static_cast<size_t>(rows * columns));
        for (double& n : matrix) n = static_cast<double>(draws.below(3)); // many ties and empty rows
        EXPECT_TRUE(isPermutation(similarityOrder(matrix, rows, columns), rows)) << seed;
        EXPECT_TRUE(isPermutation(similarityOrderOfColumns(matrix, rows, columns), columns)) << seed;
    }
}

TEST(SimilarityOrder, RefusesWhatDoesNotFit)
{
    EXPECT_THROW(similarityOrder(Matrix{1, 2, 3}, 2, 2), Error);
    EXPECT_THROW(similarityOrderOfColumns(Matrix{1, 2, 3}, 2, 2), Error);
    EXPECT_THROW(similarityOrder(Matrix{1, -2}, 1, 2), Error);
    EXPECT_THROW(similarityOrder(Matrix{1, INFINITY}, 1, 2), Error);
}

TEST(LanguageFamily, KnowsTheLanguagesOfTheCorpora)
{
    for (const char* code : {"ar", "ca", "cs", "de", "el", "en", "es", "eu",    "fa",    "fi",         "fr", "he",
                             "hi", "hu", "id", "it", "ja", "ko", "ml", "nb",    "nl",    "pl",         "pt", "pt-BR",
                             "ru", "sv", "sw", "tr", "uk", "vi", "zh", "zh-CN", "zh-TW", "zh_Hant_TW", "EN", "sr-Latn"})
        EXPECT_NE(languageFamily(code), "Other") << code;
    EXPECT_EQ(languageFamily("pt-BR"), "Romance");
    EXPECT_EQ(languageFamily("de"), "Germanic");
    EXPECT_EQ(languageFamily("uk"), "Slavic");
    EXPECT_EQ(languageFamily("zh-TW"), "Sinitic");
    EXPECT_EQ(languageFamily("fa"), "Iranian");
    EXPECT_EQ(languageFamily("hi"), "Indo-Aryan");
    EXPECT_EQ(languageFamily("he"), languageFamily("ar"));
    for (const char* code : {"", "x", "qqq", "e", "en de", "Germanic", "-"})
        EXPECT_EQ(languageFamily(code), "Other") << code;
}

TEST(LanguageFamily, OrdersByFamilyThenCode)
{
    const std::vector<std::string> codes = {"zh", "xx", "fr", "sv", "ru", "de", "es", "pl", "en"};
    std::vector<std::string> ordered;
    for (const int64_t i : familyOrder(codes)) ordered.push_back(codes[static_cast<size_t>(i)]);
    EXPECT_EQ(ordered, (std::vector<std::string>{"de", "en", "sv", "es", "fr", "pl", "ru", "zh", "xx"}));
    EXPECT_TRUE(familyOrder({}).empty());
}

} // namespace sy::test
