// What the filter box of the run list means.
//
//   demo sparse              both words somewhere in name, tags or note, capitals ignored
//   "two words"              together; also to look for a text with a colon
//   status:running,paused    one of them
//   num_experts:8            a setting by its path, or by its last word where that is unique
//   best:<4.2  step:100..500 comparisons <, <=, >, >= and ranges, both ends included; units as in 1M, 2GiB, 3h
//   name:e8*                 * stands for anything
//   -tag:old                 a leading - turns the term around
#pragma once

#include "ui/runs/run_row.h"

#include <QSet>
#include <QStringList>
#include <QVector>

#include <functional>
#include <optional>

namespace sy {

struct FilterProblem {
    qsizetype from = 0, length = 0; ///< the term in the text
    QString text;                   ///< what is wrong with it
};

/// What may be named beside the built-in keys.
struct FilterWords {
    QStringList paths;  ///< settings
    QStringList series; ///< whose summaries the rows have: their last value
    /// The configuration's own settings and those that these rows have.
    static FilterWords of(const std::vector<RunRow>& rows, const QStringList& series);
};

class RunFilter {
public:
    using Shown = std::function<bool(const QString& id)>;

    RunFilter() = default;
    /// Terms with a problem are left out of the matching.
    RunFilter(const QString& text, const FilterWords& words);

    bool matches(const RunRow& row, const Shown& shown) const;
    const QVector<FilterProblem>& problems() const { return m_problems; }
    bool isEmpty() const { return m_terms.empty(); }
    bool asksForDeleted() const { return m_asks_for_deleted; } ///< "is:deleted": they are listed then

private:
    using Test = std::function<bool(const RunRow&, const Shown&)>;
    std::vector<Test> m_terms; ///< all must hold
    QVector<FilterProblem> m_problems;
    bool m_asks_for_deleted = false;
};

struct FilterCompletion {
    qsizetype from = 0, length = 0; ///< what is replaced
    QStringList choices;
};
/// Keys, or values of the key before the cursor, as the rows have them.
FilterCompletion completeFilter(const QString& text, qsizetype cursor, const FilterWords& words,
                                const std::vector<RunRow>& rows);

} // namespace sy
