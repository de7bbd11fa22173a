// Routing windows, their figures, and route samples.
#include "core/store/columns.h"
#include "core/store/routing_blobs.h"
#include "core/store/row_reader.h"
#include "core/store/store_impl.h"
#include "core/store/window_rows.h"

#include <algorithm>
#include <array>

namespace sy {

namespace {

constexpr const char* figures_query =
    "SELECT first_step, last_step, tokens, padding, lse_max, load, kept, language_load, language_kept, drop_rate, "
    "max_violation, load_cv, dead_experts, load_entropy, mean_entropy, mean_confidence, mutual_information, "
    "normalized_mutual_information, z_mean, mean_probability_entropy, logit_min, logit_max, capacity_needed "
    "FROM routing_window "
    "WHERE run = ? AND layer = ? AND last_step BETWEEN ? AND ? ORDER BY last_step";
constexpr const char* sample_query = "SELECT step, decoder, tokens, layers, encoding, data, format FROM route_sample "
                                     "WHERE run = ? AND step BETWEEN ? AND ? ORDER BY step, decoder";

WindowFigures readFigures(SQLite::Statement& row, int64_t layer)
{
    WindowFigures window;
    window.first_step = row.getColumn(0).getInt64();
    window.last_step = row.getColumn(1).getInt64();
    window.layer = layer;
    window.tokens = row.getColumn(2).getInt64();
    window.padding = row.getColumn(3).getInt64();
    window.lse_max = realOrNan(row.getColumn(4));
    RoutingFigures& f = window.figures;
    f.load = integersOf(row.getColumn(5), "routing_window.load");
    f.kept = integersOf(row.getColumn(6), "routing_window.kept");
    f.language_load = integersOf(row.getColumn(7), "routing_window.language_load");
    f.language_kept = integersOf(row.getColumn(8), "routing_window.language_kept");
    f.utilization = utilizationOf(f.load);
    f.drop_rate = realOrNan(row.getColumn(9));
    f.max_violation = realOrNan(row.getColumn(10));
    f.load_cv = realOrNan(row.getColumn(11));
    f.dead_experts = row.getColumn(12).getInt64();
    f.load_entropy = realOrNan(row.getColumn(13));
    f.mean_entropy = realOrNan(row.getColumn(14));
    f.mean_confidence = realOrNan(row.getColumn(15));
    f.mutual_information = realOrNan(row.getColumn(16));
    f.normalized_mutual_information = realOrNan(row.getColumn(17));
    f.z_mean = realOrNan(row.getColumn(18));
    f.mean_probability_entropy = realOrNan(row.getColumn(19));
    window.logit_min = realOrNan(row.getColumn(20));
    window.logit_max = realOrNan(row.getColumn(21));
    window.capacity_needed = realOrNan(row.getColumn(22));
    return window;
}

/// The index holds all figures, a tenth of the rows' bytes.
std::string curveQuery(WindowColumn column)
{
    constexpr std::array names = {"drop_rate",
                                  "max_violation",
                                  "load_cv",
                                  "dead_experts",
                                  "load_entropy",
                                  "mean_entropy",
                                  "mean_probability_entropy",
                                  "mean_confidence",
                                  "mutual_information",
                                  "normalized_mutual_information",
                                  "z_mean",
                                  "lse_max",
                                  "logit_min",
                                  "logit_max",
                                  "capacity_needed"};
    static_assert(names.size() == static_cast<size_t>(WindowColumn::CapacityNeeded) + 1);
    return std::string("SELECT layer, last_step, ") + names[static_cast<size_t>(column)] +
           " FROM routing_window INDEXED BY routing_window_figures WHERE run = ? ORDER BY layer, last_step";
}

std::vector<int64_t> layersWithWindows(SQLite::Database& database, int64_t run)
{
    SQLite::Statement query(database, "SELECT min(layer) FROM routing_window WHERE run = ? AND layer > ?");
    std::vector<int64_t> layers;
    for (int64_t before = INT64_MIN;; before = layers.back()) {
        query.reset();
        SQLite::bind(query, run, before);
        query.executeStep();
        if (query.getColumn(0).isNull()) return layers;
        layers.push_back(query.getColumn(0).getInt64());
    }
}

/// Of the layer's last window that ended at or before `step`, else of its first.
int64_t lastStepAt(SQLite::Database& database, int64_t run, int64_t layer, int64_t step)
{
    SQLite::Statement query(database, "SELECT coalesce((SELECT max(last_step) FROM routing_window WHERE run = ?1 "
                                      "AND layer = ?2 AND last_step <= ?3), (SELECT min(last_step) FROM "
                                      "routing_window WHERE run = ?1 AND layer = ?2))");
    SQLite::bind(query, run, layer, step);
    query.executeStep();
    return query.getColumn(0).getInt64();
}

RouteSample readSample(SQLite::Statement& row)
{
    RouteSample sample;
    sample.step = row.getColumn(0).getInt64();
    sample.decoder = row.getColumn(1).getInt() != 0;
    const int64_t tokens = row.getColumn(2).getInt64();
    sample.layers = integersOf(row.getColumn(3), "route_sample.layers");
    decodeSample(blobOf(row, 4), row.getColumn(6).getInt64(), tokens, sample);
    return sample;
}

} // namespace

std::vector<RoutingWindow> Store::windows(const std::string& run, int64_t layer, int64_t from, int64_t to) const
{
    return guardStore("read routing windows", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), window_query);
        SQLite::bind(query, runKey(database(), run), layer, from, to);
        std::vector<RoutingWindow> windows;
        while (query.executeStep()) windows.push_back(readWindow(query, layer));
        return windows;
    });
}

