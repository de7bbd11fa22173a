// Old windows of a run that become coarser.
#include "core/store/row_writer.h"
#include "core/store/window_merging.h"
#include "core/store/window_rows.h"

namespace sy {

int64_t RowWriter::windowSteps(const RoutingWindow& window)
{
    if (!m_window_steps) {
        SQLite::Statement& query =
            prepared("SELECT CAST(value AS INTEGER) FROM config WHERE run = ? AND path = 'train.window_steps'");
        query.bind(1, m_run);
        m_window_steps = query.executeStep() ? query.getColumn(0).getInt64() : 0;
        query.tryReset();
    }
    return *m_window_steps > 0 ? *m_window_steps : window.last_step - window.first_step + 1;
}

void RowWriter::mergeOldWindows(int64_t layer, int64_t window_steps)
{
    std::vector<int64_t> checkpoints;
    SQLite::Statement& kept = prepared("SELECT step FROM checkpoint WHERE run = ? AND removed = 0");
    kept.bind(1, m_run);
    while (kept.executeStep()) checkpoints.push_back(kept.getColumn(0).getInt64());
    kept.tryReset();
    std::vector<WindowSpan> spans;
    SQLite::Statement& query = prepared("SELECT first_step, last_step FROM routing_window INDEXED BY "
                                        "routing_window_figures WHERE run = ? AND layer = ? ORDER BY last_step");
    SQLite::bind(query, m_run, layer);
    while (query.executeStep()) spans.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getInt64()});
    query.tryReset();
    for (const auto& group : mergePlan(spans, window_steps, checkpoints)) mergeWindows(layer, group);
}

void RowWriter::mergeWindows(int64_t layer, const std::vector<WindowSpan>& group)
{
    std::vector<RoutingWindow> windows;
    SQLite::Statement& query = prepared(window_query);
    SQLite::bind(query, m_run, layer, group.front().last_step, group.back().last_step);
    while (query.executeStep()) windows.push_back(readWindow(query, layer));
    query.tryReset();
    for (const auto& window : windows) // of a run whose languages changed: left as they are
        if (window.languages != windows.front().languages || window.experts != windows.front().experts) return;
    execute("DELETE FROM routing_window WHERE run = ? AND layer = ? AND last_step BETWEEN ? AND ?", m_run, layer,
            group.front().last_step, group.back().last_step);
    insertWindow(mergedWindow(windows));
}

} // namespace sy
