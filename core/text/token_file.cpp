#include "core/text/token_file.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <bit>
#include <cerrno>
#include <cstring>

namespace sy {

static_assert(std::endian::native == std::endian::little, "token caches are little-endian");

namespace {

constexpr uint32_t file_version = 1;
constexpr size_t buffered_ids = size_t{1} << 18;
constexpr std::string_view magic = "SYTOKENS";

uint64_t headerHash(const TokenFileHeader& header)
{
    const auto* words = reinterpret_cast<const uint64_t*>(&header);
    uint64_t hash = 0;
    for (size_t i = 0; i < 7; ++i) hash = mix64(hash + words[i] + golden_gamma);
    return hash;
}

std::string faultOf(const TokenFileHeader& header, size_t file_bytes, uint64_t key_hash)
{
    if (std::string_view(header.magic, 8) != magic) return "it is not a token file";
    if (header.version != file_version) return "it has version " + std::to_string(header.version);
    if (header.header_hash != headerHash(header)) return "its header is damaged";
    if (header.id_bytes != sizeof(uint32_t)) return "it has ids of " + std::to_string(header.id_bytes) + " bytes";
    if (header.key_hash != key_hash) return "it belongs to another corpus or tokenizer";
    if (file_bytes != sizeof(header) + header.count * sizeof(uint32_t))
        return "it has " + std::to_string(file_bytes) + " bytes, its header says " +
               std::to_string(sizeof(header) + header.count * sizeof(uint32_t));
    return "";
}

} // namespace

void IdHash::update(std::span<const uint32_t> ids)
{
    for (const uint32_t id : ids) {
        auto& lane = m_lanes[m_count++ & 3];
        lane = (lane ^ id) * 0x9fb21c651e98df25ULL;
        lane ^= lane >> 32;
    }
}

uint64_t IdHash::value() const
{
    uint64_t hash = m_count;
    for (const uint64_t lane : m_lanes) hash = mix64(hash ^ lane);
    return hash;
}

TokenFileWriter::TokenFileWriter(fs::path file, uint64_t key_hash) : m_path(std::move(file)), m_key_hash(key_hash)
{
    errno = 0;
    m_file.open(m_path, std::ios::binary | std::ios::trunc);
    const TokenFileHeader empty = {};
    m_file.write(reinterpret_cast<const char*>(&empty), sizeof(empty));
    if (!m_file) fail();
}

void TokenFileWriter::fail() const
{
    throw DataError("cannot write " + m_path.string() + ": " +
                    (errno ? std::strerror(errno) : "the write was cut short"));
}

void TokenFileWriter::addDocument(std::span<const int32_t> ids)
{
    for (const int32_t id : ids) m_buffer.push_back(static_cast<uint32_t>(id));
    m_buffer.push_back(1);
    ++m_documents;
    if (m_buffer.size() >= buffered_ids) flush();
}

void TokenFileWriter::flush()
{
    m_hash.update(m_buffer);
    m_count += m_buffer.size();
    errno = 0;
    m_file.write(reinterpret_cast<const char*>(m_buffer.data()),
                 static_cast<std::streamsize>(m_buffer.size() * sizeof(uint32_t)));
    if (!m_file) fail();
    m_buffer.clear();
}

void TokenFileWriter::finish()
{
    flush();
    TokenFileHeader header = {};
    std::memcpy(header.magic, magic.data(), magic.size());
    header.version = file_version;
    header.id_bytes = sizeof(uint32_t);
    header.count = m_count;
    header.documents = m_documents;
    header.ids_hash = m_hash.value();
    header.key_hash = m_key_hash;
    header.header_hash = headerHash(header);
    m_file.seekp(0);
    m_file.write(reinterpret_cast<const char*>(&header), sizeof(header));
    m_file.close();
    if (!m_file) fail();
}

TokenFile::TokenFile(const fs::path& file, uint64_t key_hash, const std::string& remedy)
{
    const auto damaged = [&](const std::string& fault) {
        return DataError("damaged token cache: " + file.string() + ": " + fault + "; " + remedy);
    };
    try {
        m_map = MappedFile(file);
    } catch (const Error& error) {
        throw damaged(error.what());
    }
    const auto bytes = m_map.bytes();
    if (bytes.size() < sizeof(TokenFileHeader)) throw damaged("it is cut short");
    TokenFileHeader header = {};
    std::memcpy(&header, bytes.data(), sizeof(header));
    if (const auto fault = faultOf(header, bytes.size(), key_hash); !fault.empty()) throw damaged(fault);
    m_ids = {reinterpret_cast<const uint32_t*>(bytes.data() + sizeof(header)), header.count};
    IdHash hash;
    hash.update(m_ids);
    if (hash.value() != header.ids_hash) throw damaged("its ids do not match their hash");
}

} // namespace sy
