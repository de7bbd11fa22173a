#include "bench/synthetic_routing.h"

#include "core/base/random.h"
#include "core/store/registration.h"
#include "core/store/row_writer.h"

#include <algorithm>

namespace sy {

namespace {

constexpr int64_t window_steps = 20;
constexpr int32_t vocabulary = 32000;

NewRun describe(const SyntheticRouting& wanted)
{
    NewRun run;
    run.name = "routing-" + std::to_string(wanted.layers) + "x" + std::to_string(wanted.experts) + "x" +
               std::to_string(wanted.languages);
    run.config = {{"model", {{"num_experts", wanted.experts}}},
                  {"train", {{"steps", wanted.windows * window_steps}, {"window_steps", window_steps}}},
                  {"device", "cpu"}};
    run.preset = "demo";
    run.steps = wanted.windows * window_steps;
    run.corpus = "made-up";
    run.seed = static_cast<int64_t>(wanted.seed);
    run.vocab_size = vocabulary;
    run.num_experts = wanted.experts;
    for (int64_t l = 0; l < wanted.languages; ++l)
        run.languages.push_back(std::string(l < 10 ? "l0" : "l") + std::to_string(l));
    for (int64_t i = 0; i < wanted.layers; ++i) {
        const bool decoder = i >= (wanted.layers + 1) / 2;
        const int64_t place = decoder ? i - (wanted.layers + 1) / 2 : i;
        run.sparse_layers.push_back((decoder ? "decoder." : "encoder.") + std::to_string(2 * place + 1));
    }
    run.environment = {{"device", "cpu"}};
    return run;
}

class Maker {
public:
    explicit Maker(const SyntheticRouting& wanted) : m_wanted(wanted), m_draws{mix64(wanted.seed)} {}

    RoutingWindow window(int64_t index, int64_t layer) const;
    Evaluation evaluation(int64_t step) const;
    EvaluationRoutes routes(int64_t step) const;

private:
    bool isDecoder(int64_t layer) const { return layer >= (m_wanted.layers + 1) / 2; }
    /// A token's expert: its language's favourites, less so in later layers.
    int16_t expertOf(int64_t layer, int64_t language, uint64_t token) const
    {
        const RandomStream draws = m_draws.child(static_cast<uint64_t>(layer)).child(token);
        const auto experts = static_cast<uint64_t>(m_wanted.experts);
        const bool favourite = draws.below(0, 4 + static_cast<uint64_t>(layer)) < 3;
        const uint64_t expert =
            favourite ? static_cast<uint64_t>(language) * 5 + draws.below(1, 4) : draws.below(1, experts);
        return static_cast<int16_t>(expert % experts);
    }
    RouteText text(bool decoder) const;

