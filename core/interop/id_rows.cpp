#include "core/interop/id_rows.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

namespace sy {

namespace {

using Json = nlohmann::json;

struct Allowed {
    int64_t from = 0, to = 0; ///< inclusive
    std::optional<int64_t> also;
};

int64_t number(const Json& value, const Allowed& allowed, const std::string& where)
{
    const bool whole = value.is_number_integer() && value >= INT64_MIN && value <= INT64_MAX;
    const int64_t id = whole ? value.get<int64_t>() : -1;
    if (whole && ((id >= allowed.from && id <= allowed.to) || id == allowed.also)) return id;
    throw DataError(where + ": must be a whole number in [" + std::to_string(allowed.from) + ", " +
                    std::to_string(allowed.to) + "]" + (allowed.also ? " or " + std::to_string(*allowed.also) : "") +
                    ", got " + value.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 40));
}

IdRows rowsOf(const Json& json, const std::string& where, const Allowed& allowed)
{
    if (!json.is_array() || json.empty() || !json[0].is_array() || json[0].empty())
        throw DataError(where + ": must be a non-empty array of non-empty arrays of ids");
    IdRows out{static_cast<int64_t>(json.size()), static_cast<int64_t>(json[0].size()), {}};
    for (size_t row = 0; row < json.size(); ++row) {
        const auto place = where + " row " + std::to_string(row);
        if (!json[row].is_array()) throw DataError(place + ": must be an array of ids");
        if (json[row].size() != json[0].size())
            throw DataError(place + ": has " + std::to_string(json[row].size()) + " entries, row 0 has " +
                            std::to_string(json[0].size()) + "; pad the rows to one length");
        for (size_t i = 0; i < json[row].size(); ++i)
            out.ids.push_back(number(json[row][i], allowed, place + " position " + std::to_string(i)));
    }
    return out;
}

} // namespace

ForwardInput readForwardInput(const fs::path& file, int64_t vocab_size)
{
    const auto json = Json::parse(readFile(file), nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) throw DataError(file.string() + ": must be a JSON object");
    const auto read = [&](const char* key, const Allowed& allowed) {
        const auto where = file.string() + ": " + key;
        if (!json.contains(key)) throw DataError(where + ": is missing");
        return rowsOf(json[key], where, allowed);
    };
    ForwardInput out;
    out.input_ids = read("input_ids", {0, vocab_size - 1, {}});
    out.labels = read("labels", {0, vocab_size - 1, -100});
    const auto& [rows, length, ids] = out.input_ids;
    out.attention_mask = IdRows{rows, length, std::vector<int64_t>(ids.size(), 1)};
    if (json.contains("attention_mask") && !json["attention_mask"].is_null())
        out.attention_mask = read("attention_mask", {0, 1, {}});
    if (out.attention_mask.rows != rows || out.attention_mask.length != length)
        throw DataError(file.string() + ": attention_mask: is " + std::to_string(out.attention_mask.rows) + " x " +
                        std::to_string(out.attention_mask.length) + ", input_ids are " + std::to_string(rows) + " x " +
                        std::to_string(length));
    if (out.labels.rows != rows)
        throw DataError(file.string() + ": labels: has " + std::to_string(out.labels.rows) + " rows, input_ids has " +
                        std::to_string(rows));
    return out;
}

} // namespace sy
