// Arrays in blobs: little-endian, one after the other, whole blob optionally zstd-compressed. docs/store.md lists them.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace sy {

static_assert(std::endian::native == std::endian::little, "blobs are written as they lie in memory");

struct EncodedBlob {
    std::string encoding; ///< "raw" or "zstd"
    std::string data;
};

/// Compresses where that makes it smaller.
EncodedBlob encodeBlob(std::string raw);
/// @throws StoreError for an unknown encoding, damaged data or more than 1 GiB.
std::string decodeBlob(std::string_view encoding, std::string_view data);

template <class T> void appendArray(std::string& blob, const std::vector<T>& values)
{
    blob.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

/// Reads arrays in order. @throws StoreError naming the blob where it is too short or too long.
class BlobReader {
public:
    BlobReader(std::string blob, std::string what) : m_blob(std::move(blob)), m_what(std::move(what)) {}

    template <class T> std::vector<T> array(int64_t count)
    {
        const char* bytes = take(count, sizeof(T));
        std::vector<T> values(static_cast<size_t>(count));
        if (count > 0) std::memcpy(values.data(), bytes, values.size() * sizeof(T));
        return values;
    }
    void end() const;
    /// @throws StoreError that the blob has what it must not.
    [[noreturn]] void refuse(const std::string& found) const;

private:
    const char* take(int64_t count, size_t size);

    std::string m_blob, m_what;
    size_t m_place = 0;
};

} // namespace sy
