// The same sentences in several languages.
#pragma once

#include "core/base/files.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sy {

struct ParallelSentence {
    std::string id;                           ///< as the file says, else its line number
    std::map<std::string, std::string> texts; ///< language code -> text
};

/// JSON lines with {"texts": {"en": "...", "de": "..."}} or with the codes as keys of the line itself; or tab-separated
/// with the codes in the first line (by the ending .tsv). At most `limit` sentences (0 = all); empty texts are left
/// out.
/// @throws DataError naming file, line and rule: not UTF-8, no JSON, another shape, no sentence with two languages.
std::vector<ParallelSentence> readParallel(const fs::path& file, int64_t limit = 0);

} // namespace sy
