// Counter-based random numbers: a value is a pure function of (seed, step, site, element), so
// that probing, pausing or resuming changes no later bit. The generator is SplitMix64 (Steele, Lea,
// Flood 2014, "Fast splittable pseudorandom number generators") read at a counter; the same
// arithmetic runs on the host, in CUDA kernels and as tensor operations.
#pragma once

#include <cstdint>
#include <string_view>

#if defined(__CUDACC__)
#define SY_HOST_DEVICE __host__ __device__
#else
#define SY_HOST_DEVICE
#endif

namespace sy {

/// The finaliser of SplitMix64: a bijection of 64-bit words.
SY_HOST_DEVICE constexpr uint64_t mix64(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

inline constexpr uint64_t golden_gamma = 0x9e3779b97f4a7c15ULL;

/// A stream of random words that is read at any index.
struct RandomStream {
    uint64_t key = 0;

    SY_HOST_DEVICE constexpr uint64_t word(uint64_t index) const { return mix64(key + (index + 1) * golden_gamma); }
    /// Uniform in [0, 1), 24 bits.
    SY_HOST_DEVICE constexpr float uniform(uint64_t index) const
    {
        return static_cast<float>(word(index) >> 40) * 0x1p-24f;
    }
    /// Uniform in [0, 1), 53 bits.
    SY_HOST_DEVICE constexpr double uniformDouble(uint64_t index) const
    {
        return static_cast<double>(word(index) >> 11) * 0x1p-53;
    }
    /// Uniform in [0, bound), bound >= 1. Biased by less than bound / 2^64.
    SY_HOST_DEVICE constexpr uint64_t below(uint64_t index, uint64_t bound) const
    {
        return static_cast<uint64_t>((static_cast<unsigned __int128>(word(index)) * bound) >> 64);
    }
    /// An independent stream for a part of this one's work.
    SY_HOST_DEVICE constexpr RandomStream child(uint64_t part) const
    {
        return {mix64(mix64(key ^ 0x6a09e667f3bcc909ULL) + (part + 1) * golden_gamma)};
    }
};

/// FNV-1a of a site's name, for readable keys: `siteId("dropout/encoder/3/ff")`.
constexpr uint64_t siteId(std::string_view name)
{
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

/// The stream of one site in one step of a run.
constexpr RandomStream randomStream(uint64_t seed, uint64_t step, uint64_t site)
{
    return RandomStream{mix64(seed)}.child(step).child(site);
}

} // namespace sy
