// Routes of fixed validation tokens.
#include "core/store/columns.h"
#include "core/store/narrow.h"
#include "core/store/own_validation.h"
#include "core/store/route_blobs.h"
#include "core/store/store_impl.h"

#include <algorithm>

namespace sy {

namespace {

RouteText readText(SQLite::Database& database, int64_t run, const std::string& hash)
{
    RouteText text;
    if (hash.empty()) return text;
    SQLite::Statement query(database, "SELECT decoder, rows, width, pass_rows, encoding, data FROM route_text "
                                      "WHERE run = ? AND hash = ?");
    SQLite::bind(query, run, hash);
    if (!query.executeStep()) throw StoreError("the store is damaged: there is no route_text " + hash);
    text.decoder = query.getColumn(0).getInt() != 0;
    text.rows = query.getColumn(1).getInt64();
    text.width = query.getColumn(2).getInt64();
    text.pass_rows = query.getColumn(3).getInt64();
    decodeText(blobOf(query, 4), text);
    return text;
}

LayerRoutes readLayer(SQLite::Statement& row)
{
    LayerRoutes routes;
    routes.layer = row.getColumn(0).getInt64();
    const int64_t tokens = row.getColumn(1).getInt64();
    routes.choices = row.getColumn(2).getInt64();
    routes.expert = decodeExperts(blobOf(row, 4), tokens, routes.choices, row.getColumn(3).getInt64());
    decodeGates(blobOf(row, 6), tokens, routes);
    return routes;
}

/// Hash of the layer's text at the latest evaluation; empty where there is none.
std::string latestText(SQLite::Database& database, int64_t run, int64_t layer, bool decoder)
{
    SQLite::Statement query(database, std::string("SELECT ") + (decoder ? "e.decoder" : "e.encoder") +
                                          " FROM evaluation_text AS e JOIN evaluation_route AS t ON t.text = e.key " +
                                          of_own_validation +
                                          " AND t.layer = ? ORDER BY e.step DESC, e.key DESC LIMIT 1");
    SQLite::bind(query, run, layer);
    return query.executeStep() ? query.getColumn(0).getString() : "";
}

bool isDecoderLayer(SQLite::Database& database, int64_t run, int64_t layer)
{
    SQLite::Statement query(database, "SELECT coalesce(json_extract(sparse_layers, '$[' || ?2 || ']'), '') "
                                      "LIKE 'decoder%' FROM run WHERE key = ?1");
    SQLite::bind(query, run, layer);
    return query.executeStep() && query.getColumn(0).getInt() != 0;
}

void leaveOut(const std::vector<uint8_t>& counted, std::vector<int16_t>& first)
{
    if (counted.size() != first.size())
        throw StoreError("the store is damaged: evaluation_route has " + std::to_string(first.size()) +
                         " tokens, its text " + std::to_string(counted.size()));
    for (size_t x = 0; x < first.size(); ++x)
        if (counted[x] == 0) first[x] = -1;
}

} // namespace

std::vector<int64_t> Store::evaluationRouteSteps(const std::string& run) const
{
    return guardStore("read the steps of routes", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        return ownSteps(database(), "evaluation_text", runKey(database(), run));
    });
}

std::optional<EvaluationRoutes> Store::evaluationRoutes(const std::string& run, int64_t step) const
{
    return guardStore("read routes", paths().database, [&]() -> std::optional<EvaluationRoutes> {
        const auto snapshot = m_impl->snapshot();
        const int64_t key = runKey(database(), run);
        SQLite::Statement query(database(), std::string("SELECT e.key, e.step, e.corpus, e.split, "
                                                        "coalesce(e.encoder, ''), coalesce(e.decoder, ''), "
                                                        "e.predicted, e.encoding, e.data FROM evaluation_text AS e ") +
                                                of_own_validation + " AND e.step = ? ORDER BY e.key DESC LIMIT 1");
        SQLite::bind(query, key, step);
        if (!query.executeStep()) return std::nullopt;
        EvaluationRoutes routes;
        routes.step = query.getColumn(1).getInt64();
        routes.corpus = query.getColumn(2).getString();
        routes.split = query.getColumn(3).getString();
        routes.encoder = readText(database(), key, query.getColumn(4).getString());
        routes.decoder = readText(database(), key, query.getColumn(5).getString());
        BlobReader predicted(blobOf(query, 7), "evaluation_text.data");
        routes.predicted = readNarrow<int32_t>(predicted, query.getColumn(6).getInt64());
        predicted.end();
        SQLite::Statement layers(database(),
                                 "SELECT layer, tokens, choices, expert_bytes, expert_encoding, experts, "
                                 "gate_encoding, gates FROM evaluation_route WHERE text = ? ORDER BY layer");
        layers.bind(1, query.getColumn(0).getInt64());
        while (layers.executeStep()) routes.layers.push_back(readLayer(layers));
        return routes;
    });
}

ExpertHistory Store::expertHistory(const std::string& run, int64_t layer) const
{
    return guardStore("read the history of experts", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        const int64_t key = runKey(database(), run);
        const bool decoder = isDecoderLayer(database(), key, layer);
        ExpertHistory history;
        const std::string hash = latestText(database(), key, layer, decoder);
        if (hash.empty()) return history;
        history.text = readText(database(), key, hash);
        SQLite::Statement query(database(), std::string("SELECT e.step, t.tokens, t.choices, t.expert_bytes, "
                                                        "t.expert_encoding, t.experts FROM evaluation_text AS e "
                                                        "JOIN evaluation_route AS t ON t.text = e.key ") +
                                                of_own_validation + " AND t.layer = ? AND " +
                                                (decoder ? "e.decoder" : "e.encoder") + " = ? ORDER BY e.step, e.key");
        SQLite::bind(query, key, layer, hash);
        while (query.executeStep()) {
            history.step.push_back(query.getColumn(0).getInt64());
            history.first.push_back(decodeFirstExperts(blobOf(query, 4), query.getColumn(1).getInt64(),
                                                       query.getColumn(2).getInt64(), query.getColumn(3).getInt64()));
            leaveOut(history.text.counted, history.first.back());
        }
        return history;
    });
}

} // namespace sy
