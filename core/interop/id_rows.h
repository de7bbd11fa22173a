// Token ids in JSON files.
#pragma once

#include "core/base/files.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace sy {

/// A matrix of whole numbers, row by row.
struct IdRows {
    int64_t rows = 0;
    int64_t length = 0;
    std::vector<int64_t> ids;
};

struct ForwardInput {
    IdRows input_ids;
    IdRows attention_mask; ///< of the same shape, all 1 where the file has none
    IdRows labels;         ///< as many rows; -100 = ignored
};

/// Other keys are ignored. @throws DataError naming file, key, row and rule: not a JSON object, a key missing, ragged
/// or empty rows, ids outside [0, vocab_size), mask values other than 0 and 1, different numbers of rows. Error where
/// it cannot be read.
ForwardInput readForwardInput(const fs::path& file, int64_t vocab_size);

} // namespace sy
