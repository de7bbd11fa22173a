// One entry of a section's field list. Reading, writing, checking, `--set`, SQL keys and the form
// all walk the same list.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sy {

/// Specialise with `static constexpr auto names = std::array{std::pair{Enum::A, "a"}, ...}` to make
/// an enum a setting.
template <class Enum> struct EnumNames;

template <class T> inline constexpr bool is_setting_enum = std::is_enum_v<T>;

template <class Enum> std::string_view enumText(Enum value)
{
    for (const auto& [candidate, text] : EnumNames<Enum>::names)
        if (candidate == value) return text;
    return "?";
}

template <class Enum> std::optional<Enum> enumFromText(std::string_view wanted)
{
    for (const auto& [candidate, text] : EnumNames<Enum>::names)
        if (wanted == text) return candidate;
    return std::nullopt;
}

template <class Enum> std::vector<std::string> enumChoices()
{
    std::vector<std::string> choices;
    for (const auto& entry : EnumNames<Enum>::names) choices.emplace_back(entry.second);
    return choices;
}

/// What a setting is, apart from its value. Limits are inclusive unless `above`/`below` is used.
struct FieldInfo {
    const char* key = "";
    const char* doc = "";
    const char* unit = ""; ///< "" = unitless
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    bool min_open = false; ///< the value must be above `min`, not equal to it
    bool max_open = false;
    int multiple = 1; ///< whole numbers: must divide by this
};

template <class T> struct Field : FieldInfo {
    T& value;

    Field(const char* field_key, T& field_value) : value(field_value) { key = field_key; }
    Field& text(const char* documentation) { return doc = documentation, *this; }
    Field& in(const char* unit_name) { return unit = unit_name, *this; }
    Field& range(double low, double high) { return min = low, max = high, *this; }
    Field& atLeast(double low) { return min = low, *this; }
    Field& above(double low) { return min = low, min_open = true, *this; }
    Field& below(double high) { return max = high, max_open = true, *this; }
    Field& dividesBy(int factor) { return multiple = factor, *this; }
};

template <class T> Field<T> field(const char* key, T& value)
{
    return Field<T>(key, value);
}

} // namespace sy
