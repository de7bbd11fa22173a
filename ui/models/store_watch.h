// Reads a store again and again on a thread of its own and hands complete pictures to the GUI thread.
#pragma once

#include "core/store/store.h"

#include <QObject>
#include <QThread>

#include <memory>
#include <vector>

namespace sy {

/// What one look at the store found.
struct StorePicture {
    QString problem;              ///< why it could not be read; empty otherwise
    std::vector<RunSummary> runs; ///< newest first
    std::string run;              ///< id of the selected run; empty where there is none
    nlohmann::json config;        ///< of the selected run
    std::vector<Event> events;    ///< of the selected run, its last 200
};
using StorePicturePtr = std::shared_ptr<const StorePicture>;

/// A store that does not exist yet is an empty picture, not a problem; it is never created here.
class StoreWatch : public QObject {
    Q_OBJECT

public:
    explicit StoreWatch(StorePaths paths, int interval_ms = 500, QObject* parent = nullptr);
    ~StoreWatch() override; ///< waits for a read that is under way

    /// The run whose configuration and events the next pictures hold.
    void select(const QString& run_id);

Q_SIGNALS:
    void pictureReady(const sy::StorePicturePtr& picture);

private:
    QThread m_thread;
    QObject* m_reader; ///< lives on m_thread, which deletes it
};

} // namespace sy
