// Rows of what has blobs: routing windows, route samples, evaluations, probes.
#include "core/store/narrow.h"
#include "core/store/registration.h"
#include "core/store/route_blobs.h"
#include "core/store/routing_blobs.h"
#include "core/store/row_writer.h"
#include "core/store/thinning.h"
#include "core/store/window_merging.h"

#include <numeric>

namespace sy {

namespace {

constexpr const char* last_window = "SELECT max(last_step) FROM routing_window WHERE run = ? AND layer = ?";
constexpr const char* last_sample = "SELECT max(step) FROM route_sample WHERE run = ? AND decoder = ?";

RoutingFigures figuresOf(const RoutingWindow& window)
{
    return routingFigures({window.languages, window.experts, window.load, window.kept, window.tokens,
                           window.entropy_sum, window.confidence_sum, window.z_sum, window.importance});
}

template <class T> std::string listText(const std::vector<T>& values)
{
    return jsonText(nlohmann::json(values));
}

} // namespace

void RowWriter::put(const RoutingWindow& window)
{
    expectLater(last_window, window.layer, window.last_step);
    insertWindow(window);
    const int64_t steps = windowSteps(window);
    if (m_merges && isMergeTurn(window, steps)) mergeOldWindows(window.layer, steps);
}

void RowWriter::insertWindow(const RoutingWindow& window)
{
    const RoutingFigures f = figuresOf(window);
    const int64_t tokens = std::accumulate(window.tokens.begin(), window.tokens.end(), int64_t{0});
    execute("DELETE FROM routing_window WHERE run = ? AND layer = ? AND last_step = ?", m_run, window.layer,
            window.last_step);
    execute("INSERT INTO routing_window (run, layer, last_step, first_step, languages, experts, tokens, padding, load, "
            "kept, language_load, language_kept, drop_rate, max_violation, load_cv, dead_experts, load_entropy, "
            "mean_entropy, mean_confidence, mutual_information, normalized_mutual_information, z_mean, lse_max, "
            "mean_probability_entropy, logit_min, logit_max, capacity_needed) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            m_run, window.layer, window.last_step, window.first_step, window.languages, window.experts, tokens,
            window.padding, listText(f.load), listText(f.kept), listText(f.language_load), listText(f.language_kept),
            f.drop_rate, f.max_violation, f.load_cv, f.dead_experts, f.load_entropy, f.mean_entropy, f.mean_confidence,
            f.mutual_information, f.normalized_mutual_information, f.z_mean, window.lse_max, f.mean_probability_entropy,
            window.logit_min, window.logit_max, window.capacity_needed);
    const EncodedBlob blob = encodeWindow(window);
    execute(
        "INSERT INTO routing_blob (run, layer, last_step, entropy_sum, confidence_sum, z_sum, top_tokens, encoding, "
        "data, format) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        m_run, window.layer, window.last_step, window.entropy_sum, window.confidence_sum, window.z_sum, "[]",
        blob.encoding, Blob{blob.data}, blob_format);
}

void RowWriter::put(const RouteSample& sample)
{
    expectLater(last_sample, sample.decoder ? 1 : 0, sample.step);
    const EncodedBlob blob = encodeSample(sample);
    execute("INSERT OR REPLACE INTO route_sample (run, step, decoder, tokens, layers, encoding, data, format) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            m_run, sample.step, sample.decoder ? 1 : 0, static_cast<int64_t>(sample.token.size()),
            listText(sample.layers), blob.encoding, Blob{blob.data}, blob_format);
    const int64_t stack = sample.decoder ? 1 : 0, newest = m_places.at({last_sample, stack});
    execute(thin_samples, m_run, stack, newest, sampleCell(newest));
}

void RowWriter::put(const Evaluation& evaluation)
{
    m_disturbed |= execute("DELETE FROM evaluation WHERE run = ? AND step = ? AND corpus = ? AND split = ?", m_run,
                           evaluation.step, evaluation.corpus, evaluation.split) > 0;
    execute("INSERT INTO evaluation (run, step, corpus, split, cross_entropy, tokens, drop_rate) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            m_run, evaluation.step, evaluation.corpus, evaluation.split, evaluation.cross_entropy, evaluation.tokens,
            evaluation.drop_rate);
    putEvaluationParts(m_database.getLastInsertRowid(), evaluation);
}

void RowWriter::putEvaluationParts(int64_t key, const Evaluation& evaluation)
{
    for (const auto& part : evaluation.languages)
        execute("INSERT OR REPLACE INTO evaluation_language (evaluation, language, cross_entropy, tokens) "
                "VALUES (?, ?, ?, ?)",
                key, part.language, part.cross_entropy, part.tokens);
    for (const auto& layer : evaluation.specialization) putSpecialization(key, layer);
    if (evaluation.counts.empty()) return;
    const auto rows = static_cast<int64_t>(evaluation.row_language.size());
    const auto cells = static_cast<int64_t>(evaluation.layers.size()) * rows;
    const EncodedBlob blob = encodeCounts(evaluation);
    execute("INSERT INTO evaluation_counts (evaluation, layers, sequences, experts, encoding, data, format) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            key, listText(evaluation.layers), rows, static_cast<int64_t>(evaluation.counts.size()) / cells,
            blob.encoding, Blob{blob.data}, blob_format);
}

void RowWriter::putSpecialization(int64_t key, const LayerSpecialization& layer)
{
    for (const auto& [kind, s] :
         {std::pair{"count", &layer.by_count}, {"gate", &layer.by_gate}, {"token", &layer.given_token}})
        execute(
            "INSERT OR REPLACE INTO evaluation_specialization (evaluation, layer, kind, information, null_mean, "
            "null_low, null_high, p_value, normalized, adjusted, bound, expert_entropy, language_entropy, "
            "sequences, languages, permutations, weight) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            key, layer.layer, kind, s->information, s->null_mean, s->null_low, s->null_high, s->p_value,
            s->normalized(), s->adjusted(), s->bound, s->expert_entropy, s->language_entropy, s->sequences,
            s->languages, s->permutations, s->weight);
}

std::string RowWriter::putText(const RouteText& text, int64_t step)
{
    if (text.rows == 0) return "";
    const std::string hash = hashOf(text);
    SQLite::Statement& query = prepared("SELECT 1 FROM route_text WHERE run = ? AND hash = ?");
    SQLite::bind(query, m_run, hash);
    const bool known = query.executeStep();
    query.tryReset();
    if (known) return hash;
    const EncodedBlob blob = encodeText(text);
    execute("INSERT INTO route_text (run, hash, step, decoder, rows, width, pass_rows, encoding, data) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            m_run, hash, step, text.decoder ? 1 : 0, text.rows, text.width, text.pass_rows, blob.encoding,
            Blob{blob.data});
    return hash;
}

void RowWriter::put(const EvaluationRoutes& routes)
{
    const bool replaced = execute("DELETE FROM evaluation_text WHERE run = ? AND step = ? AND corpus = ? AND split = ?",
                                  m_run, routes.step, routes.corpus, routes.split) > 0;
    const std::string encoder = putText(routes.encoder, routes.step), decoder = putText(routes.decoder, routes.step);
    std::string raw;
    appendNarrow(raw, routes.predicted);
    const EncodedBlob predicted = encodeBlob(std::move(raw));
    execute("INSERT INTO evaluation_text (run, step, corpus, split, encoder, decoder, predicted, encoding, data) "
            "VALUES (?, ?, ?, ?, nullif(?, ''), nullif(?, ''), ?, ?, ?)",
            m_run, routes.step, routes.corpus, routes.split, encoder, decoder,
            static_cast<int64_t>(routes.predicted.size()), predicted.encoding, Blob{predicted.data});
    const int64_t key = m_database.getLastInsertRowid();
    for (const auto& layer : routes.layers) {
        const int64_t bytes = expertBytes(layer);
        const EncodedBlob experts = encodeExperts(layer, bytes), gates = encodeGates(layer);
        execute("INSERT OR REPLACE INTO evaluation_route (text, layer, tokens, choices, expert_bytes, "
                "expert_encoding, experts, gate_encoding, gates) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                key, layer.layer, static_cast<int64_t>(layer.expert.size()) / layer.choices, layer.choices, bytes,
                experts.encoding, Blob{experts.data}, gates.encoding, Blob{gates.data});
    }
    if (replaced) deleteOrphanedTexts(m_database, m_run);
    m_disturbed |= replaced;
}

void RowWriter::put(const Probe& probe)
{
    m_disturbed |= execute("DELETE FROM probe WHERE run = ? AND step = ? AND language = ? AND text = ? AND target = ?",
                           m_run, probe.step, probe.language, probe.text, probe.target) > 0;
    execute("INSERT INTO probe (run, step, text, language, target, prediction) VALUES (?, ?, ?, ?, ?, ?)", m_run,
            probe.step, probe.text, probe.language, probe.target, probe.prediction);
    putProbeParts(m_database.getLastInsertRowid(), probe);
}

void RowWriter::putProbeParts(int64_t key, const Probe& probe)
{
    int64_t position = 0;
    for (const auto& token : probe.tokens)
        execute("INSERT INTO probe_token (probe, position, decoder, id, piece) VALUES (?, ?, ?, ?, ?)", key, position++,
                token.decoder ? 1 : 0, token.id, token.piece);
    for (const auto& route : probe.routes) {
        const std::string blob = encodeProbeRoute(route);
        execute("INSERT OR REPLACE INTO probe_route (probe, layer, tokens, top_k, expert, dropped, data, format) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                key, route.layer, static_cast<int64_t>(route.expert.size()), route.top_k, listText(route.expert),
                listText(route.dropped), Blob{blob}, blob_format);
    }
}

} // namespace sy
