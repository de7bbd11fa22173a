#include "ui/models/selection.h"

#include "ui/models/palette.h"

#include <QSettings>

namespace sy {

Selection::Selection(QSettings* settings, QObject* parent) : QObject(parent), m_settings(settings)
{
    if (!settings) return;
    m_current = settings->value("selection/current").toString();
    m_shown = settings->value("selection/shown").toStringList();
    m_next_colour = settings->value("selection/next_colour").toInt();
    const auto colours = settings->value("selection/colours").toHash();
    for (auto entry = colours.begin(); entry != colours.end(); ++entry)
        m_colours.insert(entry.key(), QColor(entry.value().toString()));
}

void Selection::setCurrentRun(const QString& id)
{
    if (id == m_current) return;
    m_current = id;
    save();
    Q_EMIT currentRunChanged(id);
}

void Selection::setShown(const QString& id, bool shown)
{
    if (id.isEmpty() || shown == isShown(id)) return;
    if (shown) {
        colour(id);
        m_shown.append(id);
    } else {
        m_shown.removeAll(id);
    }
    save();
    Q_EMIT shownRunsChanged();
}

void Selection::setShownRuns(const QStringList& ids)
{
    QStringList wanted = ids;
    wanted.removeDuplicates();
    wanted.removeAll(QString());
    if (wanted == m_shown) return;
    for (const auto& id : wanted) colour(id);
    m_shown = wanted;
    save();
    Q_EMIT shownRunsChanged();
}

QColor Selection::colour(const QString& id) const
{
    auto found = m_colours.find(id);
    if (found == m_colours.end()) found = m_colours.insert(id, lineColour(m_next_colour++));
    return *found;
}

void Selection::setColour(const QString& id, const QColor& colour)
{
    if (id.isEmpty() || !colour.isValid()) return;
    m_colours.insert(id, colour);
    save();
    Q_EMIT colourChanged(id);
}

void Selection::forget(const QStringList& ids)
{
    QStringList left = m_shown;
    for (const auto& id : ids) {
        m_colours.remove(id);
        left.removeAll(id);
    }
    if (ids.contains(m_current)) setCurrentRun({});
    setShownRuns(left);
    save();
}

void Selection::save()
{
    if (!m_settings) return;
    QVariantHash colours;
    for (auto entry = m_colours.begin(); entry != m_colours.end(); ++entry)
        colours.insert(entry.key(), entry.value().name());
    m_settings->setValue("selection/current", m_current);
    m_settings->setValue("selection/shown", m_shown);
    m_settings->setValue("selection/next_colour", m_next_colour);
    m_settings->setValue("selection/colours", colours);
}

} // namespace sy
