// Made-up choices of sequences, for the tests of specialization.
#pragma once

#include "core/analysis/specialization.h"
#include "core/base/random.h"

#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

namespace sy::test {

/// Random numbers one after the other.
struct Draws {
    RandomStream stream;
    uint64_t next = 0;

    explicit Draws(uint64_t seed) : stream{mix64(seed + 1)} {}
    int64_t below(int64_t bound) { return static_cast<int64_t>(stream.below(next++, static_cast<uint64_t>(bound))); }
    double uniform() { return stream.uniformDouble(next++); }
};

struct Tokens {
    int64_t experts = 0;
    std::vector<int32_t> language; ///< [R]
    std::vector<int32_t> sequence, id;
    std::vector<int16_t> expert;
    std::vector<double> weight; ///< [X] or empty

    TokenChoices choices() const { return {experts, sequence, id, expert, weight, language}; }
    int64_t rows() const { return static_cast<int64_t>(language.size()); }

    /// [R, N]
    std::vector<double> weights() const
    {
        std::vector<double> sums(language.size() * static_cast<size_t>(experts));
        for (size_t x = 0; x < sequence.size(); ++x)
            if (expert[x] >= 0)
                sums[static_cast<size_t>(sequence[x] * experts + expert[x])] += weight.empty() ? 1 : weight[x];
        return sums;
    }
};

/// An expert of each sequence's own distribution: `strength` 0 = uniform, larger = sharper. Ids fall in `ids` kinds.
/// Languages take turns over sequences, so they have nothing to do with the experts.
inline Tokens independentOfLanguage(uint64_t seed, int64_t rows, int64_t length, int64_t experts, int64_t languages,
                                    double strength, int64_t ids = 6)
{
    Draws draws(seed);
    Tokens out;
    out.experts = experts;
    for (int64_t row = 0; row < rows; ++row) {
        out.language.push_back(static_cast<int32_t>(row % languages));
        std::vector<double> share;
        double total = 0;
        for (int64_t e = 0; e < experts; ++e) total += share.emplace_back(std::exp(strength * draws.uniform()));
        for (int64_t t = 0; t < length; ++t) {
            double left = draws.uniform() * total;
            int64_t e = 0;
            while (e + 1 < experts && left >= share[static_cast<size_t>(e)]) left -= share[static_cast<size_t>(e++)];
            out.sequence.push_back(static_cast<int32_t>(row));
            out.id.push_back(static_cast<int32_t>(draws.below(ids)));
            out.expert.push_back(static_cast<int16_t>(e));
        }
    }
    return out;
}

/// Each language has the expert of its number.
inline Tokens alignedWithLanguage(int64_t rows, int64_t length, int64_t languages, int64_t experts)
{
    Tokens out;
    out.experts = experts;
    for (int64_t row = 0; row < rows; ++row) {
        out.language.push_back(static_cast<int32_t>(row % languages));
        for (int64_t t = 0; t < length; ++t) {
            out.sequence.push_back(static_cast<int32_t>(row));
            out.id.push_back(static_cast<int32_t>(t % 3));
            out.expert.push_back(static_cast<int16_t>(row % languages));
        }
    }
    return out;
}

/// H of sums over keys, nats.
template <class Key> double entropyOf(const std::map<Key, double>& sums)
{
    double total = 0, entropy = 0;
    for (const auto& [key, n] : sums) total += n;
    for (const auto& [key, n] : sums)
        if (n > 0) entropy -= n / total * std::log(n / total);
    return entropy;
}

} // namespace sy::test
