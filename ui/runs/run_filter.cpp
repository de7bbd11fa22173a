#include "ui/runs/run_filter.h"

#include "ui/runs/filter_keys.h"
#include "ui/runs/filter_terms.h"

#include "core/config/config_io.h"
#include "ui/models/text.h"

#include <set>

namespace sy {

namespace {

bool contains(const RunRow& row, const QString& text)
{
    const auto in = [&](const std::string& value) { return fromUtf8(value).contains(text, Qt::CaseInsensitive); };
    const RunSummary& run = *row.run;
    return in(run.name) || in(run.note) || std::any_of(run.tags.begin(), run.tags.end(), in);
}

} // namespace

FilterWords FilterWords::of(const std::vector<RunRow>& rows, const QStringList& series)
{
    std::set<std::string> paths{"device"};
    for (const auto& info : settings()) paths.insert(info.path);
    const RunSettings* last = nullptr; // most runs have the same paths: each set is looked at once
    for (const auto& row : rows) {
        if (!row.settings || row.settings.get() == last ||
            (last && row.settings->size() == last->size() &&
             std::equal(last->begin(), last->end(), row.settings->begin(),
                        [](const auto& a, const auto& b) { return a.first == b.first; })))
            continue;
        last = row.settings.get();
        for (const auto& [path, value] : *last) paths.insert(path);
    }
    FilterWords words;
    for (const auto& path : paths) words.paths << fromUtf8(path);
    words.series = series;
    for (const char* standard : {"train/cross_entropy", "valid/cross_entropy"})
        if (!words.series.contains(QLatin1String(standard))) words.series << QLatin1String(standard);
    return words;
}

RunFilter::RunFilter(const QString& text, const FilterWords& words)
{
    for (const auto& term : filterTerms(text)) {
        const auto refuse = [&](const QString& problem) {
            m_problems << FilterProblem{term.from, term.length, problem};
        };
        if (term.open_quote) {
            refuse(FilterKeys::tr("the quote is not closed"));
            continue;
        }
        if (!term.has_key) {
            if (!term.values.first().isEmpty())
                m_terms.push_back([word = term.values.first(), negated = term.negated](
                                      const RunRow& row, const Shown&) { return contains(row, word) != negated; });
            continue;
        }
        std::vector<FilterKeys::Test> any;
        QString problem;
        for (const auto& value : term.values) {
            auto test = FilterKeys::test(term.key, value, words, problem);
            if (!test) break;
            any.push_back(std::move(test));
        }
        if (!problem.isEmpty()) {
            refuse(problem);
            continue;
        }
        m_asks_for_deleted |= !term.negated && term.key == QLatin1String("is") && term.values.contains("deleted");
        m_terms.push_back([any = std::move(any), negated = term.negated](const RunRow& row, const Shown& shown) {
            const bool holds = std::any_of(any.begin(), any.end(), [&](const auto& test) { return test(row, shown); });
            return holds != negated;
        });
    }
}

bool RunFilter::matches(const RunRow& row, const Shown& shown) const
{
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const Test& test) { return test(row, shown); });
}

FilterCompletion completeFilter(const QString& text, qsizetype cursor, const FilterWords& words,
                                const std::vector<RunRow>& rows)
{
    FilterCompletion completion{cursor, 0, {}};
    FilterTerm term;
    for (const auto& candidate : filterTerms(text.left(cursor)))
        if (candidate.from + candidate.length == cursor) term = candidate;
    if (term.values.isEmpty()) return completion;
    const QString begun = term.values.last();
    completion.from = term.value_from;
    completion.length = cursor - term.value_from;
    const QStringList all = term.has_key ? FilterKeys::values(term.key, words, rows) : FilterKeys::names(words);
    for (const auto& choice : all) {
        // A setting is found by any of its words, a value from its beginning.
        const bool fits = term.has_key ? choice.startsWith(begun, Qt::CaseInsensitive)
                                       : choice.startsWith(begun, Qt::CaseInsensitive) ||
                                             (begun.size() > 1 && choice.contains('.' + begun, Qt::CaseInsensitive));
        if (!fits || choice == begun) continue;
        const bool quotes = choice.contains(' ') || choice.contains(',');
        completion.choices << (term.has_key ? (quotes ? '"' + choice + '"' : choice) : choice + ':');
    }
    return completion;
}

} // namespace sy
