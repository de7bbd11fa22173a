// Documents of an HTML page.
#pragma once

#include <functional>
#include <string_view>

namespace sy {

/// Paragraphs, headings, list items and table cells of a page in reading order, white space as it stands; navigation,
/// scripts and listings (<pre>) left out. Broken markup is repaired as browsers do. @param page valid UTF-8.
void readHtml(std::string_view page, const std::function<void(std::string_view document)>& visit);

} // namespace sy
