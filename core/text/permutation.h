// A keyed permutation of [0, n) in constant memory.
#pragma once

#include "core/base/random.h"

#include <bit>
#include <cstdint>

namespace sy {

/// A Feistel network on the least even number of bits that hold n values, with cycle walking: values past n
/// are sent through again until they land inside (Black, Rogaway 2002, "Ciphers with arbitrary finite domains").
class Permutation {
public:
    Permutation(uint64_t n, RandomStream keys) : m_n(n), m_keys(keys)
    {
        const int bits = n > 1 ? std::bit_width(n - 1) : 1;
        m_half = (bits + 1) / 2;
        m_mask = (uint64_t{1} << m_half) - 1;
    }

    /// The place of `i`, i in [0, n). At most 4 walks on average.
    uint64_t operator()(uint64_t i) const
    {
        do i = encrypt(i);
        while (i >= m_n);
        return i;
    }

private:
    uint64_t encrypt(uint64_t value) const
    {
        uint64_t left = value >> m_half, right = value & m_mask;
        for (uint64_t round = 0; round < 6; ++round) {
            const uint64_t mixed = left ^ (mix64(m_keys.word(round) ^ (right * golden_gamma)) & m_mask);
            left = right;
            right = mixed;
        }
        return (left << m_half) | right;
    }

    uint64_t m_n;
    RandomStream m_keys;
    int m_half = 1;
    uint64_t m_mask = 1;
};

} // namespace sy
