// Integers and reals of blobs in as few bytes as they need.
#pragma once

#include "core/store/blobs.h"

#include <algorithm>
#include <array>
#include <limits>

namespace sy {

/// A byte that tells the width (1, 2, 4, 8), then signed integers of that width.
template <class T> void appendNarrow(std::string& blob, const std::vector<T>& values)
{
    int64_t low = 0, high = 0;
    for (const T value : values) {
        low = std::min<int64_t>(low, value);
        high = std::max<int64_t>(high, value);
    }
    const auto append = [&]<class Narrow>(Narrow) {
        blob += static_cast<char>(sizeof(Narrow));
        appendArray(blob, std::vector<Narrow>(values.begin(), values.end()));
    };
    const auto fits = [&]<class Narrow>(Narrow) {
        return low >= std::numeric_limits<Narrow>::min() && high <= std::numeric_limits<Narrow>::max();
    };
    if (fits(int8_t{}))
        append(int8_t{});
    else if (fits(int16_t{}))
        append(int16_t{});
    else if (fits(int32_t{}))
        append(int32_t{});
    else
        append(int64_t{});
}

template <class T> std::vector<T> readNarrow(BlobReader& blob, int64_t count)
{
    const auto read = [&]<class Narrow>(Narrow) {
        const auto narrow = blob.array<Narrow>(count);
        std::vector<T> values(narrow.begin(), narrow.end());
        return values;
    };
    switch (const int width = blob.array<uint8_t>(1)[0]; width) {
    case 1:
        return read(int8_t{});
    case 2:
        return read(int16_t{});
    case 4:
        return read(int32_t{});
    case 8:
        return read(int64_t{});
    default:
        blob.refuse("integers of " + std::to_string(width) + " bytes");
    }
}

/// Each less the one before it: what rises evenly becomes alike.
inline std::vector<int64_t> differences(const std::vector<int32_t>& values)
{
    std::vector<int64_t> result(values.begin(), values.end());
    for (size_t i = result.size(); i-- > 1;) result[i] -= result[i - 1];
    return result;
}

inline std::vector<int32_t> summedUp(const std::vector<int64_t>& differences)
{
    std::vector<int32_t> values;
    uint64_t sum = 0; // wraps where the blob is damaged
    for (const int64_t difference : differences)
        values.push_back(static_cast<int32_t>(sum += static_cast<uint64_t>(difference)));
    return values;
}

/// Bytes of equal rank together, the highest first: those are alike, and compress.
template <class T> void appendPlanes(std::string& blob, const std::vector<T>& values)
{
    for (size_t rank = sizeof(T); rank-- > 0;)
        for (const T& value : values) blob += reinterpret_cast<const char*>(&value)[rank];
}

template <class T> std::vector<T> readPlanes(BlobReader& blob, int64_t count)
{
    const auto planes = blob.array<std::array<char, sizeof(T)>>(count); // refuses a count that is not there
    const auto* bytes = reinterpret_cast<const char*>(planes.data());
    std::vector<T> values(planes.size());
    for (size_t rank = sizeof(T); rank-- > 0;)
        for (T& value : values) reinterpret_cast<char*>(&value)[rank] = *bytes++;
    return values;
}

/// To 16 bits of mantissa (7.6e-6 of the value at most), so that a plane less is left.
std::vector<float> shortened(std::vector<float> values);

/// Shares in [0, 1] in steps of 1 / 65535, others as float32: a byte that tells which (1, 0), then the planes.
void appendShares(std::string& blob, const std::vector<float>& values);
std::vector<float> readShares(BlobReader& blob, int64_t count);

} // namespace sy
