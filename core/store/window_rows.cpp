#include "core/store/window_rows.h"

#include "core/store/columns.h"
#include "core/store/routing_blobs.h"

namespace sy {

RoutingWindow readWindow(SQLite::Statement& row, int64_t layer)
{
    RoutingWindow window;
    window.first_step = row.getColumn(0).getInt64();
    window.last_step = row.getColumn(1).getInt64();
    window.layer = layer;
    window.languages = row.getColumn(2).getInt64();
    window.experts = row.getColumn(3).getInt64();
    window.entropy_sum = realOrNan(row.getColumn(4));
    window.confidence_sum = realOrNan(row.getColumn(5));
    window.z_sum = realOrNan(row.getColumn(6));
    window.lse_max = realOrNan(row.getColumn(7));
    window.padding = row.getColumn(8).getInt64();
    const int64_t format = row.getColumn(12).getInt64();
    decodeWindow(blobOf(row, 10), format, window);
    if (format == 1)
        window.top_tokens = listOf<decltype(window.top_tokens)>(row.getColumn(9), "routing_blob.top_tokens");
    window.logit_min = realOrNan(row.getColumn(13));
    window.logit_max = realOrNan(row.getColumn(14));
    window.capacity_needed = realOrNan(row.getColumn(15));
    return window;
}

} // namespace sy
