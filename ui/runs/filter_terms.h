// The text of a filter as terms, and the values of a term.
#pragma once

#include <QString>
#include <QStringList>
#include <QVector>

#include <optional>
#include <vector>

namespace sy {

struct FilterTerm {
    qsizetype from = 0, length = 0; ///< in the text, a leading - and quotes included
    bool negated = false;
    bool open_quote = false; ///< its quote is not closed
    bool has_key = false;    ///< a colon outside of quotes after a word
    QString key;
    QStringList values;       ///< quotes removed; of a term with a key split at commas outside of quotes
    qsizetype value_from = 0; ///< where the last value begins in the text
};
std::vector<FilterTerm> filterTerms(const QString& text);

enum class NumberUnit { None, Percent, Bytes, Seconds };

/// A number, a comparison or a range.
struct NumberTest {
    double low, high;
    bool low_open = false, high_open = false;
    bool holds(double value) const;
};
/// Empty where the text is none: "4.2", "<4.2", ">=1M", "2GiB", "3h", "10..20".
std::optional<NumberTest> numberTest(const QString& text, NumberUnit unit);

/// The whole of `text`, capitals ignored; * in the pattern stands for anything.
bool wildcardMatch(const QString& pattern, const QString& text);

} // namespace sy
