#include "ui/runs/filter_keys.h"

#include "ui/runs/filter_terms.h"
#include "ui/runs/run_columns.h"

#include "core/config/config_io.h"
#include "ui/models/text.h"

#include <algorithm>
#include <array>
#include <set>

namespace sy {

namespace {

struct NumberKey {
    const char* name;
    NumberUnit unit;
    QVariant (*value)(const RunRow&);
};

template <RunColumn::Kind kind> QVariant ofColumn(const RunRow& row)
{
    return cellValue(row, {kind, {}, RunColumn::Last});
}

QVariant bestLoss(const RunRow& row)
{
    return cellValue(row, {RunColumn::Metric, "valid/cross_entropy", RunColumn::Min});
}

QVariant lastLoss(const RunRow& row)
{
    return cellValue(row, {RunColumn::Metric, "valid/cross_entropy", RunColumn::Last});
}

constexpr std::array number_keys{
    NumberKey{"best", NumberUnit::None, bestLoss},
    NumberKey{"last", NumberUnit::None, lastLoss},
    NumberKey{"step", NumberUnit::None, ofColumn<RunColumn::Step>},
    NumberKey{"steps", NumberUnit::None, [](const RunRow& row) { return QVariant(qlonglong(row.run->steps)); }},
    NumberKey{"progress", NumberUnit::Percent, [](const RunRow& row) { return QVariant(100 * row.progress()); }},
    NumberKey{"parameters", NumberUnit::None, ofColumn<RunColumn::Parameters>},
    NumberKey{"active", NumberUnit::None, ofColumn<RunColumn::Active>},
    NumberKey{"duration", NumberUnit::Seconds, ofColumn<RunColumn::Duration>},
    NumberKey{"left", NumberUnit::Seconds, ofColumn<RunColumn::TimeLeft>},
    NumberKey{"disk", NumberUnit::Bytes, ofColumn<RunColumn::Disk>},
};

struct TextKey {
    const char* name;
    QStringList (*values)(const RunRow&);
    bool anywhere; ///< found anywhere in the text, else the whole of it
};

constexpr std::array text_keys{
    TextKey{"name", [](const RunRow& row) { return QStringList{fromUtf8(row.run->name)}; }, true},
    TextKey{"note", [](const RunRow& row) { return QStringList{fromUtf8(row.run->note)}; }, true},
    TextKey{"tag",
            [](const RunRow& row) {
                QStringList tags;
                for (const auto& tag : row.run->tags) tags << fromUtf8(tag);
                return tags;
            },
            false},
    TextKey{"id", [](const RunRow& row) { return QStringList{row.id}; }, false},
    TextKey{"preset", [](const RunRow& row) { return QStringList{fromUtf8(row.run->preset)}; }, false},
    TextKey{"device", [](const RunRow& row) { return QStringList{fromUtf8(row.run->device)}; }, false},
    TextKey{"host", [](const RunRow& row) { return QStringList{fromUtf8(row.run->host)}; }, false},
    TextKey{"origin", [](const RunRow& row) { return QStringList{fromUtf8(row.run->origin)}; }, false},
    TextKey{"parent",
            [](const RunRow& row) {
                return QStringList{row.parent_name, fromUtf8(row.run->parent)};
            },
            false},
};

struct StateKey {
    const char* name;
    bool (*holds)(const RunRow&, const RunFilter::Shown&);
};

constexpr std::array states{
    StateKey{"deleted", [](const RunRow& row, const RunFilter::Shown&) { return row.run->deleted; }},
    StateKey{"imported", [](const RunRow& row, const RunFilter::Shown&) { return !row.run->origin.empty(); }},
    StateKey{"live", [](const RunRow& row, const RunFilter::Shown&) { return row.isLive(); }},
    StateKey{"shown", [](const RunRow& row, const RunFilter::Shown& shown) { return shown && shown(row.id); }},
    StateKey{"starred", [](const RunRow& row, const RunFilter::Shown&) { return row.run->starred; }},
    StateKey{"waiting", [](const RunRow& row, const RunFilter::Shown&) { return row.queue_place > 0; }},
};

constexpr std::array statuses{RunStatus::Queued,   RunStatus::Starting, RunStatus::Running, RunStatus::Paused,
                              RunStatus::Finished, RunStatus::Stopped,  RunStatus::Failed,  RunStatus::Interrupted};

QString statusWord(RunStatus status)
{
    const auto word = toString(status);
    return QString::fromLatin1(word.data(), qsizetype(word.size()));
}

std::optional<bool> yesOrNo(const QString& value)
{
    static const QStringList yes{"yes", "true", "on", "1"}, no{"no", "false", "off", "0"};
    if (yes.contains(value, Qt::CaseInsensitive)) return true;
    return no.contains(value, Qt::CaseInsensitive) ? std::optional(false) : std::nullopt;
}

template <class Keys> auto* keyNamed(const Keys& keys, const QString& name)
{
    const auto found =
        std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return name == QLatin1String(key.name); });
    return found == keys.end() ? nullptr : &*found;
}

