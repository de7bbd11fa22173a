#include "core/store/blobs.h"

#include "core/base/error.h"

#include <zstd.h>

namespace sy {

namespace {

constexpr unsigned long long largest_blob = 1ULL << 30;
constexpr size_t smallest_compressed = 256;
constexpr int level = 3;

} // namespace

EncodedBlob encodeBlob(std::string raw)
{
    if (raw.size() < smallest_compressed) return {"raw", std::move(raw)};
    std::string packed(ZSTD_compressBound(raw.size()), '\0');
    const size_t size = ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), level);
    if (ZSTD_isError(size) || size >= raw.size()) return {"raw", std::move(raw)};
    packed.resize(size);
    return {"zstd", std::move(packed)};
}

std::string decodeBlob(std::string_view encoding, std::string_view data)
{
    if (encoding == "raw") return std::string(data);
    if (encoding != "zstd")
        throw StoreError("the store is damaged: unknown blob encoding '" + std::string(encoding) + "'");
    const unsigned long long size = ZSTD_getFrameContentSize(data.data(), data.size());
    if (size > largest_blob) // covers "unknown" and "error", which are huge
        throw StoreError("the store is damaged: a compressed blob does not tell a size of at most 1 GiB");
    std::string raw(size, '\0');
    const size_t got = ZSTD_decompress(raw.data(), raw.size(), data.data(), data.size());
    if (ZSTD_isError(got) || got != raw.size())
        throw StoreError(std::string("the store is damaged: a blob does not decompress (") +
                         (ZSTD_isError(got) ? ZSTD_getErrorName(got) : "it is short") + ")");
    return raw;
}

void BlobReader::refuse(const std::string& found) const
{
    throw StoreError("the store is damaged: " + m_what + " has " + found);
}

void BlobReader::end() const
{
    if (m_place != m_blob.size())
        throw StoreError("the store is damaged: " + m_what + " has " + std::to_string(m_blob.size() - m_place) +
                         " bytes too many");
}

const char* BlobReader::take(int64_t count, size_t size)
{
    const size_t left = m_blob.size() - m_place;
    if (count < 0 || static_cast<uint64_t>(count) > left / size)
        throw StoreError("the store is damaged: " + m_what + " is too short (" + std::to_string(m_blob.size()) +
                         " bytes)");
    const char* bytes = m_blob.data() + m_place;
    m_place += static_cast<size_t>(count) * size;
    return bytes;
}

} // namespace sy
