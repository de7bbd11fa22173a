// One file of a token cache: 64 bytes of header, then uint32 ids, both little-endian.
#pragma once

#include "core/base/files.h"

#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace sy {

/// Offsets: 0 magic "SYTOKENS", 8 version, 12 bytes per id, 16 ids, 24 documents, 32 hash of the ids,
/// 40 hash of the cache's key, 48 zeros, 56 hash of the 56 bytes before.
struct TokenFileHeader {
    char magic[8];
    uint32_t version, id_bytes;
    uint64_t count, documents, ids_hash, key_hash, reserved, header_hash;
};
static_assert(sizeof(TokenFileHeader) == 64);

/// A 64-bit hash of ids, extended block by block.
class IdHash {
public:
    void update(std::span<const uint32_t> ids);
    uint64_t value() const;

private:
    uint64_t m_lanes[4] = {1, 2, 3, 4}; ///< independent, so that a core works on all four at once
    uint64_t m_count = 0;
};

class TokenFileWriter {
public:
    /// @throws DataError naming the file and the system's reason.
    TokenFileWriter(fs::path file, uint64_t key_hash);
    void addDocument(std::span<const int32_t> ids); ///< appends them and id 1
    void finish();

private:
    void flush();
    [[noreturn]] void fail() const;

    fs::path m_path;
    std::ofstream m_file;
    std::vector<uint32_t> m_buffer;
    IdHash m_hash;
    uint64_t m_key_hash, m_count = 0, m_documents = 0;
};

class TokenFile {
public:
    /// Maps the file and checks all of it. @throws DataError naming the file and what is wrong; `remedy` ends the text.
    TokenFile(const fs::path& file, uint64_t key_hash, const std::string& remedy);
    std::span<const uint32_t> ids() const { return m_ids; }

private:
    MappedFile m_map;
    std::span<const uint32_t> m_ids;
};

} // namespace sy
