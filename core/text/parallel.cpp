#include "core/text/parallel.h"

#include "core/base/error.h"
#include "core/text/line_reader.h"
#include "core/text/locale_codes.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

namespace sy {

namespace {

constexpr const char* id_key = "id";

/// `id` as it stands, before it is known whether it is a name or Indonesian.
struct RawSentence {
    ParallelSentence sentence;
    std::string id;
};

class ParallelReader {
public:
    ParallelReader(const fs::path& file, int64_t limit) : m_reader(file), m_limit(limit) {}

    std::vector<ParallelSentence> read()
    {
        const bool table = m_reader.path().extension() == ".tsv";
        for (std::string_view line; !full() && m_reader.next(line);) {
            line = checked(line);
            if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
            if (!table)
                readObject(line);
            else if (m_columns.empty())
                readHeader(line);
            else
                readRow(line);
        }
        return finished();
    }

private:
    bool full() const { return m_limit > 0 && static_cast<int64_t>(m_sentences.size()) >= m_limit; }
    [[noreturn]] void refuse(const std::string& fault) const { throw DataError(m_reader.where() + ": " + fault); }

    /// Without a byte order mark and a carriage return.
    std::string_view checked(std::string_view line) const
    {
        if (const auto bad = firstInvalidUtf8(line))
            refuse("byte " + std::to_string(m_reader.lineOffset() + static_cast<int64_t>(*bad)) +
                   " of the file (from 0) is not UTF-8");
        if (m_reader.lineNumber() == 1 && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
        if (line.ends_with('\r')) line.remove_suffix(1);
        return line;
    }

    std::string codeOf(const std::string& text) const
    {
        const std::string code = normalisedCode(text);
        if (!isUsableCode(code))
            refuse("\"" + text + "\" is no language code (letters, digits, '-' and '_', at most 40)");
        return code;
    }

    void put(RawSentence& raw, const std::string& code, std::string_view text) const
    {
        std::string clean = cleanText(text);
        if (clean.empty()) return;
        if (!raw.sentence.texts.try_emplace(code, std::move(clean)).second) refuse("has two texts of \"" + code + "\"");
    }

    void putValue(RawSentence& raw, const std::string& key, const nlohmann::json& value) const
    {
        const std::string code = codeOf(key);
        if (value.is_null()) return;
        if (!value.is_string()) refuse("the text of \"" + key + "\" is no string: " + value.dump().substr(0, 60));
        put(raw, code, value.get_ref<const std::string&>());
    }

    void keep(RawSentence raw)
    {
        raw.sentence.id = std::to_string(m_reader.lineNumber());
        m_sentences.push_back(std::move(raw));
    }

    void readObject(std::string_view line)
    {
        const auto json = nlohmann::json::parse(line, nullptr, false);
        if (!json.is_object()) refuse("is not a JSON object");
        RawSentence raw;
        const auto texts = json.find("texts");
        const auto id = json.find(id_key);
        if (id != json.end() && (id->is_string() || id->is_number()))
            raw.id = id->is_string() ? cleanText(id->get_ref<const std::string&>()) : id->dump();
        if (texts == json.end()) {
            for (const auto& [key, value] : json.items())
                if (key != id_key && looksLikeLanguageCode(key)) putValue(raw, key, value);
            m_id_may_be_text = true;
        } else {
            if (!texts->is_object()) refuse("\"texts\" is no object of language codes and texts");
            for (const auto& [key, value] : texts->items()) putValue(raw, key, value);
        }
        keep(std::move(raw));
    }

    static std::vector<std::string> cells(std::string_view line)
    {
        std::vector<std::string> out;
        for (size_t begin = 0; begin <= line.size();) {
            const size_t end = std::min(line.find('\t', begin), line.size());
            out.emplace_back(line.substr(begin, end - begin));
            begin = end + 1;
        }
        return out;
    }

    void readHeader(std::string_view line)
    {
        for (const std::string& cell : cells(line)) {
            if (cell != id_key && !looksLikeLanguageCode(cell)) refuse("\"" + cell + "\" is no language code");
            const std::string code = cell == id_key ? cell : codeOf(cell);
            if (std::ranges::find(m_columns, code) != m_columns.end()) refuse("has two columns of \"" + code + "\"");
            m_columns.push_back(code);
        }
        m_id_may_be_text = true;
    }

    void readRow(std::string_view line)
    {
        const auto row = cells(line);
        if (row.size() != m_columns.size())
            refuse("has " + std::to_string(row.size()) + " columns where the first line has " +
                   std::to_string(m_columns.size()));
        RawSentence raw;
        for (size_t i = 0; i < row.size(); ++i) {
            if (m_columns[i] == id_key)
                raw.id = cleanText(row[i]);
            else
                put(raw, m_columns[i], row[i]);
        }
        keep(std::move(raw));
    }

    std::vector<ParallelSentence> finished()
    {
        const bool indonesian = m_id_may_be_text && std::ranges::any_of(m_sentences, [](const RawSentence& raw) {
                                    return raw.id.find(' ') != std::string::npos;
                                });
        std::vector<ParallelSentence> out;
        for (RawSentence& raw : m_sentences) {
            if (!raw.id.empty() && indonesian)
                raw.sentence.texts[id_key] = raw.id;
            else if (!raw.id.empty())
                raw.sentence.id = raw.id;
            if (!raw.sentence.texts.empty()) out.push_back(std::move(raw.sentence));
        }
        if (std::ranges::none_of(out, [](const ParallelSentence& sentence) { return sentence.texts.size() >= 2; }))
            throw DataError(m_reader.path().string() + ": no sentence in two languages; a line looks like " +
                            R"({"texts": {"en": "...", "de": "..."}})");
        return out;
    }

    LineReader m_reader;
    int64_t m_limit;
    std::vector<std::string> m_columns; ///< of a table
    std::vector<RawSentence> m_sentences;
    bool m_id_may_be_text = false;
};

} // namespace

std::vector<ParallelSentence> readParallel(const fs::path& file, int64_t limit)
{
    if (limit < 0) throw Error("parallel sentences: the limit must be at least 0, got " + std::to_string(limit));
    return ParallelReader(file, limit).read();
}

} // namespace sy
