// Evaluations and probes with their parts.
#include "core/store/columns.h"
#include "core/store/own_validation.h"
#include "core/store/routing_blobs.h"
#include "core/store/store_impl.h"

namespace sy {

namespace {

constexpr const char* specialization_columns =
    "s.layer, s.kind, s.information, s.null_mean, s.null_low, s.null_high, s.p_value, s.bound, s.expert_entropy, "
    "s.language_entropy, s.sequences, s.languages, s.permutations, s.weight";

/// One row of one kind, in the order of the columns above from `first` on, into its layer.
void addSpecialization(SQLite::Statement& row, int first, std::vector<LayerSpecialization>& layers)
{
    const int64_t layer = row.getColumn(first).getInt64();
    if (layers.empty() || layers.back().layer != layer) layers.push_back({layer, {}, {}, {}});
    const std::string kind = row.getColumn(first + 1).getString();
    Specialization& s = kind == "count"  ? layers.back().by_count
                        : kind == "gate" ? layers.back().by_gate
                                         : layers.back().given_token;
    int column = first + 1;
    for (double* value : {&s.information, &s.null_mean, &s.null_low, &s.null_high, &s.p_value, &s.bound,
                          &s.expert_entropy, &s.language_entropy})
        *value = realOrNan(row.getColumn(++column));
    for (int64_t* value : {&s.sequences, &s.languages, &s.permutations}) *value = row.getColumn(++column).getInt64();
    s.weight = realOrNan(row.getColumn(++column));
}

std::vector<LayerSpecialization> readSpecialization(SQLite::Database& database, int64_t key)
{
    SQLite::Statement query(database, std::string("SELECT ") + specialization_columns +
                                          " FROM evaluation_specialization AS s WHERE s.evaluation = ? "
                                          "ORDER BY s.layer, s.kind");
    query.bind(1, key);
    std::vector<LayerSpecialization> layers;
    while (query.executeStep()) addSpecialization(query, 0, layers);
    return layers;
}

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
    SQLite::Statement query(database, "SELECT layers, sequences, experts, encoding, data, format "
                                      "FROM evaluation_counts WHERE evaluation = ?");
    query.bind(1, key);
    if (!query.executeStep()) return;
    evaluation.layers = listOf<std::vector<int64_t>>(query.getColumn(0), "evaluation_counts.layers");
    const int64_t rows = query.getColumn(1).getInt64();
    const int64_t experts = query.getColumn(2).getInt64();
    decodeCounts(blobOf(query, 3), query.getColumn(5).getInt64(), rows, experts, evaluation);
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
    evaluation.specialization = readSpecialization(database, row.getColumn(0).getInt64());
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
    if (tokens != static_cast<int64_t>(route.expert.size()))
        throw StoreError("the store is damaged: probe_route.expert has " + std::to_string(route.expert.size()) +
                         " values, its row says " + std::to_string(tokens));
    const SQLite::Column data = row.getColumn(5);
    decodeProbeRoute({static_cast<const char*>(data.getBlob()), static_cast<size_t>(data.getBytes())},
                     row.getColumn(6).getInt64(), route);
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
    SQLite::Statement routes(database, "SELECT layer, tokens, top_k, expert, dropped, data, format FROM probe_route "
                                       "WHERE probe = ? ORDER BY layer");
    routes.bind(1, key);
    while (routes.executeStep()) probe.routes.push_back(readRoute(routes));
    return probe;
}

} // namespace

std::vector<int64_t> ownSteps(SQLite::Database& database, const char* table, int64_t run)
{
    SQLite::Statement query(database, std::string("SELECT DISTINCT e.step FROM ") + table + " AS e " +
                                          of_own_validation + " ORDER BY e.step");
    query.bind(1, run);
    std::vector<int64_t> steps;
    while (query.executeStep()) steps.push_back(query.getColumn(0).getInt64());
    return steps;
}

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

std::vector<int64_t> Store::evaluationSteps(const std::string& run) const
{
    return guardStore("read the steps of evaluations", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        return ownSteps(database(), "evaluation", runKey(database(), run));
    });
}

std::optional<Evaluation> Store::evaluationAt(const std::string& run, int64_t step) const
{
    return guardStore("read an evaluation", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), std::string("SELECT e.key, e.step, e.corpus, e.split, e.cross_entropy, "
                                                        "e.tokens, e.drop_rate FROM evaluation AS e ") +
                                                of_own_validation + " AND e.step = ? ORDER BY e.key DESC LIMIT 1");
        SQLite::bind(query, runKey(database(), run), step);
        std::optional<Evaluation> evaluation;
        if (query.executeStep()) evaluation = readEvaluation(database(), query);
        return evaluation;
    });
}

std::vector<EvaluationSpecialization> Store::specializations(const std::string& run) const
{
    return guardStore("read specialization", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), std::string("SELECT e.step, ") + specialization_columns +
                                                " FROM evaluation AS e JOIN evaluation_specialization AS s "
                                                "ON s.evaluation = e.key " +
                                                of_own_validation + " ORDER BY e.step, e.key, s.layer, s.kind");
        query.bind(1, runKey(database(), run));
        std::vector<EvaluationSpecialization> all;
        while (query.executeStep()) {
            const int64_t step = query.getColumn(0).getInt64();
            if (all.empty() || all.back().step != step) all.push_back({step, {}});
            addSpecialization(query, 1, all.back().layers);
        }
        return all;
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
