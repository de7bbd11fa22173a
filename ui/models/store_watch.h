// Looks at the store again and again on a thread of its own and hands complete pictures to the GUI thread.
#pragma once

#include "core/store/store.h"

#include <QObject>
#include <QStringList>
#include <QThread>

#include <map>
#include <memory>
#include <vector>

namespace sy {

using RunSettings = std::map<std::string, nlohmann::json>; ///< dotted path -> value

/// What one look at the store found.
struct StorePicture {
    QString problem;               ///< why it could not be read; empty otherwise
    std::vector<RunSummary> runs;  ///< newest first, deleted ones too (RunSummary::deleted)
    std::vector<QueueEntry> queue; ///< oldest first, the latest ended ones too
    /// Settings of every run by id, immutable once read. May lack runs for a moment after the start.
    std::shared_ptr<const std::map<std::string, std::shared_ptr<const RunSettings>>> settings;

    std::map<std::string, double> seconds_left; ///< by id, of running runs; absent while it is not known

    const RunSummary* find(const std::string& id) const;
    const RunSummary* find(const QString& id) const { return find(id.toStdString()); }
    /// The latest entry that started or resumed this run; null for runs started by hand.
    const QueueEntry* queueEntryOf(const std::string& run) const;
};
using StorePicturePtr = std::shared_ptr<const StorePicture>;

/// A store that does not exist yet is an empty picture, not a problem; it is never created here.
/// RunSummary::revision tells a page whether it must read a run again.
class StoreWatch : public QObject {
    Q_OBJECT

public:
    explicit StoreWatch(StorePaths paths, int interval_ms = 150, QObject* parent = nullptr);
    ~StoreWatch() override; ///< waits for a look that is under way

    const StorePicturePtr& picture() const { return m_picture; } ///< the last one; never null
    /// Series whose summaries the pictures hold (RunSummary::metrics), beside the standard two.
    void setMetrics(const QStringList& series);
    void lookNow(); ///< after a write of one's own

Q_SIGNALS:
    /// Something changed. Comes through the event loop of the GUI thread.
    void pictureReady(const sy::StorePicturePtr& picture);

private:
    QThread m_thread;
    QObject* m_reader; ///< lives on m_thread, which deletes it
    StorePicturePtr m_picture;
};

} // namespace sy
