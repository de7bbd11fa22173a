// The files of resources/presets/, compiled in by cmake/EmbedPresets.cmake.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sy {

/// (name, JSON text) in the order of resources/presets/order.txt.
const std::vector<std::pair<std::string, std::string>>& embeddedPresets();

} // namespace sy
