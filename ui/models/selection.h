// The two selections that all pages share: the current run, and the shown (ticked) runs with their colours.
#pragma once

#include <QColor>
#include <QHash>
#include <QObject>
#include <QStringList>

class QSettings;

namespace sy {

class Selection : public QObject {
    Q_OBJECT

public:
    /// Kept in `settings` between starts; may be null.
    explicit Selection(QSettings* settings = nullptr, QObject* parent = nullptr);

    const QString& currentRun() const { return m_current; } ///< id; empty = none
    void setCurrentRun(const QString& id);

    const QStringList& shownRuns() const { return m_shown; } ///< ids, in the order they were ticked
    bool isShown(const QString& id) const { return m_shown.contains(id); }
    void setShown(const QString& id, bool shown);
    void setShownRuns(const QStringList& ids);

    /// A run's colour: chosen, else the next of the palette when it is first shown. Distinct for colour-blind eyes as
    /// far as eight colours go.
    QColor colour(const QString& id) const;
    void setColour(const QString& id, const QColor& colour);
    /// Forgets runs that are gone for good.
    void forget(const QStringList& ids);

Q_SIGNALS:
    void currentRunChanged(const QString& id);
    void shownRunsChanged();
    void colourChanged(const QString& id);

private:
    void save();

    QSettings* m_settings;
    QString m_current;
    QStringList m_shown;
    mutable QHash<QString, QColor> m_colours;
    mutable int m_next_colour = 0;
};

} // namespace sy
