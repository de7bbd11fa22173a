// Tells of runs and queue entries that end badly while the window is open.
#pragma once

#include "ui/models/store_watch.h"

#include <QObject>

#include <map>
#include <set>

namespace sy {

/// One end: of a run, or of a queue entry that never became one.
struct Death {
    QString key;  ///< stays the same while more becomes known
    QString run;  ///< id; empty where there is none
    QString text; ///< who, why, last words
    bool resumable = false;
};

class DeathWatch : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// Ends that happened before the first picture are not news.
    void see(const StorePicture& picture);

Q_SIGNALS:
    void died(const sy::Death& death); ///< again where its text grew: a signal's number comes after the silence
    void lives(const QString& key);    ///< it was resumed

private:
    void seeRun(const StorePicture& picture, const RunSummary& run);
    void seeEntry(const QueueEntry& entry);
    void tell(const Death& death);

    bool m_first = true;
    std::map<std::string, RunStatus> m_statuses;
    std::map<int64_t, QueueState> m_states;
    std::map<QString, QString> m_told; ///< key -> text
};

} // namespace sy
