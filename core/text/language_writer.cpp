#include "core/text/language_writer.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/text/line_reader.h"
#include "core/text/unicode.h"

#include <cerrno>
#include <cstring>

namespace sy {

namespace {

/// Uniform over documents, and independent of the order they come in.
uint64_t splitHash(uint64_t hash)
{
    return mix64(hash ^ siteId("split"));
}

[[noreturn]] void failWriting(const fs::path& file)
{
    throw DataError("cannot write " + file.string() + ": " +
                    (errno ? std::strerror(errno) : "the write was cut short"));
}

} // namespace

LanguageWriter::LanguageWriter(fs::path folder, double valid_share)
    : m_folder(std::move(folder)), m_valid_share(valid_share)
{
    fs::create_directories(m_folder);
    errno = 0;
    m_train.open(file(true), std::ios::binary);
    m_valid.open(file(false), std::ios::binary);
    if (!m_train || !m_valid) failWriting(m_folder);
}

void LanguageWriter::add(const std::string& document, SplitRule rule)
{
    const uint64_t hash = textHash(document);
    if (!m_seen.insert(hash)) {
        ++m_duplicates;
        return;
    }
    bool train = rule == SplitRule::Train;
    if (rule == SplitRule::ByHash) {
        const uint64_t place = splitHash(hash);
        train = static_cast<double>(place >> 11) * 0x1p-53 >= m_valid_share;
        m_least = std::min(m_least, place);
        m_by_hash = true;
    }
    write(document, train);
}

void LanguageWriter::write(const std::string& document, bool train)
{
    auto& out = train ? m_train : m_valid;
    errno = 0;
    out << document << '\n';
    if (!out) failWriting(file(train));
    ++(train ? m_language.train_documents : m_language.valid_documents);
    (train ? m_language.train_bytes : m_language.valid_bytes) += static_cast<int64_t>(document.size()) + 1;
}

void LanguageWriter::close()
{
    errno = 0;
    m_train.close();
    m_valid.close();
    if (!m_train || !m_valid) failWriting(m_folder);
}

void LanguageWriter::moveOneTo(bool train)
{
    const fs::path source = file(!train), rest = m_folder / "rest.txt";
    fs::rename(source, rest);
    m_language = CorpusLanguage();
    m_train.open(file(true), std::ios::binary);
    m_valid.open(file(false), std::ios::binary);
    LineReader reader(rest);
    for (std::string_view line; reader.next(line);)
        write(std::string(line), (splitHash(textHash(line)) == m_least) == train);
    close();
    fs::remove(rest);
}

void LanguageWriter::hashFiles()
{
    m_language.train_sha256 = sha256File(file(true));
    m_language.valid_sha256 = sha256File(file(false));
}

void LanguageWriter::finish()
{
    m_seen = HashSet64();
    close();
    if (m_by_hash && m_language.train_documents == 0 && documents() >= 1)
        moveOneTo(true);
    else if (m_by_hash && m_language.valid_documents == 0 && documents() >= 2)
        moveOneTo(false);
    hashFiles();
}

} // namespace sy
