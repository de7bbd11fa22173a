// A configuration as rows: dotted path -> value, as the config table keeps it.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace sy {

using FlatConfig = std::vector<std::pair<std::string, nlohmann::json>>;

/// Objects become paths; lists, numbers, texts and empty objects are values.
/// @throws StoreError where the whole is not an object or a key is empty or holds a dot.
FlatConfig flatConfig(const nlohmann::json& config);

/// The inverse. @throws StoreError where a path runs through a value.
nlohmann::json nestedConfig(const FlatConfig& flat);

} // namespace sy
