#include "core/store/bundle_format.h"

#include "core/base/error.h"

#include <bit>
#include <cstring>

#include <zstd.h>

namespace sy {

static_assert(std::endian::native == std::endian::little, "numbers of bundles are little-endian");

namespace {

constexpr std::string_view magic = "SYBUNDLE";
constexpr size_t head_bytes = 8 + 4 + 4 + 8 + 8; // magic, version, zero, parts, unpacked bytes
constexpr size_t hash_bytes = 64;                // hexadecimal SHA-256
constexpr int level = 3;

template <class T> void append(std::string& text, T value)
{
    text.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T> T numberAt(std::string_view text, size_t place)
{
    T value;
    std::memcpy(&value, text.data() + place, sizeof value);
    return value;
}

std::string head(int64_t parts, int64_t unpacked)
{
    std::string text(magic);
    append(text, bundle_version);
    append(text, uint32_t{0});
    append(text, parts);
    append(text, unpacked);
    return text;
}

/// kind, encoding (0 = as it is, 1 = zstd), two zero bytes, unpacked and packed length.
constexpr size_t part_head_bytes = 4 + 4 + 4;

std::string partHead(BundlePart kind, bool packed, size_t unpacked_bytes, size_t packed_bytes)
{
    std::string text;
    append(text, static_cast<uint8_t>(kind));
    append(text, static_cast<uint8_t>(packed ? 1 : 0));
    append(text, uint16_t{0});
    append(text, static_cast<uint32_t>(unpacked_bytes));
    append(text, static_cast<uint32_t>(packed_bytes));
    return text;
}

std::string chained(std::string_view before, std::string_view part_head, std::string_view bytes)
{
    Sha256 hash;
    hash.update(before);
    hash.update(part_head);
    hash.update(bytes);
    return hash.hex();
}

} // namespace

BundleWriter::BundleWriter(std::ostream& out) : m_out(out)
{
    m_out << head(0, 0);
}

void BundleWriter::add(BundlePart kind, std::string_view content)
{
    if (content.size() > largest_bundle_part)
        throw DataError("a part of a bundle may have at most " + std::to_string(largest_bundle_part >> 20) +
                        " MiB, got " + std::to_string(content.size()) + " bytes");
    std::string packed(ZSTD_compressBound(content.size()), '\0');
    const size_t size = ZSTD_compress(packed.data(), packed.size(), content.data(), content.size(), level);
    const bool use = !ZSTD_isError(size) && size < content.size() && content.size() / size < largest_bundle_ratio;
    const std::string_view bytes = use ? std::string_view(packed).substr(0, size) : content;
    const std::string part_head = partHead(kind, use, content.size(), bytes.size());
    m_hash = chained(m_hash, part_head, bytes);
    m_out << part_head << m_hash << bytes;
    ++m_parts;
    m_unpacked += static_cast<int64_t>(content.size());
}

void BundleWriter::finish()
{
    add(BundlePart::End, "");
    m_out.seekp(0);
    m_out << head(m_parts, m_unpacked);
    m_out.seekp(0, std::ios::end);
}

BundleReader::BundleReader(const fs::path& file) : m_file(file), m_in(file, std::ios::binary)
{
    std::error_code code;
    m_size = static_cast<int64_t>(fs::file_size(file, code));
    if (!m_in || code) throw DataError("cannot read the bundle " + file.string());
    if (m_size < static_cast<int64_t>(head_bytes)) throw DataError(file.string() + " is not a bundle of runs");
    const std::string text = take(head_bytes, "head");
    if (!text.starts_with(magic)) throw DataError(file.string() + " is not a bundle of runs");
    const auto version = numberAt<uint32_t>(text, 8);
    if (version > bundle_version)
        throw DataError(file.string() + " was written by a newer Switchyard: it has bundle version " +
                        std::to_string(version) + ", this program reads up to " + std::to_string(bundle_version));
    m_version = version;
    m_expected_parts = numberAt<int64_t>(text, 16);
    m_unpacked = numberAt<int64_t>(text, 24);
    if (version == 0 || numberAt<uint32_t>(text, 12) != 0 || m_expected_parts < 1 || m_unpacked < 0 ||
        m_unpacked / (largest_bundle_ratio + 1) > m_size)
        damaged("its head is wrong");
}

void BundleReader::damaged(const std::string& why) const
{
    const std::string where =
        m_position <= static_cast<int64_t>(head_bytes) ? "" : " at part " + std::to_string(m_parts + 1);
    throw DataError("the bundle " + m_file.string() + " is damaged" + where + ": " + why);
}

std::string BundleReader::take(size_t bytes, const char* what)
{
    if (static_cast<int64_t>(bytes) > m_size - m_position)
        damaged(std::string("it ends within the ") + what + "; was it copied whole?");
    std::string text(bytes, '\0');
    m_in.read(text.data(), static_cast<std::streamsize>(bytes));
    if (!m_in) damaged(std::string("the ") + what + " cannot be read");
    m_position += static_cast<int64_t>(bytes);
    return text;
}

bool BundleReader::next(BundlePart& kind, std::string& content)
{
    if (m_ended) return false;
    const std::string part_head = take(part_head_bytes, "head of a part"), hash = take(hash_bytes, "hash of a part");
    const auto unpacked = numberAt<uint32_t>(part_head, 4), packed = numberAt<uint32_t>(part_head, 8);
    if (unpacked > largest_bundle_part || packed > unpacked) damaged("its lengths are wrong");
    const std::string bytes = take(packed, "part");
    if (chained(m_hash, part_head, bytes) != hash) damaged("its hash is another");
    const auto encoding = static_cast<uint8_t>(part_head[1]);
    kind = static_cast<BundlePart>(part_head[0]);
    if (kind < BundlePart::Manifest || kind > BundlePart::End || encoding > 1 ||
        (encoding == 0 && packed != unpacked) || unpacked / (largest_bundle_ratio + 1) > packed)
        damaged("its head is wrong");
    if (encoding == 0) {
        content = bytes;
    } else {
        content.assign(unpacked, '\0');
        const size_t size = ZSTD_decompress(content.data(), content.size(), bytes.data(), bytes.size());
        if (ZSTD_isError(size) || size != unpacked) damaged("it does not decompress");
    }
    m_hash = hash;
    ++m_parts;
    m_seen_bytes += unpacked;
    if (kind != BundlePart::End) return true;
    m_ended = true;
    if (m_parts != m_expected_parts || m_seen_bytes != m_unpacked || m_position != m_size)
        damaged("its counts are not those of its head");
    return false;
}

} // namespace sy
