// Routing windows, route samples, counts of evaluations and routes of probes as blobs. Each has a column `format`
// beside it: 1 is what programs wrote before store version 5. docs/store.md has the layouts.
#pragma once

#include "core/store/blobs.h"
#include "core/store/records.h"

namespace sy {

inline constexpr int64_t blob_format = 2; ///< that is written now

EncodedBlob encodeWindow(const RoutingWindow& window);
/// Into a window whose languages and experts are set. This and those below: @throws StoreError for a damaged blob or an
/// unknown format.
void decodeWindow(std::string blob, int64_t format, RoutingWindow& window);

EncodedBlob encodeSample(const RouteSample& sample);
/// Into a sample whose layers are set.
void decodeSample(std::string blob, int64_t format, int64_t tokens, RouteSample& sample);

EncodedBlob encodeCounts(const Evaluation& evaluation);
/// Into an evaluation whose layers are set.
void decodeCounts(std::string blob, int64_t format, int64_t sequences, int64_t experts, Evaluation& evaluation);

std::string encodeProbeRoute(const ProbeRoute& route);
/// Into a route whose expert and top_k are set.
void decodeProbeRoute(std::string blob, int64_t format, ProbeRoute& route);

} // namespace sy
