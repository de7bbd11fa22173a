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

/// JSON lines with {"id": ..., "texts": {"en": "...", "de": "..."}} or with the codes as keys of the line itself (other
/// keys are passed over); or, where the name ends in .tsv, tab-separated with the codes in the first line. Texts are
/// cleaned as an import cleans them; empty ones are left out, and so are sentences without any.
///
/// `id` is Indonesian too: beside other codes it names the sentence, unless some line's `id` has a space in it or it is
/// asked for by "texts".
/// @param limit  at most so many sentences; 0 = all. @throws Error below 0.
/// @throws DataError naming file, line and rule: not UTF-8, no JSON object, a text that is no string, what is no
/// language code, one language twice, a line of the table with too few or many columns, no sentence with two languages.
std::vector<ParallelSentence> readParallel(const fs::path& file, int64_t limit = 0);

} // namespace sy