bool textHolds(const QString& pattern, const QString& text, bool anywhere)
{
    return anywhere && !pattern.contains('*') ? text.contains(pattern, Qt::CaseInsensitive)
                                              : wildcardMatch(pattern, text);
}

bool settingHolds(const nlohmann::json& setting, const QString& text, const std::optional<NumberTest>& number)
{
    if (setting.is_array())
        return std::any_of(setting.begin(), setting.end(),
                           [&](const auto& part) { return settingHolds(part, text, number); }) ||
               wildcardMatch(text, settingLabel(setting));
    if (setting.is_boolean()) return yesOrNo(text) == setting.get<bool>();
    if (setting.is_number()) return number && number->holds(setting.get<double>());
    return wildcardMatch(text, settingLabel(setting));
}

} // namespace

FilterKeys::Test FilterKeys::wordTest(const QString& key, const QString& value, QString& problem)
{
    if (key == QLatin1String("status")) {
        for (const auto status : statuses)
            if (value.compare(statusWord(status), Qt::CaseInsensitive) == 0)
                return [status](const RunRow& row, const RunFilter::Shown&) { return row.status() == status; };
        QStringList known;
        for (const auto status : statuses) known << statusWord(status);
        problem = tr("\"%1\" is no status; there are %2").arg(value, known.join(", "));
    } else if (key == QLatin1String("starred")) {
        if (const auto wanted = yesOrNo(value))
            return [wanted](const RunRow& row, const RunFilter::Shown&) { return row.run->starred == *wanted; };
        problem = tr("starred is yes or no, not \"%1\"").arg(value);
    } else {
        if (const auto* state = keyNamed(states, value.toLower())) return state->holds;
        QStringList known;
        for (const auto& state : states) known << state.name;
        problem = tr("\"%1\" is none of %2").arg(value, known.join(", "));
    }
    return {};
}

/// Why no run could ever have this value.
QString FilterKeys::valueProblem(const std::string& path, const QString& value, bool is_number)
{
    const bool compares = value.startsWith('<') || value.startsWith('>');
    if (compares && !is_number) return tr("\"%1\" is not a comparison with a number").arg(value);
    for (const auto& info : settings()) {
        if (info.path != path) continue;
        if (info.fallback.is_number() && !is_number)
            return tr("\"%1\" is not a number, comparison or range").arg(value);
        if (info.fallback.is_boolean() && !yesOrNo(value))
            return tr("%1 is yes or no, not \"%2\"").arg(fromUtf8(path), value);
        QStringList choices;
        for (const auto& choice : info.choices) choices << fromUtf8(choice);
        const bool fits = std::any_of(choices.begin(), choices.end(),
                                      [&](const QString& choice) { return wildcardMatch(value, choice); });
        if (!choices.isEmpty() && !fits) return tr("\"%1\" is none of %2").arg(value, choices.join(", "));
    }
    return {};
}

