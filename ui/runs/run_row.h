// One line of the run list: a run, or a place in the queue that has no run yet.
#pragma once

#include "ui/models/store_watch.h"

#include <QString>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace sy {

struct RunRow {
    QString id;                                  ///< the run's, or "queue:KEY"
    std::shared_ptr<const RunSummary> run;       ///< never null; filled from the request for a place in the queue
    std::shared_ptr<const QueueEntry> queue;     ///< waits or starts for this row: a new run, or a resumption
    int queue_place = 0;                         ///< 1 = next on its device; 0 = not waiting
    std::shared_ptr<const RunSettings> settings; ///< null while they are not read yet
    std::optional<double> seconds_left;
    QString parent_name; ///< of the lineage; the id where the parent is gone

    bool isRun() const { return !id.startsWith(QLatin1String("queue:")); }
    RunStatus status() const;                                     ///< queued while a resumption waits
    bool isLive() const;                                          ///< starting, running or paused
    const nlohmann::json* setting(const std::string& path) const; ///< null where it has none
    double progress() const;                                      ///< in [0, 1]
    std::optional<double> duration() const; ///< seconds from the start to the end or the last sign of life
};

QString queueRowId(int64_t key); ///< "queue:KEY"

/// True where the two would be drawn alike.
bool looksSame(const RunRow& left, const RunRow& right);

/// Pictures to rows, newest first, places in the queue before all.
class RunRows {
public:
    std::vector<RunRow> of(const StorePicturePtr& picture);

private:
    RunRow queueRow(const StorePicturePtr& picture, const QueueEntry& entry);
    std::map<int64_t, std::shared_ptr<const RunSettings>> m_queued; ///< flat configurations by queue key
};

} // namespace sy