    SyntheticRouting m_wanted;
    RandomStream m_draws;
};

RoutingWindow Maker::window(int64_t index, int64_t layer) const
{
    RoutingWindow window;
    window.first_step = index * window_steps + 1;
    window.last_step = (index + 1) * window_steps;
    window.layer = layer;
    window.languages = m_wanted.languages;
    window.experts = m_wanted.experts;
    const auto cells = static_cast<size_t>(window.languages * window.experts);
    window.load.resize(cells);
    window.kept.resize(cells);
    window.importance.resize(cells);
    window.tokens.resize(static_cast<size_t>(window.languages));
    const RandomStream draws = m_draws.child(static_cast<uint64_t>(index * m_wanted.layers + layer));
    for (size_t i = 0; i < cells; ++i) {
        const int64_t l = static_cast<int64_t>(i) / window.experts, e = static_cast<int64_t>(i) % window.experts;
        const bool favourite = (e - l * 5 + window.experts) % window.experts < 4;
        const auto noise = static_cast<int64_t>(draws.word(i) & 31);
        window.load[i] = 20 + noise + (favourite ? 20 * index / (m_wanted.windows + layer * 200) : 0);
        window.kept[i] = window.load[i] - (noise == 31 ? 3 : 0);
        window.importance[i] = 0.7 * static_cast<double>(window.load[i]) + 0.01 * static_cast<double>(noise);
        window.tokens[static_cast<size_t>(l)] += window.load[i];
    }
    double tokens = 0;
    for (const int64_t count : window.tokens) tokens += static_cast<double>(count);
    window.entropy_sum = tokens * (1 + 3 / (1 + 0.01 * static_cast<double>(index)));
    window.confidence_sum = 0.6 * tokens;
    window.z_sum = 4 * tokens;
    window.lse_max = 5;
    window.logit_min = -6;
    window.logit_max = 4.5;
    window.capacity_needed = 1.5 + 0.01 * static_cast<double>(draws.word(cells) % 100);
    for (int64_t e = 0; e < window.experts; ++e) {
        auto& top = window.top_tokens.emplace_back();
        for (int64_t k = 0; k < 16; ++k)
            top.emplace_back(static_cast<int32_t>((e * 211 + k * 37 + index) % vocabulary), 40 - 2 * k);
    }
    return window;
}

Evaluation Maker::evaluation(int64_t step) const
{
    Evaluation evaluation;
    evaluation.step = step;
    evaluation.corpus = "made-up";
    evaluation.cross_entropy = 3;
    evaluation.tokens = 10000;
    const int64_t rows = m_wanted.languages * m_wanted.rows_per_language;
    for (int64_t row = 0; row < rows; ++row)
        evaluation.row_language.push_back(static_cast<int32_t>(row % m_wanted.languages));
    const auto experts = static_cast<size_t>(m_wanted.experts);
    evaluation.counts.resize(static_cast<size_t>(m_wanted.layers * rows) * experts);
    for (int64_t layer = 0; layer < m_wanted.layers; ++layer) {
        evaluation.layers.push_back(layer);
        for (int64_t row = 0; row < rows; ++row)
            for (int64_t w = 0; w < m_wanted.width; ++w) {
                const auto token = static_cast<uint64_t>((step * rows + row) * m_wanted.width + w);
                const int16_t expert = expertOf(layer, row % m_wanted.languages, token);
                ++evaluation.counts[static_cast<size_t>(layer * rows + row) * experts + static_cast<size_t>(expert)];
            }
        Specialization s{0.4, 0.1, 0.08, 0.12, 0.0025, 2, 4, 3, rows, m_wanted.languages, 400, 10000};
        evaluation.specialization.push_back({layer, s, s, s});
    }
    evaluation.gates.reserve(evaluation.counts.size());
    for (size_t i = 0; i < evaluation.counts.size(); ++i)
        evaluation.gates.push_back(static_cast<float>(evaluation.counts[i]) * (0.3F + 0.4F * m_draws.uniform(i)));
    for (int64_t l = 0; l < m_wanted.languages; ++l)
        evaluation.languages.push_back({std::string(l < 10 ? "l0" : "l") + std::to_string(l), 3, 400});
    return evaluation;
}

RouteText Maker::text(bool decoder) const
{
    RouteText text;
    text.decoder = decoder;
    text.rows = m_wanted.route_rows;
    text.width = m_wanted.width;
    text.pass_rows = std::max<int64_t>(1, text.rows / 2);
    for (int64_t x = 0; x < text.tokens(); ++x) {
        text.token.push_back(static_cast<int32_t>(m_draws.below(static_cast<uint64_t>(x), vocabulary)));
        text.counted.push_back(1);
        if (decoder) text.gold.push_back(text.token.back());
    }
    for (int64_t row = 0; row < text.rows; ++row)
        text.row_language.push_back(static_cast<int32_t>(row % m_wanted.languages));
    return text;
}

EvaluationRoutes Maker::routes(int64_t step) const
{
    EvaluationRoutes routes;
    routes.step = step;
    routes.corpus = "made-up";
    routes.encoder = text(false);
    routes.decoder = text(true);
    routes.predicted = routes.decoder.gold;
    for (int64_t i = 0; i < m_wanted.layers; ++i) {
        LayerRoutes layer;
        layer.layer = i;
        const RouteText& of = isDecoder(i) ? routes.decoder : routes.encoder;
        for (int64_t x = 0; x < of.tokens(); ++x) {
            const auto token = static_cast<uint64_t>(x) + (m_draws.below(static_cast<uint64_t>(x + step), 5) == 0
                                                               ? static_cast<uint64_t>(step) << 20
                                                               : 0); // a fifth changes from one to the next
            layer.expert.push_back(expertOf(i, of.row_language[static_cast<size_t>(x / of.width)], token));
            layer.kept.push_back(token % 20 != 0 ? 1 : 0);
            layer.gate.push_back(0.3F + 0.6F * m_draws.uniform(token * 31 + static_cast<uint64_t>(i)));
        }
        routes.layers.push_back(std::move(layer));
    }
    return routes;
}

} // namespace

std::string addRoutingRun(const StorePaths& paths, const SyntheticRouting& wanted)
{
    Store store = Store::open(paths);
    return guardStore("add a run", paths.database, [&] {
        SQLite::Database& database = store.database();
        database.exec("PRAGMA synchronous = OFF");
        const NewRun run = describe(wanted);
        const Maker maker(wanted);
        const int64_t key = registerRun(store, run, newUlid());
        RowWriter rows(database, key);
        rows.keepAllWindows();
        const int64_t every = std::max<int64_t>(1, wanted.windows / std::max<int64_t>(1, wanted.evaluations));
        for (int64_t i = 0; i < wanted.windows; ++i) {
            SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
            const int64_t step = (i + 1) * window_steps;
            for (int64_t layer = 0; layer < wanted.layers; ++layer) rows.write(maker.window(i, layer));
            if ((i + 1) % every == 0 && (i + 1) / every <= wanted.evaluations) {
                rows.write(maker.evaluation(step));
                rows.write(maker.routes(step));
                rows.write(std::vector<Point>{{"valid/cross_entropy", step, 3.0}});
            }
            rows.write(std::vector<Point>{{"train/cross_entropy", step, 3.0}});
            rows.write(std::vector<ClockTick>{{step, step * 4096, 1e12, nowMs(), 0.5 * static_cast<double>(step)}});
            if (i + 1 == wanted.windows) rows.write(StatusChange{RunStatus::Finished, "", nowMs()});
            rows.finish(step, nowMs());
            transaction.commit();
        }
        database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        return run.name;
    });
}

} // namespace sy