FilterKeys::Test FilterKeys::settingTest(const QString& path, const QString& value, QString& problem)
{
    const auto number = numberTest(value, NumberUnit::None);
    problem = valueProblem(path.toStdString(), value, number.has_value());
    if (!problem.isEmpty()) return {};
    return [path = path.toStdString(), value, number](const RunRow& row, const RunFilter::Shown&) {
        const auto* setting = row.setting(path);
        return setting && settingHolds(*setting, value, number);
    };
}

QString FilterKeys::resolve(const QString& key, const FilterWords& words, QString& problem)
{
    if (words.paths.contains(key)) return key;
    QStringList candidates, close;
    for (const auto& path : words.paths) {
        if (path.endsWith('.' + key)) candidates << path;
        if (path.contains(key, Qt::CaseInsensitive)) close << path;
    }
    if (candidates.size() == 1) return candidates.first();
    if (candidates.size() > 1)
        problem = tr("\"%1\" could be %2").arg(key, candidates.join(tr(" or ")));
    else if (!close.isEmpty())
        problem = tr("unknown key \"%1\"; is it %2?").arg(key, close.mid(0, 3).join(tr(" or ")));
    else
        problem = tr("unknown key \"%1\"; put the term in quotes to look for it as text").arg(key);
    return {};
}

FilterKeys::Test FilterKeys::test(const QString& key, const QString& value, const FilterWords& words, QString& problem)
{
    if (value.isEmpty()) {
        problem = tr("\"%1\" needs a value").arg(key);
        return {};
    }
    if (key == QLatin1String("status") || key == QLatin1String("is") || key == QLatin1String("starred"))
        return wordTest(key, value, problem);
    if (const auto* text = keyNamed(text_keys, key))
        return [text, value](const RunRow& row, const RunFilter::Shown&) {
            const auto values = text->values(row);
            return std::any_of(values.begin(), values.end(),
                               [&](const QString& candidate) { return textHolds(value, candidate, text->anywhere); });
        };
    const auto* numeric = keyNamed(number_keys, key);
    if (!numeric && !words.series.contains(key)) {
        const QString path = resolve(key, words, problem);
        return path.isEmpty() ? Test() : settingTest(path, value, problem);
    }
    const auto number = numberTest(value, numeric ? numeric->unit : NumberUnit::None);
    if (!number) {
        problem = tr("\"%1\" is not a number, comparison or range").arg(value);
        return {};
    }
    return [numeric, number, column = RunColumn{RunColumn::Metric, key, RunColumn::Last}](const RunRow& row,
                                                                                          const RunFilter::Shown&) {
        const QVariant found = numeric ? numeric->value(row) : cellValue(row, column);
        return found.isValid() && number->holds(found.toDouble());
    };
}

QStringList FilterKeys::names(const FilterWords& words)
{
    QStringList all{"is", "starred", "status"};
    for (const auto& key : text_keys) all << key.name;
    for (const auto& key : number_keys) all << key.name;
    all.sort();
    return all + words.series + words.paths;
}

QStringList FilterKeys::values(const QString& key, const FilterWords& words, const std::vector<RunRow>& rows)
{
    QStringList all;
    if (key == QLatin1String("status"))
        for (const auto status : statuses) all << statusWord(status);
    else if (key == QLatin1String("starred"))
        all = QStringList{"yes", "no"};
    else if (key == QLatin1String("is"))
        for (const auto& state : states) all << state.name;
    if (!all.isEmpty() || keyNamed(number_keys, key)) return all;
    QSet<QString> found;
    QString unknown;
    const auto* text = keyNamed(text_keys, key);
    const std::string path = text ? std::string() : resolve(key, words, unknown).toStdString();
    for (const auto& row : rows) {
        if (text)
            for (const auto& value : text->values(row)) found.insert(value);
        else if (const auto* value = row.setting(path))
            found.insert(settingLabel(*value));
    }
    found.remove(QString());
    all = found.values();
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return naturalCompare(a, b) < 0; });
    return all;
}

} // namespace sy
