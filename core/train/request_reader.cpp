#include "core/train/request_reader.h"

#include "core/base/error.h"
#include "core/text/unicode.h"

#include <cmath>

namespace sy {

using nlohmann::json;

namespace {

constexpr size_t shown_bytes = 80;

/// Of a value that may be long or strange.
std::string shown(const json& value)
{
    auto text = value.dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
    if (text.size() > shown_bytes) text = text.substr(0, shown_bytes) + "...";
    return text;
}

} // namespace

RequestReader::RequestReader(const json& request, std::string what) : m_request(request), m_what(std::move(what))
{
    if (!request.is_object()) throw UsageError(m_what + ": must be an object, got " + shown(request));
}

void RequestReader::refuse(const char* key, const std::string& rule) const
{
    const auto found = m_request.find(key);
    throw UsageError(m_what + ": \"" + key + "\" " + rule +
                     (found == m_request.end() || found->is_null() ? "" : ", got " + shown(*found)));
}

std::string RequestReader::listed(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

const json* RequestReader::find(const char* key)
{
    m_known.insert(key);
    const auto found = m_request.find(key);
    return found == m_request.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> RequestReader::text(const char* key, size_t most_bytes)
{
    const auto* value = find(key);
    if (!value) return {};
    if (!value->is_string()) refuse(key, "must be a text");
    const auto& text = value->get_ref<const std::string&>();
    if (text.size() > most_bytes)
        throw UsageError(m_what + ": \"" + key + "\" must have at most " + std::to_string(most_bytes) + " bytes, got " +
                         std::to_string(text.size()));
    if (const auto bad = firstInvalidUtf8(text))
        throw UsageError(m_what + ": \"" + key + "\" is not UTF-8: byte " + std::to_string(*bad) + " (from 0) is bad");
    return text;
}

std::string RequestReader::requiredText(const char* key, size_t most_bytes)
{
    return *required(key, text(key, most_bytes));
}

std::vector<std::string> RequestReader::texts(const char* key, size_t most_bytes)
{
    const auto* value = find(key);
    if (!value) return {};
    if (!value->is_array()) refuse(key, "must be a list of texts");
    std::vector<std::string> out;
    for (const auto& item : *value) {
        if (!item.is_string() || item.get_ref<const std::string&>().size() > most_bytes)
            refuse(key, "must be a list of texts");
        out.push_back(item);
    }
    return out;
}

std::optional<int64_t> RequestReader::whole(const char* key, int64_t least, int64_t most)
{
    const auto* value = find(key);
    if (!value) return {};
    const bool fits = value->is_number_integer() && *value >= least && *value <= most;
    if (!fits) refuse(key, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return value->get<int64_t>();
}

int64_t RequestReader::requiredWhole(const char* key, int64_t least, int64_t most)
{
    return *required(key, whole(key, least, most));
}

std::optional<double> RequestReader::number(const char* key)
{
    const auto* value = find(key);
    if (!value) return {};
    if (!value->is_number() || !std::isfinite(value->get<double>())) refuse(key, "must be a number");
    return value->get<double>();
}

std::optional<bool> RequestReader::flag(const char* key)
{
    const auto* value = find(key);
    if (!value) return {};
    if (!value->is_boolean()) refuse(key, "must be true or false");
    return value->get<bool>();
}

void RequestReader::finish() const
{
    for (const auto& item : m_request.items())
        if (!m_known.contains(item.key()) && item.key() != "verb" && item.key() != "id")
            throw UsageError(m_what + ": there is no key " + shown(item.key()) + "; there are " +
                             listed({m_known.begin(), m_known.end()}));
}

} // namespace sy
