// What can be done with the selected runs. Tags, notes, stars and deletion are written to the store here; the rest is
// asked of the window.
#pragma once

#include "ui/models/page_context.h"
#include "ui/runs/run_row.h"

#include <QAction>
#include <QHash>
#include <QObject>
#include <QStringList>

namespace sy {

class NoticeBar;

class RunActions : public QObject {
    Q_OBJECT

public:
    /// The actions are added to `page`, which dialogs belong to.
    RunActions(const PageContext& context, NoticeBar* notice, QWidget* page);

    /// What they act on. Rows are copied: they stay as they were until the next call.
    void setRows(std::vector<RunRow> rows);
    void setKnownTags(const QStringList& tags) { m_known_tags = tags; }
    QAction* action(const char* name) const; ///< by object name
    /// In the order of menus; null = a separator.
    QList<QAction*> menu() const;

    void setStarred(const QStringList& ids, bool starred);
    void remove(const QStringList& ids); ///< soft
    void undo();                         ///< the latest deletion

Q_SIGNALS:
    void newRunLike(const QString& id);
    void controlRequested(const QStringList& ids, const QString& verb);
    void resumeRequested(const QStringList& ids);
    void exportRequested(const QStringList& ids);
    void importRequested();
    void compareRequested(const QStringList& ids);
    void removeFromQueue(qint64 key);

private:
    using Pick = bool (*)(const RunRow&);
    QAction* add(const char* name, const QString& text, const QString& tip, const QKeySequence& keys,
                 void (RunActions::*slot)());
    QAction* addControl(const char* name, const QString& text, const QString& tip, const char* verb, Pick fits);
    QStringList ids(Pick fits) const;
    void update();
    void toggleShown();
    void toggleStar();
    void editTags();
    void editNote();
    void copyNames();
    void compare();
    void resumeEnded();
    void removeSelected();
    void restoreSelected();
    void purgeSelected();
    void exportSelected();
    void likeSelected();
    bool confirmPurge(const std::vector<const RunSummary*>& runs);
    /// Runs `job` for each id, then says what was refused and looks at the store.
    void writeEach(const QStringList& ids, std::function<void(Store&, const std::string&)> job,
                   std::function<void(const QStringList& done)> then = {});

    struct Removal {
        QStringList ids, shown; ///< the ticked ones among them
    };

    PageContext m_context;
    NoticeBar* m_notice;
    QWidget* m_page;
    std::vector<RunRow> m_rows;
    QStringList m_known_tags;
    QList<Removal> m_removals; ///< that can be undone, latest last
    QList<QAction*> m_menu;
    QHash<QAction*, Pick> m_needs; ///< enabled where a selected row fits
};

} // namespace sy
