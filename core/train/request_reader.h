// Reads the keys of a JSON request from anybody, with a word on everything that does not fit.
#pragma once

#include "core/config/field.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sy {

/// Getters are empty where the key is absent or null. @throws UsageError naming `what`, the key, its value and the
/// rule.
class RequestReader {
public:
    /// @throws UsageError unless `request` is an object.
    RequestReader(const nlohmann::json& request, std::string what);

    std::optional<std::string> text(const char* key, size_t most_bytes);
    std::string requiredText(const char* key, size_t most_bytes);
    std::vector<std::string> texts(const char* key, size_t most_bytes);
    std::optional<int64_t> whole(const char* key, int64_t least, int64_t most);
    int64_t requiredWhole(const char* key, int64_t least, int64_t most);
    std::optional<double> number(const char* key); ///< finite
    std::optional<bool> flag(const char* key);
    template <class Enum> std::optional<Enum> choice(const char* key)
    {
        const auto word = text(key, longest_word);
        if (!word) return {};
        if (const auto value = enumFromText<Enum>(*word)) return value;
        refuse(key, "must be one of " + listed(enumChoices<Enum>()));
    }
    template <class Enum> Enum requiredChoice(const char* key) { return *required(key, choice<Enum>(key)); }
    const nlohmann::json* find(const char* key); ///< null where it is absent or null
    /// @throws UsageError where the request has a key that nobody asked for, "verb" and "id" aside.
    void finish() const;

private:
    static constexpr size_t longest_word = 100; ///< bytes
    static std::string listed(const std::vector<std::string>& words);
    [[noreturn]] void refuse(const char* key, const std::string& rule) const;
    template <class T> std::optional<T> required(const char* key, std::optional<T> value) const
    {
        if (!value) refuse(key, "is missing");
        return value;
    }
    const nlohmann::json& m_request;
    std::string m_what;
    std::set<std::string> m_known;
};

} // namespace sy
