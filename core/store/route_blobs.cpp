#include "core/store/route_blobs.h"

#include "core/base/files.h"
#include "core/store/narrow.h"

#include <algorithm>

namespace sy {

namespace {

/// [X, K] as planes [K, X]: what is alike lies together, and first choices lead.
template <class To, class From> std::vector<To> planes(const std::vector<From>& values, int64_t choices)
{
    const size_t k = static_cast<size_t>(choices), tokens = values.size() / k;
    std::vector<To> result(values.size());
    for (size_t x = 0; x < tokens; ++x)
        for (size_t c = 0; c < k; ++c) result[c * tokens + x] = static_cast<To>(values[x * k + c]);
    return result;
}

template <class To, class From> std::vector<To> interleaved(const std::vector<From>& values, int64_t choices)
{
    const size_t k = static_cast<size_t>(choices), tokens = values.size() / k;
    std::vector<To> result(values.size());
    for (size_t c = 0; c < k; ++c)
        for (size_t x = 0; x < tokens; ++x) result[x * k + c] = static_cast<To>(values[c * tokens + x]);
    return result;
}

std::vector<uint8_t> keptBits(const std::vector<uint8_t>& kept)
{
    std::vector<uint8_t> bits((kept.size() + 7) / 8);
    for (size_t i = 0; i < kept.size(); ++i)
        if (kept[i] != 0) bits[i / 8] = static_cast<uint8_t>(bits[i / 8] | 1U << (i % 8));
    return bits;
}

/// Planes [K, X].
std::vector<int16_t> readExperts(std::string blob, int64_t tokens, int64_t choices, int64_t bytes)
{
    BlobReader reader(std::move(blob), "evaluation_route.experts");
    if (choices < 1) reader.refuse(std::to_string(choices) + " choices of a token");
    std::vector<int16_t> experts;
    if (bytes == 1) {
        const auto narrow = reader.array<int8_t>(tokens * choices);
        experts.assign(narrow.begin(), narrow.end());
    } else {
        experts = reader.array<int16_t>(tokens * choices);
    }
    reader.end();
    return experts;
}

} // namespace

EncodedBlob encodeText(const RouteText& text)
{
    std::string raw;
    appendNarrow(raw, text.token);
    appendArray(raw, text.counted);
    appendNarrow(raw, text.gold);
    appendNarrow(raw, text.row_language);
    return encodeBlob(std::move(raw));
}

void decodeText(std::string blob, RouteText& text)
{
    BlobReader reader(std::move(blob), "route_text.data");
    text.token = readNarrow<int32_t>(reader, text.tokens());
    text.counted = reader.array<uint8_t>(text.tokens());
    text.gold = readNarrow<int32_t>(reader, text.decoder ? text.tokens() : 0);
    text.row_language = readNarrow<int32_t>(reader, text.rows);
    reader.end();
}

std::string hashOf(const RouteText& text)
{
    std::string all;
    appendArray(all, std::vector<int64_t>{text.decoder ? 1 : 0, text.rows, text.width, text.pass_rows});
    appendArray(all, text.token);
    appendArray(all, text.counted);
    appendArray(all, text.gold);
    appendArray(all, text.row_language);
    return sha256(all);
}

int64_t expertBytes(const LayerRoutes& routes)
{
    return std::ranges::all_of(routes.expert, [](int16_t e) { return e < 128; }) ? 1 : 2;
}

EncodedBlob encodeExperts(const LayerRoutes& routes, int64_t bytes)
{
    std::string raw;
    if (bytes == 1)
        appendArray(raw, planes<int8_t>(routes.expert, routes.choices));
    else
        appendArray(raw, planes<int16_t>(routes.expert, routes.choices));
    return encodeBlob(std::move(raw));
}

std::vector<int16_t> decodeFirstExperts(std::string blob, int64_t tokens, int64_t choices, int64_t bytes)
{
    auto experts = readExperts(std::move(blob), tokens, choices, bytes);
    experts.resize(static_cast<size_t>(tokens));
    return experts;
}

std::vector<int16_t> decodeExperts(std::string blob, int64_t tokens, int64_t choices, int64_t bytes)
{
    return interleaved<int16_t>(readExperts(std::move(blob), tokens, choices, bytes), choices);
}

EncodedBlob encodeGates(const LayerRoutes& routes)
{
    std::string raw;
    appendArray(raw, keptBits(planes<uint8_t>(routes.kept, routes.choices)));
    appendShares(raw, planes<float>(routes.gate, routes.choices));
    return encodeBlob(std::move(raw));
}

void decodeGates(std::string blob, int64_t tokens, LayerRoutes& routes)
{
    const int64_t cells = tokens * routes.choices;
    BlobReader reader(std::move(blob), "evaluation_route.gates");
    const auto bits = reader.array<uint8_t>((cells + 7) / 8);
    const auto gates = readShares(reader, cells);
    reader.end();
    std::vector<uint8_t> kept(static_cast<size_t>(cells));
    for (size_t i = 0; i < kept.size(); ++i) kept[i] = bits[i / 8] >> (i % 8) & 1;
    routes.kept = interleaved<uint8_t>(kept, routes.choices);
    routes.gate = interleaved<float>(gates, routes.choices);
}

} // namespace sy
