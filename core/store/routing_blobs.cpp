#include "core/store/routing_blobs.h"

#include "core/base/error.h"
#include "core/store/narrow.h"

namespace sy {

namespace {

void requireFormat(int64_t format, const char* table)
{
    if (format < 1 || format > blob_format)
        throw StoreError(std::string("the store is damaged: ") + table + " has the unknown format " +
                         std::to_string(format));
}

std::vector<int64_t> dropped(const RoutingWindow& window)
{
    std::vector<int64_t> result(window.load.size());
    for (size_t i = 0; i < result.size(); ++i) result[i] = window.load[i] - window.kept[i];
    return result;
}

using TopTokens = decltype(RoutingWindow::top_tokens);

void appendTopTokens(std::string& blob, const TopTokens& top)
{
    std::vector<int64_t> sizes, ids, counts;
    for (const auto& of_expert : top) {
        sizes.push_back(static_cast<int64_t>(of_expert.size()));
        for (const auto& [id, count] : of_expert) {
            ids.push_back(id);
            counts.push_back(count);
        }
    }
    blob += static_cast<char>(top.empty() ? 0 : 1);
    if (top.empty()) return;
    appendNarrow(blob, sizes);
    appendNarrow(blob, ids);
    appendNarrow(blob, counts);
}

TopTokens readTopTokens(BlobReader& blob, int64_t experts)
{
    TopTokens top;
    if (blob.array<uint8_t>(1)[0] == 0) return top;
    const auto sizes = readNarrow<int64_t>(blob, experts);
    int64_t all = 0;
    for (const int64_t size : sizes) {
        if (size < 0 || size > int64_t{1} << 32) blob.refuse("a list of " + std::to_string(size) + " tokens");
        all += size;
    }
    const auto ids = readNarrow<int32_t>(blob, all);
    const auto counts = readNarrow<int64_t>(blob, all);
    size_t next = 0;
    for (const int64_t size : sizes) {
        auto& of_expert = top.emplace_back();
        for (int64_t i = 0; i < size; ++i, ++next) of_expert.emplace_back(ids[next], counts[next]);
    }
    return top;
}

} // namespace

EncodedBlob encodeWindow(const RoutingWindow& window)
{
    std::string raw;
    appendNarrow(raw, window.load);
    appendNarrow(raw, dropped(window));
    appendPlanes(raw, shortened({window.importance.begin(), window.importance.end()}));
    appendNarrow(raw, window.tokens);
    appendTopTokens(raw, window.top_tokens);
    return encodeBlob(std::move(raw));
}

void decodeWindow(std::string bytes, int64_t format, RoutingWindow& window)
{
    requireFormat(format, "routing_blob");
    BlobReader blob(std::move(bytes), "routing_blob.data");
    const int64_t cells = window.languages * window.experts;
    if (format == 1) {
        window.load = blob.array<int64_t>(cells);
        window.kept = blob.array<int64_t>(cells);
        window.importance = blob.array<double>(cells);
        window.tokens = blob.array<int64_t>(window.languages);
    } else {
        window.load = readNarrow<int64_t>(blob, cells);
        window.kept = window.load;
        const auto lost = readNarrow<int64_t>(blob, cells);
        for (size_t i = 0; i < lost.size(); ++i) window.kept[i] -= lost[i];
        const auto importance = readPlanes<float>(blob, cells);
        window.importance.assign(importance.begin(), importance.end());
        window.tokens = readNarrow<int64_t>(blob, window.languages);
        window.top_tokens = readTopTokens(blob, window.experts);
    }
    blob.end();
}

EncodedBlob encodeSample(const RouteSample& sample)
{
    std::string raw;
    appendNarrow(raw, sample.token);
    appendNarrow(raw, differences(sample.language));
    appendNarrow(raw, differences(sample.sequence));
    appendNarrow(raw, differences(sample.position));
    appendNarrow(raw, sample.expert);
    appendShares(raw, sample.gate);
    return encodeBlob(std::move(raw));
}

void decodeSample(std::string bytes, int64_t format, int64_t tokens, RouteSample& sample)
{
    requireFormat(format, "route_sample");
    BlobReader blob(std::move(bytes), "route_sample.data");
    const int64_t cells = tokens * static_cast<int64_t>(sample.layers.size());
    if (format == 1) {
        sample.token = blob.array<int32_t>(tokens);
        sample.language = blob.array<int32_t>(tokens);
        sample.sequence = blob.array<int32_t>(tokens);
        sample.position = blob.array<int32_t>(tokens);
        sample.expert = blob.array<int16_t>(cells);
        sample.gate = blob.array<float>(cells);
    } else {
        sample.token = readNarrow<int32_t>(blob, tokens);
        sample.language = summedUp(readNarrow<int64_t>(blob, tokens));
        sample.sequence = summedUp(readNarrow<int64_t>(blob, tokens));
        sample.position = summedUp(readNarrow<int64_t>(blob, tokens));
        sample.expert = readNarrow<int16_t>(blob, cells);
        sample.gate = readShares(blob, cells);
    }
    blob.end();
}

EncodedBlob encodeCounts(const Evaluation& evaluation)
{
    std::string raw;
    raw += static_cast<char>(evaluation.gates.empty() ? 0 : 1);
    appendArray(raw, evaluation.row_language);
    appendPlanes(raw, evaluation.counts);
    appendPlanes(raw, shortened(evaluation.gates));
    return encodeBlob(std::move(raw));
}

void decodeCounts(std::string bytes, int64_t format, int64_t sequences, int64_t experts, Evaluation& evaluation)
{
    requireFormat(format, "evaluation_counts");
    BlobReader blob(std::move(bytes), "evaluation_counts.data");
    const int64_t cells = static_cast<int64_t>(evaluation.layers.size()) * sequences * experts;
    if (format == 1) {
        evaluation.row_language = blob.array<int32_t>(sequences);
        evaluation.counts = blob.array<uint16_t>(cells);
    } else {
        const bool gates = blob.array<uint8_t>(1)[0] != 0;
        evaluation.row_language = blob.array<int32_t>(sequences);
        evaluation.counts = readPlanes<uint16_t>(blob, cells);
        if (gates) evaluation.gates = readPlanes<float>(blob, cells);
    }
    blob.end();
}

namespace {

/// The first of every token's top_k.
template <class T> std::vector<T> leading(const std::vector<T>& top, size_t tokens)
{
    std::vector<T> first;
    for (size_t x = 0; x < tokens; ++x) first.push_back(top[x * (top.size() / tokens)]);
    return first;
}

} // namespace

std::string encodeProbeRoute(const ProbeRoute& route)
{
    const bool leads = route.top_k > 0 && leading(route.top_probability, route.expert.size()) == route.probability;
    std::string raw;
    raw += static_cast<char>(leads ? 1 : 0);
    appendPlanes(raw, shortened(route.entropy));
    appendNarrow(raw, route.top_expert);
    appendPlanes(raw, shortened(route.top_probability));
    if (!leads) appendPlanes(raw, shortened(route.probability));
    EncodedBlob blob = encodeBlob(std::move(raw));
    return (blob.encoding == "zstd" ? '\1' : '\0') + std::move(blob.data);
}

void decodeProbeRoute(std::string bytes, int64_t format, ProbeRoute& route)
{
    requireFormat(format, "probe_route");
    const auto tokens = static_cast<int64_t>(route.expert.size());
    if (format > 1 && bytes.empty()) throw StoreError("the store is damaged: probe_route.data is empty");
    if (format > 1) bytes = decodeBlob(bytes.starts_with('\1') ? "zstd" : "raw", std::string_view(bytes).substr(1));
    BlobReader blob(std::move(bytes), "probe_route.data");
    if (format == 1) {
        route.probability = blob.array<float>(tokens);
        route.entropy = blob.array<float>(tokens);
        route.top_expert = blob.array<int32_t>(tokens * route.top_k);
        route.top_probability = blob.array<float>(tokens * route.top_k);
    } else {
        const bool leads = blob.array<uint8_t>(1)[0] != 0;
        if (leads && route.top_k < 1) blob.refuse("no top experts");
        route.entropy = readPlanes<float>(blob, tokens);
        route.top_expert = readNarrow<int32_t>(blob, tokens * route.top_k);
        route.top_probability = readPlanes<float>(blob, tokens * route.top_k);
        route.probability =
            leads ? leading(route.top_probability, route.expert.size()) : readPlanes<float>(blob, tokens);
    }
    blob.end();
}

} // namespace sy
