#include "core/store/bundle_tables.h"

#include <array>
#include <cstring>

namespace sy {

namespace {

constexpr std::array tables = {
    BundleTable{"clock", "clock", "step, tokens, flops, wall_ms, process_s", "iirir", "step", nullptr, nullptr, false},
    BundleTable{"routing_window", "window/",
                "layer, last_step, first_step, languages, experts, tokens, padding, load, kept, language_load, "
                "language_kept, drop_rate, max_violation, load_cv, dead_experts, load_entropy, mean_entropy, "
                "mean_confidence, mutual_information, normalized_mutual_information, z_mean, lse_max, "
                "mean_probability_entropy, logit_min, logit_max, capacity_needed",
                "iiiiiiijjjjrrrirrrrrrrrrrr", "last_step", "layer", nullptr, false, 4},
    BundleTable{"routing_blob", "window/",
                "layer, last_step, entropy_sum, confidence_sum, z_sum, top_tokens, encoding, data, format", "iirrrjtbi",
                "last_step", "layer", nullptr, false, 1},
    BundleTable{"route_sample", "sample/", "decoder, step, tokens, layers, encoding, data, format", "iiijtbi", "step",
                "decoder", nullptr, false, 1},
    BundleTable{"evaluation", "evaluation", "key, step, corpus, split, cross_entropy, tokens, drop_rate", "iittrir",
                "key", nullptr, nullptr, true},
    BundleTable{"evaluation_language", "evaluation", "evaluation, language, cross_entropy, tokens", "itri",
                "evaluation", nullptr, "evaluation", false},
    BundleTable{"evaluation_counts", "evaluation", "evaluation, layers, sequences, experts, encoding, data, format",
                "ijiitbi", "evaluation", nullptr, "evaluation", false, 1},
    BundleTable{"evaluation_specialization", "evaluation",
                "evaluation, layer, kind, information, null_mean, null_low, null_high, p_value, normalized, adjusted, "
                "bound, expert_entropy, language_entropy, sequences, languages, permutations, weight",
                "iitrrrrrrrrrriiir", "evaluation", nullptr, "evaluation", false},
    BundleTable{"route_text", "route_text", "hash, step, decoder, rows, width, pass_rows, encoding, data", "tiiiiitb",
                "step", nullptr, nullptr, false},
    BundleTable{"evaluation_text", "evaluation_text",
                "key, step, corpus, split, encoder, decoder, predicted, encoding, data", "iittnnitb", "key", nullptr,
                nullptr, true},
    BundleTable{"evaluation_route", "evaluation_text",
                "text, layer, tokens, choices, expert_bytes, expert_encoding, experts, gate_encoding, gates",
                "iiiiitbtb", "text", nullptr, "evaluation_text", false},
    BundleTable{"probe", "probe", "key, step, text, language, target, prediction", "iitttt", "key", nullptr, nullptr,
                true},
    BundleTable{"probe_token", "probe", "probe, position, decoder, id, piece", "iiiit", "probe", nullptr, "probe",
                false},
    BundleTable{"probe_route", "probe", "probe, layer, tokens, top_k, expert, dropped, data, format", "iiiijjbi",
                "probe", nullptr, "probe", false, 1},
    BundleTable{"event", "event", "key, step, time_ms, kind, message, data", "iiittj", "key", nullptr, nullptr, true},
    BundleTable{"log_line", "log_line", "key, time_ms, level, area, text", "iittt", "key", nullptr, nullptr, true},
};

[[noreturn]] void damaged(const std::string& why)
{
    throw DataError("the bundle is damaged: " + why);
}

uint64_t zigzag(int64_t value)
{
    return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}

bool fits(const BundleValue& value, char type)
{
    switch (type) {
    case 'i':
        return std::holds_alternative<int64_t>(value);
    case 'r':
        return std::holds_alternative<double>(value) || std::holds_alternative<std::monostate>(value);
    case 't':
        return std::holds_alternative<std::string>(value);
    case 'n':
        return std::holds_alternative<std::string>(value) || std::holds_alternative<std::monostate>(value);
    case 'j':
        return std::holds_alternative<std::string>(value) && nlohmann::json::accept(std::get<std::string>(value));
    default:
        return std::holds_alternative<std::vector<char>>(value);
    }
}

enum ValueTag : char { null_tag, integer_tag, real_tag, text_tag, blob_tag };

void addPlaces(SQLite::Database& database, int64_t run, const char* sql, const std::string& name, BundleCursor& cursor)
{
    SQLite::Statement query(database, sql);
    query.bind(1, run);
    while (query.executeStep())
        if (!query.getColumn(1).isNull()) cursor[name + query.getColumn(0).getString()] = query.getColumn(1).getInt64();
}

} // namespace

std::span<const BundleTable> bundleTables()
{
    return tables;
}

size_t columnCount(const BundleTable& table, uint32_t version)
{
    return std::strlen(table.types) - (version < 2 ? table.added : 0);
}

BundleCursor cursorOf(SQLite::Database& database, int64_t run)
{
    BundleCursor cursor;
    const auto add = [&](const char* sql, const char* name) { addPlaces(database, run, sql, name, cursor); };
    add("SELECT name, last_step FROM series_summary JOIN series ON series.key = series WHERE run = ? "
        "AND name NOT GLOB 'system/*'",
        "point/");
    add("SELECT name, (SELECT max(time_ms) FROM system_sample AS s WHERE s.run = m.run AND s.series = m.series) "
        "FROM series_summary AS m JOIN series ON series.key = series WHERE run = ? AND name GLOB 'system/*'",
        "system/");
    add("SELECT '', max(step) FROM clock WHERE run = ?", "clock");
    add("SELECT layer, max(last_step) FROM routing_window WHERE run = ? GROUP BY layer", "window/");
    add("SELECT decoder, max(step) FROM route_sample WHERE run = ? GROUP BY decoder", "sample/");
    add("SELECT '', max(key) FROM evaluation WHERE run = ?", "evaluation");
    add("SELECT '', max(step) FROM route_text WHERE run = ?", "route_text");
    add("SELECT '', max(key) FROM evaluation_text WHERE run = ?", "evaluation_text");
    add("SELECT '', max(key) FROM probe WHERE run = ?", "probe");
    add("SELECT '', max(key) FROM event WHERE run = ?", "event");
    add("SELECT '', max(key) FROM log_line WHERE run = ?", "log_line");
    return cursor;
}

int64_t placeIn(const BundleCursor& cursor, const std::string& name)
{
    const auto found = cursor.find(name);
    return found == cursor.end() ? INT64_MIN : found->second;
}

void PartWriter::integer(int64_t value)
{
    uint64_t rest = zigzag(value);
    for (; rest >= 128; rest >>= 7) m_bytes += static_cast<char>(rest | 128);
    m_bytes += static_cast<char>(rest);
}

void PartWriter::real(double value)
{
    m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void PartWriter::text(std::string_view value)
{
    integer(static_cast<int64_t>(value.size()));
    m_bytes += value;
}

void PartWriter::row(SQLite::Statement& statement)
{
    for (int i = 0; i < statement.getColumnCount(); ++i) {
        const SQLite::Column column = statement.getColumn(i);
        if (column.isNull()) {
            m_bytes += null_tag;
        } else if (column.isInteger()) {
            m_bytes += integer_tag;
            integer(column.getInt64());
        } else if (column.isFloat()) {
            m_bytes += real_tag;
            real(column.getDouble());
        } else {
            m_bytes += column.isText() ? text_tag : blob_tag;
            text({static_cast<const char*>(column.getBlob()), static_cast<size_t>(column.getBytes())});
        }
    }
}

std::string_view PartReader::take(size_t bytes)
{
    if (bytes > m_bytes.size() - m_place) damaged("a part is too short");
    const std::string_view taken = m_bytes.substr(m_place, bytes);
    m_place += bytes;
    return taken;
}

int64_t PartReader::integer()
{
    uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        const auto byte = static_cast<uint8_t>(take(1)[0]);
        if (shift == 63 && byte > 1) break;
        value |= static_cast<uint64_t>(byte & 127) << shift;
        if (byte < 128) return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
    }
    damaged("a number is too long");
}

double PartReader::real()
{
    double value = 0;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
}

std::string PartReader::text()
{
    const int64_t size = integer();
    if (size < 0) damaged("a text has a negative length");
    return std::string(take(static_cast<size_t>(size)));
}

std::string_view PartReader::rest()
{
    return take(m_bytes.size() - m_place);
}

BundleRow PartReader::row(const BundleTable& table, size_t columns)
{
    BundleRow values;
    for (const char* type = table.types; values.size() < columns; ++type) {
        switch (take(1)[0]) {
        case null_tag:
            values.emplace_back();
            break;
        case integer_tag:
            values.emplace_back(integer());
            break;
        case real_tag:
            values.emplace_back(real());
            break;
        case text_tag:
            values.emplace_back(text());
            break;
        case blob_tag: {
            const std::string bytes = text();
            values.emplace_back(std::vector<char>(bytes.begin(), bytes.end()));
            break;
        }
        default:
            damaged("a value has an unknown type");
        }
        if (!fits(values.back(), *type))
            damaged(std::string("column ") + std::to_string(type - table.types + 1) + " of a row of " + table.name +
                    " has the wrong type");
    }
    return values;
}

std::string curvePart(const BundleCurve& curve)
{
    PartWriter part;
    part.text(curve.series);
    part.integer(static_cast<int64_t>(curve.step.size()));
    int64_t before = 0;
    const auto difference = [&before](int64_t value) { // wraps rather than overflows
        return static_cast<int64_t>(static_cast<uint64_t>(value) - static_cast<uint64_t>(std::exchange(before, value)));
    };
    for (const int64_t step : curve.step) part.integer(difference(step));
    before = 0;
    for (const int64_t time : curve.time_ms) part.integer(difference(time));
    for (const double value : curve.value) part.real(value);
    return part.take();
}

BundleCurve curveOfPart(std::string_view bytes, bool system)
{
    PartReader part(bytes);
    BundleCurve curve;
    curve.series = part.text();
    const int64_t count = part.integer();
    if (curve.series.empty() || curve.series.starts_with("system/") != system || count < 0 ||
        static_cast<uint64_t>(count) > bytes.size())
        damaged("a part of a series is wrong");
    const auto differences = [&](std::vector<int64_t>& values) {
        uint64_t sum = 0;
        for (int64_t i = 0; i < count; ++i) {
            sum += static_cast<uint64_t>(part.integer()); // wraps where it is damaged
            values.push_back(static_cast<int64_t>(sum));
        }
    };
    differences(curve.step);
    if (system) differences(curve.time_ms);
    for (int64_t i = 0; i < count; ++i) curve.value.push_back(part.real());
    if (!part.atEnd()) damaged("a part of a series is too long");
    return curve;
}

} // namespace sy
