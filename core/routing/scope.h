// Which tokens share an expert's slots, or a balance loss. Groups are whole rows, as in a Mesh-TensorFlow
// or T5X batch, so that a token's group follows from its index alone.
#pragma once

#include "core/base/random.h"
#include "core/config/experiment.h"

#include <algorithm>
#include <cstdint>

namespace sy {

/// Tokens of `rows` rows of `length` positions, flattened row by row, split into groups of whole rows.
struct TokenGroups {
    int64_t rows = 0;
    int64_t length = 0;
    int64_t rows_per_group = 1;

    SY_HOST_DEVICE constexpr int64_t tokens() const { return rows * length; }
    /// Tokens of a full group; the last group may have fewer.
    SY_HOST_DEVICE constexpr int64_t tokensPerGroup() const { return rows_per_group * length; }
    SY_HOST_DEVICE constexpr int64_t groups() const { return (rows + rows_per_group - 1) / rows_per_group; }
    SY_HOST_DEVICE constexpr int64_t groupOf(int64_t token) const { return token / tokensPerGroup(); }
    bool operator==(const TokenGroups&) const = default;
};

/// `Group`: as many whole rows as fit into group_size tokens, at least one. `Global` over one rank is `Batch`.
constexpr TokenGroups tokenGroups(Scope scope, int64_t group_size, int64_t rows, int64_t length)
{
    int64_t rows_per_group = std::max<int64_t>(rows, 1);
    if (scope == Scope::Row) rows_per_group = 1;
    if (scope == Scope::Group && length > 0)
        rows_per_group = std::min(rows_per_group, std::max<int64_t>(group_size / length, 1));
    return {rows, length, rows_per_group};
}

} // namespace sy
