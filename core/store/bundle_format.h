// The container of a bundle: parts one after the other, each compressed and hashed. docs/store.md describes it.
#pragma once

#include "core/base/files.h"

#include <cstdint>
#include <fstream>
#include <ostream>
#include <string>
#include <string_view>

namespace sy {

inline constexpr uint32_t bundle_version = 2;               ///< 2: routes of evaluations, more columns; 1 is read too
inline constexpr uint32_t largest_bundle_part = 256U << 20; ///< bytes, unpacked
/// No part shrinks more than this: what would is kept as it is. So a small file cannot claim to be a huge one.
inline constexpr uint32_t largest_bundle_ratio = 1024;

enum class BundlePart : uint8_t { Manifest = 1, Run = 2, Rows = 3, Points = 4, Samples = 5, File = 6, End = 7 };

/// Writes parts to a stream that can seek. Counts lead the file, so they are written last.
class BundleWriter {
public:
    explicit BundleWriter(std::ostream& out);
    void add(BundlePart kind, std::string_view content);
    void finish();
    int64_t parts() const { return m_parts; }

private:
    std::ostream& m_out;
    std::string m_hash; // of the part before: a chain, so that no part can be left out, repeated or moved
    int64_t m_parts = 0, m_unpacked = 0;
};

/// Reads them in order. @throws DataError naming the part: not a bundle, newer, damaged, truncated, too large.
class BundleReader {
public:
    explicit BundleReader(const fs::path& file);

    /// The next part's content; false after the last. The end was checked then.
    bool next(BundlePart& kind, std::string& content);
    uint32_t version() const { return m_version; }
    int64_t unpackedBytes() const { return m_unpacked; } ///< of all parts, as the head says
    int64_t position() const { return m_position; }      ///< bytes read
    int64_t size() const { return m_size; }
    int64_t part() const { return m_parts; } ///< number of the last part, from 1

private:
    [[noreturn]] void damaged(const std::string& why) const;
    std::string take(size_t bytes, const char* what);

    fs::path m_file;
    std::ifstream m_in;
    std::string m_hash;
    int64_t m_expected_parts = 0, m_unpacked = 0;
    int64_t m_parts = 0, m_seen_bytes = 0, m_position = 0, m_size = 0;
    uint32_t m_version = 0;
    bool m_ended = false;
};

} // namespace sy
