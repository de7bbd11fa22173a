// Fixed tokens and their routes as blobs. docs/store.md has the layouts.
#pragma once

#include "core/analysis/routes.h"
#include "core/store/blobs.h"

namespace sy {

EncodedBlob encodeText(const RouteText& text);
/// Into a text whose decoder, rows, width and pass_rows are set. @throws StoreError for a damaged blob.
void decodeText(std::string blob, RouteText& text);
/// Tells texts apart: SHA-256 of all that a text holds.
std::string hashOf(const RouteText& text);

/// Bytes an expert takes: 1 where all are below 128, else 2.
int64_t expertBytes(const LayerRoutes& routes);
EncodedBlob encodeExperts(const LayerRoutes& routes, int64_t bytes);
/// The first choices alone, [X]. @throws StoreError for a damaged blob.
std::vector<int16_t> decodeFirstExperts(std::string blob, int64_t tokens, int64_t choices, int64_t bytes);
/// [X, K]
std::vector<int16_t> decodeExperts(std::string blob, int64_t tokens, int64_t choices, int64_t bytes);

EncodedBlob encodeGates(const LayerRoutes& routes);
/// Sets kept and gate, for `choices` that are set. @throws StoreError for a damaged blob.
void decodeGates(std::string blob, int64_t tokens, LayerRoutes& routes);

} // namespace sy
