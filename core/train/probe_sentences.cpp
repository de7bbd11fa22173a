#include "core/base/error.h"
#include "core/train/probing.h"

#include <algorithm>
#include <charconv>
#include <fstream>

namespace sy {

namespace {

constexpr size_t probe_languages = 8, sentences_per_language = 2;
constexpr size_t shortest_line = 40, longest_line = 240; ///< bytes

constexpr std::string_view sentinel_mark = "<extra_id_";

/// The first lines of a fitting length: the same at every call.
std::vector<std::string> sentenceLines(const fs::path& file)
{
    std::vector<std::string> lines;
    std::ifstream in(file);
    std::string line, fallback;
    for (int read = 0; read < 1000 && lines.size() < sentences_per_language && std::getline(in, line); ++read) {
        if (fallback.empty() && line.size() <= longest_line) fallback = line;
        if (line.size() >= shortest_line && line.size() <= longest_line) lines.push_back(line);
    }
    if (lines.empty() && !fallback.empty()) lines.push_back(fallback);
    return lines;
}

ProbeText hideMiddle(const std::string& line, const std::string& language, const Tokenizer& tokenizer,
                     const DataConfig& data)
{
    auto ids = tokenizer.encode(line);
    const auto longest = static_cast<size_t>(std::max<int64_t>(data.input_length - 1, 1));
    if (ids.size() > longest) ids.resize(longest);
    const auto hidden = static_cast<size_t>(
        std::clamp<int64_t>(static_cast<int64_t>(data.mean_span_length), 1, data.target_length - 2));
    if (ids.size() < hidden + 2) return {line, language, {}};
    const auto first = static_cast<ptrdiff_t>((ids.size() - hidden) / 2), last = first + static_cast<ptrdiff_t>(hidden);
    const auto text = [&](ptrdiff_t from, ptrdiff_t to) {
        return tokenizer.decode({ids.begin() + from, ids.begin() + to});
    };
    const auto end = static_cast<ptrdiff_t>(ids.size());
    return {text(0, first) + " <extra_id_0> " + text(last, end), language,
            "<extra_id_0> " + text(first, last) + " <extra_id_1>"};
}

} // namespace

std::vector<int32_t> encodeWithSentinels(const Tokenizer& tokenizer, const std::string& text)
{
    std::vector<int32_t> ids;
    const auto append = [&](const std::string& part) {
        if (part.find_first_not_of(' ') == std::string::npos) return;
        const auto more = tokenizer.encode(part);
        ids.insert(ids.end(), more.begin(), more.end());
    };
    size_t from = 0;
    for (size_t at = text.find(sentinel_mark); at != std::string::npos; at = text.find(sentinel_mark, at + 1)) {
        int64_t number = -1;
        const char* digits = text.data() + at + sentinel_mark.size();
        const auto [end, code] = std::from_chars(digits, text.data() + text.size(), number);
        if (code != std::errc{} || end == text.data() + text.size() || *end != '>') continue;
        if (number < 0 || number >= tokenizer.sentinels())
            throw DataError("<extra_id_" + std::to_string(number) + ">: the tokenizer has sentinels 0 to " +
                            std::to_string(tokenizer.sentinels() - 1));
        append(text.substr(from, at - from));
        ids.push_back(tokenizer.sentinel(number));
        from = static_cast<size_t>(end - text.data()) + 1;
    }
    append(text.substr(from));
    return ids;
}

std::vector<ProbeText> probeSentences(const Corpus& corpus, const Tokenizer& tokenizer, const DataConfig& data)
{
    std::vector<ProbeText> sentences;
    const size_t languages = std::min(corpus.languages.size(), probe_languages);
    for (size_t i = 0; i < languages; ++i) {
        const auto& code = corpus.languages[i].code;
        for (const auto& line : sentenceLines(corpus.file(code, /*train=*/false)))
            sentences.push_back(hideMiddle(line, code, tokenizer, data));
    }
    return sentences;
}

} // namespace sy