std::vector<WindowFigures> Store::windowFigures(const std::string& run, int64_t layer, int64_t from, int64_t to) const
{
    return guardStore("read routing figures", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), figures_query);
        SQLite::bind(query, runKey(database(), run), layer, from, to);
        std::vector<WindowFigures> windows;
        while (query.executeStep()) windows.push_back(readFigures(query, layer));
        return windows;
    });
}

std::vector<RoutingWindow> Store::windowsAt(const std::string& run, int64_t step) const
{
    return guardStore("read routing windows", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        const int64_t key = runKey(database(), run);
        SQLite::Statement query(database(), window_query);
        std::vector<RoutingWindow> windows;
        for (const int64_t layer : layersWithWindows(database(), key)) {
            const int64_t last = lastStepAt(database(), key, layer, step);
            query.reset();
            SQLite::bind(query, key, layer, last, last);
            if (query.executeStep()) windows.push_back(readWindow(query, layer));
        }
        return windows;
    });
}

std::vector<Curve> Store::windowCurves(const std::string& run, WindowColumn column) const
{
    return guardStore("read routing figures", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        const int64_t key = runKey(database(), run);
        SQLite::Statement names(database(), "SELECT json_array_length(sparse_layers) FROM run WHERE key = ?");
        names.bind(1, key);
        names.executeStep();
        std::vector<Curve> curves(static_cast<size_t>(names.getColumn(0).getInt64()));
        RowReader rows(database(), curveQuery(column).c_str(), {key});
        while (rows.next()) {
            const auto layer = static_cast<size_t>(std::max<int64_t>(rows.integer(0), 0));
            if (layer >= curves.size()) curves.resize(layer + 1);
            curves[layer].step.push_back(rows.integer(1));
            curves[layer].value.push_back(rows.realOrNan(2));
        }
        return curves;
    });
}

std::vector<int64_t> Store::windowSteps(const std::string& run) const
{
    return guardStore("read the steps of routing windows", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        RowReader rows(database(),
                       "SELECT last_step FROM routing_window INDEXED BY routing_window_figures WHERE run = ?",
                       {runKey(database(), run)});
        std::vector<int64_t> steps;
        while (rows.next()) steps.push_back(rows.integer(0));
        std::ranges::sort(steps);
        steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
        return steps;
    });
}

std::vector<RouteSample> Store::routeSamples(const std::string& run, int64_t from, int64_t to) const
{
    return guardStore("read route samples", paths().database, [&] {
        const auto snapshot = m_impl->snapshot();
        SQLite::Statement query(database(), sample_query);
        SQLite::bind(query, runKey(database(), run), from, to);
        std::vector<RouteSample> samples;
        while (query.executeStep()) samples.push_back(readSample(query));
        return samples;
    });
}

} // namespace sy
