#include "ui/setup/experiment_model.h"

#include "core/text/stream.h"
#include "core/text/tokenizer_training.h"
#include "ui/models/text.h"

#include <QUndoCommand>

#include <algorithm>

namespace sy {

/// The whole draft before and after: small enough, and nothing can be forgotten.
class DraftCommand : public QUndoCommand {
public:
    DraftCommand(ExperimentModel& model, const QString& text, QString path, Draft before, Draft after)
        : QUndoCommand(text), m_model(model), m_path(std::move(path)), m_before(std::move(before)),
          m_after(std::move(after))
    {
    }
    void undo() override { m_model.apply(m_before); }
    void redo() override { m_model.apply(m_after); }
    int id() const override { return m_path.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* other) override
    {
        const auto* later = static_cast<const DraftCommand*>(other);
        if (later->m_path != m_path) return false;
        m_after = later->m_after;
        setObsolete(m_after == m_before);
        return true;
    }

private:
    ExperimentModel& m_model;
    QString m_path; ///< of the one setting that was edited; empty = more than one
    Draft m_before, m_after;
};

ExperimentConfig presetConfig(const QString& name)
{
    for (const auto& preset : presets())
        if (fromUtf8(preset.name) == name) return configFromJson(preset.settings);
    return {};
}

ExperimentModel::ExperimentModel(QObject* parent) : QObject(parent), m_settings(sy::settings())
{
    m_draft.preset = fromUtf8(presets().front().name);
    m_base = m_draft.config = presetConfig(m_draft.preset);
    findProblems();
}

const SettingInfo& ExperimentModel::setting(const QString& path) const
{
    const std::string wanted = path.toStdString();
    return *std::find_if(m_settings.begin(), m_settings.end(), [&](const auto& info) { return info.path == wanted; });
}

nlohmann::json ExperimentModel::value(const QString& path) const
{
    return settingValue(m_draft.config, path.toStdString());
}

QString ExperimentModel::text(const QString& path) const
{
    const auto typed = m_draft.unreadable.find(path);
    return typed != m_draft.unreadable.end() ? *typed : fromUtf8(settingText(value(path)));
}

QString ExperimentModel::baseText(const QString& path) const
{
    return fromUtf8(settingText(settingValue(m_base, path.toStdString())));
}

void ExperimentModel::setText(const QString& path, const QString& text)
{
    Draft after = m_draft;
    after.unreadable.remove(path);
    if (!assignSetting(after.config, path.toStdString(), text.trimmed().toStdString()).empty())
        after.unreadable.insert(path, text);
    push(tr("edit of %1").arg(path), path, std::move(after));
}

bool ExperimentModel::isChanged(const QString& path) const
{
    return m_draft.unreadable.contains(path) || value(path) != settingValue(m_base, path.toStdString());
}

QStringList ExperimentModel::changedPaths() const
{
    QStringList paths;
    for (const auto& setting : m_settings)
        if (const auto path = fromUtf8(setting.path); isChanged(path)) paths << path;
    return paths;
}

void ExperimentModel::reset(const QString& path)
{
    Draft after = m_draft;
    after.unreadable.remove(path);
    assignSetting(after.config, path.toStdString(), baseText(path).toStdString());
    push(tr("reset of %1").arg(path), {}, std::move(after));
}

void ExperimentModel::resetAll()
{
    push(tr("reset of all settings"), {}, {m_draft.preset, m_base, {}});
}

void ExperimentModel::start(const QString& what, const ExperimentConfig& config, const QString& preset)
{
    push(tr("start from %1").arg(what), {}, {preset, config, {}});
}

void ExperimentModel::startFromPreset(const QString& name)
{
    start(name, presetConfig(name), name);
}

void ExperimentModel::push(const QString& text, const QString& path, Draft after)
{
    if (after != m_draft) m_undo.push(new DraftCommand(*this, text, path, m_draft, std::move(after)));
}

void ExperimentModel::apply(const Draft& draft)
{
    QMap<QString, QString> before;
    const auto look = [&](const QString& path) { return text(path) + (isChanged(path) ? "*" : ""); };
    for (const auto& setting : m_settings) before.insert(fromUtf8(setting.path), look(fromUtf8(setting.path)));
    const bool other_base = draft.preset != m_draft.preset;
    m_draft = draft;
    if (other_base) m_base = presetConfig(m_draft.preset);
    QStringList paths;
    for (auto entry = before.begin(); entry != before.end(); ++entry)
        if (other_base || look(entry.key()) != *entry) paths << entry.key();
    findProblems();
    Q_EMIT changed(paths);
    Q_EMIT problemsChanged();
}

QString ExperimentModel::problem(const QString& path) const
{
    QStringList all;
    for (const auto& issue : m_problems)
        if (fromUtf8(issue.path) == path) all << fromUtf8(issue.message);
    return all.join("; ");
}

void ExperimentModel::setOutsideProblems(std::vector<ConfigIssue> problems)
{
    if (problems == m_outside) return;
    m_outside = std::move(problems);
    findProblems();
    Q_EMIT problemsChanged();
}

void ExperimentModel::findProblems()
{
    m_problems.clear();
    for (auto typed = m_draft.unreadable.begin(); typed != m_draft.unreadable.end(); ++typed) {
        ExperimentConfig scratch = m_draft.config;
        const auto path = typed.key().toStdString();
        m_problems.push_back({path, assignSetting(scratch, path, typed->trimmed().toStdString())});
    }
    auto broken = validate(m_draft.config);
    const bool data_fits =
        std::none_of(broken.begin(), broken.end(), [](const auto& issue) { return issue.path.starts_with("data."); });
    try {
        if (data_fits && m_draft.config.data.tokenizer.empty()) spanPlan(m_draft.config.data, sentinel_count);
    } catch (const ConfigError& error) {
        broken.insert(broken.end(), error.issues().begin(), error.issues().end());
    }
    broken.insert(broken.end(), m_outside.begin(), m_outside.end());
    for (auto& issue : broken)
        if (!m_draft.unreadable.contains(fromUtf8(issue.path))) m_problems.push_back(std::move(issue));
}

QByteArray ExperimentModel::saved() const
{
    nlohmann::json unreadable = nlohmann::json::object();
    for (auto typed = m_draft.unreadable.begin(); typed != m_draft.unreadable.end(); ++typed)
        unreadable[typed.key().toStdString()] = typed->toStdString();
    const nlohmann::json all = {
        {"preset", m_draft.preset.toStdString()}, {"config", toJson(m_draft.config)}, {"unreadable", unreadable}};
    return QByteArray::fromStdString(all.dump());
}

bool ExperimentModel::restore(const QByteArray& saved)
{
    const auto all = nlohmann::json::parse(saved.toStdString(), nullptr, false);
    if (!all.is_object() || !all.contains("config") || !all["config"].is_object()) return false;
    Draft draft;
    draft.preset = fromUtf8(all.value("preset", nlohmann::json("")).is_string() ? all.value("preset", "") : "");
    draft.config = presetConfig(draft.preset);
    for (const auto& setting : m_settings) {
        const auto pointer =
            nlohmann::json::json_pointer("/" + QString::fromStdString(setting.path).replace('.', '/').toStdString());
        if (all["config"].contains(pointer))
            assignSetting(draft.config, setting.path, settingText(all["config"][pointer]));
        const auto typed = all.value("unreadable", nlohmann::json::object());
        if (typed.is_object() && typed.contains(setting.path) && typed[setting.path].is_string())
            draft.unreadable.insert(fromUtf8(setting.path), fromUtf8(typed[setting.path].get<std::string>()));
    }
    apply(draft);
    m_undo.clear();
    return true;
}

} // namespace sy
