// Evaluations and probes with their parts.
#include "core/store/columns.h"
#include "core/store/store_impl.h"

namespace sy {

namespace {

void readLanguages(SQLite::Database& database, int64_t key, Evaluation& evaluation)
{
    SQLite::Statement query(database, "SELECT language, cross_entropy, tokens FROM evaluation_language "
                                      "WHERE evaluation = ? ORDER BY language");
    query.bind(1, key);
    while (query.executeStep())
        evaluation.languages.push_back(
            {query.getColumn(0).getString(), realOrNan(query.getColumn(1)), query.getColumn(2).getInt64()});
}

void readCounts(SQLite::Database& database, int64_t key, Evaluation& evaluation)
{
    SQLite::Statement query(database, "SELECT layers, sequences, experts, encoding, data FROM evaluation_counts "
                                      "WHERE evaluation = ?");
    query.bind(1, key);
    if (!query.executeStep()) return;
    evaluation.layers = listOf<std::vector<int64_t>>(query.getColumn(0), "evaluation_counts.layers");
    const int64_t rows = query.getColumn(1).getInt64();
    const int64_t experts = query.getColumn(2).getInt64();
    BlobReader blob(blobOf(query, 3), "evaluation_counts.data");
    evaluation.row_language = blob.array<int32_t>(rows);
    evaluation.counts = blob.array<uint16_t>(static_cast<int64_t>(evaluation.layers.size()) * rows * experts);
    blob.end();
}

Evaluation readEvaluation(SQLite::Database& database, SQLite::Statement& row)
{
    Evaluation evaluation;
    evaluation.step = row.getColumn(1).getInt64();
    evaluation.corpus = row.getColumn(2).getString();
    evaluation.split = row.getColumn(3).getString();
    evaluation.cross_entropy = realOrNan(row.getColumn(4));
    evaluation.tokens = row.getColumn(5).getInt64();
    evaluation.drop_rate = realOrNan(row.getColumn(6));
    readLanguages(database, row.getColumn(0).getInt64(), evaluation);
    readCounts(database, row.getColumn(0).getInt64(), evaluation);
    return evaluation;
}

void readTokens(SQLite::Database& database, int64_t key, Probe& probe)
{
    SQLite::Statement query(database, "SELECT id, piece, decoder FROM probe_token WHERE probe = ? ORDER BY position");
    query.bind(1, key);
    while (query.executeStep())
        probe.tokens.push_back(
            {query.getColumn(0).getInt(), query.getColumn(1).getString(), query.getColumn(2).getInt() != 0});
}

ProbeRoute readRoute(SQLite::Statement& row)
{
    ProbeRoute route;
    route.layer = row.getColumn(0).getInt64();
    const int64_t tokens = row.getColumn(1).getInt64();
    route.top_k = row.getColumn(2).getInt64();
    route.expert = listOf<std::vector<int32_t>>(row.getColumn(3), "probe_route.expert");
    route.dropped = listOf<std::vector<uint8_t>>(row.getColumn(4), "probe_route.dropped");
    const SQLite::Column data = row.getColumn(5);
    BlobReader blob({static_cast<const char*>(data.getBlob()), static_cast<size_t>(data.getBytes())},
                    "probe_route.data");
    route.probability = blob.array<float>(tokens);
    route.entropy = blob.array<float>(tokens);
    route.top_expert = blob.array<int32_t>(tokens * route.top_k);
    route.top_probability = blob.array<float>(tokens * route.top_k);
    blob.end();
    return route;
}

Probe readProbe(SQLite::Database& database, SQLite::Statement& row)
{
    Probe probe;
    const int64_t key = row.getColumn(0).getInt64();
    probe.step = row.getColumn(1).getInt64();
    probe.text = row.getColumn(2).getString();
    probe.language = row.getColumn(3).getString();
    probe.target = row.getColumn(4).getString();
    probe.prediction = row.getColumn(5).getString();
    readTokens(database, key, probe);
    SQLite::Statement routes(database, "SELECT layer, tokens, top_k, expert, dropped, data FROM probe_route "
                                       "WHERE probe = ? ORDER BY layer");
    routes.bind(1, key);
    while (routes.executeStep()) probe.routes.push_back(readRoute(routes));
    return probe;
}

} // namespace

std::vector<Evaluation> Store::evaluations(const std::string& run) const
{
    return guardStore("read evaluations", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), "SELECT key, step, corpus, split, cross_entropy, tokens, drop_rate "
                                            "FROM evaluation WHERE run = ? ORDER BY step, key");
        query.bind(1, runKey(database(), run));
        std::vector<Evaluation> evaluations;
        while (query.executeStep()) evaluations.push_back(readEvaluation(database(), query));
        return evaluations;
    });
}

std::vector<Probe> Store::probes(const std::string& run, int64_t from, int64_t to) const
{
    return guardStore("read probes", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), "SELECT key, step, text, language, target, prediction FROM probe "
                                            "WHERE run = ? AND step BETWEEN ? AND ? ORDER BY step, key");
        SQLite::bind(query, runKey(database(), run), from, to);
        std::vector<Probe> probes;
        while (query.executeStep()) probes.push_back(readProbe(database(), query));
        return probes;
    });
}

} // namespace sy
