#include "core/text/line_reader.h"

#include "core/base/error.h"

#include <cerrno>
#include <cstring>

namespace sy {

namespace {
constexpr size_t block_bytes = size_t{1} << 18;
}

LineReader::LineReader(fs::path path) : m_path(std::move(path))
{
    errno = 0;
    m_file.open(m_path, std::ios::binary);
    if (!m_file) throw DataError("cannot read " + m_path.string() + ": " + std::strerror(errno));
}

std::string LineReader::where() const
{
    return m_path.string() + ", line " + std::to_string(m_line);
}

bool LineReader::fill()
{
    m_buffer.erase(0, m_begin);
    m_begin = 0;
    const size_t held = m_buffer.size();
    m_buffer.resize(held + block_bytes);
    errno = 0;
    m_file.read(m_buffer.data() + held, static_cast<std::streamsize>(block_bytes));
    m_buffer.resize(held + static_cast<size_t>(m_file.gcount()));
    if (m_file.bad()) throw DataError("cannot read " + m_path.string() + " whole: " + std::strerror(errno));
    return m_buffer.size() > held;
}

bool LineReader::next(std::string_view& line)
{
    size_t searched = 0;
    for (;;) {
        const size_t end = m_buffer.find('\n', m_begin + searched);
        const bool ended = end != std::string::npos;
        searched = m_buffer.size() - m_begin;
        if (!ended && searched > max_line_bytes)
            throw DataError(m_path.string() + ", line " + std::to_string(m_line + 1) + ": longer than " +
                            std::to_string(max_line_bytes >> 20) + " MiB; put one document on a line");
        if (!ended && fill()) continue;
        if (!ended && searched == 0) return false;
        line = std::string_view(m_buffer).substr(m_begin, ended ? end - m_begin : std::string::npos);
        m_begin = ended ? end + 1 : m_buffer.size();
        ++m_line;
        m_offset = m_next_offset;
        m_next_offset += static_cast<int64_t>(line.size()) + (ended ? 1 : 0);
        return true;
    }
}

} // namespace sy
