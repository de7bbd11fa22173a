#include "ui/runs/filter_terms.h"

#include <cmath>
#include <limits>
#include <utility>

namespace sy {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

class TermReader {
public:
    TermReader(const QString& text, qsizetype from) : m_text(text), m_at(from)
    {
        m_term.from = m_term.value_from = from;
    }

    FilterTerm read()
    {
        if (m_text[m_at] == '-' && m_at + 1 < m_text.size() && !m_text[m_at + 1].isSpace()) {
            m_term.negated = true;
            m_term.value_from = ++m_at;
        }
        bool quoted = false;
        for (; m_at < m_text.size() && (quoted || !m_text[m_at].isSpace()); ++m_at) take(m_text[m_at], quoted);
        m_term.open_quote = quoted;
        m_term.values << m_value;
        m_term.length = m_at - m_term.from;
        return std::move(m_term);
    }

private:
    void take(QChar c, bool& quoted)
    {
        if (c == '"') {
            quoted = !quoted;
            m_was_quoted = true;
        } else if (c == ':' && !quoted && !m_term.has_key && !m_was_quoted && !m_value.isEmpty()) {
            m_term.has_key = true;
            m_term.key = std::exchange(m_value, QString());
            m_term.value_from = m_at + 1;
        } else if (c == ',' && !quoted && m_term.has_key) {
            m_term.values << std::exchange(m_value, QString());
            m_term.value_from = m_at + 1;
        } else {
            m_value += c;
        }
    }

    const QString& m_text;
    qsizetype m_at;
    FilterTerm m_term;
    QString m_value;
    bool m_was_quoted = false;
};

/// 1 for an empty suffix, 0 for one that the unit does not have.
double factorOf(const QString& suffix, NumberUnit unit)
{
    using Factor = std::pair<const char*, double>;
    static const std::vector<Factor> counts{{"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"B", 1e9}, {"T", 1e12}};
    static const std::vector<Factor> percent{{"", 1}, {"%", 1}};
    static const std::vector<Factor> bytes{
        {"", 1},      {"B", 1},      {"kB", 1e3},      {"MB", 1e6},         {"GB", 1e9},
        {"TB", 1e12}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}, {"TiB", 1099511627776.0}};
    static const std::vector<Factor> seconds{{"", 1},     {"s", 1},    {"sec", 1},  {"m", 60},
                                             {"min", 60}, {"h", 3600}, {"d", 86400}};
    const auto& factors = unit == NumberUnit::Bytes     ? bytes
                          : unit == NumberUnit::Seconds ? seconds
                          : unit == NumberUnit::Percent ? percent
                                                        : counts;
    for (const auto& [name, factor] : factors)
        if (suffix == QLatin1String(name)) return factor;
    return 0;
}

std::optional<double> number(const QString& text, NumberUnit unit)
{
    const QString word = text.trimmed();
    for (qsizetype length = word.size(); length > 0; --length) {
        bool ok = false;
        const double value = word.left(length).toDouble(&ok);
        if (!ok || std::isnan(value)) continue;
        const double factor = factorOf(word.mid(length).trimmed(), unit);
        return factor == 0 ? std::nullopt : std::optional(value * factor);
    }
    return std::nullopt;
}

std::optional<NumberTest> compared(const QString& text, NumberUnit unit)
{
    const bool with_equal = text.size() > 1 && text[1] == '=';
    const auto value = number(text.mid(with_equal ? 2 : 1), unit);
    if (!value) return std::nullopt;
    if (text[0] == '<') return NumberTest{-infinity, *value, false, !with_equal};
    return NumberTest{*value, infinity, !with_equal, false};
}

} // namespace

std::vector<FilterTerm> filterTerms(const QString& text)
{
    std::vector<FilterTerm> terms;
    for (qsizetype at = 0; at < text.size();) {
        if (text[at].isSpace()) {
            ++at;
            continue;
        }
        terms.push_back(TermReader(text, at).read());
        at += terms.back().length;
    }
    return terms;
}

bool NumberTest::holds(double value) const
{
    if (std::isnan(value)) return false;
    return (low_open ? value > low : value >= low) && (high_open ? value < high : value <= high);
}

std::optional<NumberTest> numberTest(const QString& text, NumberUnit unit)
{
    if (text.startsWith('<') || text.startsWith('>')) return compared(text, unit);
    const qsizetype dots = text.indexOf(QLatin1String(".."));
    if (dots < 0) {
        const auto value = number(text, unit);
        return value ? std::optional(NumberTest{*value, *value}) : std::nullopt;
    }
    const QString left = text.left(dots), right = text.mid(dots + 2);
    const auto low = left.isEmpty() ? std::optional(-infinity) : number(left, unit);
    const auto high = right.isEmpty() ? std::optional(infinity) : number(right, unit);
    if (!low || !high || *low > *high || (left.isEmpty() && right.isEmpty())) return std::nullopt;
    return NumberTest{*low, *high};
}

bool wildcardMatch(const QString& pattern, const QString& text)
{
    const QStringList parts = pattern.split('*');
    if (parts.size() == 1) return text.compare(pattern, Qt::CaseInsensitive) == 0;
    if (!text.startsWith(parts.first(), Qt::CaseInsensitive)) return false;
    qsizetype at = parts.first().size();
    for (qsizetype i = 1; i + 1 < parts.size(); ++i) {
        const qsizetype found = text.indexOf(parts[i], at, Qt::CaseInsensitive);
        if (found < 0) return false;
        at = found + parts[i].size();
    }
    return text.size() - at >= parts.last().size() && text.endsWith(parts.last(), Qt::CaseInsensitive);
}

} // namespace sy
