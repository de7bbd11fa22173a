// Text files line by line, in bounded memory.
#pragma once

#include "core/base/files.h"

#include <fstream>
#include <string>
#include <string_view>

namespace sy {

inline constexpr size_t max_line_bytes = size_t{16} << 20;

class LineReader {
public:
    /// @throws DataError when the file cannot be opened.
    explicit LineReader(fs::path path);
    /// The next line without its end; valid until the next call. False at the end of the file.
    /// @throws DataError: the file cannot be read, a line is longer than `max_line_bytes`.
    bool next(std::string_view& line);

    const fs::path& path() const { return m_path; }
    int64_t lineNumber() const { return m_line; }   ///< of the last line, from 1
    int64_t lineOffset() const { return m_offset; } ///< of its first byte in the file
    int64_t bytesRead() const { return m_next_offset; }
    /// "corpus/de.txt, line 3"
    std::string where() const;

private:
    bool fill();

    fs::path m_path;
    std::ifstream m_file;
    std::string m_buffer;
    size_t m_begin = 0; ///< of what is not yet handed out
    int64_t m_line = 0, m_offset = 0, m_next_offset = 0;
};

} // namespace sy
