// The experiment that is being set up: values, what differs from the preset, problems, undo.
#pragma once

#include "core/base/error.h"
#include "core/config/config_io.h"

#include <QMap>
#include <QObject>
#include <QStringList>
#include <QUndoStack>

#include <vector>

namespace sy {

/// Everything that undo takes back.
struct Draft {
    QString preset; ///< name; empty = the defaults
    ExperimentConfig config;
    QMap<QString, QString>
        unreadable; ///< path -> what was typed that is no value; `config` keeps the last readable one
    bool operator==(const Draft&) const = default;
};

class ExperimentModel : public QObject {
    Q_OBJECT

public:
    explicit ExperimentModel(QObject* parent = nullptr); ///< starts from the first preset

    const std::vector<SettingInfo>& settings() const { return m_settings; }
    const SettingInfo& setting(const QString& path) const; ///< `path` must be one
    const ExperimentConfig& config() const { return m_draft.config; }
    const QString& preset() const { return m_draft.preset; }

    nlohmann::json value(const QString& path) const; ///< the last readable one
    QString text(const QString& path) const;         ///< as typed, or the value as text
    QString baseText(const QString& path) const;     ///< of the preset
    /// Undone in one piece with other edits of the same setting right before.
    void setText(const QString& path, const QString& text);

    bool isChanged(const QString& path) const; ///< against the preset
    QStringList changedPaths() const;
    void reset(const QString& path);
    void resetAll();

    /// Every problem: what was typed, ranges, rules between settings, what the page knows of corpora.
    const std::vector<ConfigIssue>& problems() const { return m_problems; }
    QString problem(const QString& path) const; ///< of one setting; empty = none
    /// Problems that only the page can tell (a corpus that is not there).
    void setOutsideProblems(std::vector<ConfigIssue> problems);

    /// Undoable. An unknown preset's name counts as none: the defaults.
    void start(const QString& what, const ExperimentConfig& config, const QString& preset);
    void startFromPreset(const QString& name);

    QUndoStack* undoStack() { return &m_undo; }

    /// The draft as text, and back; values that a newer version wrote are left out. False where it is no draft.
    QByteArray saved() const;
    bool restore(const QByteArray& saved);

Q_SIGNALS:
    /// Values or their difference to the preset changed.
    void changed(const QStringList& paths);
    void problemsChanged();

private:
    friend class DraftCommand;
    void push(const QString& text, const QString& path, Draft after);
    void apply(const Draft& draft);
    void findProblems();

    std::vector<SettingInfo> m_settings;
    Draft m_draft;
    ExperimentConfig m_base; ///< the preset's
    std::vector<ConfigIssue> m_problems, m_outside;
    QUndoStack m_undo;
};

/// The preset's resolved configuration; the defaults where there is none of that name.
ExperimentConfig presetConfig(const QString& name);

} // namespace sy
